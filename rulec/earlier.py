"""What earlier compiles found out, for the next one.

In: nothing; `driver.py` asks and fills it. Out: per stage what depends on nothing but its input:

    file       path and bytes        -> what it says                   ruleset/seen.py
    vocabulary the same document     -> its checked conditions
    condition  text                  -> `Typed`                        check
    Typed      the same object       -> literals                       simplify
    literals   the same object       -> terms, renumbered              terms/pool.py

Rows are made anew, so a compile that remembers gives the bytes of one that does not.
Memory is bounded by the rule set: what a compile does not use is forgotten when it ends, and
literals once they are twice as many as a compile from nothing needed.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Final

from rulec.check.tree import Typed
from rulec.check.vocabulary import CheckedVocabulary, check_vocabulary
from rulec.diagnostic import Diagnostic
from rulec.recall import Recall
from rulec.ruleset.seen import SeenFiles
from rulec.simplify.passes import Simplified
from rulec.terms.pool import Pool
from rulec.vocabulary.model import Vocabulary

__all__ = ["Earlier"]

_MORE: Final = 2
_SLACK: Final = 4_096
"""Literals that are kept in any case."""


@dataclass(slots=True)
class _Checked:
    """A vocabulary, what is broken in it, and what its check gave."""

    vocabulary: Vocabulary
    broken: Set[str]
    checked: CheckedVocabulary
    findings: tuple[Diagnostic, ...]


@dataclass(slots=True, eq=False)
class Earlier:
    """What earlier compiles found out: files, checked conditions, literals; empty at first.

    Hand one to every `compile` of a rule set that is edited between them. It holds what the latest
    compile used, and may be used by one compile at a time.
    """

    files: SeenFiles = field(default_factory=SeenFiles, init=False, repr=False)
    simplified: Simplified = field(default_factory=Simplified, init=False, repr=False)
    pool: Pool = field(default_factory=Pool, init=False, repr=False)
    recall: Recall = field(default_factory=Recall, init=False, repr=False)
    """For whoever makes more of a rule set than a program; who fills it ends its rounds."""
    _typed: dict[str, Typed] = field(default_factory=dict, init=False, repr=False)
    _used: dict[str, Typed] = field(default_factory=dict, init=False, repr=False)
    _vocabulary: _Checked | None = field(default=None, init=False, repr=False)
    _n_literals: int | None = field(default=None, init=False, repr=False)
    """After the compile from nothing."""

    def vocabulary(
        self, vocabulary: Vocabulary, broken: Set[str]
    ) -> tuple[CheckedVocabulary, list[Diagnostic]]:
        """The checked vocabulary; where it is another one than before, all else is forgotten."""
        known = self._vocabulary
        if known is None or known.vocabulary is not vocabulary or known.broken != broken:
            checked, findings = check_vocabulary(vocabulary, broken)
            known = self._vocabulary = _Checked(vocabulary, broken, checked, tuple(findings))
            self._start_anew()
        return known.checked, list(known.findings)

    @property
    def checked(self) -> CheckedVocabulary | None:
        """The vocabulary of the last compile, checked."""
        return None if self._vocabulary is None else self._vocabulary.checked

    def find(self, text: str) -> Typed | None:
        """The checked form of a condition that had no findings."""
        typed = self._typed.get(text)
        if typed is not None:
            self._used[text] = typed
        return typed

    def keep(self, text: str, typed: Typed) -> None:
        """Remember a condition that has no findings."""
        self._typed[text] = self._used[text] = typed

    def forget(self) -> None:
        """Forget what was not asked for since the last time."""
        self._typed, self._used = self._used, {}
        self.simplified.forget()
        self.pool.forget()
        n_literals = len(self.simplified.pushed.literals)
        if self._n_literals is None:
            self._n_literals = n_literals
        elif n_literals > _MORE * self._n_literals + _SLACK:
            self._start_anew()

    def _start_anew(self) -> None:
        self.simplified = Simplified()
        self.pool = Pool()
        self._typed, self._used = {}, {}
        self._n_literals = None
