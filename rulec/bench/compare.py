"""Is it slower than it was? Two benches, figure by figure.

In: a bench and an older one as JSON. Out: a `Change` a figure. Ratios to the calibration loop are
compared, never nanoseconds. A figure is slower where its median grew by more than the share asked
for and the quartiles of the two do not meet: what the rounds do not show is no reason to fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rulec.bench.measure import SCHEMA, VERSION, Bench
from rulec.bench.rounds import Figure

__all__ = ["Change", "NotComparable", "compare"]

_SAME: Final = (("program", "name"), ("program", "asked"), ("requests", "from"), ("requests", "n"))


class NotComparable(ValueError):
    """The older file is no bench of the same requests."""


@dataclass(frozen=True, slots=True)
class Change:
    """One figure then and now, in turns of the calibration loop."""

    name: str
    before: Figure
    now: Figure
    is_slower: bool

    @property
    def share(self) -> float:
        """How much it grew: 0.1 is ten per cent slower."""
        return self.now.median / self.before.median - 1

    @property
    def is_shown(self) -> bool:
        return not self.now.overlaps(self.before)


def compare(now: Bench, before: Mapping[str, Any], slower: float) -> list[Change]:
    """Every figure that both have; `NotComparable` where they did not ask the same.

    >>> compare(Bench({}, {}, {}, {}, {}, {}, {}, {}), {"schema": "other"}, 0.1)
    Traceback (most recent call last):
        ...
    rulec.bench.compare.NotComparable: no `rulec.bench` of version 2
    """
    if before.get("schema") != SCHEMA or before.get("version") != VERSION:
        raise NotComparable(f"no `{SCHEMA}` of version {VERSION}")
    own = now.json()
    for part, key in _SAME:
        then = before.get(part, {}).get(key)
        if then != own[part][key]:
            raise NotComparable(f"its {part} differ: `{key}` was {then!r}, is {own[part][key]!r}")
    changes: list[Change] = []
    for name, figure in now.ratios.items():
        if name in before["ratios"]:
            old = Figure(**before["ratios"][name])
            grew = figure.median > old.median * (1 + slower)
            changes.append(Change(name, old, figure, grew and not figure.overlaps(old)))
    return changes
