"""What is learnt is what was counted, and moves no answer."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from properties.worlds import World, worlds
from roads import Road, write_ruleset
from traffic.observing import holds, observed

from rulec.analysis.facets import cut
from rulec.driver import Compiled, compile_folder
from rulec.layout import learn as room
from rulec.layout.access import likelihoods
from rulec.layout.learn import WEIGHT, Observed, learn
from rulec.layout.places import places
from rulec.layout.plan import Texts
from rulec.layout.probes import lay_probes
from rulec.oracle.facts import Facts, read_facts
from rulec.terms.model import Single


def learnt(compiled: Compiled, seen: Observed) -> list[float]:
    """As the layout learns."""
    assert compiled.ruleset is not None
    shared, vocabulary = compiled.shared, compiled.ruleset.vocabulary
    facets = cut(vocabulary, [i.literal for i in shared.conditions if isinstance(i, Single)])
    probes = lay_probes(vocabulary, facets, Texts())
    placed = places(shared, facets, probes.facet_numbers)
    return learn(shared, facets, placed, likelihoods(shared), seen)


def counted(compiled: Compiled, rows: Sequence[Facts]) -> list[int]:
    """How many rows each local condition holds in."""
    truths: list[list[bool]] = []
    for condition in compiled.shared.conditions:
        if isinstance(condition, Single):
            truths.append([holds(condition.literal, row) for row in rows])
        else:
            joined = all if condition.connective == "and" else any
            parts = [truths[part] for part in condition.parts]
            truths.append([joined(row) for row in zip(*parts, strict=True)])
    return [sum(truth) for truth in truths]


@given(worlds())
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=25)
def test_every_condition_is_counted_and_no_answer_changes(world: World) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = write_ruleset(Path(folder), world.files)
        road = Road(root, allow_ties=True)
        requests = [one for one in world.requests if not road.is_refused(one)]
        rows = [read_facts(road.checked.ruleset.vocabulary, one) for one in requests]
        seen = observed(rows)
        compiled = compile_folder(root, allow_ties=True)
        if rows:
            found = learnt(compiled, seen)
            expected = counted(compiled, rows)
            for share, count in zip(found, expected, strict=True):
                assert count <= share * (len(rows) + WEIGHT) + 1e-9 <= count + WEIGHT + 1e-9
        taught = Road(root, allow_ties=True, observe=lambda _: seen)
        times = [
            time for one, time in zip(world.requests, world.times, strict=True) if one in requests
        ]
        taught.ask_all(requests, world.scenario, times)


VOCABULARY = """
[entity.item]
kind = "commodity"
contains = "tags"
[entity.item.facts]
tags = { type = "tags<int>" }
brand = { type = "string", optional = true, selectivity = "0.5" }
shop = { type = "int", default = 0 }
isNew = { type = "flag" }
"""
FILES = {
    "vocabulary.toml": VOCABULARY,
    "platform.toml": '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\ndefault = "none"\n',
    "businesses/a.toml": (
        'code = "a"\nowner = "o"\nkpi = "k"\nidentity = \'\'\'\n'
        "item.brand == 'x' && item.contains(7) && item.shop == 0 && item.isNew()'''\n"
        '[[bind]]\npoint = "p"\nimplementation = "i"\n'
    ),
}


def small(folder: Path) -> Compiled:
    return compile_folder(write_ruleset(folder, FILES))


def test_what_was_not_recorded_keeps_its_guess(tmp_path: Path) -> None:
    compiled = small(tmp_path)
    brand, tag, shop, flag, whole = learnt(compiled, Observed(9, {"item.brand": {"x": [2, 5]}}))
    assert brand == pytest.approx((2 + 0.5) / 10)
    guesses = likelihoods(compiled.shared)
    assert [tag, shop, flag] == guesses[1:4]
    assert whole == pytest.approx(brand * tag * shop * flag)


def test_what_goes_together_is_counted_together(tmp_path: Path) -> None:
    half = list(range(0, 100, 2))
    facts: dict[str, Any] = {
        "item.brand": {"x": half},
        "item.tags": {7: half, 8: [1]},
        "item.shop": {0: list(range(100))},
        "item.isNew": {True: half},
    }
    *_, whole = learnt(small(tmp_path), Observed(100, facts))
    assert whole == pytest.approx(0.5, abs=0.01)


def test_an_empty_sample_teaches_nothing(tmp_path: Path) -> None:
    compiled = small(tmp_path)
    assert learnt(compiled, Observed(0, {"item.brand": {}})) == likelihoods(compiled.shared)


def test_memory_is_bounded_by_fewer_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_BYTES", 100)
    monkeypatch.setattr(room, "FEWEST_ROWS", 64)
    n_rows = 100 * 8 // 5
    rows = list(range(n_rows))
    seen = Observed(10_000, {"item.isNew": {True: [*rows, *range(n_rows, 10_000, 3)]}})
    *_, flag, _ = learnt(small(tmp_path), seen)
    assert flag > 0.99
