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

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from rulec.check.names import check_condition
from rulec.check.tree import CheckedRuleSet, Typed
from rulec.diagnostic import Diagnostic, ordered
from rulec.emit.write import write
from rulec.layout.lay_out import lay_out
from rulec.layout.plan import Plan
from rulec.limits import MAX_TERMS
from rulec.ruleset.model import Definition, RuleSet
from rulec.ruleset.read import read_ruleset
from rulec.simplify.passes import simplify
from rulec.syntax.parse import parse
from rulec.terms.factor import TermExplosion, factor
from rulec.terms.model import Term
from rulec.terms.share import Shared

__all__ = ["Compiled", "compile_folder", "compile_ruleset"]


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
    terms: Mapping[str, Sequence[Term]] = field(default_factory=dict)
    """The terms of those that do not multiply too far."""
    shared: Shared = field(default_factory=Shared)
    """The local conditions that terms ask, by number."""
    plan: Plan | None = None
    """What the artifact was written from."""


def compile_folder(root: Path) -> Compiled:
    """Read and compile a rule-set folder; `OSError` where there is none."""
    ruleset, findings, broken = read_ruleset(root)
    if ruleset is None:
        return Compiled(None, None, None, tuple(ordered(findings)))
    return _compile(ruleset, findings, broken)


def compile_ruleset(ruleset: RuleSet) -> Compiled:
    """Compile a rule set that was read without errors."""
    findings = list(ruleset.origin.findings) if ruleset.origin else []
    return _compile(ruleset, findings, frozenset())


def _compile(ruleset: RuleSet, findings: list[Diagnostic], broken: Set[str]) -> Compiled:
    conditions, found = _check(ruleset, broken)
    findings = findings + found
    is_whole = len(conditions) == len(ruleset.definitions) and not _has_errors(findings)
    checked = CheckedRuleSet(ruleset, conditions) if is_whole else None
    shared = Shared()
    terms, found = _factor(ruleset, conditions, shared)
    findings += found
    plan = lay_out(ruleset, terms, shared) if checked is not None and not found else None
    artifact = write(plan) if plan else None
    return Compiled(
        ruleset, checked, artifact, tuple(ordered(findings)), conditions, terms, shared, plan
    )


def _check(ruleset: RuleSet, broken: Set[str]) -> tuple[dict[str, Typed], list[Diagnostic]]:
    """Parse and check every condition; those without findings, by code."""
    findings: list[Diagnostic] = []
    conditions: dict[str, Typed] = {}
    for definition in ruleset.definitions:
        expr, found = parse(definition.condition)
        findings += found
        if expr is None:
            continue
        typed, found = check_condition(expr, definition.condition, ruleset.vocabulary, broken)
        findings += found
        if typed is not None:
            conditions[definition.code] = typed
    return conditions, findings


def _factor(
    ruleset: RuleSet, conditions: dict[str, Typed], shared: Shared
) -> tuple[dict[str, list[Term]], list[Diagnostic]]:
    """The terms of every checked condition, by code; what multiplies too far is a finding."""
    findings: list[Diagnostic] = []
    terms: dict[str, list[Term]] = {}
    for definition in ruleset.definitions:
        if definition.code not in conditions:
            continue
        factored = factor(simplify(conditions[definition.code]), shared)
        if isinstance(factored, TermExplosion):
            findings.append(_explosion(definition, factored))
        else:
            terms[definition.code] = factored
    return terms, findings


def _has_errors(findings: list[Diagnostic]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _explosion(definition: Definition, explosion: TermExplosion) -> Diagnostic:
    return Diagnostic(
        "PRF501",
        f"this part multiplies to {explosion.n_terms:,} terms; the bound is {MAX_TERMS:,}",
        definition.condition.where(explosion.span),
        "it mixes alternatives over several entities: split it, or declare a fact for a part of it",
    )
