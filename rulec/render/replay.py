"""A replay as JSON, for programs: schema `rulec.replay`, version 1.

In: a tally and what it was made of. Out: one object; equal replays give equal text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from rulec.ruleset.model import Definition
from rulec.traffic.tally import Standing, Tally, never_won
from rulec_runtime import Program

__all__ = ["render_replay"]

SCHEMA: Final = "rulec.replay"
VERSION: Final = 1
PLACES: Final = 6
"""Decimals of a share."""


def render_replay(
    program: Program, tally: Tally, definitions: Iterable[Definition], traffic: Sequence[str]
) -> str:
    """One object: rows, winners by point, owners, businesses, who never won, why rows are refused.

    Shares of a point or of an identity are of the rows that were decided; shares of owners are of
    all decisions.
    """
    standings = tally.standings(definitions)
    whole = {
        "schema": SCHEMA,
        "version": VERSION,
        "program": program.hash,
        "traffic": list(traffic),
        "rows": tally.n_rows,
        "refused": _refused(tally),
        "points": [{"point": point, "winners": _winners(tally, point)} for point in program.points],
        "owners": [
            {"owner": one.name, "decisions": one.count, "share": round(one.part, PLACES)}
            for one in tally.owners()
        ],
        "definitions": [_standing(tally, one) for one in standings],
        "never_won": [one.code for one in never_won(standings)],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _refused(tally: Tally) -> dict[str, Any]:
    reasons = [
        {
            "place": reason.place,
            "expected": reason.expected,
            "rows": refused.n_rows,
            "first_row": refused.first_row,
            "first_given": refused.given,
        }
        for reason, refused in sorted(tally.reasons.items())
    ]
    return {"rows": tally.n_refused, "reasons": reasons}


def _winners(tally: Tally, point: str) -> list[dict[str, Any]]:
    return [
        {
            "code": decision.code,
            "kind": decision.kind,
            "owner": decision.owner,
            "implementation": decision.implementation,
            "reason": decision.reason,
            "blocked_by": decision.blocked_by,
            "rows": n_rows,
            "share": _share(n_rows, tally),
        }
        for decision, n_rows in tally.winners_of(point)
    ]


def _standing(tally: Tally, one: Standing) -> dict[str, Any]:
    return {
        "code": one.code,
        "kind": one.kind,
        "owner": one.owner,
        "identified": one.identified,
        "share": _share(one.identified, tally),
        "wins": one.wins,
        "blocks": one.blocks,
    }


def _share(n_rows: int, tally: Tally) -> float:
    return round(n_rows / tally.n_decided, PLACES) if tally.n_decided else 0.0
