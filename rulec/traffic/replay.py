"""Replay: who would have won, over recorded traffic.

In: traffic, a question. Out: a `Tally` of winners by point and of identified businesses; and each
decided batch on its way, to whoever wants it. Memory does not grow with the traffic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from rulec.traffic.decide import Decided, Question, RowError, at_row
from rulec.traffic.recording import Traffic
from rulec.traffic.tally import Reason, Refused, Tally
from rulec_runtime import AssumptionError, FactError, TimeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["replay"]


def replay(
    traffic: Traffic, question: Question, on_decided: Callable[[Decided], None] | None = None
) -> Tally:
    """Resolve every point of every row.

    `on_decided` is called with each batch. A bad value is a `FactError`, a broken assumption an
    `AssumptionError`, a missing time a `TimeError`; their `row` counts from the start of the
    traffic. Where the question says so, bad rows are refused and counted instead.
    """
    decisions = question.program.decisions
    wins = np.zeros(len(decisions), dtype=np.int64)
    identified: NDArray[np.int64] = np.zeros(1, dtype=np.int64)
    codes: tuple[str, ...] = ("platform",)
    tally = Tally()
    for rows in traffic.batches():
        try:
            decided = question.decide(rows)
        except (FactError, AssumptionError, TimeError) as error:
            if error.row is None:
                raise
            raise at_row(error, tally.n_rows + error.row) from None
        wins += _counts(decided.winners.ravel(), len(decisions))
        if len(decided.identity_codes) > len(codes):
            codes = decided.identity_codes
            identified = np.pad(identified, (0, len(codes) - len(identified)))
        identified += _counts(decided.identities, len(codes))
        for row, refusal in decided.refusals.items():
            _refuse(tally, tally.n_rows + row, refusal)
        tally.n_rows += rows.num_rows
        if on_decided is not None:
            on_decided(decided)
    tally.decisions = dict(zip(decisions, map(int, wins), strict=True))
    tally.identities = dict(zip(codes, map(int, identified), strict=True))
    return tally


def _counts(places: NDArray[np.int32], n_places: int) -> NDArray[np.int64]:
    """How often each place stands there; refused rows stand nowhere."""
    return np.bincount(places + 1, minlength=n_places + 1)[1:]


def _refuse(tally: Tally, row: int, error: RowError) -> None:
    match error:
        case FactError():
            path = error.entity if error.fact is None else f"{error.entity}.{error.fact}"
            reason, given = Reason(path, error.expected), error.given
        case AssumptionError():
            reason, given = Reason("assumption", error.assumption), "a row that breaks it"
        case TimeError():
            reason, given = Reason("as_of", error.expected), error.given
    tally.reasons.setdefault(reason, Refused(row, given)).n_rows += 1
    tally.n_refused += 1
