"""`overrides`: names of the same lane and rank, without circles.

In: the definitions as read. Out: findings. A weaker definition named is only a note, since rank has
decided already; a stronger one is an error, since `overrides` never passes a rank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rulec.diagnostic import Diagnostic
from rulec.ruleset.definition import Definitions, Written
from rulec.vocabulary.conform import quoted
from rulec.vocabulary.suggest import suggest

__all__ = ["check_overrides", "shown_circle"]

_MAX_SHOWN: Final = 8
"""Definitions of a circle that its finding names."""


def check_overrides(written: Sequence[Written], definitions: Definitions) -> list[Diagnostic]:
    """Every finding about who overrides whom."""
    by_code = {one.definition.code: one for one in written}
    findings: list[Diagnostic] = []
    for one in written:
        for number, code in enumerate(one.table.values.get("overrides", ())):
            finding = _bad_name(one, number, code, by_code, definitions)
            if finding is not None:
                findings.append(finding)
    return findings + list(_circles(by_code))


def shown_circle(circle: Sequence[str]) -> str:
    """A circle of names as a chain that comes back to its start.

    >>> shown_circle(["a", "b"])
    '`a` -> `b` -> `a`'
    """
    names = [quoted(name) for name in (*circle, circle[0])]
    if len(circle) > _MAX_SHOWN:
        names[_MAX_SHOWN:-1] = [f"{len(circle) - _MAX_SHOWN} more"]
    return " -> ".join(names)


def _bad_name(
    one: Written, number: int, code: str, by_code: Mapping[str, Written], definitions: Definitions
) -> Diagnostic | None:
    own, where = one.definition, one.table.where("overrides", number)
    if code == own.code:
        return Diagnostic("VOC110", f"{quoted(code)} overrides itself", where)
    if code not in by_code:
        if code in definitions.named or definitions.is_partial:
            return None
        lane = (name for name, two in by_code.items() if two.definition.lane is own.lane)
        close = suggest(code, lane)
        advice = f"did you mean {quoted(close)}?" if close else None
        return Diagnostic("VOC110", f"no {own.lane.value} {quoted(code)}", where, advice)
    other = by_code[code].definition
    if other.lane is not own.lane:
        message = f"{quoted(code)} is a {other.lane.value}, not a {own.lane.value}"
        advice = "`overrides` orders one lane; a point's `lanes` or `order` cross them"
        return Diagnostic("VOC110", message, where, advice)
    if other.rank < own.rank:
        message = f"{quoted(code)} has the stronger rank {other.rank}"
        advice = (
            f"`overrides` passes no rank: give {quoted(own.code)} a rank of at most {other.rank}"
        )
        return Diagnostic("VOC110", message, where, advice)
    if other.rank > own.rank:
        message = f"{quoted(code)} has the weaker rank {other.rank}, so nothing needs overriding"
        return Diagnostic("LOG318", message, where, "leave it out")
    return None


def _circles(by_code: Mapping[str, Written]) -> Iterator[Diagnostic]:
    """One finding a circle, found by a walk with its own stack; each definition is entered once."""
    done: set[str] = set()
    for start in by_code:
        if start in done:
            continue
        path: dict[str, Iterator[str]] = {start: _peers(by_code[start], by_code)}
        while path:
            here = next(reversed(path))
            code = next(path[here], None)
            if code is None:
                done.add(here)
                del path[here]
            elif code in path:
                names = list(path)
                circle = names[names.index(code) :]
                where = by_code[circle[0]].table.where("overrides")
                message = f"`overrides` runs in a circle: {shown_circle(circle)}"
                yield Diagnostic("LOG312", message, where, "take one of them out")
            elif code not in done:
                path[code] = _peers(by_code[code], by_code)


def _peers(one: Written, by_code: Mapping[str, Written]) -> Iterator[str]:
    """Whom a definition overrides in its own lane and rank, itself left out."""
    own = one.definition
    for code in own.overrides:
        other = by_code[code].definition if code in by_code else own
        if other is not own and (other.lane, other.rank) == (own.lane, own.rank):
            yield code
