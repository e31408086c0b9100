"""How definitions lie to each other, as text and as JSON (schema `rulec.overlaps`, version 1).

In: relationships, or who meets most others. Out: lines, or one object.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from typing import Any, Final

from rulec.analysis.answers import Relation
from rulec.compare.definitions import Breadth, Part, Relationship
from rulec.render.diff_words import counted, facts_text, place_name
from rulec.render.text import visible

__all__ = [
    "render_breadths",
    "render_overlaps_json",
    "render_partners",
    "render_relationship",
]

SCHEMA: Final = "rulec.overlaps"
VERSION: Final = 1

_SENTENCES: Final = {
    Relation.EQUAL: "{one} and {two} match the same requests",
    Relation.INSIDE: "every request of {one} is one of {two}",
    Relation.CONTAINS: "every request of {two} is one of {one}",
    Relation.OVERLAPS: "{one} and {two} share some requests, and each has others",
    Relation.DISJOINT: "{one} and {two} share no request",
    None: "how {one} and {two} lie to each other is not decided within the budget",
}


def render_relationship(found: Relationship, rules: str) -> str:
    """One pair in full; `rules` is the rule set as `rulec try` takes it."""
    one, two = f"`{found.one.code}`", f"`{found.two.code}`"
    word = found.relation.value if found.relation is not None else "undecided"
    lines = [f"{word}: {_SENTENCES[found.relation].format(one=one, two=two)}", ""]
    for definition in (found.one, found.two):
        text = " ".join(definition.condition.text.split())
        lines.append(f"{definition.code} (of {definition.owner}, rank {definition.rank}): {text}")
    lines += ["", *_order(found)]
    if any(found.clauses):
        lines += ["", "These clauses exclude each other" + _leaning(found)]
        for definition, clauses in zip((found.one, found.two), found.clauses, strict=True):
            lines += [f"  {definition.code}: {clause}" for clause in clauses]
    elif found.relation is Relation.DISJOINT:
        lines += ["", "Their conditions can be true at once; they are never live at once"]
    for part in found.parts:
        lines += ["", *_part(part, found, rules)]
    return "".join(f"{visible(line)}\n" for line in lines)


def render_partners(code: str, found: Sequence[Relationship], n_disjoint: int, n_more: int) -> str:
    """The partners of one definition, a line each."""
    lines = [f"{code} meets {counted(len(found) + n_more, 'other')}"]
    if n_more:
        lines[0] = f"{code} may meet {counted(len(found) + n_disjoint + n_more, 'other')}"
    width = max((len(one.two.code) for one in found), default=0)
    for one in found:
        word = one.relation.value if one.relation is not None else "undecided"
        first = one.firsts[0]
        lines.append(f"  {word:<9} {one.two.code:<{width}}  {first.code} stands first: {first.why}")
    if n_more:
        lines.append(f"  +{n_more:,} more; --all shows them")
    return "".join(f"{visible(line)}\n" for line in lines)


def render_breadths(found: Sequence[Breadth], n_definitions: int, at_most: int | None) -> str:
    """Who meets most others."""
    n_pairs = sum(one.n_partners for one in found) // 2
    total = n_definitions * (n_definitions - 1) // 2
    pairs = f"{n_pairs:,} of {counted(total, 'pair')} may share a request"
    lines = [f"{counted(n_definitions, 'definition')}: {pairs}"]
    shown = found[:at_most]
    width = max((len(one.definition.code) for one in shown), default=0)
    for one in shown:
        before = f"behind {one.n_stronger:,}, before {one.n_weaker:,}"
        owner = f"(of {one.definition.owner})"
        code = one.definition.code
        lines.append(f"  {code:<{width}}  meets {one.n_partners:,}: {before} {owner}")
    if len(found) > len(shown):
        lines.append(f"  +{len(found) - len(shown):,} more; --all shows them")
    return "".join(f"{visible(line)}\n" for line in lines)


def render_overlaps_json(
    found: Sequence[Relationship] | None,
    breadths: Sequence[Breadth] | None,
    rules: str,
    n_more: int,
) -> str:
    """One object: `pairs`, or `definitions` where nobody was named; `more` counts what was cut."""
    whole: dict[str, Any] = {"schema": SCHEMA, "version": VERSION, "rules": rules}
    if found is not None:
        whole["pairs"] = [_record(one) for one in found]
    if breadths is not None:
        whole["definitions"] = [
            {
                "code": one.definition.code,
                "owner": one.definition.owner,
                "partners": one.n_partners,
                "stronger": one.n_stronger,
                "weaker": one.n_weaker,
            }
            for one in breadths
        ]
    whole["more"] = n_more
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _order(found: Relationship) -> Iterator[str]:
    for first in found.firsts:
        where = "" if first.place is None else f"at {place_name(first.place)} "
        yield f"{where}{first.code} stands first: {first.why}"


def _leaning(found: Relationship) -> str:
    return ", by an assumption of the vocabulary" if found.leans else ""


def _part(part: Part, found: Relationship, rules: str) -> Iterator[str]:
    one, two = found.one.code, found.two.code
    matches = {
        (True, True): f"{one} and {two}",
        (True, False): f"{one} alone",
        (False, True): f"{two} alone",
    }
    yield f"a request of {matches[part.matches]}"
    yield f"  {facts_text(part.witness.facts)}"
    if part.witness.as_of is not None:
        yield f"  at {part.witness.as_of}"
    yield f"  identified: {part.identity}"
    for place, code in part.winners:
        yield f"  wins {place_name(place)}: {code}"
    words = ["rulec", "try", rules, "--all-points"]
    if part.witness.as_of is not None:
        words += ["--as-of", part.witness.as_of]
    given = shlex.join([*words, "--facts", "-"])
    yield f"  {given} <<< {shlex.quote(facts_text(part.witness.facts))}"


def _record(found: Relationship) -> dict[str, Any]:
    return {
        "one": found.one.code,
        "two": found.two.code,
        "relation": None if found.relation is None else found.relation.value,
        "order": [
            {
                "point": None if first.place is None else first.place.point,
                "scenario": None if first.place is None else first.place.scenario,
                "first": first.code,
                "why": first.why,
            }
            for first in found.firsts
        ],
        "excluding": [list(clauses) for clauses in found.clauses],
        "leans_on_assumptions": found.leans,
        "witnesses": [
            {
                "matches": list(part.matches),
                "facts": part.witness.facts,
                "as_of": part.witness.as_of,
                "identity": part.identity,
                "winners": [
                    {"point": place.point, "scenario": place.scenario, "winner": code}
                    for place, code in part.winners
                ],
            }
            for part in found.parts
        ],
    }
