"""Every code with its page, and the check behind those that no stage of the compiler reports.

In: a word of a user: a code, its name, or the first letters of codes. Out: rules and codes.

A page is the docstring of the file in `rules/` that is named like the code. It is read as text, so
showing one runs no rule.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from typing import Final, NamedTuple, TypeAlias

from rulec.codes import CODES, UNBUILT, Severity
from rulec.diagnostic import Diagnostic
from rulec.lints.rules import (
    always_true_condition,
    ambiguous_overlap,
    analysis_incomplete,
    binds_nothing,
    confusable_text,
    constant_clause,
    dead_branch,
    dead_business,
    dead_term,
    default_never_reached,
    deprecated_fact,
    equal_identity,
    expired_window,
    hidden_tie,
    identity_without_people_commodity_place,
    mergeable_branches,
    misleading_order,
    missing_kpi,
    negated_optional,
    never_active_window,
    ordered_overlap,
    overlay_differs,
    redundant_above,
    redundant_below,
    redundant_clause,
    repeated_condition,
    shadowed_by_one,
    shadowed_by_union,
    uncovered,
    unsatisfiable_condition,
    unselective_term,
    unused_name,
    volatile_fact,
)
from rulec.lints.subject import Subject
from rulec.vocabulary.suggest import suggest

__all__ = [
    "CHECKS",
    "HEADINGS",
    "PROVED",
    "Check",
    "Rule",
    "closest",
    "codes_of",
    "rule_of",
    "unbuilt",
]

Check: TypeAlias = Callable[[Subject], Iterable[Diagnostic]]

CHECKS: Final[Mapping[str, Check]] = {
    "LOG201": unsatisfiable_condition.find,
    "LOG202": always_true_condition.find,
    "LOG203": dead_branch.find,
    "LOG204": redundant_clause.find,
    "LOG205": constant_clause.find,
    "LOG206": mergeable_branches.find,
    "LOG301": shadowed_by_one.find,
    "LOG302": shadowed_by_union.find,
    "LOG303": dead_business.find,
    "LOG304": dead_term.find,
    "LOG305": redundant_below.find,
    "LOG306": redundant_above.find,
    "LOG310": ambiguous_overlap.find,
    "LOG311": ordered_overlap.find,
    "LOG313": misleading_order.find,
    "LOG314": equal_identity.find,
    "LOG315": identity_without_people_commodity_place.find,
    "LOG316": overlay_differs.find,
    "LOG317": hidden_tie.find,
    "LOG320": uncovered.find,
    "LOG321": default_never_reached.find,
    "ORG402": missing_kpi.find,
    "ORG403": expired_window.find,
    "ORG404": never_active_window.find,
    "ORG405": binds_nothing.find,
    "ORG406": repeated_condition.find,
    "ORG407": unused_name.find,
    "PRF502": unselective_term.find,
    "PRF503": volatile_fact.find,
    "VOC106": negated_optional.find,
    "VOC109": deprecated_fact.find,
    "VOC111": confusable_text.find,
    "ANA901": analysis_incomplete.find,
}
"""Every check reports its own code only; the last one, what the others left open."""

PROVED: Final = frozenset(
    code
    for code in CHECKS
    if code.startswith(("LOG3", "ORG404", "ORG405", "ANA")) and code != "LOG310"
)
"""Checks that look at the whole: where it has no program, they leave something unsaid."""

HEADINGS: Final = ("Finds", "Why it matters", "Example", "Instead", "Exactness", "Fix")
"""What a page says, in this order."""


class Rule(NamedTuple):
    """One entry of the catalogue."""

    code: str
    name: str
    severity: Severity
    page: str
    """Markdown; the title is left to who shows it."""


def rule_of(word: str) -> Rule | None:
    """The rule with this code or name, in any case.

    >>> rule_of("missing-kpi").code
    'ORG402'
    """
    for code, entry in CODES.items():
        if word.upper() == code or word.lower() == entry.name:
            return Rule(code, entry.name, entry.severity, _page(entry.name))
    return None


def codes_of(word: str) -> frozenset[str]:
    """The codes a word means: one code or name, or all codes that begin with it; none if unknown.

    >>> sorted(codes_of("PRF"))
    ['PRF501', 'PRF502', 'PRF503']
    """
    named = {code for code, entry in CODES.items() if word.lower() == entry.name}
    begun = {code for code in CODES if word and code.startswith(word.upper())}
    return frozenset(named or begun)


def unbuilt(word: str) -> str | None:
    """Why nothing can be found by this code or name, of those that are not built yet.

    >>> unbuilt("no-test")
    '`rulec test` is not built'
    """
    for code, (name, reason) in UNBUILT.items():
        if word.upper() == code or word.lower() == name:
            return reason
    return None


def closest(word: str) -> str | None:
    """The code or name that an unknown word was probably meant to be."""
    names = [entry.name for entry in CODES.values()]
    return suggest(word, [*CODES, *names])


def _page(name: str) -> str:
    file = files("rulec.lints.rules") / f"{name.replace('-', '_')}.py"
    page = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    assert page is not None
    return page
