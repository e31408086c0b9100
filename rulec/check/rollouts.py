"""The rollouts of definitions and bindings: the same question as `rollout(...)` in a condition.

In: a rule set and its vocabulary. Out: each rollout as a checked condition of one leaf, and
findings, which stand at the name of the fact it selects by.
"""

from __future__ import annotations

from collections.abc import Set

from rulec.check.names import check_condition
from rulec.check.tree import Typed
from rulec.diagnostic import Diagnostic
from rulec.logic import Leaf
from rulec.ruleset.model import Rollout, RuleSet
from rulec.source import Span
from rulec.syntax import tree

__all__ = ["check_rollouts"]


def check_rollouts(
    ruleset: RuleSet, broken: Set[str] = frozenset()
) -> tuple[dict[Rollout, Typed], list[Diagnostic]]:
    """Check every rollout; `broken` names what is declared but wrong."""
    checked: dict[Rollout, Typed] = {}
    findings: list[Diagnostic] = []
    for rollout in ruleset.rollouts():
        written = _written(rollout)
        if written is None:
            message = f"`{rollout.by.text}` names no fact"
            help = 'write `by = "buyer.id"`: an entity and its fact'
            findings.append(Diagnostic("VOC101", message, rollout.by.whole, help))
            continue
        leaf: tree.Expr = Leaf(written, written.by.span)
        typed, found = check_condition(leaf, rollout.by, ruleset.vocabulary, broken)
        findings += found
        if typed is not None:
            checked[rollout] = typed
    return checked, findings


def _written(rollout: Rollout) -> tree.Rollout | None:
    """The rollout as if it stood in a condition; None where `by` is no `entity.fact`."""
    entity, dot, fact = rollout.by.text.partition(".")
    if not (dot and entity and fact) or "." in fact:
        return None
    end = len(rollout.by.text)
    by = tree.FactName(
        tree.Word(entity, Span(0, len(entity))), tree.Word(fact, Span(len(entity) + 1, end))
    )
    percent = tree.Word(rollout.percent, by.span)
    return tree.Rollout(percent, by, tree.Value(tree.ValueKind.STRING, rollout.salt, by.span))
