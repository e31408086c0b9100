"""A folder to a `RuleSet`: every file read, every finding of all of them.

    discover    folder           -> files
    load        vocabulary.toml  -> Vocabulary
    platform    platform.toml    -> abilities, points
    definition  the others       -> businesses, products
    link        names            -> installed products; overrides/rights: who may do what
    columns     columns.toml     -> columns

In: the folder. Out: the rule set as far as it can be read, findings, and the paths of facts that
are declared but wrong. Conditions stay text.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.recall import Recall
from rulec.ruleset.columns import read_columns
from rulec.ruleset.definition import Definitions, read_definitions
from rulec.ruleset.discover import Files, Texts, discover
from rulec.ruleset.link import link
from rulec.ruleset.model import Column, Lane, Origin, RuleSet
from rulec.ruleset.platform import Platform, read_platform
from rulec.vocabulary.load import load_vocabulary

__all__ = ["read_origin", "read_ruleset"]


def read_ruleset(
    root: Path, texts: Texts | None = None, recall: Recall | None = None
) -> tuple[RuleSet | None, list[Diagnostic], frozenset[str]]:
    """Read the rule set whose folder is `root`; `texts` stand for some of its files.

    `recall` gives what files that did not change said the last time.

    What is broken is left out of it; there is none where the vocabulary or the platform cannot be
    read at all. The set holds the "entity" and "entity.fact" paths that `check_condition` takes as
    `broken`. Raises `RuleSetNotFound`, or the `OSError` of a file that cannot be read.
    """
    recall = recall or Recall()
    files, findings = discover(root, texts, recall)
    documents: list[Document] = []
    platform = _platform(files, findings, documents)
    definitions = _definitions(files, documents)
    linked, found = link(definitions, platform or Platform(is_partial=True))
    findings += definitions.findings + found

    document = _document(files, files.vocabulary, findings, documents)
    if document is None:
        return None, findings, frozenset()
    vocabulary, found, broken = recall.of(
        "vocabulary", (document,), partial(load_vocabulary, document)
    )
    findings += found
    if vocabulary is None or platform is None:
        return None, findings, broken

    columns: list[Column] = []
    path = files.columns
    document = _document(files, path, findings, documents) if path else None
    if document is not None:
        columns, found = read_columns(document, vocabulary, broken)
        findings += found
    ruleset = RuleSet(
        files.root.name,
        vocabulary,
        tuple(platform.abilities),
        platform.points,
        tuple(definition for definition in linked if definition.lane is Lane.PRODUCT),
        tuple(definition for definition in linked if definition.lane is Lane.BUSINESS),
        tuple(columns),
        platform.scenarios or (),
        Origin(files.root, files.shown(files.root), tuple(documents), tuple(findings)),
    )
    return ruleset, findings, broken


def read_origin(root: Path, texts: Texts | None = None, recall: Recall | None = None) -> Origin:
    """The files of a rule set that may be too broken to be one.

    Raises what `read_ruleset` raises.
    """
    files, _ = discover(root, texts, recall)
    optional = (files.platform, files.columns)
    paths = [path for path in optional if path is not None and files.has(path)]
    paths = [files.vocabulary, *paths, *files.businesses, *files.products]
    read = [files.read(path) for path in paths]
    documents = tuple(document for document in read if isinstance(document, Document))
    return Origin(files.root, files.shown(files.root), documents)


def _document(
    files: Files, path: Path, findings: list[Diagnostic], documents: list[Document]
) -> Document | None:
    document = files.read(path)
    if isinstance(document, Document):
        documents.append(document)
        return document
    findings.append(document)
    return None


def _platform(
    files: Files, findings: list[Diagnostic], documents: list[Document]
) -> Platform | None:
    """What platform.toml says; a missing file has its finding already."""
    if not files.has(files.platform):
        return None
    document = _document(files, files.platform, findings, documents)
    if document is None:
        return None
    platform = files.recall.of("platform", (document,), partial(read_platform, document))
    findings += platform.findings
    return platform


def _definitions(files: Files, documents: list[Document]) -> Definitions:
    definitions = Definitions()
    for lane, paths in ((Lane.PRODUCT, files.products), (Lane.BUSINESS, files.businesses)):
        for path in paths:
            document = _document(files, path, definitions.findings, documents)
            if document is None:
                definitions.is_partial = True
            else:
                _add(document, lane, definitions, files.recall)
    return definitions


def _add(document: Document, lane: Lane, definitions: Definitions, recall: Recall) -> None:
    """Add what one file defines, as it was read before; unless a code stands in another one too."""

    def alone() -> Definitions:
        own = Definitions()
        read_definitions(document, lane, own)
        return own

    own = recall.of(("definitions", document.source.path), (document, lane), alone)
    if own.named.keys().isdisjoint(definitions.named):
        definitions.written += own.written
        definitions.named.update(own.named)
        definitions.findings += own.findings
        definitions.is_partial |= own.is_partial
    else:
        read_definitions(document, lane, definitions)
