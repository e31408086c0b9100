"""One thing that may be written at a cursor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from rulec.source import Span

__all__ = ["Item", "Sort"]

Sort: TypeAlias = Literal[
    "entity", "fact", "method", "named", "operator", "value", "key", "code", "point", "table"
]


@dataclass(frozen=True, slots=True)
class Item:
    """What a list of completions shows, and what it does."""

    label: str
    sort: Sort
    text: str
    """What is written in place of `span`."""
    span: Span
    """In code points of the file."""
    detail: str = ""
    """A few words beside the label."""
    page: str = ""
    """Markdown, at the side of the list."""
    place: int = 0
    """Smaller stands higher; equal ones by label."""
    has_hole: bool = False
    """Whether `$0` in the text is where the cursor stands afterwards."""
    asks_again: bool = False
    """Whether the next list follows at once, as behind `seller.`."""
