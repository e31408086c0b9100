"""What tells outcomes apart, whether the analysis or a program says them.

In: an `Outcome`. Out: a `Key`: equal where a request would notice no difference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from rulec.analysis.sides import Outcome

__all__ = ["Key", "key_of", "plain"]

Key: TypeAlias = tuple[str, str | None, str | None]
"""The code, who said stop, and what runs as JSON."""


def key_of(outcome: Outcome) -> Key:
    """The key of an outcome; owners do not tell outcomes apart."""
    one, runs = outcome.implementation, None
    if one is not None:
        said = [one.name, one.mode, plain(one.config)]
        runs = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return outcome.code, outcome.blocked_by, runs


def plain(value: Any) -> Any:
    """A read-only configuration as JSON writes it."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value
