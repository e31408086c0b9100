"""A point's `schema`: which configurations its bindings may have.

In: a JSON Schema as a TOML table. Out: a `ConfigSchema`, which finds what is wrong with a
configuration, down to the value at fault. References lead inside the schema only: nothing is
fetched.

A schema is anybody's text, so checking one configuration is bounded: expressions take linear time
(`pattern.py`), and keywords are counted, since references can multiply them without end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from rulec.diagnostic import Diagnostic
from rulec.document import Keys, Table
from rulec.ruleset.pattern import BadPattern, check_pattern, is_found
from rulec.vocabulary.conform import quoted

__all__ = ["ConfigSchema"]

MAX_KEYWORDS: Final = 100_000
"""Keywords that are applied to one configuration."""

_extend: Final[Callable[..., Any]] = extend
_NOTHING_ELSEWHERE: Final[Registry[Any]] = Registry()
_MAX_MESSAGE: Final = 160
"""Characters of a schema's sentence about a value that are shown."""


class _TooMany(Exception):
    """More keywords than one configuration may take."""


class ConfigSchema:
    """The schema of one point."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        keywords = {**Draft202012Validator.VALIDATORS, "pattern": _pattern}
        counted = {name: self._counted(apply) for name, apply in keywords.items()}
        validator: Any = _extend(Draft202012Validator, counted)
        self._validator = validator(schema, registry=_NOTHING_ELSEWHERE)
        self._n_left = MAX_KEYWORDS

    @classmethod
    def read(
        cls, schema: Mapping[str, Any], table: Table
    ) -> tuple[ConfigSchema | None, list[Diagnostic]]:
        """The schema that stands in `table`; None where it is none."""
        try:
            Draft202012Validator.check_schema(schema, format_checker=FormatChecker(()))
        except SchemaError as error:
            where = table.where("schema", *error.absolute_path)
            message = f"`schema` is no JSON Schema: {_phrase(error)}"
            return None, [Diagnostic("SYN009", message, where)]
        except RecursionError:
            message = "`schema` is no JSON Schema that can be checked"
            return None, [Diagnostic("SYN009", message, table.where("schema"))]
        findings = list(_bad_patterns(schema, table))
        return (None if findings else cls(schema)), findings

    def problems(
        self, config: Mapping[str, Any], point: str, table: Table, *keys: str | int
    ) -> list[Diagnostic]:
        """What is wrong with the `config` below `keys` in `table`."""
        self._n_left = MAX_KEYWORDS
        try:
            errors = sorted(self._validator.iter_errors(config), key=lambda one: one.json_path)
        except (Unresolvable, RecursionError, _TooMany, BadPattern):
            message = f"the schema of {quoted(point)} cannot be followed for this `config`"
            advice = "references must end, inside the schema, and not multiply without end"
            return [Diagnostic("VOC107", message, table.where(*keys, "config"), advice)]
        found = []
        for error in errors:
            where = table.where(*keys, "config", *error.absolute_path)
            message = f"`config` breaks the schema of {quoted(point)}: {_phrase(error)}"
            found.append(Diagnostic("VOC107", message, where))
        return found

    def _counted(self, apply: Callable[..., Any]) -> Callable[..., Any]:
        def applied(*arguments: Any) -> Any:
            self._n_left -= 1
            if self._n_left < 0:
                raise _TooMany
            return apply(*arguments)

        return applied


def _pattern(_: Any, pattern: str, text: Any, __: Any) -> Iterator[ValidationError]:
    check_pattern(pattern)
    if isinstance(text, str) and not is_found(pattern, text):
        yield ValidationError(f"{text!r} does not match {pattern!r}")


def _bad_patterns(schema: Mapping[str, Any], table: Table) -> Iterator[Diagnostic]:
    """Expressions that RE2 does not match: bad ones, and what the library gives to another engine.

    `patternProperties` is refused wherever it stands, since a reference may make a schema of any
    table; an expression that only a reference leads to is refused when it is applied.
    """
    places: dict[int, Keys] = {}
    for keys, inner in _tables(schema):
        places[id(inner)] = keys
        if "patternProperties" in inner:
            message = "`patternProperties` is not built yet"
            advice = "say `propertyNames = { pattern = ... }` and `additionalProperties`"
            where = table.where_key("schema", *keys, "patternProperties")
            yield Diagnostic("SYN011", message, where, advice)
    pending: list[Any] = [schema]
    while pending:
        inner = pending.pop()
        if not isinstance(inner, Mapping):
            continue
        pending.extend(DRAFT202012.subresources_of(inner))
        if "pattern" in inner:
            try:
                check_pattern(inner["pattern"])
            except BadPattern as error:
                message = f"{quoted(inner['pattern'])} cannot be matched: {error}"
                where = table.where("schema", *places[id(inner)], "pattern")
                yield Diagnostic("SYN009", message, where)


def _tables(schema: Mapping[str, Any]) -> Iterable[tuple[Keys, Mapping[str, Any]]]:
    """Every table inside a schema, with the keys that lead there."""
    pending: list[tuple[Keys, Any]] = [((), schema)]
    while pending:
        keys, inner = pending.pop()
        if isinstance(inner, Mapping):
            yield keys, inner
            pending.extend(((*keys, key), value) for key, value in inner.items())
        elif isinstance(inner, list):
            pending.extend(((*keys, number), value) for number, value in enumerate(inner))


def _phrase(error: ValidationError | SchemaError) -> str:
    """What the library says, the user's words in backticks."""
    text = re.sub(r"'([^'`]*)'", r"`\1`", " ".join(error.message.split()))
    text = text[:1].lower() + text[1:]
    return text if len(text) <= _MAX_MESSAGE else f"{text[: _MAX_MESSAGE - 3]}..."
