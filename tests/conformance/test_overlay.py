"""Who wins, clause by clause: the overlay files, each case down every road.

A case says its clause and whether the clause `holds` or is `broken` there (the same rule set or
request with the one thing swapped that the clause turns on); a clause without both fails. A case
whose rule set is refused says the `codes` of its findings. Extend the .toml files; no Python is
needed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from roads import Answer, Road, write_ruleset

from rulec.driver import compile_folder

HERE = Path(__file__).parent

CLAUSES = (
    "lane", "rank", "overrides", "overrides: transitive", "overrides: no other rank",
    "tie", "tie: allowed", "tie: a shared place",
    "identity", "identity: not by products", "identity: not by a point's order",
    "installed", "installed: by the identified one", "installed: like another", "scope",
    "falls through", "isolated", "isolated: not products", "isolated: before a point's order",
    "explicit", "conditional binding", "once a place", "default = true",
    "first", "all", "all: ends at default = true", "all: nothing found",
    "enabled", "active", "active: half-open", "rollout", "rollout: missing key",
    "not live is not there", "not live moves nobody",
    "scenario", "scenario: else untagged", "scenario: only others", "scenario: declared",
    "order", "order: settles ties", "order: binds", "before", "before: while identified",
    "before: not against order",
    "final", "open_to", "schema", "system",
)  # fmt: skip
"""The clauses of "Who wins" that are built."""
EXPECTATIONS = {"identity", "codes", "winners", "all", "reasons", "runs", "blocked_by"}


def _cases() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for file in sorted(HERE.glob("overlay-*.toml")):
        topic = tomllib.loads(file.read_text(encoding="utf-8"))
        for number, case in enumerate(topic["case"]):
            yield f"{file.stem}[{number}] {case['name']}", topic, case


CASES = list(_cases())


def _folder(tmp_path: Path, topic: Mapping[str, Any], case: Mapping[str, Any]) -> Path:
    """The rule set of a case: what it does not say, its topic says."""
    files = {
        "vocabulary.toml": case.get("vocabulary", topic["vocabulary"]),
        "platform.toml": case.get("platform", topic.get("platform", "")),
        "businesses/all.toml": case.get("businesses", topic.get("businesses", "")),
        "products/all.toml": case.get("products", topic.get("products", "")),
    }
    return write_ruleset(tmp_path, {name: text for name, text in files.items() if text})


@pytest.mark.parametrize(
    ("topic", "case"), [pytest.param(*rest, id=label[:100]) for label, *rest in CASES]
)
def test_overlay(tmp_path: Path, topic: dict[str, Any], case: dict[str, Any]) -> None:
    folder = _folder(tmp_path, topic, case)
    options = {"system": case.get("system"), "allow_ties": case.get("allow_ties", False)}
    if "refused" in case:
        found = [(finding.code, finding.path) for finding in compile_folder(folder).findings]
        assert [code for code, _ in found] == case["refused"], found
        return
    road = Road(folder, **options)
    for request in case["request"]:
        asked = request.get("scenario"), request.get("as_of")
        answer = road.ask(request.get("facts", {}), *asked)
        assert EXPECTATIONS & request.keys(), "a request without expectation"
        expect(answer, request)


def expect(answer: Answer, request: Mapping[str, Any]) -> None:
    """Hold an answer to what a request says of it; what it does not say may be anything."""
    winners = {point: wins[0] for point, wins in answer.all.items()}
    said = {
        "identity": answer.identity,
        "codes": list(answer.codes),
        "winners": answer.winners,
        "all": {point: [win.code for win in wins] for point, wins in answer.all.items()},
        "reasons": {point: win.reason for point, win in winners.items()},
        "blocked_by": {point: win.blocked_by for point, win in winners.items()},
        "runs": {
            point: win.implementation and win.implementation.name for point, win in winners.items()
        },
    }
    for key in EXPECTATIONS & request.keys():
        expected, given = request[key], said[key]
        if isinstance(expected, dict):
            given = {point: given[point] for point in expected}
        assert given == expected, (key, request)


def test_every_clause_holds_and_is_broken_once() -> None:
    covered = {(clause, case["shows"]) for _, _, case in CASES for clause in case["clauses"]}
    assert covered == {(clause, shows) for clause in CLAUSES for shows in ("holds", "broken")}
