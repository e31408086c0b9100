"""How fast are conditions parsed and checked, for the first time and remembered?

    python -m benchmarks.bench_front [--conditions 10000] [--rounds 9] [--out FILE]

In: the conditions of a made world. Out: one JSON object with every round, and a line for each road:
`cold` parses and checks every condition; `remembered` finds each in a cache folder that an earlier
run has filled, file read included. A piece is a condition.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks.machine import machine, versions
from benchmarks.rulesets import ruleset
from benchmarks.worlds import World
from rulec.bench.rounds import N_ROUNDS, Contestant, figure, measure
from rulec.check.names import check_condition
from rulec.check.remembered import Remembered
from rulec.check.vocabulary import check_vocabulary
from rulec.source import Excerpt
from rulec.syntax.parse import parse


def contestants(n_conditions: int, folder: Path) -> list[Contestant]:
    """Both roads over one world; the cache is filled first."""
    rules = ruleset(World("dense", n_conditions, "specific"))
    vocabulary, _ = check_vocabulary(rules.vocabulary, frozenset())
    texts: list[Excerpt] = [definition.condition for definition in rules.definitions]

    def checked(text: Excerpt) -> object:
        expr, found = parse(text)
        assert expr is not None
        typed, more = check_condition(
            expr, text, rules.vocabulary, vocabulary.broken, vocabulary.defines
        )
        assert typed is not None
        assert not found + more
        return typed

    def cold(n: int) -> None:
        for text in texts[:n]:
            checked(text)

    def remembered(n: int) -> None:
        known = Remembered(folder, rules.vocabulary, vocabulary)
        for text in texts[:n]:
            assert known.find(text.text) is not None

    filling = Remembered(folder, rules.vocabulary, vocabulary)
    for text in texts:
        filling.keep(text.text, checked(text))
    filling.save()
    n = len(texts)
    return [Contestant("cold", cold, n, n), Contestant("remembered", remembered, n, n)]


def main() -> None:
    """Measure, show, keep."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--conditions", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(contestants(given.conditions, Path(folder)), given.rounds)
    for name, of in found.items():
        one = figure(of)
        seconds = [value * of.n / 1e9 for value in (one.median, one.low, one.high)]
        print(f"{name}: {seconds[0]:.2f} s ({seconds[1]:.2f} - {seconds[2]:.2f})")
    if given.out:
        result = {
            "schema": "rulec.bench.front",
            "version": 1,
            "machine": machine(),
            "versions": versions(["rulec", "lark"]),
            "conditions": given.conditions,
            "rounds": {
                name: {"n": of.n, "seconds": of.seconds, "cpu_seconds": of.cpu_seconds}
                for name, of in found.items()
            },
        }
        given.out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
