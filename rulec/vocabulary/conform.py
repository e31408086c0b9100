"""A table of a file against its declared shape: every problem at once, in the user's words.

In: a `Shape` and a `Table`. Out: the shape filled, or None; and findings.

pydantic finds the problems and their paths. Its words stay here: each kind of problem is said in
one sentence, and a key that belongs elsewhere is told from one that is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from rulec.diagnostic import Diagnostic
from rulec.document import Keys, Table
from rulec.source import Where
from rulec.vocabulary.suggest import suggest

__all__ = ["Shape", "Text", "conform", "kind_of", "not_blank", "one_of", "quoted"]

_MAX_SHOWN: Final = 60
"""Characters of a user's word that a message repeats."""

_KINDS: Final[tuple[tuple[type, str], ...]] = (
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a float"),
    (str, "a string"),
    (list, "a list"),
    (dict, "a table"),
)

_EXPECTED: Final = {
    "string_type": "a string",
    "int_type": "an integer",
    "bool_type": "a boolean",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
}


class Shape(BaseModel):
    """The keys a table may hold; any other is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    misplaced: ClassVar[Mapping[str, str]] = {}
    """Keys that belong elsewhere, each with where."""


_Filled = TypeVar("_Filled", bound=Shape)


def conform(shape: type[_Filled], table: Table) -> tuple[_Filled | None, list[Diagnostic]]:
    """Fill a shape from a table; None where a finding stands."""
    try:
        return shape.model_validate(table.values), []
    except ValidationError as error:
        problems = error.errors(include_url=False)
    return None, [_finding(shape, table, problem) for problem in problems]


def not_blank(text: str) -> str:
    """Refuse an empty or blank text; for use as a validator of a shape."""
    if not text.strip():
        raise PydanticCustomError("blank", "blank")
    return text


Text = Annotated[str, AfterValidator(not_blank)]
"""A text that says something."""


def quoted(word: str) -> str:
    """A user's word in backticks; a very long one is cut.

    >>> quoted("level")
    '`level`'
    """
    return f"`{word}`" if len(word) <= _MAX_SHOWN else f"`{word[: _MAX_SHOWN - 3]}...`"


def one_of(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """The advice for a word that is none of the known ones.

    >>> one_of("leve", ("level", "rank"))
    'did you mean `level`?'
    >>> one_of("x", ("level", "rank"))
    'write `level` or `rank`'
    """
    close = suggest(word, known)
    if close is not None:
        return f"did you mean {quoted(close)}?"
    *most, last = (quoted(name) for name in known)
    return f"write {', '.join(most)} or {last}" if most else f"write {last}"


def kind_of(value: object) -> str:
    """What a TOML value is, in words.

    >>> kind_of(3), kind_of([])
    ('an integer', 'a list')
    """
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "a date or time")


def _finding(shape: type[Shape], table: Table, problem: ErrorDetails) -> Diagnostic:
    keys, kind = problem["loc"], problem["type"]
    name = _name(keys)
    where = table.where(*keys)
    if kind == "extra_forbidden":
        return _unknown_key(_shape_at(shape, keys[:-1]), table, keys)
    if kind in ("missing", "blank"):
        code = "ORG401" if keys[-1] == "owner" else "SYN009"
        state = "missing" if kind == "missing" else "blank"
        where = _home(table, keys) if kind == "missing" else where
        advice = "name the organisation that answers for it" if code == "ORG401" else None
        return Diagnostic(code, f"{name} is {state}", where, advice)
    if kind == "literal_error":
        fields = _shape_at(shape, keys[:-1]).model_fields
        key = str(keys[-1])
        known = next(get_args(f.annotation) for n, f in fields.items() if (f.alias or n) == key)
        given = problem["input"]
        if isinstance(given, str):
            message = f"{name} cannot be {quoted(given)}"
            return Diagnostic("SYN009", message, where, one_of(given, known))
        kind = "string_type"
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = "below " if kind == "greater_than_equal" else "above "
        bound += format(problem.get("ctx", {})["ge" if kind == "greater_than_equal" else "le"], ",")
        return Diagnostic("SYN009", f"{name} is {bound}", where)
    if kind in _EXPECTED:
        given = kind_of(problem["input"])
        return Diagnostic("SYN009", f"{name} is {given}, not {_EXPECTED[kind]}", where)
    # What is left are the sentences of our own validators.
    return Diagnostic("SYN009", problem["msg"], where)


def _name(keys: Keys) -> str:
    """What to call the value at the end of a path: a key, or an element of a list."""
    last = keys[-1]
    if isinstance(last, str):
        return quoted(last)
    return f"an element of {quoted(str(keys[-2]))}"


def _home(table: Table, keys: Keys) -> Where:
    """Where a missing key is missed: at the code of its table, or at the table's header."""
    inner: Any = table.values
    for key in keys[:-1]:
        inner = inner[key]
    if keys[-1] != "code" and isinstance(inner.get("code"), str):
        return table.where(*keys[:-1], "code")
    return table.where_key(*keys[:-1])


def _shape_at(shape: type[Shape], keys: Keys) -> type[Shape]:
    """The shape of the table that a path leads to: only lists of tables nest."""
    for key in keys:
        if isinstance(key, str):
            shape = get_args(shape.model_fields[key].annotation)[0]
    return shape


def _unknown_key(shape: type[Shape], table: Table, keys: Keys) -> Diagnostic:
    key = str(keys[-1])
    where = table.where_key(*keys)
    if key in shape.misplaced:
        return Diagnostic("SYN009", f"unknown key {quoted(key)}", where, shape.misplaced[key])
    known = tuple(field.alias or name for name, field in shape.model_fields.items())
    return Diagnostic("SYN009", f"unknown key {quoted(key)}", where, one_of(key, known))
