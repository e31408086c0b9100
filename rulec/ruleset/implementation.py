"""What a binding or a default runs, and whether its configuration can be JSON.

In: a filled shape and its table. Out: an `Implementation`, and findings.
"""

from __future__ import annotations

import math
from typing import Any

from rulec.diagnostic import Diagnostic
from rulec.document import Keys, Table
from rulec.limits import MAX_INT, MIN_INT
from rulec.ruleset.model import Implementation
from rulec.ruleset.shape import DefaultShape

__all__ = ["read_implementation"]


def read_implementation(
    shape: DefaultShape, table: Table, *keys: str | int
) -> tuple[Implementation, list[Diagnostic]]:
    """The implementation a shape names; `keys` lead from `table` to the shape's own table."""
    findings: list[Diagnostic] = []
    pending: list[tuple[Keys, Any]] = [((*keys, "config"), shape.config)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            pending.extend(((*path, key), item) for key, item in value.items())
        elif isinstance(value, list):
            pending.extend(((*path, number), item) for number, item in enumerate(value))
        elif (problem := _problem(value)) is not None:
            where = table.where(*path)
            findings.append(
                Diagnostic("SYN009", problem, where, "JSON cannot say it: write a string")
            )
    return Implementation(shape.implementation, shape.mode, shape.config), findings


def _problem(value: object) -> str | None:
    if value is None or isinstance(value, (str, bool)):
        return None
    if isinstance(value, int):
        is_fit = MIN_INT <= value <= MAX_INT
        return None if is_fit else "`config` holds an integer that does not fit 64 bits"
    if isinstance(value, float):
        return None if math.isfinite(value) else "`config` holds `inf` or `nan`"
    return "`config` holds a date or time"
