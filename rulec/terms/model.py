"""Local conditions and terms.

In: nothing; `share.py` and `factor.py` make these. A *local condition* reads one entity only; each
is interned, so equal ones are one number. A *term* asks one local condition of each entity it
constrains, and a definition matches when one of its terms does. A term that asks nothing holds for
every request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf
from typing import TypeAlias

from rulec.simplify.values import Literal

__all__ = ["ConditionId", "Joined", "LocalCondition", "Single", "Term"]

ConditionId: TypeAlias = int
"""The number of an interned local condition."""


@dataclass(frozen=True, slots=True)
class Single:
    """One literal."""

    literal: Literal


@dataclass(frozen=True, slots=True)
class Joined:
    """All or any of at least two local conditions of one entity, ascending and distinct.

    INVARIANT: a part has a smaller number than the whole, so walking by number needs no recursion.
    """

    connective: OneOf["and", "or"]
    parts: tuple[ConditionId, ...]


LocalCondition: TypeAlias = Single | Joined


@dataclass(frozen=True, slots=True)
class Term:
    """What one alternative of a condition asks, as (entity, local condition), sorted by entity."""

    asks: tuple[tuple[str, ConditionId], ...]
