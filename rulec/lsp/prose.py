"""What there is to say about a name, in Markdown.

In: an `Index` and a name. Out: a few lines for a hover, or for the side of a completion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from rulec.check.types import written_value
from rulec.limits import MAX_INT, MIN_INT
from rulec.lints.catalogue import Rule, rule_of
from rulec.lsp.index import Index
from rulec.ruleset.model import Binding, Definition, Implementation, Lane, Point
from rulec.simplify.describe import written
from rulec.vocabulary.model import Entity, Fact, Presence

__all__ = [
    "ability",
    "definition",
    "entity",
    "fact",
    "finding",
    "lint",
    "named",
    "point",
    "summary",
]

MAX_NAMES: Final = 8
"""Names of a list that are said; the others are counted."""


def summary(found: Fact) -> str:
    """A fact's type, domain and presence in one line."""
    domain = [f"`{found.type_name}`"]
    if found.values:
        domain.append(" | ".join(f"`{value}`" for value in found.values[:MAX_NAMES]))
        domain[-1] += " ..." if len(found.values) > MAX_NAMES else ""
    elif found.type.is_ordered and (found.low, found.high) != (MIN_INT, MAX_INT):
        low = "" if found.low == MIN_INT else written_value(found, found.low)
        high = "" if found.high == MAX_INT else written_value(found, found.high)
        domain.append(f"`{low}..={high}`" if high else f"`{low}..`")
    if found.unit:
        domain.append(found.unit)
    match found.presence:
        case Presence.REQUIRED:
            domain.append("required")
        case Presence.OPTIONAL:
            domain.append("optional: while it is missing, no comparison with it holds")
        case Presence.DEFAULT if found.default is not None:
            domain.append(f"default `{written(found, found.default)}`")
    if found.is_id:
        domain.append("id")
    return ", ".join(domain)


def fact(index: Index, found: Fact) -> str:
    """A fact: what it holds, and who reads it."""
    lines = [f"**{found.path}** — {summary(found)}"]
    if found.deprecated is not None:
        lines.append(f"*Deprecated:* {found.deprecated}")
    readers = index.readers(found.path)
    lines.append(f"Read by {_names(readers)}" if readers else "No definition reads it")
    return "\n\n".join(lines)


def entity(found: Entity) -> str:
    """An entity: its kind and its facts."""
    facts = [f"- `{one.name}`: `{one.type_name}`" for one in list(found.facts.values())[:20]]
    if len(found.facts) > len(facts):
        facts.append(f"- and {len(found.facts) - len(facts):,} more")
    head = f"**{found.name}** — {found.kind.value}"
    if found.contains:
        head += f"; `{found.name}.contains(x)` reads `{found.name}.{found.contains}`"
    return "\n".join([head, "", *facts])


def named(index: Index, name: str) -> str | None:
    """A named condition."""
    found = index.vocabulary.defines.get(name)
    return None if found is None else f"**{name}** — a named condition\n\n{_code(found.text)}"


def definition(index: Index, found: Definition) -> str:
    """A business or a product: who it is, whom it precedes, where it steps in."""
    head = f"**{found.code}** — {found.lane.value}"
    if found.name and found.name != found.code:
        head += f" “{found.name}”"
    lines = [f"{head}, rank {found.rank:,}, of `{found.owner}`"]
    if found.kpi:
        lines.append(f"KPI: {found.kpi}")
    lines.append(_code(found.condition.text))
    relations = {
        "Overrides": found.overrides,
        "Overridden by": index.overriding(found.code),
        "Installs": found.installed,
        "Installed by": index.installing(found.code) if found.lane is Lane.PRODUCT else (),
        "Binds": list(dict.fromkeys(binding.point for binding in found.bindings)),
    }
    lines += [f"{words} {_names(names)}" for words, names in relations.items() if names]
    if not found.bindings:
        lines.append("Binds nothing")
    return "\n\n".join(lines)


def point(index: Index, found: Point) -> str:
    """An extension point: what runs by default, and who may run instead."""
    head = f"**{found.code}** — extension point of `{found.ability}`"
    if found.name and found.name != found.code:
        head += f" “{found.name}”"
    lines = [head]
    if found.description:
        lines.append(found.description)
    lines.append(f"Default: {_runs(found.default)}")
    if found.order:
        lines.append(f"First come {_names(found.order)}")
    bound = [_bound(one, binding) for one, binding in index.bindings(found.code)]
    if bound:
        more = [f"- and {len(bound) - MAX_NAMES:,} more"] if len(bound) > MAX_NAMES else []
        lines.append("\n".join(["Bound by", "", *bound[:MAX_NAMES], *more]))
    else:
        lines.append("Nobody binds it")
    return "\n\n".join(lines)


def ability(index: Index, code: str) -> str | None:
    """An ability: its points."""
    found = index.abilities.get(code)
    if found is None:
        return None
    points = [one.code for one in index.points.values() if one.ability == code]
    parts = (f"**{code}** — ability", found.description, f"Points: {_names(points)}")
    return "\n\n".join(part for part in parts if part)


def lint(rule: Rule) -> str:
    """A code of findings: its page."""
    return f"## {rule.code} {rule.name}\n\n*{rule.severity}*\n\n{rule.page}"


@cache
def finding(code: str) -> str:
    """What a code means, in short.

    >>> finding("ORG402").splitlines()[0]
    '**ORG402 missing-kpi**: A definition does not say what it is for.'
    """
    rule = rule_of(code)
    if rule is None:
        return ""
    head, _, rest = rule.page.partition("\n")
    why = rest.partition("## Why it matters\n")[2].partition("\n## ")[0].strip()
    return f"**{rule.code} {rule.name}**: {head}\n\n{why}".rstrip()


def _bound(one: Definition, binding: Binding) -> str:
    scenario = f" in scenario `{binding.scenario}`" if binding.scenario else ""
    runs = "the default" if binding.implementation is None else _runs(binding.implementation)
    return f"- `{one.code}` ({one.lane.value}, rank {one.rank:,}){scenario}: {runs}"


def _runs(implementation: Implementation | None) -> str:
    if implementation is None:
        return "none: a request without a winner is an error"
    mode = f" ({implementation.mode})" if implementation.mode else ""
    return f"`{implementation.name}`{mode}"


def _code(text: str) -> str:
    """A condition as a block; its fence is longer than any row of backticks in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text.strip()}\n{fence}"


def _names(names: Sequence[str] | Iterable[str]) -> str:
    known = list(names)
    said = ", ".join(f"`{name}`" for name in known[:MAX_NAMES])
    return f"{said} and {len(known) - MAX_NAMES:,} more" if len(known) > MAX_NAMES else said
