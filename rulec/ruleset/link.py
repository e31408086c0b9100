"""Names across files, and what they make of a rule set.

In: definitions and points as read. Out: the definitions with their installed products, and findings
about unknown points, unknown definitions, circles of `products_like`, and what `overrides.py` and
`rights.py` find.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from rulec.diagnostic import Diagnostic
from rulec.document import Keys
from rulec.ruleset.definition import Definitions, Written
from rulec.ruleset.model import Definition, Lane
from rulec.ruleset.overrides import check_overrides, shown_circle
from rulec.ruleset.platform import Platform
from rulec.ruleset.rights import check_rights
from rulec.vocabulary.conform import quoted
from rulec.vocabulary.suggest import suggest

__all__ = ["link"]


def link(definitions: Definitions, platform: Platform) -> tuple[list[Definition], list[Diagnostic]]:
    """Check every name, and fill in what each business installs."""
    findings: list[Diagnostic] = []
    by_code = {written.definition.code: written for written in definitions.written}
    for written in definitions.written:
        findings += _unknown_points(written.definition, platform)
        findings += _unknown_definitions(written, by_code, definitions)
    installed, found = _installed(by_code)
    findings += found
    findings += check_overrides(definitions.written, definitions)
    findings += check_rights(by_code, definitions, platform)
    linked = [
        _installing(written.definition, installed[written.definition.code])
        for written in definitions.written
    ]
    return linked, findings


def _installing(definition: Definition, installed: tuple[str, ...]) -> Definition:
    if definition.installed == installed:
        return definition
    return replace(definition, installed=installed)


def _unknown_points(definition: Definition, platform: Platform) -> Iterator[Diagnostic]:
    if platform.is_partial:
        return
    for binding in definition.bindings:
        if binding.point not in platform.named:
            close = suggest(binding.point, platform.named)
            advice = f"did you mean {quoted(close)}?" if close else "declare it in platform.toml"
            message = f"no extension point {quoted(binding.point)}"
            yield Diagnostic("VOC107", message, binding.where, advice)


def _unknown_definitions(
    written: Written, by_code: Mapping[str, Written], definitions: Definitions
) -> Iterator[Diagnostic]:
    """Products and businesses a business names and nobody defines."""
    definition, table = written.definition, written.table
    names: list[tuple[str, Lane, Keys]] = [
        (code, Lane.PRODUCT, ("products", number))
        for number, code in enumerate(table.values.get("products", ()))
        if definition.lane is Lane.BUSINESS
    ]
    like = definition.products_like
    if like is not None:
        names.append((like, Lane.BUSINESS, ("products_like",)))
    for code, lane, keys in names:
        found = by_code.get(code)
        if found is not None and found.definition.lane is not lane:
            message = f"{quoted(code)} is a {found.definition.lane.value}, not a {lane.value}"
            yield Diagnostic("VOC110", message, table.where(*keys))
        elif found is None and code not in definitions.named and not definitions.is_partial:
            known = (c for c, other in by_code.items() if other.definition.lane is lane)
            close = suggest(code, known)
            advice = f"did you mean {quoted(close)}?" if close else None
            message = f"no {lane.value} {quoted(code)}"
            yield Diagnostic("VOC110", message, table.where(*keys), advice)


def _installed(
    by_code: Mapping[str, Written],
) -> tuple[dict[str, tuple[str, ...]], list[Diagnostic]]:
    """The products of every business, strongest first, through chains of `products_like`.

    Each definition is passed once, however long the chains are. Circles are findings and install
    nothing, like chains that end in a name nobody defines.
    """
    installed: dict[str, tuple[str, ...]] = {}
    findings: list[Diagnostic] = []
    for start in by_code:
        chain: dict[str, None] = {}
        code: str | None = start
        while code is not None and code in by_code:
            if code in installed or code in chain:
                break
            chain[code] = None
            code = by_code[code].definition.products_like
        products: tuple[str, ...] = ()
        if code is None:
            products = _listed(by_code[next(reversed(chain))].definition, by_code)
        elif code in installed:
            products = installed[code]
        elif code in chain:
            names = list(chain)
            findings.append(_circle(names[names.index(code) :], by_code))
        installed.update(dict.fromkeys(chain, products))
    return installed, findings


def _listed(definition: Definition, by_code: Mapping[str, Written]) -> tuple[str, ...]:
    """The products a definition lists, as far as they are products, strongest first."""
    named = (by_code[code].definition for code in definition.products if code in by_code)
    products = [one for one in named if one.lane is Lane.PRODUCT]
    return tuple(one.code for one in sorted(products, key=lambda one: (one.rank, one.code)))


def _circle(circle: list[str], by_code: Mapping[str, Written]) -> Diagnostic:
    message = f"`products_like` runs in a circle: {shown_circle(circle)}"
    where = by_code[circle[0]].definition.products_where
    return Diagnostic("LOG312", message, where, "let one of them list its `products`")
