"""What can go wrong while opening a program or deciding a request.

Every error of the engine is a `RulecError`; each says what was expected and what was given, and
keeps the parts as attributes, so a caller never has to parse a message.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "ArtifactError",
    "AssumptionError",
    "ColumnError",
    "ExplainError",
    "FactError",
    "JsonError",
    "PointError",
    "ProfileError",
    "RulecError",
    "ScenarioError",
    "TimeError",
]


class RulecError(Exception):
    """The root of every error rulec raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _error, (type(self), self.args, self.__dict__)


def _error(kind: type[RulecError], args: tuple[Any, ...], parts: dict[str, Any]) -> RulecError:
    """An error from another process: its message and its parts as they were."""
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(parts)
    return error


class ArtifactError(RulecError, ValueError):
    """The bytes are no program this build can run.

    `check` is the name of the check that failed, as in docs/artifact.md: `magic`, `checksum`, ...
    `file` is the program's path, or None where it came as bytes; `section` and `record` name the
    place of the damage where one record is to blame, else None.
    """

    def __init__(
        self,
        check: str,
        message: str,
        *,
        file: str | None = None,
        section: str | None = None,
        record: int | None = None,
    ) -> None:
        name = f"`{file}`: " if file is not None else ""
        place = f", record {record} of section `{section}`" if record is not None else ""
        super().__init__(f"{name}{message}{place} (check: {check})")
        self.check = check
        self.file = file
        self.section = section
        self.record = record


class FactError(RulecError, ValueError):
    """A request's facts break the vocabulary.

    `entity` and `fact` name the place (`fact` is None when the entity itself is at fault);
    `expected` and `given` say why; `row` is the first offending row of a batch, else None.
    """

    def __init__(
        self, entity: str, fact: str | None, expected: str, given: str, row: int | None = None
    ) -> None:
        place = f"`{entity}.{fact}`" if fact is not None else f"`{entity}`"
        where = f"row {row}: " if row is not None else ""
        super().__init__(f"{where}{place}: expected {expected}, given {given}")
        self.entity = entity
        self.fact = fact
        self.expected = expected
        self.given = given
        self.row = row


class JsonError(FactError):
    """The JSON of a request is none, or could be read in two ways: a name stands twice, say.

    `offset` is the first byte of its UTF-8 at fault, None where that is not known; `entity` is
    `facts`, which stands for the whole.
    """

    def __init__(self, expected: str, given: str, offset: int | None) -> None:
        where = f" at byte {offset}" if offset is not None else ""
        super().__init__("facts", None, expected, given + where)
        self.offset = offset


class AssumptionError(RulecError, ValueError):
    """A request breaks what the vocabulary assumes of every request.

    `assumption` says which one; `row` is the first offending row of a batch, else None.
    """

    def __init__(self, assumption: str, row: int | None = None) -> None:
        where = f"row {row}: " if row is not None else ""
        super().__init__(f"{where}the facts break an assumption: {assumption}")
        self.assumption = assumption
        self.row = row


class ColumnError(RulecError, ValueError):
    """A column of a batch cannot be read as the fact it is named after.

    `column` is its name; `expected` and `given` are types or shapes.
    """

    def __init__(self, column: str, expected: str, given: str) -> None:
        super().__init__(f"column `{column}`: expected {expected}, given {given}")
        self.column = column
        self.expected = expected
        self.given = given


class PointError(RulecError, LookupError):
    """The program has no extension point of this code; `point` is the code asked for."""

    def __init__(self, point: str, suggestion: str | None = None) -> None:
        hint = f"; did you mean `{suggestion}`?" if suggestion else ""
        super().__init__(f"no extension point `{point}`{hint}")
        self.point = point
        self.suggestion = suggestion


class ScenarioError(RulecError, LookupError):
    """The program declares no scenario of this name; `scenario` is the name asked for."""

    def __init__(self, scenario: str, suggestion: str | None = None) -> None:
        hint = f"; did you mean `{suggestion}`?" if suggestion else ""
        super().__init__(f"no scenario `{scenario}`{hint}")
        self.scenario = scenario
        self.suggestion = suggestion


class TimeError(RulecError, ValueError):
    """The time of a request, `as_of`, is missing where windows need one, or is no time.

    `expected` and `given` say why; `row` is the first offending row of a batch, else None.
    """

    def __init__(self, expected: str, given: str, row: int | None = None) -> None:
        where = f"row {row}: " if row is not None else ""
        super().__init__(f"{where}`as_of`: expected {expected}, given {given}")
        self.expected = expected
        self.given = given
        self.row = row


class ProfileError(RulecError, ValueError):
    """What stands for an entity's facts is no profile of it in this program.

    Another entity's profile, an id that this program never gave out for the entity, or neither.
    `row` is the first offending row of a batch, else None.
    """

    def __init__(self, message: str, row: int | None = None) -> None:
        where = f"row {row}: " if row is not None else ""
        super().__init__(where + message)
        self.row = row


class ExplainError(RulecError, LookupError):
    """The program cannot explain: it was opened from a file, which keeps no conditions; or no
    definition has the code it was asked for."""
