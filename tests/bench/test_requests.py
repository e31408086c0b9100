"""Requests made from rules: the engine takes them all, and definitions match."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from properties.worlds import World, worlds
from roads import write_ruleset

from rulec.bench.columns import columns_of
from rulec.bench.requests import make_requests
from rulec.driver import compile_folder
from rulec.oracle.facts import read_facts
from rulec.oracle.resolve import broken_assumption
from rulec_runtime import from_bytes

SHOP = Path(__file__).resolve().parents[2] / "examples" / "tmall"


@settings(max_examples=12, deadline=None)
@given(world=worlds())
def test_requests_of_random_rule_sets_are_valid(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("world")
    compiled = compile_folder(write_ruleset(folder, world.files), allow_ties=True)
    assert compiled.checked is not None
    assert compiled.artifact is not None
    program = from_bytes(compiled.artifact)
    vocabulary = compiled.checked.ruleset.vocabulary
    kept = [
        request
        for request in make_requests(compiled, 20)
        if broken_assumption(compiled.checked, read_facts(vocabulary, request)) is None
    ]
    as_of = world.times[0] if program.needs_as_of else None
    if not kept or not program.points:
        return
    batch = program.batch(columns_of(vocabulary, kept), as_of)
    by_column = batch.resolve_points(program.points)
    for row, request in enumerate(kept):
        match = program.match(request, as_of)
        by_dict = match.resolve_points(program.points)
        assert [program.decisions[number] for number in by_column[:, row]] == list(by_dict)


def test_one_seed_gives_one_set_of_requests_that_definitions_match() -> None:
    compiled = compile_folder(SHOP)
    assert compiled.artifact is not None
    program = from_bytes(compiled.artifact)
    requests = make_requests(compiled, 400)
    assert requests == make_requests(compiled, 400)
    assert requests[:50] != make_requests(compiled, 50, seed=2)
    matched = {code for request in requests for code in program.match(request).codes}
    products_and_businesses = {one.code for one in compiled.ruleset.definitions}
    assert matched == products_and_businesses


def test_a_request_gives_every_required_fact() -> None:
    compiled = compile_folder(SHOP)
    for request in make_requests(compiled, 50):
        assert {"price"} <= request["item"].keys()
        assert {"amount"} <= request["order"].keys()


def test_times_that_no_year_holds_are_not_drawn(tmp_path: Path) -> None:
    """`<= 0001-01-01T00:00:00+00:01` is a minute before the first year of UTC."""
    files = {
        "vocabulary.toml": """
[entity.order]
kind = "context"
[entity.order.facts]
at = { type = "time", required = true }
""",
        "platform.toml": """
[[ability]]
code = "a"
[[ability.point]]
code = "p"
default = "none"
""",
        "businesses/early.toml": """
code = "early"
owner = "o"
identity = "order.at <= 0001-01-01T00:00:00+00:01"
""",
    }
    compiled = compile_folder(write_ruleset(tmp_path, files))
    assert compiled.artifact is not None
    program = from_bytes(compiled.artifact)
    assert {program.identify(request) for request in make_requests(compiled, 20)} == {"platform"}
