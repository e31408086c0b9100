"""The figures of one program over requests to it.

In: a program, requests, their columns. Out: a `Bench`: nanoseconds a request by profiles, from
dicts and in batches, percentiles of single calls, memory, expected cost. A loop of plain Python
runs in the same rounds, and every figure is also a multiple of what a turn of that loop took: so
figures of two machines, or of one machine on two days, can be compared.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from rulec.bench.requests import Request
from rulec.bench.rounds import Contestant, Figure, calls, figure, measure, relative
from rulec_runtime import Profile, Program

__all__ = ["CALIBRATION", "Asked", "Bench", "Profiles", "bench", "profiles_of"]

SCHEMA: Final = "rulec.bench"
VERSION: Final = 2
CALIBRATION: Final = "calibration"
N_CALLS: Final = 20_000
PERCENTILES: Final = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
Profiles = dict[str, Profile]


@dataclass(frozen=True, slots=True)
class Asked:
    """What every request is asked at."""

    point: str
    scenario: str | None = None
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """What `rulec bench` found; `figures` and `ratios` by the name of the road."""

    program: Mapping[str, Any]
    requests: Mapping[str, Any]
    figures: Mapping[str, Figure]
    """Nanoseconds a request."""
    ratios: Mapping[str, Figure]
    """The same in turns of the calibration loop."""
    calls: Mapping[str, Mapping[str, float]]
    """Percentiles of single calls, nanoseconds, the clock's own time in them."""
    memory: Mapping[str, float | None]
    expected: Mapping[str, float]
    """What the compiler expects a request to cost: candidates, and matched definitions."""
    measured: Mapping[str, float | None]
    """The same, counted on these requests; candidates are None where that was not done."""

    def json(self) -> dict[str, Any]:
        """As one object, with schema and version."""
        return {"schema": SCHEMA, "version": VERSION, **asdict(self)}


def bench(
    program: Program,
    requests: Sequence[Request],
    columns: Any,
    asked: Asked,
    origin: str,
    n_rounds: int,
    round_seconds: float,
    counted: Mapping[str, float] = MappingProxyType({}),
) -> Bench:
    """Measure a program; `origin` says where the requests came from.

    `counted` is what a compiler counted on them (`measured_...` of a manifest's `cost`).
    """
    before = _resident_bytes()
    profiles = profiles_of(program, requests)
    after = _resident_bytes()
    n_profiles = len({id(one) for own in profiles for one in own.values()})
    loops = _loops(program, asked)
    contestants = [
        Contestant(CALIBRATION, _turns),
        Contestant("profiles", calls(loops["profiles"], profiles)),
        Contestant("dict", calls(loops["dict"], requests)),
        *_batches(program, columns, asked),
    ]
    found = measure(contestants, n_rounds, round_seconds)
    matches = [program.match(facts, asked.as_of) for facts in requests]
    winners = [match.resolve(asked.point, asked.scenario) for match in matches]
    n_default = sum(winner.code == "platform" for winner in winners)
    return Bench(
        program=_described(program, asked),
        requests={
            "n": len(requests),
            "from": origin,
            "default_share": n_default / len(matches),
        },
        figures={name: figure(of) for name, of in found.items()},
        ratios={
            name: relative(of, found[CALIBRATION])
            for name, of in found.items()
            if name != CALIBRATION
        },
        calls={
            "clock": _percentiles(_nothing, [()]),
            "profiles": _percentiles(loops["profiles"], [[own] for own in profiles]),
            "dict": _percentiles(loops["dict"], [[facts] for facts in requests]),
        },
        memory={
            "artifact_bytes": len(program.to_bytes()),
            "profile_bytes": _difference(before, after, n_profiles),
        },
        expected=_expected(program),
        measured={
            "candidates": counted.get("measured_candidates"),
            "up_to_winner": counted.get("measured_up_to_winner"),
            "matches": sum(len(match.codes) for match in matches) / len(matches),
        },
    )


def _described(program: Program, asked: Asked) -> dict[str, Any]:
    manifest = program.manifest
    return {
        "name": manifest["name"],
        "hash": program.hash,
        "definitions": program.section_sizes()["definitions"][0],
        "points": len(program.points),
        "asked": asdict(asked),
    }


def _expected(program: Program) -> dict[str, float]:
    """What the compiler expects of a request: candidates in all and up to the winner, matches."""
    cost = program.manifest["cost"]
    return {
        "candidates": sum(cost["expected_candidates"].values()),
        "up_to_winner": cost["expected_up_to_winner"],
        "matches": cost["expected_matches"],
    }


def profiles_of(program: Program, requests: Sequence[Request]) -> list[Profiles]:
    """Each request as profiles; requests with equal facts of an entity share one."""
    kept: dict[str, Profile] = {}
    found: list[Profiles] = []
    for request in requests:
        own: Profiles = {}
        for entity, facts in request.items():
            key = f"{entity} {facts}"
            if key not in kept:
                kept[key] = program.profile(entity, facts)
            own[entity] = kept[key]
        found.append(own)
    return found


def _loops(program: Program, asked: Asked) -> dict[str, Callable[[Sequence[Any]], None]]:
    point, scenario, as_of = asked.point, asked.scenario, asked.as_of
    resolve, resolve_profiles = program.resolve, program.resolve_profiles

    def by_dict(part: Sequence[Request]) -> None:
        for facts in part:
            resolve(point, facts, scenario, as_of)

    def by_profiles(part: Sequence[Profiles]) -> None:
        for own in part:
            resolve_profiles(point, scenario, as_of, **own)

    return {"dict": by_dict, "profiles": by_profiles}


def _batches(program: Program, columns: Any, asked: Asked) -> list[Contestant]:
    bound = program.batch(columns, asked.as_of)
    n_rows = len(bound)

    def from_columns(n: int) -> None:
        for _ in range(n // n_rows):
            program.batch(columns, asked.as_of).resolve(asked.point, asked.scenario)

    def every_point(n: int) -> None:
        for _ in range(n // n_rows):
            bound.resolve_points(program.points, asked.scenario)

    return [
        Contestant("batch from columns", from_columns, n_rows),
        Contestant("batch, columns ready, every point", every_point, n_rows),
    ]


def _turns(n: int) -> None:
    """The calibration loop: look-ups, additions and a comparison, as an interpreter does them."""
    table = dict.fromkeys(range(1_024), 1)
    total = 0
    for number in range(n):
        total += table[number & 1_023]
        if total > 1 << 20:
            total = 0


def _nothing(part: Sequence[Any]) -> None:
    del part


def _percentiles(
    loop: Callable[[Sequence[Any]], None], items: Sequence[Sequence[Any]]
) -> dict[str, float]:
    """Nanoseconds of calls timed one by one."""
    clock = time.perf_counter_ns
    took: list[int] = []
    for number in range(N_CALLS):
        part = items[number % len(items)]
        start = clock()
        loop(part)
        took.append(clock() - start)
    took.sort()
    return {name: float(took[int(share * len(took))]) for name, share in PERCENTILES.items()}


def _difference(before: int | None, after: int | None, n: int) -> float | None:
    return None if before is None or after is None or not n else (after - before) / n


def _resident_bytes() -> int | None:
    """Memory of the process; None where the system does not tell."""
    path = Path("/proc/self/statm")
    return int(path.read_text().split()[1]) * 4_096 if path.exists() else None
