"""What the engine answers: one immutable record a binding and a default.

Decisions are numbered; each is made once, when it first wins, and handed out ever after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final, Literal

__all__ = ["PLATFORM", "Decision"]

PLATFORM: Final = "platform"
"""The code of the platform itself: who is identified, and who decides, when nobody else does."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The winning extension at one point.

    Immutable; equal to, and as good as, its copy in another process.

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

    def __reduce__(self) -> tuple[Any, ...]:
        return _decision, tuple(_plain(getattr(self, each.name)) for each in fields(self))


def _decision(*values: Any) -> Decision:
    """The decision of plain values, in the order of its fields."""
    return Decision(*(_read_only(value) for value in values))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _read_only(value: Any) -> Any:
    if isinstance(value, dict):
        return MappingProxyType({key: _read_only(each) for key, each in value.items()})
    return tuple(_read_only(each) for each in value) if isinstance(value, list) else value
