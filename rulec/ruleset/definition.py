"""Files of businesses and products: one definition each, or a list of them.

In: a parsed file and its lane. Out: what it says, which depends on nothing else; and, file after
file, the sound definitions with the tables they came from, the codes of the others, and findings.
Names of points and other definitions are checked in `link.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from rulec.diagnostic import Diagnostic
from rulec.document import Document, Table
from rulec.ruleset.implementation import read_implementation
from rulec.ruleset.liveness import read_liveness
from rulec.ruleset.model import Binding, Definition, Implementation, Lane, Scope
from rulec.ruleset.platform import duplicate
from rulec.ruleset.shape import (
    BindShape,
    BusinessBindShape,
    BusinessesShape,
    BusinessShape,
    DefaultShape,
    DefinitionShape,
    ProductShape,
    ProductsShape,
)
from rulec.source import Where
from rulec.vocabulary.conform import conform, quoted

__all__ = ["Definitions", "Stated", "Written", "read_definitions"]

_RUN_KEYS: Final = ("implementation", "mode", "config")
_OTHER_LANE: Final = {Lane.BUSINESS: Lane.PRODUCT, Lane.PRODUCT: Lane.BUSINESS}


@dataclass(frozen=True, slots=True)
class Written:
    """A definition and the table that says it."""

    definition: Definition
    table: Table


class _One(NamedTuple):
    """One table of a file: its code with its place, unless it tells none."""

    code: str | None
    where: Where | None
    shape_findings: tuple[Diagnostic, ...]
    written: Written | None = None
    findings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Stated:
    """What one file says: the same for the same text, wherever else codes are defined."""

    ones: tuple[_One, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    is_partial: bool = False


@dataclass(slots=True)
class Definitions:
    """Every definition of a rule set, while files are read."""

    written: list[Written] = field(default_factory=list)
    named: dict[str, Where] = field(default_factory=dict)
    """Where each code stands, broken definitions included."""
    is_partial: bool = False
    """Whether a file or table is so broken that it does not even tell its code."""
    findings: list[Diagnostic] = field(default_factory=list)

    def add(self, stated: Stated) -> None:
        """Add what one file says; of two definitions of one code, the first counts."""
        self.findings += stated.findings
        self.is_partial |= stated.is_partial
        for one in stated.ones:
            self.findings += one.shape_findings
            if one.code is None or one.where is None:
                self.is_partial = True
                continue
            first = self.named.setdefault(one.code, one.where)
            if first is not one.where:
                self.findings.append(duplicate("code", one.code, one.where, first))
            elif one.written is not None:
                self.findings += one.findings
                self.written.append(one.written)


def read_definitions(document: Document, lane: Lane) -> Stated:
    """What one file defines."""
    whole = document.table()
    key, other = lane.value, _OTHER_LANE[lane].value
    if key not in whole.values and other in whole.values:
        message = f"`[[{other}]]` stands in a file for a {key}"
        advice = (
            "move it below `products/`" if other == "product" else "move it below `businesses/`"
        )
        where = whole.where_key(other)
        found = Diagnostic("SYN009", message, where, advice)
        return Stated(findings=(found,), is_partial=True)
    if key not in whole.values:
        if whole.values:
            return Stated((_read_definition(whole, lane),))
        message = f"the file defines no {key}"
        return Stated(findings=(Diagnostic("SYN009", message, whole.where(), "delete the file"),))
    shape = BusinessesShape if lane is Lane.BUSINESS else ProductsShape
    findings = _conform_list(shape, whole, key)
    items: Any = whole.values.get(key)
    tables = [
        document.table(key, number)
        for number, item in enumerate(items if isinstance(items, list) else ())
        if isinstance(item, dict)
    ]
    is_partial = not isinstance(items, list) or len(tables) < len(items)
    ones = tuple(_read_definition(table, lane) for table in tables)
    return Stated(ones, tuple(findings), is_partial)


def _conform_list(
    shape: type[BusinessesShape | ProductsShape], whole: Table, key: str
) -> list[Diagnostic]:
    """Findings about a file of several definitions; keys of its own get one sentence."""
    own = [name for name in whole.values if name in DefinitionShape.model_fields]
    if not own or key not in whole.values:
        return conform(shape, whole)[1]
    message = f"{quoted(own[0])} stands beside `[[{key}]]`"
    advice = f"a file holds one definition at its top, or a list of `[[{key}]]`"
    return [Diagnostic("SYN009", message, whole.where_key(own[0]), advice)]


def _read_definition(table: Table, lane: Lane) -> _One:
    shape: BusinessShape | ProductShape | None
    if lane is Lane.BUSINESS:
        shape, shape_findings = conform(BusinessShape, table)
    else:
        shape, shape_findings = conform(ProductShape, table)
    code = table.values.get("code")
    if not isinstance(code, str):
        return _One(None, None, tuple(shape_findings))
    where = table.where("code")
    if shape is None:
        return _One(code, where, tuple(shape_findings))
    bindings, found = _bindings(shape.code, shape.bind, table)
    liveness, problems = read_liveness(shape, table)
    found += problems
    condition_key = "identity" if lane is Lane.BUSINESS else "condition"
    definition = Definition(
        lane,
        code,
        shape.name or code,
        shape.description,
        shape.owner,
        shape.kpi,
        table.excerpt(condition_key),
        shape.rank,
        bindings,
        where,
        table.where("rank") if "rank" in table.values else where,
        tuple(dict.fromkeys(shape.overrides)),
        tuple(shape.systems),
        liveness,
    )
    if isinstance(shape, BusinessShape):
        definition, problems = _with_products(definition, shape, table)
        found += problems
    else:
        definition = replace(definition, scope=Scope(shape.scope))
    return _One(code, where, tuple(shape_findings), Written(definition, table), tuple(found))


def _bindings(
    code: str, binds: Sequence[BindShape], table: Table
) -> tuple[tuple[Binding, ...], list[Diagnostic]]:
    """What a definition binds: each point and scenario once, conditional bindings aside."""
    bindings: list[Binding] = []
    always: dict[tuple[str, str | None], Where] = {}
    findings: list[Diagnostic] = []
    for number, bind in enumerate(binds):
        implementation, found = _implementation(bind, table, number)
        liveness, problems = read_liveness(bind, table, "bind", number)
        findings += found + problems
        where = table.where("bind", number, "point")
        before = tuple(bind.before) if isinstance(bind, BusinessBindShape) else ()
        bindings.append(Binding(bind.point, implementation, where, bind.scenario, before, liveness))
        if liveness.is_conditional or not liveness.is_enabled:
            continue
        first = always.setdefault((bind.point, bind.scenario), where)
        if first is not where:
            here = f" in the scenario {quoted(bind.scenario)}" if bind.scenario else ""
            message = f"{quoted(code)} binds {quoted(bind.point)} twice{here}"
            findings.append(Diagnostic("SYN010", message, where, f"it is also bound at {first}"))
    return tuple(bindings), findings


def _implementation(
    bind: BindShape, table: Table, number: int
) -> tuple[Implementation | None, list[Diagnostic]]:
    """What a binding runs; None where it says `default = true`."""
    written = [key for key in _RUN_KEYS if getattr(bind, key) is not None]
    if bind.default:
        findings = [
            Diagnostic(
                "SYN009",
                f"`default = true` and {quoted(key)} exclude each other",
                table.where_key("bind", number, key),
                "the platform default says what runs",
            )
            for key in written
        ]
        return None, findings
    assert bind.implementation is not None
    runs = DefaultShape(implementation=bind.implementation, mode=bind.mode, config=bind.config)
    return read_implementation(runs, table, "bind", number)


def _with_products(
    definition: Definition, shape: BusinessShape, table: Table
) -> tuple[Definition, list[Diagnostic]]:
    """The definition with the products it names, or the business it installs like."""
    findings: list[Diagnostic] = []
    products = dict.fromkeys(shape.products or ())
    if shape.products is not None and shape.products_like is not None:
        message = "`products` and `products_like` exclude each other"
        findings.append(Diagnostic("SYN009", message, table.where_key("products_like")))
    elif len(products) < len(shape.products or ()):
        findings += _repeated(shape.products or [], table)
    is_like = shape.products_like is not None
    key = "products_like" if is_like else "products"
    where = table.where(key) if key in table.values else None
    return replace(
        definition,
        products=() if is_like else tuple(products),
        products_where=where,
        products_like=shape.products_like,
        is_isolated=shape.isolated,
    ), findings


def _repeated(products: list[str], table: Table) -> list[Diagnostic]:
    seen: set[str] = set()
    findings: list[Diagnostic] = []
    for number, product in enumerate(products):
        if product in seen:
            message = f"the product {quoted(product)} is listed twice"
            findings.append(Diagnostic("SYN010", message, table.where("products", number)))
        seen.add(product)
    return findings
