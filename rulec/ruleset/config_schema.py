"""A point's `schema`: which configurations its bindings may have.

In: a JSON Schema as a TOML table. Out: a `ConfigSchema`, which finds what is wrong with a
configuration, down to the value at fault. References lead inside the schema only: nothing is
fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from rulec.diagnostic import Diagnostic
from rulec.document import Table
from rulec.vocabulary.conform import quoted

__all__ = ["ConfigSchema"]

_NOTHING_ELSEWHERE: Final[Registry[Any]] = Registry()
_MAX_MESSAGE: Final = 160
"""Characters of a schema's sentence about a value that are shown."""


class ConfigSchema:
    """The schema of one point."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._validator = Draft202012Validator(schema, registry=_NOTHING_ELSEWHERE)

    @classmethod
    def read(
        cls, schema: Mapping[str, Any], table: Table
    ) -> tuple[ConfigSchema | None, list[Diagnostic]]:
        """The schema that stands in `table`; None where it is none."""
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            where = table.where("schema", *error.absolute_path)
            message = f"`schema` is no JSON Schema: {_phrase(error)}"
            return None, [Diagnostic("SYN009", message, where)]
        except (RecursionError, re.error):
            message = "`schema` is no JSON Schema that can be checked"
            return None, [Diagnostic("SYN009", message, table.where("schema"))]
        return cls(schema), []

    def problems(
        self, config: Mapping[str, Any], point: str, table: Table, *keys: str | int
    ) -> list[Diagnostic]:
        """What is wrong with the `config` below `keys` in `table`."""
        try:
            errors = sorted(self._validator.iter_errors(config), key=lambda one: one.json_path)
        except (Unresolvable, RecursionError, re.error):
            message = f"the schema of {quoted(point)} cannot be followed for this `config`"
            advice = "references must end, inside the schema"
            return [Diagnostic("VOC107", message, table.where(*keys, "config"), advice)]
        found = []
        for error in errors:
            where = table.where(*keys, "config", *error.absolute_path)
            message = f"`config` breaks the schema of {quoted(point)}: {_phrase(error)}"
            found.append(Diagnostic("VOC107", message, where))
        return found


def _phrase(error: ValidationError | SchemaError) -> str:
    """What the library says, the user's words in backticks."""
    text = re.sub(r"'([^'`]*)'", r"`\1`", " ".join(error.message.split()))
    text = text[:1].lower() + text[1:]
    return text if len(text) <= _MAX_MESSAGE else f"{text[: _MAX_MESSAGE - 3]}..."
