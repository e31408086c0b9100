"""Replay witnesses on the native engine; the oracle replayed them when they were found.

In: a rule set and its ties, or its program and a witness. Out: nothing; an `AssertionError` where
the engine does not say what the oracle does, so that no finding is shown that a server would not
act on.

What is asked of a tie's witness is who matches. Where a barrier, or a product that nobody installs,
keeps some of those from being seen in the program with its ties settled, or there is none, the tied
definitions are compiled beside each other, each at a rank of its own, live and effective wherever
its condition is true, over the same vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import replace

from rulec.analysis.answers import Witness
from rulec.analysis.ties import Tie
from rulec.check.tree import CheckedRuleSet
from rulec.driver import compile_ruleset
from rulec.instant import instant
from rulec.oracle.candidates import Candidates
from rulec.oracle.facts import read_facts
from rulec.oracle.resolve import effective, identify, resolve_all
from rulec.ruleset.model import Definition, Liveness, RuleSet, Scope
from rulec_runtime import Match, Program, RulecError, from_bytes

__all__ = ["replay_match", "replay_ties", "replay_two", "replay_witness"]

_EPOCH = "1970-01-01T00:00:00Z"
"""The time of a request where nothing asks for it."""


def replay_ties(ruleset: RuleSet, ties: Iterable[Tie], settled: Program | None = None) -> None:
    """Match every witness; ties without one, and a vocabulary that does not compile, have none.

    `settled` is the program of the rule set, where that matches whoever is live and true.
    """
    shown = [tie for tie in ties if tie.witness is not None]
    program = settled or (_program(ruleset, shown) if shown else None)
    for tie in shown:
        if program is None or tie.witness is None:
            continue
        codes = {tie.pair.first.code, tie.pair.second.code}
        try:
            matched = set(program.match(tie.witness, tie.as_of or _EPOCH).codes)
        except RulecError as error:
            message = f"the engine refuses the witness {tie.witness}: {error}"
            raise AssertionError(message) from error
        if not codes <= matched:
            message = f"the engine does not match {sorted(codes - matched)} on {tie.witness}"
            raise AssertionError(message)


def _program(ruleset: RuleSet, ties: Iterable[Tie]) -> Program | None:
    tied = {one.code for tie in ties for one in (tie.pair.first, tie.pair.second)}
    artifact = _alone(ruleset, tied)
    return None if artifact is None else from_bytes(artifact)


def _alone(ruleset: RuleSet, kept: Set[str]) -> bytes | None:
    """The program of some definitions beside each other."""
    alone = replace(
        ruleset,
        points=tuple(replace(point, order=()) for point in ruleset.points),
        products=_apart(ruleset.products, kept),
        businesses=_apart(ruleset.businesses, kept),
        origin=None,
    )
    return compile_ruleset(alone).artifact


def _apart(definitions: Iterable[Definition], kept: Set[str]) -> tuple[Definition, ...]:
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


def replay_match(program: Program, witness: Witness, codes: Set[str]) -> None:
    """Ask the engine whether one request matches some businesses that no barrier keeps out."""
    matched = set(_match(program, witness).codes)
    if not codes <= matched:
        message = f"the engine does not match {sorted(codes - matched)} on {witness.facts}"
        raise AssertionError(message)


def replay_two(ruleset: RuleSet, witness: Witness, codes: Set[str]) -> None:
    """As `replay_match`, on a program of those definitions alone; one that is no program is wrong.

    What is asked is who matches, and that hangs on nobody else.
    """
    artifact = _alone(ruleset, codes)
    assert artifact is not None, "two definitions that compile with others compile alone"
    replay_match(from_bytes(artifact), witness, codes)


def replay_witness(
    candidates: Candidates, checked: CheckedRuleSet, program: Program, witness: Witness
) -> None:
    """Ask oracle and engine everything about one request; they must say the same."""
    facts = read_facts(checked.ruleset.vocabulary, witness.facts)
    matched = candidates.matching(facts, instant(witness.as_of or _EPOCH))
    match = _match(program, witness)
    said: list[object] = [match.identity, set(match.codes)]
    meant: list[object] = [identify(matched), set(effective(matched))]
    if witness.place is not None:
        code, scenario = witness.place.point, witness.place.scenario
        point = next(point for point in checked.ruleset.points if point.code == code)
        said += [(d.code, d.blocked_by) for d in match.resolve_all(code, scenario)]
        meant += [(w.code, w.blocked_by) for w in resolve_all(matched, point, scenario)]
    if said != meant:
        raise AssertionError(f"on {witness.facts} the engine says {said}, the oracle {meant}")


def _match(program: Program, witness: Witness) -> Match:
    try:
        return program.match(witness.facts, witness.as_of or _EPOCH)
    except RulecError as error:
        message = f"the engine refuses the witness {witness.facts}: {error}"
        raise AssertionError(message) from error
