"""common-expression-language (CEL in Rust): twenty rules chained by `? :` in one compiled program.

Its documentation advises `compile` once and `execute` often, with a prepared `Context`. A call
costs more than a comparison, so rules are chained; longer chains nest too deep and are slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import cel as library

from benchmarks.peers.cel_text import rule_text
from benchmarks.worlds import Rule, World

__all__ = ["Rival"]

_RULES_A_PROGRAM: Final = 20


class Rival:
    name = "CEL (Rust)"
    packages = ("common-expression-language",)
    most = 100_000
    why = "not tried"

    def __init__(self, world: World, rules: Sequence[Rule]) -> None:
        del world
        self.programs = [
            library.compile(_chain(rules[first : first + _RULES_A_PROGRAM]))
            for first in range(0, len(rules), _RULES_A_PROGRAM)
        ]

    def own(self, request: dict[str, dict[str, Any]]) -> Any:
        return library.Context(request)

    def winner(self, own: Any) -> int:
        for program in self.programs:
            rank: int = program.execute(own)
            if rank >= 0:
                return rank
        return -1


def _chain(rules: Sequence[Rule]) -> str:
    text = "-1"
    for rule in reversed(rules):
        text = f"({rule_text(rule, '', '{value} in {set}')}) ? {rule.rank} : ({text})"
    return text
