"""Lay out a program: every stage's result as the rows the engine reads.

In: the rule set, each definition's terms, the shared local conditions. Out: a `Plan`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from rulec.analysis.facets import cut
from rulec.layout.access import likelihoods
from rulec.layout.hang import ALWAYS, Hung, hang, position_of
from rulec.layout.jumps import Jumps
from rulec.layout.plan import Plan, Row, Texts, row
from rulec.layout.points import Bit, lay_points
from rulec.layout.probes import Probes, lay_probes
from rulec.ruleset.model import Definition, Rollout, RuleSet
from rulec.ruleset.order import strongest_first
from rulec.terms.model import ConditionId, Single, Term
from rulec.terms.share import Shared
from rulec.vocabulary.model import Vocabulary
from rulec_runtime.format import ENTITY_KINDS, NONE

__all__ = ["lay_out"]


def lay_out(
    ruleset: RuleSet,
    terms: Mapping[str, Sequence[Term]],
    watches: Sequence[tuple[str, Sequence[Term]]],
    gates: Mapping[Rollout, ConditionId | bool],
    shared: Shared,
    settled: Set[str] = frozenset(),
) -> Plan:
    """The plan of a rule set: terms by definition code, watch terms by what they watch.

    `gates` says what must hold where a definition or a binding is rolled out to a share of keys;
    `settled` are the codes whose decisions say `TIE`.
    """
    texts = Texts()
    ordered = strongest_first(ruleset.products) + strongest_first(ruleset.businesses)
    literals = (item.literal for item in shared.conditions if isinstance(item, Single))
    facets = cut(ruleset.vocabulary, literals)
    guesses = likelihoods(shared)
    probes = lay_probes(ruleset.vocabulary, facets, texts)
    hung = hang(
        ruleset.vocabulary,
        [*(terms[item.code] for item in ordered), *(own for _, own in watches)],
        guesses,
    )
    jumps = Jumps(shared, guesses, facets, probes.facet_numbers)
    bits = {rollout: _bit(hung, shared, asked) for rollout, asked in gates.items()}
    bound = lay_points(ordered, ruleset, settled, bits, texts)
    records: dict[str, list[Row]] = {
        **_entities(ruleset.vocabulary, probes, hung, jumps, texts),
        "facts": probes.facts,
        "bounds": probes.bounds,
        "cuts": probes.cuts,
        "words": probes.words,
        "patterns": probes.patterns,
        "rollouts": probes.rollouts,
        "thresholds": probes.thresholds,
        "terms": hung.terms,
        "checks": hung.checks,
        "assumptions": [(texts.number(text),) for text, _ in watches],
        "definitions": bound.definitions,
        "installs": bound.installs,
        "bindings": bound.bindings,
        "liveness": bound.liveness,
        "windows": bound.windows,
        "scenarios": bound.scenarios,
        "points": bound.points,
        "orders": bound.orders,
        "decisions": bound.decisions,
    }
    manifest = _manifest(ruleset, ordered, hung, guesses)
    return Plan(texts.all, records, len(ruleset.products), manifest)


def _bit(hung: Hung, shared: Shared, gate: ConditionId | bool) -> Bit | bool:
    """Where the engine finds whether a gate holds."""
    if isinstance(gate, bool):
        return gate
    entity = shared.entities[gate]
    return Bit(hung.entity_numbers[entity], position_of(hung, entity, gate))


def _entities(
    vocabulary: Vocabulary, probes: Probes, hung: Hung, jumps: Jumps, texts: Texts
) -> dict[str, list[Row]]:
    """The rows of entities, their conditions, and what hangs on those."""
    rows: dict[str, list[Row]] = {"entities": [], "conditions": [], "tests": [], "hangs": []}
    first_fact = 0
    for entity in vocabulary.entities.values():
        asked = hung.asked[entity.name]
        rows["entities"].append(
            row(
                "entities",
                name=texts.number(entity.name),
                kind=ENTITY_KINDS.index(entity.kind.value),
                is_cacheable=int(entity.is_cacheable),
                first_fact=first_fact,
                n_facts=len(entity.facts),
                n_facets=probes.n_facets[entity.name],
                first_condition=len(rows["conditions"]),
                n_conditions=len(asked),
                n_positions=hung.n_positions[entity.name],
                n_hangs=sum(len(item.hangs) for item in asked.values()),
            )
        )
        first_fact += len(entity.facts)
        for condition, item in asked.items():
            tests = [] if condition == ALWAYS else jumps.tests(condition)
            rows["conditions"].append(
                row(
                    "conditions",
                    first_test=len(rows["tests"]),
                    n_tests=len(tests),
                    position=NONE if item.position is None else item.position,
                    first_hang=len(rows["hangs"]),
                    n_hangs=len(item.hangs),
                )
            )
            rows["tests"].extend(tests)
            rows["hangs"].extend((term,) for term in item.hangs)
    return rows


def _manifest(
    ruleset: RuleSet, ordered: Sequence[Definition], hung: Hung, guesses: Sequence[float]
) -> dict[str, Any]:
    """What people read of a program; the engine decides without it."""
    expected = {
        entity: sum(
            len(item.hangs) * (1.0 if condition == ALWAYS else guesses[condition])
            for condition, item in asked.items()
        )
        for entity, asked in hung.asked.items()
    }
    return {
        "name": ruleset.name,
        "abilities": {
            item.code: _described(item.name, item.description) for item in ruleset.abilities
        },
        "points": {
            item.code: _described(item.name, item.description) | {"on_failure": item.on_failure}
            for item in ruleset.points
        },
        "definitions": {
            item.code: _described(item.name, item.description) | {"kpi": item.kpi}
            for item in ordered
        },
        "expected_candidates": {name: round(count, 3) for name, count in expected.items()},
    }


def _described(name: str, description: str) -> dict[str, str]:
    return {"name": name, "description": description}
