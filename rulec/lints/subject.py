"""What lint rules look at: the files of a rule set, and what the compiler made of them.

In: a folder or a rule set that was read. Out: a `Subject`. A broken rule set has one too: its files
as far as they are TOML, its conditions as far as they have a meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from rulec.check.tree import Typed
from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.driver import compile_folder, compile_ruleset
from rulec.lints.replay import replay_ties
from rulec.ruleset.discover import Texts
from rulec.ruleset.model import Origin, RuleSet
from rulec.ruleset.read import read_origin
from rulec.source import Excerpt

__all__ = ["Subject", "examine"]


@dataclass(frozen=True, slots=True)
class Subject:
    """One rule set under examination."""

    root: Path | None
    """Its folder; None for a rule set that was made in memory."""
    shown: str
    """The root as paths of findings begin."""
    documents: Mapping[str, Document]
    """Every file that is TOML, by its path as findings show it."""
    ruleset: RuleSet | None
    conditions: Mapping[str, Typed]
    """Every condition that has a meaning, by the definition's code."""
    vocabulary_conditions: Sequence[tuple[Excerpt, Typed]]
    """The conditions of the vocabulary that have a meaning, with their texts."""
    findings: tuple[Diagnostic, ...]
    """What the compiler had to say."""
    as_of: int
    """The time of the examination: microseconds since 1970 in UTC."""
    is_program: bool
    """Whether it compiles."""

    def texts(self) -> Iterator[tuple[Excerpt, Typed]]:
        """Every condition that has a meaning with its text: the vocabulary's, then definitions'.

        A named condition is a text of its own; where another one uses it, it is a `Use`.
        """
        yield from self.vocabulary_conditions
        for definition in self.ruleset.definitions if self.ruleset else ():
            if definition.code in self.conditions:
                yield definition.condition, self.conditions[definition.code]


def examine(
    rules: RuleSet | str | PathLike[str],
    as_of: int,
    cache: Path | None = None,
    texts: Texts | None = None,
) -> Subject:
    """Compile a rule set, or the folder of one, for its findings; replay what they show.

    `texts` stand for files of the folder.

    Raises `OSError` where there is no rule set.
    """
    origin: Origin | None
    if isinstance(rules, RuleSet):
        compiled, origin = compile_ruleset(rules), rules.origin
    else:
        compiled = compile_folder(Path(rules), cache=cache, texts=texts)
        found = compiled.ruleset.origin if compiled.ruleset else None
        origin = found or read_origin(Path(rules), texts)
    if compiled.ruleset is not None:
        replay_ties(compiled.ruleset, compiled.ties)
    documents = origin.documents if origin else ()
    return Subject(
        origin.root if origin else None,
        origin.shown if origin else "",
        {document.source.path: document for document in documents},
        compiled.ruleset,
        compiled.conditions,
        compiled.vocabulary_conditions,
        compiled.findings,
        as_of,
        compiled.artifact is not None,
    )
