"""Lay out a program: every stage's result as the rows the engine reads.

In: the rule set, each definition's terms, the shared local conditions. Out: a `Plan`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from rulec.analysis.facets import cut
from rulec.layout.access import likelihoods
from rulec.layout.conditions import Laid, lay_conditions
from rulec.layout.cost import expected_cost, measured_cost
from rulec.layout.covers import covers
from rulec.layout.flat import flatten
from rulec.layout.hang import Asked, hang
from rulec.layout.jumps import Jumps
from rulec.layout.learn import Observed, count, learn
from rulec.layout.places import places
from rulec.layout.plan import Plan, Row, Texts, row
from rulec.layout.points import Gate, lay_points
from rulec.layout.probes import Probes, lay_probes
from rulec.ruleset.model import Rollout, RuleSet
from rulec.ruleset.order import strongest_first
from rulec.terms.model import ConditionId, Single, Term
from rulec.terms.share import Shared
from rulec.vocabulary.model import Vocabulary
from rulec_runtime.format import ENTITY_KINDS

__all__ = ["lay_out"]


def lay_out(
    ruleset: RuleSet,
    terms: Mapping[str, Sequence[Term]],
    watches: Sequence[tuple[str, Sequence[Term]]],
    gates: Mapping[Rollout, ConditionId | bool],
    shared: Shared,
    settled: Set[str] = frozenset(),
    observed: Observed | None = None,
) -> Plan:
    """The plan of a rule set: terms by definition code, watch terms by what they watch.

    `gates` says what must hold where a definition or a binding is rolled out to a share of keys;
    `settled` are the codes whose decisions say `TIE`; `observed` is what recorded requests said.
    """
    texts = Texts()
    ordered = strongest_first(ruleset.products) + strongest_first(ruleset.businesses)
    literals = (item.literal for item in shared.conditions if isinstance(item, Single))
    facets = cut(ruleset.vocabulary, literals)
    guesses = likelihoods(shared)
    probes = lay_probes(ruleset.vocabulary, facets, texts)
    placed = places(shared, facets, probes.facet_numbers)
    counted = None
    if observed is not None and observed.n_rows:
        counted = count(shared, facets, placed, observed)
        if observed.teaches:
            guesses = learn(shared, guesses, counted)
    known = covers(shared, guesses, placed, probes.quiet_classes)
    names = list(ruleset.vocabulary.entities)
    own = [*(terms[item.code] for item in ordered), *(watch for _, watch in watches)]
    hung = hang(names, own, guesses, known)
    flat = flatten(hung, len(ordered), guesses, known, shared, placed, probes.n_classes)
    asked = Asked.by(flat.terms, names)
    selecting = {rollout: _gate(asked, names, shared, gate) for rollout, gate in gates.items()}
    jumps = Jumps(shared, guesses, placed)
    laid = lay_conditions(
        flat, asked, known, placed, jumps, probes, len(ruleset.products), len(ordered)
    )
    bound = lay_points(ordered, ruleset, settled, selecting, texts)
    records: dict[str, Sequence[Row]] = {
        "entities": _entities(ruleset.vocabulary, probes, laid, texts),
        "facts": probes.facts,
        "bounds": probes.bounds,
        "cuts": probes.cuts,
        "words": probes.words,
        "slots": probes.slots,
        "patterns": probes.patterns,
        "rollouts": probes.rollouts,
        "thresholds": probes.thresholds,
        **laid.records,
        "assumptions": [(texts.number(text),) for text, _ in watches],
        "definitions": bound.definitions,
        "labels": bound.labels,
        "installs": bound.installs,
        "bindings": bound.bindings,
        "provisos": [*bound.provisos],
        "implementations": [*bound.implementations],
        "liveness": bound.liveness,
        "windows": bound.windows,
        "scenarios": bound.scenarios,
        "points": bound.points,
        "orders": bound.orders,
    }
    cost = expected_cost(ordered, flat.terms, guesses, known, shared)
    if counted is not None:
        cost |= measured_cost(ordered, flat.terms, known, counted)
    manifest = _manifest(ruleset, cost)
    if observed is not None and observed.teaches:
        manifest["traffic"] = observed.source
    return Plan(texts.all, records, len(ruleset.products), manifest)


def _gate(
    asked: Asked, names: Sequence[str], shared: Shared, gate: ConditionId | bool
) -> Gate | bool:
    """Where the engine finds whether a rollout selects."""
    if isinstance(gate, bool):
        return gate
    entity = shared.entities[gate]
    return Gate(names.index(entity), asked.check(entity, gate))


def _entities(vocabulary: Vocabulary, probes: Probes, laid: Laid, texts: Texts) -> list[Row]:
    rows: list[Row] = []
    first_fact = first_facet = 0
    for entity in vocabulary.entities.values():
        n_facets = len(probes.n_classes[entity.name])
        rows.append(
            row(
                "entities",
                name=texts.number(entity.name),
                kind=ENTITY_KINDS.index(entity.kind.value),
                is_cacheable=int(entity.is_cacheable),
                first_fact=first_fact,
                n_facts=len(entity.facts),
                first_facet=first_facet,
                n_facets=n_facets,
                n_scalars=probes.n_scalars[entity.name],
                **laid.by_entity[entity.name],
            )
        )
        first_fact += len(entity.facts)
        first_facet += n_facets
    return rows


def _manifest(ruleset: RuleSet, cost: Mapping[str, Any]) -> dict[str, Any]:
    """What people read of a program; the engine decides without it."""
    return {
        "name": ruleset.name,
        "abilities": {
            item.code: _described(item.name, item.description) for item in ruleset.abilities
        },
        "points": {
            item.code: _described(item.name, item.description) | {"on_failure": item.on_failure}
            for item in ruleset.points
        },
        "cost": cost,
    }


def _described(name: str, description: str) -> dict[str, str]:
    return {"name": name, "description": description}
