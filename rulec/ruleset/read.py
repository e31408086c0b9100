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

from pathlib import Path

from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.ruleset.columns import read_columns
from rulec.ruleset.definition import Definitions
from rulec.ruleset.discover import Files, Texts, discover
from rulec.ruleset.link import link
from rulec.ruleset.model import Column, Lane, Origin, RuleSet
from rulec.ruleset.platform import Platform, read_platform
from rulec.ruleset.seen import SeenFiles

__all__ = ["read_origin", "read_ruleset"]


def read_ruleset(
    root: Path, texts: Texts | None = None, seen: SeenFiles | None = None
) -> tuple[RuleSet | None, list[Diagnostic], frozenset[str]]:
    """Read the rule set whose folder is `root`; `texts` stand for some of its files.

    `seen` remembers files from one reading to the next, and forgets those that are gone. What is
    broken is left out of the rule set; there is none where the vocabulary or the platform cannot be
    read at all. The set holds the "entity" and "entity.fact" paths that `check_condition` takes as
    `broken`. Raises `RuleSetNotFound`, or the `OSError` of a file that cannot be read.
    """
    seen = seen or SeenFiles()
    try:
        return _read(*discover(root, texts), seen)
    finally:
        seen.forget()


def _read(
    files: Files, findings: list[Diagnostic], seen: SeenFiles
) -> tuple[RuleSet | None, list[Diagnostic], frozenset[str]]:
    documents: list[Document] = []
    platform = _platform(files, findings, documents, seen)
    definitions = _definitions(files, documents, seen)
    linked, found = link(definitions, platform or Platform(is_partial=True))
    findings += definitions.findings + found

    document = _document(files, files.vocabulary, findings, documents, seen)
    if document is None:
        return None, findings, frozenset()
    vocabulary, found, broken = seen.vocabulary(document)
    findings += found
    if vocabulary is None or platform is None:
        return None, findings, broken

    columns: list[Column] = []
    path = files.columns
    document = _document(files, path, findings, documents, seen) if path else None
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


def read_origin(root: Path, texts: Texts | None = None) -> Origin:
    """The files of a rule set that may be too broken to be one.

    Raises what `read_ruleset` raises.
    """
    files, _ = discover(root, texts)
    optional = (files.platform, files.columns)
    paths = [path for path in optional if path is not None and files.has(path)]
    paths = [files.vocabulary, *paths, *files.businesses, *files.products]
    read = [files.read(path) for path in paths]
    documents = tuple(document for document in read if isinstance(document, Document))
    return Origin(files.root, files.shown(files.root), documents)


def _document(
    files: Files,
    path: Path,
    findings: list[Diagnostic],
    documents: list[Document],
    seen: SeenFiles,
) -> Document | None:
    document = seen.document(files, path)
    if isinstance(document, Document):
        documents.append(document)
        return document
    findings.append(document)
    return None


def _platform(
    files: Files, findings: list[Diagnostic], documents: list[Document], seen: SeenFiles
) -> Platform | None:
    """What platform.toml says; a missing file has its finding already."""
    if not files.has(files.platform):
        return None
    document = _document(files, files.platform, findings, documents, seen)
    if document is None:
        return None
    platform = read_platform(document)
    findings += platform.findings
    return platform


def _definitions(files: Files, documents: list[Document], seen: SeenFiles) -> Definitions:
    definitions = Definitions()
    for lane, paths in ((Lane.PRODUCT, files.products), (Lane.BUSINESS, files.businesses)):
        for path in paths:
            document = _document(files, path, definitions.findings, documents, seen)
            if document is None:
                definitions.is_partial = True
            else:
                definitions.add(seen.definitions(document, lane))
    return definitions
