"""Replay the witnesses of ties on the native engine; the oracle replayed them when compiling.

In: a rule set, and its ties. Out: nothing; an `AssertionError` where the engine does not match what
the oracle does, so that no finding is shown that a server would not act on.

A rule set with a tie makes no program, and a witness speaks of conditions alone. So the tied
definitions are compiled beside each other, each at a rank of its own, live and effective wherever
its condition is true, over the same vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rulec.analysis.ties import Tie
from rulec.driver import compile_ruleset
from rulec.ruleset.model import Definition, Liveness, RuleSet, Scope
from rulec_runtime import Program, RulecError, from_bytes

__all__ = ["replay_ties"]


def replay_ties(ruleset: RuleSet, ties: Iterable[Tie]) -> None:
    """Match every witness; ties without one, and a vocabulary that does not compile, have none."""
    shown = [tie for tie in ties if tie.witness is not None]
    program = _program(ruleset, shown) if shown else None
    for tie in shown:
        if program is None or tie.witness is None:
            continue
        codes = {tie.pair.first.code, tie.pair.second.code}
        try:
            matched = set(program.match(tie.witness).codes)
        except RulecError as error:
            message = f"the engine refuses the witness {tie.witness}: {error}"
            raise AssertionError(message) from error
        if not codes <= matched:
            message = f"the engine does not match {sorted(codes - matched)} on {tie.witness}"
            raise AssertionError(message)


def _program(ruleset: RuleSet, ties: Iterable[Tie]) -> Program | None:
    tied = {one.code for tie in ties for one in (tie.pair.first, tie.pair.second)}
    alone = replace(
        ruleset,
        points=tuple(replace(point, order=()) for point in ruleset.points),
        products=_apart(ruleset.products, tied),
        businesses=_apart(ruleset.businesses, tied),
        origin=None,
    )
    artifact = compile_ruleset(alone).artifact
    return None if artifact is None else from_bytes(artifact)


def _apart(definitions: Iterable[Definition], kept: set[str]) -> tuple[Definition, ...]:
    """Some definitions at ranks of their own, free of everything but their conditions."""
    return tuple(
        replace(
            one,
            rank=rank,
            bindings=(),
            overrides=(),
            liveness=Liveness(),
            is_isolated=False,
            products=(),
            products_like=None,
            scope=Scope.ALL,
            installed=(),
        )
        for rank, one in enumerate(one for one in definitions if one.code in kept)
    )
