"""rulec as the benchmarks meet it: a made world's program, and the loops over its calls.

In: a world. Out: `Engine`, whose program is compiled in a process of its own and kept in
build/benchmarks under the compiler's and the world's hashes, and loops that make a stream of
requests go through one entry point each. Only public names are used; an entry point that a build
does not have has no row.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.requests import Requests
from benchmarks.rulesets import MAIN, rank_of
from benchmarks.worlds import World
from rulec.bench.measure import Profiles, profiles_of
from rulec_runtime import Profile, Program
from rulec_runtime import open as open_program

__all__ = ["CACHE", "REPOSITORY", "Engine", "artifact_path", "compiled", "sources_hash"]

REPOSITORY: Final = Path(__file__).resolve().parent.parent
CACHE: Final = REPOSITORY / "build" / "benchmarks"
_SOURCES: Final = (".py", ".lark", ".pyx", ".pxd", ".h", ".c", ".txt")
_MAKERS: Final = ("classes", "compile_world", "domains", "worlds", "rulesets")


@cache
def _compiler_hash() -> str:
    """Of every source that an artifact depends on."""
    hashed = hashlib.sha256()
    paths = [*(REPOSITORY / "rulec").rglob("*.py"), *(REPOSITORY / "rulec").rglob("*.lark")]
    paths += [REPOSITORY / "benchmarks" / f"{name}.py" for name in _MAKERS]
    paths.append(REPOSITORY / "runtime" / "rulec_runtime" / "format.py")
    for path in sorted(paths):
        hashed.update(path.read_bytes())
    return hashed.hexdigest()[:16]


@cache
def sources_hash() -> str:
    """Of every source that a figure depends on: rulec, its engine, the benchmarks, the rivals."""
    hashed = hashlib.sha256()
    for folder in ("rulec", "runtime", "benchmarks"):
        for path in sorted((REPOSITORY / folder).rglob("*")):
            if path.suffix in _SOURCES:
                hashed.update(path.read_bytes())
    return hashed.hexdigest()[:16]


def artifact_path(world: World) -> Path:
    """Where the program of a world is kept, with what compiling it cost beside it (`.json`)."""
    name = f"{world.family}-{world.order}-{world.n_rules}-{world.seed}-{_compiler_hash()}.rulec"
    return CACHE / name


def compiled(world: World) -> Path:
    """The artifact of a world; compiled first, by another process, where there is none."""
    path = artifact_path(world)
    if not path.exists():
        arguments = [world.family, str(world.n_rules), world.order, str(world.seed)]
        subprocess.run(
            [sys.executable, "-m", "benchmarks.compile_world", *arguments],
            cwd=REPOSITORY,
            stdout=subprocess.DEVNULL,
            check=True,
        )
    return path


@dataclass(frozen=True)
class Engine:
    """One program and how its answers read."""

    program: Program

    @classmethod
    def of(cls, world: World) -> Engine:
        return cls(open_program(compiled(world)))

    def profiles(self, requests: Requests) -> list[Profiles]:
        """Each request as profiles; requests with equal facts of an entity share its profile."""
        return profiles_of(self.program, requests.dicts)

    def winners_by_dict(self, requests: Requests) -> NDArray[np.int64]:
        return _ranks(self.program.resolve(MAIN, facts) for facts in requests.dicts)

    def winners_by_profiles(self, profiles: Sequence[Profiles]) -> NDArray[np.int64]:
        resolve = self.program.resolve_profiles
        return _ranks(resolve(MAIN, None, None, **own) for own in profiles)

    def winners_by_batch(self, requests: Requests) -> NDArray[np.int64]:
        return self.ranks_of(self.program.batch(requests.table).resolve(MAIN))

    def ids(self, requests: Requests) -> dict[str, NDArray[np.int64]]:
        """The profile ids of requests, by entity."""
        table = requests.table
        return {
            entity.name: self.program.profile_ids(
                entity.name,
                table.select([name for name in table.column_names if is_of(name, entity.name)]),
            )
            for entity in self.program.entities
        }

    def winners_by_ids(self, requests: Requests) -> NDArray[np.int64]:
        return self.ranks_of(self.program.batch(self.ids(requests)).resolve(MAIN))

    def points_by_profiles(self, requests: Requests) -> NDArray[np.int64]:
        """The winners of every point: `[n_points, n]`."""
        match, points = self.program.match_profiles, self.program.points
        found = [match(None, **own).resolve_points(points) for own in self.profiles(requests)]
        return np.array([_ranks(of) for of in found]).T

    def points_by_batch(self, requests: Requests) -> NDArray[np.int64]:
        """The same by a batch."""
        numbers = self.program.batch(requests.table).resolve_points(self.program.points)
        return np.array([self.ranks_of(of) for of in numbers])

    def ranks_of(self, numbers: NDArray[Any]) -> NDArray[np.int64]:
        """The ranks of decisions by number."""
        decisions = self.program.decisions
        return _ranks(decisions[number] for number in numbers.tolist())

    def loop_dicts(self) -> Callable[[Sequence[Any]], None]:
        resolve = self.program.resolve

        def loop(part: Sequence[Any]) -> None:
            for facts in part:
                resolve(MAIN, facts)

        return loop

    def loop_json(self) -> Callable[[Sequence[bytes]], None] | None:
        """None where the build reads no JSON."""
        resolve = getattr(self.program, "resolve_json", None)
        if resolve is None:
            return None

        def loop(part: Sequence[bytes]) -> None:
            for text in part:
                resolve(MAIN, text)

        return loop

    def loop_resolver(self) -> Callable[[Sequence[Any]], None]:
        """Profiles by place through a prepared point."""
        resolver = self.program.resolver(MAIN)

        def loop(part: Sequence[Sequence[Profile]]) -> None:
            for first, second, third, fourth in part:
                resolver(first, second, third, fourth)

        return loop

    def placed(self, profiles: Sequence[Profiles]) -> list[tuple[Profile, ...]]:
        """Profiles by place, as a resolver takes them."""
        names = [entity.name for entity in self.program.entities]
        kept: dict[tuple[int, ...], tuple[Profile, ...]] = {}
        for own in profiles:
            kept.setdefault(tuple(map(id, own.values())), tuple(own[name] for name in names))
        return [kept[tuple(map(id, own.values()))] for own in profiles]

    def winners_by_resolver(self, profiles: Sequence[Profiles]) -> NDArray[np.int64]:
        resolver = self.program.resolver(MAIN)
        return _ranks(resolver(*own) for own in self.placed(profiles))

    def loop_profiles(self) -> Callable[[Sequence[Profiles]], None]:
        resolve = self.program.resolve_profiles

        def loop(part: Sequence[Profiles]) -> None:
            for own in part:
                resolve(MAIN, None, None, **own)

        return loop

    def loop_points(self) -> Callable[[Sequence[Profiles]], None]:
        """Every point of requests given by profiles."""
        match, points = self.program.match_profiles, self.program.points

        def loop(part: Sequence[Profiles]) -> None:
            for own in part:
                match(None, **own).resolve_points(points)

        return loop


def is_of(name: str, entity: str) -> bool:
    """Whether a column is named after a fact of an entity."""
    return name.startswith(f"{entity}.")


def _ranks(decisions: Any) -> NDArray[np.int64]:
    return np.array([rank_of(decision.code) for decision in decisions], dtype=np.int64)
