"""Reads the JSON that stands inside an artifact: configurations, and the manifest.

In: a text, or its UTF-8, from anyone. Out: the object in it, or `ArtifactError`
that names it; `place` says more about where it stood, in the words of that error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from rulec_runtime.errors import ArtifactError

__all__ = ["read_changeable", "read_read_only"]


def read_read_only(check: str, text: str | bytes, **place: Any) -> Mapping[str, Any]:
    """The JSON object in a text, as one nobody can change; arrays are tuples."""
    found: Mapping[str, Any] = _read(check, text, _READ_ONLY, place)
    return found


def read_changeable(check: str, text: str | bytes, **place: Any) -> dict[str, Any]:
    """The JSON object in a text, as a new dict."""
    found: dict[str, Any] = _read(check, text, _CHANGEABLE, place)
    return found


def _read(
    check: str, text: str | bytes, decoder: json.JSONDecoder, place: Mapping[str, Any]
) -> Any:
    try:
        value = decoder.decode(text if isinstance(text, str) else str(text, "utf-8"))
    except (ValueError, RecursionError) as error:
        raise ArtifactError(check, f"the {check} is no JSON", **place) from error
    if not isinstance(value, (dict, MappingProxyType)):
        raise ArtifactError(check, f"the {check} is no JSON object", **place)
    return value


def _refuse_constant(name: str) -> None:
    """NaN and the infinities, which JSON does not know."""
    raise ValueError(name)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no key stands twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _unchangeable(pairs: list[tuple[str, Any]]) -> MappingProxyType[str, Any]:
    return MappingProxyType({key: _frozen(value) for key, value in _unique(pairs).items()})


def _frozen(value: Any) -> Any:
    """A value of an object; the objects in it are frozen already."""
    return tuple([_frozen(each) for each in value]) if isinstance(value, list) else value


_READ_ONLY: Final = json.JSONDecoder(
    object_pairs_hook=_unchangeable, parse_constant=_refuse_constant
)
_CHANGEABLE: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant)
