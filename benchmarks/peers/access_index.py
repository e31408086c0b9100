"""A pure-Python access-predicate index: what a good engineer writes in an afternoon.

A dict leads from the rarest tag or equality of each rule to its rank and a compiled test of the
rest, ascending by rank. A request looks up its sixteen tags and its words and numbers, and leaves
each list at the first rank that cannot win any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from benchmarks.peers.access import access
from benchmarks.peers.python_text import NAMES, clauses_text, flat
from benchmarks.worlds import Rule, World

__all__ = ["Rival"]

_RULES_A_MODULE: Final = 2_000
Test = Callable[[tuple[Any, ...]], bool]
Listed = list[tuple[int, Test | None]]


class Rival:
    name = "Python access index"
    packages = ()
    most = 100_000
    why = "not tried"

    def __init__(self, world: World, rules: Sequence[Rule]) -> None:
        self.by_place: list[dict[Any, Listed]] = [{} for _ in NAMES]
        self.unlisted: Listed = []
        places = {name: place for place, name in enumerate(NAMES[:-1])}
        for first in range(0, len(rules), _RULES_A_MODULE):
            part = rules[first : first + _RULES_A_MODULE]
            found = [access(world, rule) for rule in part]
            tests = _tests([clauses_text(rest) for _, rest in found])
            for rule, (clause, rest), test in zip(part, found, tests, strict=True):
                entry = (rule.rank, test if rest else None)
                for atom in clause.atoms if clause else ():
                    place = places.get(atom.path.replace(".", "_"), len(places))
                    self.by_place[place].setdefault(atom.value, []).append(entry)
                if clause is None:
                    self.unlisted.append(entry)
        self.by_tag = self.by_place[-1]
        self.used = [(place, of) for place, of in enumerate(self.by_place[:-1]) if of]

    def own(self, request: dict[str, dict[str, Any]]) -> tuple[Any, ...]:
        return flat(request)

    def winner(self, own: tuple[Any, ...]) -> int:
        best = 1 << 60
        by_tag = self.by_tag
        lists = [by_tag[tag] for tag in own[-1] if tag in by_tag]
        lists += [of[own[place]] for place, of in self.used if own[place] in of]
        lists.append(self.unlisted)
        for listed in lists:
            for rank, test in listed:
                if rank >= best:
                    break
                if test is None or test(own):
                    best = rank
                    break
        return -1 if best == 1 << 60 else best


def _tests(texts: list[str]) -> list[Test]:
    """One function a text, of a request's flat tuple; names are read by place."""
    places = {name: f"r[{place}]" for place, name in enumerate(NAMES)}
    space: dict[str, Any] = {}
    lambdas = ",\n".join(f"lambda r: {_placed(text, places)}" for text in texts)
    exec(f"tests = [{lambdas},\n]", space)
    tests: list[Test] = space["tests"]
    return tests


def _placed(text: str, places: dict[str, str]) -> str:
    words = text.replace("(", "( ").replace(")", " )").split(" ")
    return " ".join(places.get(word, word) for word in words)
