"""The compiler, stage by stage.

    discover, read   files    -> RuleSet          ruleset/, vocabulary/
    parse            text     -> Expr             syntax/
    check            Expr     -> Typed            check/
    simplify         Typed    -> literals         simplify/
    factor           literals -> terms            terms/
    lay out          terms    -> Plan             layout/   (facets from analysis/)
    emit             Plan     -> artifact bytes   emit/

In: a folder or a rule set. Out: `Compiled`. Nothing here prints or raises for a user's mistake, and
only `ruleset/` reads files. A broken condition keeps no other one from being checked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from rulec.analysis.overlay import Meaning
from rulec.analysis.ties import Tie, Ties, tied, ties
from rulec.check.names import check_condition
from rulec.check.remembered import Remembered
from rulec.check.rollouts import check_rollouts
from rulec.check.tree import CheckedAssumption, CheckedRuleSet, Typed
from rulec.check.vocabulary import CheckedVocabulary
from rulec.diagnostic import Diagnostic, ordered
from rulec.earlier import Earlier
from rulec.emit.keep import with_rules
from rulec.emit.write import write
from rulec.layout.lay_out import lay_out
from rulec.layout.learn import Observed
from rulec.layout.plan import Plan
from rulec.limits import MAX_TERMS
from rulec.logic import Node
from rulec.pause import without_collection
from rulec.ruleset.discover import Texts
from rulec.ruleset.model import RuleSet
from rulec.ruleset.read import read_ruleset
from rulec.ruleset.systems import keep_system
from rulec.simplify.values import Literal
from rulec.source import Excerpt, Where
from rulec.stopwatch import Stopwatch
from rulec.syntax.parse import parse
from rulec.terms.factor import TermExplosion, gate
from rulec.terms.model import Term
from rulec.terms.pool import Numbering
from rulec.terms.share import Shared
from rulec.vocabulary.model import Vocabulary

__all__ = [
    "Compiled",
    "Observe",
    "check_one",
    "compile_folder",
    "compile_ruleset",
    "settled",
]

Observe: TypeAlias = Callable[[RuleSet], Observed]
"""What recorded requests said, once it is known of which rule set."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """How far a rule set came, and every finding on the way, in order.

    `ruleset` is what could be read, `checked` has a meaning for every condition, `artifact` is the
    program; each is None where an error stands in its way.
    """

    ruleset: RuleSet | None
    checked: CheckedRuleSet | None
    artifact: bytes | None
    findings: tuple[Diagnostic, ...]
    conditions: Mapping[str, Typed] = field(default_factory=dict)
    """Every condition that has a meaning, by the definition's code."""
    vocabulary_conditions: Sequence[tuple[Excerpt, Typed]] = ()
    """The conditions of the vocabulary that have one: named ones, and sides of assumptions."""
    assumptions: Sequence[CheckedAssumption] = ()
    ties: Sequence[Tie] = ()
    """What nothing decides."""
    asked: Ties | None = field(default=None, compare=False)
    """Who was asked about them, with the meaning of everything."""
    terms: Mapping[str, Sequence[Term]] = field(default_factory=dict)
    """The terms of those that do not multiply too far."""
    shared: Shared = field(default_factory=Shared)
    """The local conditions that terms ask, by number."""
    watches: Sequence[tuple[str, Sequence[Term]]] = ()
    """The terms that hold where an assumption is broken, as far as they do not multiply."""
    plan: Plan | None = None
    """What the artifact was written from."""
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)
    """Processor time by stage: read, check, simplify, order, factor, lay out, write."""


def compile_folder(
    root: Path,
    *,
    system: str | None = None,
    allow_ties: bool = False,
    cache: Path | None = None,
    texts: Texts | None = None,
    earlier: Earlier | None = None,
    observe: Observe | None = None,
    keep_rules: bool = False,
) -> Compiled:
    """Read and compile a rule-set folder; `OSError` where there is none.

    `system` keeps what that application runs; `allow_ties` settles ties by the smaller code;
    `cache` is a folder to remember checked conditions in; `texts` stand for files of the folder;
    `earlier` is what earlier compiles found out, and takes what this one does; `observe` says what
    recorded requests said, and is asked only if there is a program to lay out; `keep_rules` keeps
    the files in the artifact (`emit/keep.py`).
    """
    earlier = earlier or Earlier()
    watch = Stopwatch()
    with without_collection():
        ruleset, findings, broken = read_ruleset(root, texts, earlier.files)
        watch.lap("read")
        if ruleset is None:
            return Compiled(None, None, None, tuple(ordered(findings)))
        compiled = _compile(
            ruleset, findings, broken, system, allow_ties, cache, observe, earlier, watch
        )
        if not keep_rules or compiled.plan is None:
            return compiled
        plan = with_rules(compiled.plan, ruleset, system, allow_ties)
        return replace(compiled, plan=plan, artifact=write(plan))


def compile_ruleset(
    ruleset: RuleSet,
    *,
    system: str | None = None,
    allow_ties: bool = False,
    observe: Observe | None = None,
    earlier: Earlier | None = None,
) -> Compiled:
    """Compile a rule set that was read without errors; the options are those of a folder."""
    earlier = earlier or Earlier()
    watch = Stopwatch()
    findings = list(ruleset.origin.findings) if ruleset.origin else []
    with without_collection():
        return _compile(
            ruleset, findings, frozenset(), system, allow_ties, None, observe, earlier, watch
        )


def _compile(
    ruleset: RuleSet,
    findings: list[Diagnostic],
    broken: Set[str],
    system: str | None,
    allow_ties: bool,
    cache: Path | None,
    observe: Observe | None,
    earlier: Earlier,
    watch: Stopwatch,
) -> Compiled:
    read = ruleset
    if system is not None:
        ruleset, found = keep_system(ruleset, system)
        findings = findings + found
    conditions, vocabulary, found = _check(ruleset, broken, cache, earlier)
    assumptions = vocabulary.assumptions
    findings = findings + found
    rollouts, found = check_rollouts(ruleset, broken)
    findings += found
    watch.lap("check")
    meaning = Meaning(ruleset, conditions, assumptions, rollouts, simplified=earlier.simplified)
    normal = meaning.normal
    watch.lap("simplify")
    asked = Ties(meaning)
    settled, open_ = _ties(asked, findings, allow_ties)
    findings += map(tie_finding, open_)
    watch.lap("order")
    is_whole = len(conditions) == len(ruleset.definitions) and not _has_errors(findings)
    numbering = Numbering(earlier.pool)
    terms, found = _factor(ruleset, normal, numbering)
    watches, too_large = _watch(assumptions, meaning.broken, numbering)
    findings += found + too_large
    watch.lap("factor")
    compiled = Compiled(
        ruleset,
        None,
        None,
        tuple(ordered(findings)),
        conditions,
        vocabulary.conditions,
        assumptions,
        open_,
        asked,
        terms,
        numbering.shared,
        watches,
    )
    if is_whole:
        compiled = _laid_out(compiled, asked.meaning, settled, read, observe, watch)
    earlier.forget()
    return replace(compiled, seconds=watch.seconds)


def settled(compiled: Compiled, codes: Set[str]) -> Compiled:
    """What a rule set is where the smaller code settles the ties that some definitions stand in.

    Who is named decides about the reason of a decision, never about the winner. One that something
    else keeps from having a meaning stays as it is.
    """
    asked, ruleset = compiled.asked, compiled.ruleset
    errors = {one.code for one in compiled.findings if one.severity == "error"}
    if asked is None or ruleset is None or not errors <= {"LOG310", "PRF501"}:
        return compiled
    if len(compiled.conditions) < len(ruleset.definitions):
        return compiled
    return _laid_out(compiled, asked.meaning, frozenset(codes), ruleset, None, Stopwatch())


def _laid_out(
    compiled: Compiled,
    meaning: Meaning,
    settled: frozenset[str],
    read: RuleSet,
    observe: Observe | None,
    watch: Stopwatch,
) -> Compiled:
    """A rule set with a meaning, and its program if no condition multiplies too far."""
    ruleset, terms, watches = meaning.ruleset, compiled.terms, compiled.watches
    checked = CheckedRuleSet(
        ruleset, compiled.conditions, tuple(compiled.assumptions), settled, meaning.rollouts
    )
    if len(terms) < len(ruleset.definitions) or len(watches) < len(compiled.assumptions):
        return replace(compiled, checked=checked)
    gates = {rollout: gate(node, compiled.shared) for rollout, node in meaning.gates.items()}
    observed = observe(read) if observe is not None else None
    plan = lay_out(ruleset, terms, watches, gates, compiled.shared, settled, observed)
    watch.lap("lay out")
    artifact = write(plan)
    watch.lap("write")
    return replace(compiled, checked=checked, plan=plan, artifact=artifact)


def _check(
    ruleset: RuleSet, broken: Set[str], cache: Path | None, earlier: Earlier
) -> tuple[dict[str, Typed], CheckedVocabulary, list[Diagnostic]]:
    """Parse and check every condition; those without findings, by code, and the vocabulary's."""
    vocabulary, findings = earlier.vocabulary(ruleset.vocabulary, broken)
    remembered = Remembered(cache, ruleset.vocabulary, vocabulary) if cache else None
    conditions: dict[str, Typed] = {}
    for definition in ruleset.definitions:
        typed, found = check_one(
            definition.condition, ruleset.vocabulary, vocabulary, remembered, earlier
        )
        findings += found
        if typed is not None:
            conditions[definition.code] = typed
    if remembered:
        remembered.save()
    return conditions, vocabulary, findings


def check_one(
    text: Excerpt,
    vocabulary: Vocabulary,
    checked: CheckedVocabulary,
    remembered: Remembered | None,
    earlier: Earlier,
) -> tuple[Typed | None, list[Diagnostic]]:
    """A condition from memory, from the file of an earlier run, or parsed and checked."""
    typed = earlier.find(text.text)
    if typed is not None:
        if remembered:
            remembered.use(text.text)
        return typed, []
    typed = remembered.find(text.text) if remembered else None
    if typed is None:
        expr, findings = parse(text)
        if expr is None:
            return None, findings
        typed, found = check_condition(expr, text, vocabulary, checked.broken, checked.defines)
        findings += found
        if typed is None or findings:
            return typed, findings
        if remembered:
            remembered.keep(text.text, typed)
    earlier.keep(text.text, typed)
    return typed, []


def _ties(
    asked: Ties, findings: list[Diagnostic], allow_ties: bool
) -> tuple[frozenset[str], tuple[Tie, ...]]:
    """Who stands in a settled tie, or the open ones; none while the order itself is in doubt."""
    if any(finding.code in ("VOC110", "LOG312") for finding in findings):
        return frozenset(), ()
    if allow_ties:
        return tied(asked), ()
    return frozenset(), tuple(ties(asked))


def tie_finding(tie: Tie) -> Diagnostic:
    """What `LOG310` says of a tie."""
    first, second, point = tie.pair
    names = " and ".join(f"`{one.code}` (of `{one.owner}`)" for one in (first, second))
    here = f" at `{point}`" if point else ""
    both = "both match one request" if tie.witness is not None else "both may match one request"
    advice = (
        f'let `{first.code}` say `overrides = ["{second.code}"]`, or the other way round, '
        "or give them different ranks"
    )
    if tie.witness is not None:
        advice += f"; they meet on {json.dumps(tie.witness, ensure_ascii=False)}"
    return Diagnostic(
        "LOG310",
        f"nothing decides between {names}{here}: both have rank {second.rank}, and {both}",
        second.rank_where,
        advice,
        between=(first.code, second.code),
        witness=tie.witness,
        as_of=tie.as_of,
        point=point or None,
        scenario=tie.scenario,
    )


def _factor(
    ruleset: RuleSet, normal: Mapping[str, Node[Literal]], numbering: Numbering
) -> tuple[dict[str, list[Term]], list[Diagnostic]]:
    """The terms of every checked condition, by code; what multiplies too far is a finding."""
    findings: list[Diagnostic] = []
    terms: dict[str, list[Term]] = {}
    for definition in ruleset.definitions:
        if definition.code not in normal:
            continue
        factored = numbering.factor(normal[definition.code])
        if isinstance(factored, TermExplosion):
            findings.append(_explosion(definition.condition.where(factored.span), factored))
        else:
            terms[definition.code] = factored
    return terms, findings


def _watch(
    assumptions: Sequence[CheckedAssumption], broken: Sequence[Node[Literal]], numbering: Numbering
) -> tuple[list[tuple[str, list[Term]]], list[Diagnostic]]:
    """The terms that hold where an assumption is broken, with its words."""
    findings: list[Diagnostic] = []
    watches: list[tuple[str, list[Term]]] = []
    for assumption, condition in zip(assumptions, broken, strict=True):
        factored = numbering.factor(condition)
        if isinstance(factored, TermExplosion):
            findings.append(_explosion(assumption.where, factored))
        else:
            watches.append((assumption.text, factored))
    return watches, findings


def _has_errors(findings: list[Diagnostic]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _explosion(where: Where, explosion: TermExplosion) -> Diagnostic:
    return Diagnostic(
        "PRF501",
        f"this part multiplies to {explosion.n_terms:,} terms; the bound is {MAX_TERMS:,}",
        where,
        "it mixes alternatives over several entities: split it, or declare a fact for a part of it",
    )
