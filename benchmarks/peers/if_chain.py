"""A Python if-chain, generated: `if tag and shop: return 0`, and so on, 500 rules a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from benchmarks.peers.python_text import NAMES, clauses_text, flat
from benchmarks.worlds import Rule, World

__all__ = ["Rival"]

_RULES_A_FUNCTION: Final = 500


class Rival:
    name = "Python if-chain"
    packages = ()
    most = 100_000
    why = "not tried"

    def __init__(self, world: World, rules: Sequence[Rule]) -> None:
        del world
        self.parts = [
            _function(rules[first : first + _RULES_A_FUNCTION])
            for first in range(0, len(rules), _RULES_A_FUNCTION)
        ]

    def own(self, request: dict[str, dict[str, Any]]) -> tuple[Any, ...]:
        return flat(request)

    def winner(self, own: tuple[Any, ...]) -> int:
        for part in self.parts:
            rank = part(*own)
            if rank >= 0:
                return rank
        return -1


def _function(rules: Sequence[Rule]) -> Callable[..., int]:
    lines = [f"def part({', '.join(NAMES)}):"]
    lines += [f"    if {clauses_text(rule.clauses)}: return {rule.rank}" for rule in rules]
    space: dict[str, Any] = {}
    exec("\n".join([*lines, "    return -1"]), space)
    part: Callable[..., int] = space["part"]
    return part
