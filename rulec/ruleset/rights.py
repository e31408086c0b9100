"""What a point lets be bound, and whom its order and a binding's `before` may name.

In: definitions and points as read. Out: findings: whether the platform opens a point to a
definition (`final`, `open_to`), whether a scenario is declared, whether a configuration fits the
point's `schema`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rulec.diagnostic import Diagnostic
from rulec.document import Table
from rulec.ruleset.config_schema import ConfigSchema
from rulec.ruleset.definition import Definitions, Written
from rulec.ruleset.model import Binding, Lane, LaneOrder
from rulec.ruleset.platform import Platform, WrittenPoint
from rulec.source import Where
from rulec.vocabulary.conform import one_of, quoted
from rulec.vocabulary.suggest import suggest

__all__ = ["check_rights"]


def check_rights(
    by_code: Mapping[str, Written], definitions: Definitions, platform: Platform
) -> Iterator[Diagnostic]:
    """Every finding about who may bind what, and about names at points."""
    points = {written.point.code: written for written in platform.written}
    schemas: dict[str, ConfigSchema] = {}
    for written in platform.written:
        yield from _bad_names(written, by_code, definitions)
        if written.schema is not None:
            schema, found = ConfigSchema.read(written.schema, written.table)
            yield from found
            if schema is not None:
                schemas[written.point.code] = schema
                yield from _bad_default(written, schema)
    for one in by_code.values():
        for number, binding in enumerate(one.definition.bindings):
            yield from _bad_scenario(binding, one.table, number, platform)
            point = points.get(binding.point)
            if point is None:
                continue
            yield from _closed(one, binding, point)
            yield from _bad_before(one, number, binding, point, by_code, definitions)
            if binding.implementation is not None and binding.point in schemas:
                config = binding.implementation.config or {}
                place = (one.table, "bind", number)
                yield from schemas[binding.point].problems(config, binding.point, *place)


def _closed(one: Written, binding: Binding, written: WrittenPoint) -> Iterator[Diagnostic]:
    code, point = one.definition.code, quoted(binding.point)
    if written.is_final:
        advice = "platform.toml says `final = true`"
        yield Diagnostic("VOC107", f"nobody may bind {point}", binding.where, advice)
    elif written.open_to is not None and code not in written.open_to:
        advice = f"its `open_to` in platform.toml must name {quoted(code)}"
        message = f"{point} is not open to {quoted(code)}"
        yield Diagnostic("VOC107", message, binding.where, advice)


def _bad_scenario(
    binding: Binding, table: Table, number: int, platform: Platform
) -> Iterator[Diagnostic]:
    known = platform.scenarios
    if binding.scenario is None or known is None or binding.scenario in known:
        return
    where = table.where("bind", number, "scenario")
    advice = one_of(binding.scenario, known) if known else "declare `scenarios` in platform.toml"
    yield Diagnostic("VOC107", f"no scenario {quoted(binding.scenario)}", where, advice)


def _bad_default(written: WrittenPoint, schema: ConfigSchema) -> Iterator[Diagnostic]:
    default = written.point.default
    if default is not None and default.config is not None:
        yield from schema.problems(default.config, written.point.code, written.table, "default")


def _bad_names(
    written: WrittenPoint, by_code: Mapping[str, Written], definitions: Definitions
) -> Iterator[Diagnostic]:
    """Names in a point's `order` and `open_to`."""
    for number, code in enumerate(written.point.order):
        where = written.table.where("order", number)
        unknown = _unknown(code, "definition", where, by_code, definitions)
        if unknown is not None:
            yield unknown
        elif code in by_code and not _binds(by_code[code], written):
            message = f"{quoted(code)} does not bind {quoted(written.point.code)}"
            yield Diagnostic("VOC110", message, where, "take it out of `order`")
    for number, code in enumerate(written.open_to or ()):
        where = written.table.where("open_to", number)
        unknown = _unknown(code, "definition", where, by_code, definitions)
        if unknown is not None:
            yield unknown


def _bad_before(
    one: Written,
    number: int,
    binding: Binding,
    written: WrittenPoint,
    by_code: Mapping[str, Written],
    definitions: Definitions,
) -> Iterator[Diagnostic]:
    is_first = written.point.lane_order is LaneOrder.BUSINESS_FIRST
    for place, code in enumerate(binding.before):
        where = one.table.where("bind", number, "before", place)
        unknown = _unknown(code, "product", where, by_code, definitions)
        other = by_code.get(code)
        if unknown is not None:
            yield unknown
        elif other is None:
            continue
        elif other.definition.lane is not Lane.PRODUCT:
            yield Diagnostic("VOC110", f"{quoted(code)} is a business, not a product", where)
        elif not _binds(other, written):
            message = f"{quoted(code)} does not bind {quoted(binding.point)}"
            yield Diagnostic("VOC110", message, where, "take it out of `before`")
        elif is_first and code not in written.point.order:
            message = f"businesses stand before {quoted(code)} at {quoted(binding.point)} already"
            yield Diagnostic("VOC110", message, where, "take it out of `before`")


def _binds(one: Written, written: WrittenPoint) -> bool:
    return any(binding.point == written.point.code for binding in one.definition.bindings)


def _unknown(
    code: str, what: str, where: Where, by_code: Mapping[str, Written], definitions: Definitions
) -> Diagnostic | None:
    if code in by_code or code in definitions.named or definitions.is_partial:
        return None
    close = suggest(code, by_code)
    advice = f"did you mean {quoted(close)}?" if close else None
    return Diagnostic("VOC110", f"no {what} {quoted(code)}", where, advice)
