"""platform.toml: abilities and their extension points.

In: the parsed file. Out: what is sound of it, findings, and every code a point was given, so that
a broken point is not called unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from rulec.diagnostic import Diagnostic
from rulec.document import Document, Table
from rulec.ruleset.implementation import read_implementation
from rulec.ruleset.model import Ability, Implementation, LaneOrder, Point, Reduce
from rulec.ruleset.shape import AbilityShape, DefaultShape, PlatformShape, PointShape
from rulec.source import Where
from rulec.vocabulary.conform import conform, kind_of, one_of, quoted

__all__ = ["Platform", "WrittenPoint", "duplicate", "read_platform"]

_REDUCES: Final = tuple(reduce.value for reduce in Reduce)
_UNBUILT_REDUCES: Final = ("unique", "all_true", "any_true", "none_true", "merge")


@dataclass(frozen=True, slots=True)
class WrittenPoint:
    """A point, the table that says it, and what it lets be bound."""

    point: Point
    table: Table
    is_final: bool
    open_to: tuple[str, ...] | None
    """The codes that may bind it; None: all."""
    schema: dict[str, Any] | None


@dataclass(slots=True)
class Platform:
    """What platform.toml says, while it is read."""

    abilities: list[Ability] = field(default_factory=list)
    written: list[WrittenPoint] = field(default_factory=list)
    scenarios: tuple[str, ...] | None = ()
    """None where the list is broken."""
    named: dict[str, Where] = field(default_factory=dict)
    """Where each point's code stands, broken points included."""
    is_partial: bool = False
    """Whether an ability or a point is so broken that points may be missing from `named`."""
    findings: list[Diagnostic] = field(default_factory=list)

    @property
    def points(self) -> tuple[Point, ...]:
        return tuple(written.point for written in self.written)


def read_platform(document: Document) -> Platform:
    """Read every ability and point."""
    platform = Platform()
    whole, platform.findings = conform(PlatformShape, document.table())
    platform.scenarios = None if whole is None else tuple(dict.fromkeys(whole.scenarios))
    if whole is not None:
        platform.findings += _repeated(document.table(), "scenarios", "the scenario")
    abilities: dict[str, Where] = {}
    for table in _tables(document.table(), "ability", platform):
        shape, found = conform(AbilityShape, table)
        platform.findings += found
        code = table.values.get("code")
        if isinstance(code, str):
            where = table.where("code")
            first = abilities.setdefault(code, where)
            if first is not where:
                platform.findings.append(duplicate("ability", code, where, first))
            elif shape is not None:
                name = shape.name or code
                platform.abilities.append(Ability(code, name, shape.description, where))
        for inner in _tables(table, "point", platform):
            _read_point(platform, code if isinstance(code, str) else "", inner)
    return platform


def duplicate(what: str, code: str, where: Where, first: Where) -> Diagnostic:
    """The finding about a second definition of a code."""
    message = f"the {what} {quoted(code)} is defined twice"
    return Diagnostic("SYN010", message, where, f"it is also defined at {first}")


def _tables(table: Table, key: str, platform: Platform) -> list[Table]:
    """The tables of a list of tables; what is none has its finding already."""
    items: Any = table.values.get(key, [])
    if not isinstance(items, list):
        platform.is_partial = True
        return []
    tables = [table.table(key, n) for n, item in enumerate(items) if isinstance(item, dict)]
    platform.is_partial |= len(tables) < len(items)
    return tables


def _read_point(platform: Platform, ability: str, table: Table) -> None:
    shape, found = conform(PointShape, table)
    code = table.values.get("code")
    if isinstance(code, str):
        where = table.where("code")
        first = platform.named.setdefault(code, where)
        if first is not where:
            found.append(duplicate("point", code, where, first))
    else:
        platform.is_partial = True
    if shape is not None:
        found += _bad_reduce(shape.reduce, table)
        found += _repeated(table, "order", "the definition")
        default, problems = _default(shape.default, table)
        found += problems
        if not found:
            platform.written.append(_written(shape, ability, default, table))
    platform.findings += found


def _written(
    shape: PointShape, ability: str, default: Implementation | None, table: Table
) -> WrittenPoint:
    point = Point(
        shape.code,
        shape.name or shape.code,
        shape.description,
        ability,
        LaneOrder(shape.lanes),
        default,
        table.where("code"),
        Reduce(shape.reduce),
        tuple(shape.order),
        shape.on_failure or "",
    )
    open_to = None if shape.open_to is None else tuple(shape.open_to)
    return WrittenPoint(point, table, shape.final, open_to, shape.config_schema)


def _repeated(table: Table, key: str, what: str) -> list[Diagnostic]:
    """Words that stand twice in a list of words."""
    seen: set[str] = set()
    findings: list[Diagnostic] = []
    for number, word in enumerate(table.values.get(key, ())):
        if word in seen:
            message = f"{what} {quoted(word)} is listed twice"
            findings.append(Diagnostic("SYN010", message, table.where(key, number)))
        seen.add(word)
    return findings


def _bad_reduce(reduce: str, table: Table) -> list[Diagnostic]:
    if reduce in _REDUCES:
        return []
    where = table.where("reduce")
    if reduce in _UNBUILT_REDUCES:
        message = f'`reduce = "{reduce}"` is not built yet'
        return [Diagnostic("SYN011", message, where, "use `first` or `all`")]
    known = (*_REDUCES, *_UNBUILT_REDUCES)
    message = f"`reduce` cannot be {quoted(reduce)}"
    return [Diagnostic("SYN009", message, where, one_of(reduce, known))]


def _default(value: object, table: Table) -> tuple[Implementation | None, list[Diagnostic]]:
    """What a point falls back to: a table, or "none"."""
    if value == "none":
        return None, []
    if not isinstance(value, dict):
        given = quoted(value) if isinstance(value, str) else kind_of(value)
        message = f"`default` is {given}, not a table"
        advice = 'write `default = { implementation = "..." }` or `default = "none"`'
        return None, [Diagnostic("SYN009", message, table.where("default"), advice)]
    inner = table.table("default")
    shape, found = conform(DefaultShape, inner)
    if shape is None:
        return None, found
    return read_implementation(shape, inner)
