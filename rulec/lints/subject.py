"""What lint rules look at: the files of a rule set, and what the compiler made of them.

In: a folder or a rule set that was read. Out: a `Subject`. A broken rule set has one too: its files
as far as they are TOML, its conditions as far as they have a meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from rulec.analysis.budget import Budget, Kind
from rulec.analysis.condition import Idle
from rulec.analysis.ties import Tie, Ties, every_tie
from rulec.check.tree import CheckedAssumption, CheckedRuleSet, Typed
from rulec.diagnostic import Diagnostic, Fix
from rulec.document import Document
from rulec.driver import Compiled, compile_folder, compile_ruleset, settled
from rulec.earlier import Earlier
from rulec.layout.learn import Observed
from rulec.lints.parts import Parts, assumed_facts, parts_of
from rulec.lints.proofs import Proofs
from rulec.lints.replay import replay_ties
from rulec.recall import Recall
from rulec.ruleset.discover import Texts
from rulec.ruleset.model import Origin, RuleSet
from rulec.ruleset.read import read_origin
from rulec.source import Excerpt

if TYPE_CHECKING:
    from rulec.traffic.sample import Sample

__all__ = ["Draw", "Subject", "examine"]

Draw: TypeAlias = "Callable[[RuleSet], Sample]"
"""The sample of recorded traffic, once it is known of which rule set."""


@dataclass(frozen=True)
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
    """What the compiler had to say, ties aside."""
    as_of: int
    """The time of the examination: microseconds since 1970 in UTC."""
    is_program: bool
    """Whether it compiles."""
    assumptions: Sequence[CheckedAssumption] = ()
    checked: CheckedRuleSet | None = None
    """The rule set with the meaning of everything; None where something has none, or ties."""
    ties: Sequence[Tie] = ()
    """What nothing decides: of every definition the first, and more as far as they are counted."""
    has_every_tie: bool = True
    """Whether all of them were counted."""
    proofs: Proofs | None = None
    """What is proved of the whole; None where something keeps it from having a program."""
    traffic: Sample | None = None
    """Rows of recorded traffic; None where none was named, or there is no program to read them."""
    recall: Recall = field(default_factory=Recall)
    """What was made of the same things the last time."""
    cost: Mapping[str, Any] | None = None
    """What the compiler expects of a request, as manifests say it; None without a program."""
    budget: Budget = field(default_factory=Budget)
    """What all questions about it may cost."""

    @cached_property
    def parts(self) -> Sequence[Parts]:
        """What is proved of each condition that has a meaning."""
        if self.ruleset is None:
            return []
        named = {id(text) for text, _ in self.vocabulary_conditions}
        assumed = assumed_facts(self.ruleset.vocabulary, self.assumptions)
        vocabulary, found = self.ruleset.vocabulary, list[Parts]()
        for text, condition in self.texts():
            assumptions = () if id(text) in named else self.assumptions
            facts = frozenset[str]() if id(text) in named else assumed
            if self.budget.is_spent(Kind.CONDITION):
                found.append(Parts(text, None, None, (), is_decided=False))
                continue
            parts = self.recall.of(
                ("parts", text.text, id(text) in named),
                (condition, vocabulary, assumptions),
                partial(parts_of, vocabulary, text, condition, assumptions, facts),
            )
            self.budget.charge(Kind.CONDITION, parts.looks)
            found.append(parts if parts.text is text else replace(parts, text=text))
        return found

    def without(self, parts: Parts, idle: Idle) -> Fix | None:
        """A condition without a part that can go; a fix that leans on an assumption is unsafe.

        None for a named condition: who negates it asks where it is false, which may change.
        """
        gone = parts.text.text[slice(*idle.gone)]
        is_named = any(text is parts.text for text, _ in self.vocabulary_conditions)
        if is_named or "//" in gone or "/*" in gone:
            return None
        return Fix.of(parts.text, "delete it", [(idle.gone, "")], is_safe=not idle.leans)

    def assumed(self, leans: bool) -> tuple[str, ...]:
        """The assumptions a finding about one condition leans on, as far as can be told: all."""
        return tuple(one.text for one in self.assumptions) if leans else ()

    @cached_property
    def all_texts(self) -> Mapping[str, str]:
        """The condition of each definition as it is written."""
        definitions = self.ruleset.definitions if self.ruleset else ()
        return {one.code: one.condition.text for one in definitions}

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
    draw: Draw | None = None,
    earlier: Earlier | None = None,
    budget: Budget | None = None,
) -> Subject:
    """Compile a rule set, or the folder of one, for its findings; replay what they show.

    `texts` stand for files of the folder; `draw` gives the sample of its traffic. `budget` is for
    what is asked of it afterwards.

    Raises `OSError` where there is no rule set.
    """
    origin: Origin | None
    earlier, budget = earlier or Earlier(), budget or Budget()
    drawn: list[Sample] = []

    def observe(ruleset: RuleSet) -> Observed:
        assert draw is not None
        drawn.append(draw(ruleset))
        return drawn[0].observed

    wanted = None if draw is None else observe
    if isinstance(rules, RuleSet):
        compiled = compile_ruleset(rules, observe=wanted, earlier=earlier)
        origin = rules.origin
    else:
        compiled = compile_folder(
            Path(rules), cache=cache, texts=texts, earlier=earlier, observe=wanted
        )
        found = compiled.ruleset.origin if compiled.ruleset else None
        origin = found or read_origin(Path(rules), texts)
    ties = compiled.ties
    codes = {one.code for tie in ties for one in (tie.pair.first, tie.pair.second)}
    settled_ = settled(compiled, codes) if ties else compiled
    proofs = _proofs(settled_, earlier, budget)
    has_every_tie = proofs is not None or not ties
    if compiled.ruleset is not None:
        if ties and proofs is not None:
            asked = Ties(proofs.analysis.meaning, proofs.analysis.overlay)
            ties, has_every_tie = every_tie(asked, ties)
            if draw is not None and not drawn:
                drawn.append(draw(compiled.ruleset))
        is_whole = proofs is not None and proofs.analysis.overlay.hides_nobody()
        replay_ties(compiled.ruleset, ties, proofs.program if proofs and is_whole else None)
    documents = origin.documents if origin else ()
    return Subject(
        origin.root if origin else None,
        origin.shown if origin else "",
        {document.source.path: document for document in documents},
        compiled.ruleset,
        compiled.conditions,
        compiled.vocabulary_conditions,
        tuple(one for one in compiled.findings if one.code != "LOG310"),
        as_of,
        compiled.artifact is not None,
        compiled.assumptions,
        compiled.checked,
        ties,
        has_every_tie,
        proofs,
        drawn[0] if drawn else None,
        earlier.recall,
        compiled.plan.manifest["cost"] if compiled.plan is not None else None,
        budget,
    )


def _proofs(compiled: Compiled, earlier: Earlier, budget: Budget) -> Proofs | None:
    """The proofs of a rule set that has a program."""
    if compiled.checked is None or compiled.artifact is None or compiled.asked is None:
        return None
    overlay = compiled.asked.overlay
    return Proofs(compiled.checked, compiled.artifact, budget, earlier.recall, overlay)
