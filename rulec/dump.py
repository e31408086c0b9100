"""What the compiler made of a rule set, for people: terms, and the plan behind the artifact.

In: `Compiled`. Out: text, or JSON with schema `rulec.compile`, version 1. Local conditions are
numbered and refer to each other by number, so a dump grows with the program and never with what
its conditions would be when written out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from rulec.driver import Compiled
from rulec.layout.plan import Plan, fields
from rulec.simplify.describe import describe
from rulec.terms.model import LocalCondition, Single, Term
from rulec.terms.share import Shared

__all__ = ["dump_json", "dump_plan", "dump_terms"]

SCHEMA: Final = "rulec.compile"
VERSION: Final = 1


def dump_terms(compiled: Compiled) -> str:
    """Every local condition, and the terms of every definition, a line each.

    A condition reads `c3  item  c1 || c2`; a term lists the conditions it asks.
    """
    lines = ["conditions"]
    for number, (entity, text) in enumerate(_conditions(compiled.shared)):
        lines.append(f"  c{number}  {entity}  {text}")
    lines.append("terms")
    for code, terms in compiled.terms.items():
        lines.append(f"  {code}" if terms else f"  {code}  never")
        lines += [f"    {_term(term)}" for term in terms]
    return "\n".join(lines) + "\n"


def dump_plan(plan: Plan) -> str:
    """Every record of the artifact by section, then the texts they point to."""
    lines: list[str] = []
    for section, rows in plan.records.items():
        lines.append(f"{section}: {len(rows):,}")
        for number, row in enumerate(rows):
            said = zip(fields(section), row, strict=True)
            lines.append(f"  {number}  " + " ".join(f"{name}={value}" for name, value in said))
    lines.append(f"texts: {len(plan.texts):,}")
    lines += [
        f"  {number}  {json.dumps(text, ensure_ascii=False)}"
        for number, text in enumerate(plan.texts)
    ]
    return "\n".join(lines) + "\n"


def dump_json(compiled: Compiled, plan: Plan) -> str:
    """Both of the above as one object."""
    whole = {
        "schema": SCHEMA,
        "version": VERSION,
        "conditions": [
            {"entity": entity, "text": text} for entity, text in _conditions(compiled.shared)
        ],
        "terms": {
            code: [dict(term.asks) for term in terms] for code, terms in compiled.terms.items()
        },
        "plan": {
            section: [dict(zip(fields(section), row, strict=True)) for row in rows]
            for section, rows in plan.records.items()
        },
        "texts": list(plan.texts),
        "manifest": dict(plan.manifest),
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _conditions(shared: Shared) -> Iterator[tuple[str, str]]:
    for entity, condition in zip(shared.entities, shared.conditions, strict=True):
        yield entity, _condition(condition)


def _condition(condition: LocalCondition) -> str:
    if isinstance(condition, Single):
        return describe(condition.literal)
    sign = " && " if condition.connective == "and" else " || "
    return sign.join(f"c{part}" for part in condition.parts)


def _term(term: Term) -> str:
    return " && ".join(f"c{asked}" for _, asked in term.asks) or "always"
