"""Decimals of TOML files as integers of their smallest unit.

In: a string such as "19.90" or an int, and a scale. Out: 1990 at scale 2, or None.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["scaled"]

_DECIMAL: Final = re.compile(r"(-?)([0-9]{1,20})(?:\.([0-9]{1,20}))?")
"""Twenty digits on a side are more than 64 bits hold, and few enough for `int`."""


def scaled(value: str | int, scale: int) -> int | None:
    """A decimal in its smallest unit; None where it has none, or is written another way.

    >>> scaled("19.90", 2), scaled(-3, 2), scaled("19.905", 2)
    (1990, -300, None)
    """
    if isinstance(value, int):
        return value * int(10**scale)
    written = _DECIMAL.fullmatch(value)
    if written is None:
        return None
    sign, digits, places = written.groups("")
    places = places.rstrip("0")
    if len(places) > scale:
        return None
    number = int(digits + places.ljust(scale, "0"))
    return -number if sign else number
