"""What the engine answers: one immutable record a binding and a default.

Decisions are numbered; each is made once, when it first wins, and handed out ever after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

__all__ = ["PLATFORM", "Decision"]

PLATFORM: Final = "platform"
"""The code of the platform itself: who is identified, and who decides, when nobody else does."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The winning extension at one point.

    `config` is read-only; `implementation`, `mode` and `config` are None where the platform
    declares the default `"none"`.
    """

    number: int
    """Its place in `program.decisions`; what a batch writes for it."""
    point: str
    code: str
    """Of the definition that won, or `platform`."""
    kind: Literal["product", "business", "platform"]
    owner: str | None
    """The responsible organisation; None for the platform."""
    implementation: str | None
    mode: str | None
    config: Mapping[str, Any] | None = field(hash=False)
    """Left out of the hash: a mapping has none."""
    reason: Literal["MATCH", "DEFAULT", "BLOCKED", "TIE"]
    """`DEFAULT`: nobody else wins. `BLOCKED`: a binding said that the default shall run. `TIE`: the
    definition stands in a tie that the smaller code settled when the program was compiled."""
    blocked_by: str | None
    """The definition that said so where the reason is `BLOCKED`."""
    program_hash: str
