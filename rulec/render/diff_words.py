"""The words that every format of a difference shares.

In: parts of a `Comparison`. Out: short texts, nothing escaped.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from rulec.analysis.answers import Place
from rulec.analysis.diff import Change, Cut
from rulec.analysis.shown import projected
from rulec.analysis.sides import Outcome
from rulec.compare.report import Comparison, Group, Verdict
from rulec.compare.sample import Sample
from rulec.compare.versions import Version

__all__ = [
    "at",
    "command",
    "counted",
    "cut_lines",
    "facts_text",
    "headline",
    "most_rows_first",
    "named",
    "pair",
    "place_name",
    "rows_line",
    "runs",
    "seen",
    "verdict_line",
]


def counted(n: int, word: str, words: str | None = None) -> str:
    """A number and what it counts.

    >>> counted(1, "class", "classes"), counted(1200, "class", "classes")
    ('1 class', '1,200 classes')
    """
    return f"{n:,} {word if n == 1 else words or f'{word}s'}"


def headline(report: Comparison) -> str:
    """How much changed."""
    n_edits, n_classes = len(report.edits), len(report.changes)
    edited = counted(n_edits, "definition")
    if not n_classes:
        end = "no request changes winner"
        if report.cut:
            end = "no class of requests was found to change winner, and not all was looked at"
        return f"{edited} edited, {end}"
    groups = counted(len(report.groups), "pair of winners", "pairs of winners")
    least = "" if report.is_complete else "at least "
    verb = "class of requests changes" if n_classes == 1 else "classes of requests change"
    return f"{edited} edited, {least}{n_classes:,} {verb} winner: {groups}"


def rows_line(sample: Sample) -> str:
    """How many recorded rows change winner."""
    total = sample.n_decided
    share = f" ({100 * sample.n_differing / total:.2f} %)" if total else ""
    return f"{sample.n_differing:,} of {counted(total, 'row')} change winner{share}"


def most_rows_first(sample: Sample) -> list[tuple[str, int]]:
    """The points at which rows change winner, and how many."""
    return sorted(sample.by_point.items(), key=lambda one: (-one[1], one[0]))


def named(outcome: Outcome | None) -> str:
    """Who wins, and of whom."""
    if outcome is None:
        return "nobody"
    if outcome.blocked_by is not None:
        return f"the default, stopped by {outcome.blocked_by} (of {outcome.owner})"
    return outcome.code if outcome.owner is None else f"{outcome.code} (of {outcome.owner})"


def pair(group: Group) -> str:
    """Old and new winner on one line."""
    match group.kind:
        case "joins":
            return f"{named(group.new)} joins the list"
        case "leaves":
            return f"{named(group.old)} leaves the list"
        case "order":
            return f"{named(group.new)} stands before {named(group.old)} in the list"
        case "runs":
            return f"{named(group.new)} runs something else"
        case "config":
            return f"{named(group.new)} has another configuration"
    return f"{named(group.old)} -> {named(group.new)}"


def place_name(place: Place | None) -> str:
    """A point with its scenario; who is identified."""
    if place is None:
        return "identity"
    return place.point if place.scenario is None else f"{place.point} ({place.scenario})"


def at(group: Group, at_most: int = 6) -> str:
    """Where a pair of winners occurs."""
    names = [place_name(change.place) for change in group.changes]
    more = f", +{len(names) - at_most:,} more" if len(names) > at_most else ""
    return ", ".join(names[:at_most]) + more


def runs(change: Change) -> str | None:
    """What ran and what runs; None where nothing runs at all, as for an identity."""
    if change.place is None:
        return None
    old, new = (_runs(one) for one in (change.old, change.new))
    return f"{old} -> {new}" if old != new else old


def _runs(outcome: Outcome | None) -> str:
    if outcome is None or outcome.implementation is None:
        return "nothing"
    one = outcome.implementation
    config = "" if one.config is None else " " + json.dumps(one.config, ensure_ascii=False)
    return f"{one.name}{config}"


def seen(group: Group, report: Comparison) -> str | None:
    """How many rows of the sample, if there is one."""
    if report.sample is None:
        return None
    if group.n_rows is None:
        return "not counted in the sample"
    total = report.sample.n_decided
    share = f" ({100 * group.n_rows / total:.2f} %)" if total else ""
    return f"{group.n_rows:,} of {counted(total, 'row')}{share}"


def facts_text(facts: Mapping[str, Any]) -> str:
    """Facts as `rulec try` reads them."""
    return json.dumps(facts, ensure_ascii=False)


def command(change: Change, version: Version) -> str | None:
    """The command that shows a change on one version; None where no command opens it."""
    if not version.is_tried:
        return None
    facts = projected(version.checked.ruleset.vocabulary, change.witness.facts)
    words = ["rulec", "try", version.shown]
    if change.place is None:
        words.append("--all-points")
    else:
        words += ["--point", change.place.point]
        if change.place.scenario is not None:
            words += ["--scenario", change.place.scenario]
    if change.witness.as_of is not None:
        words += ["--as-of", change.witness.as_of]
    given = shlex.join([*words, "--facts", "-"])
    return f"{given} <<< {shlex.quote(facts_text(facts))}"


def cut_lines(cut: Sequence[Cut], at_most: int | None) -> list[str]:
    """What was not looked at or not settled, and how much more of it."""
    lines = []
    for one in cut[:at_most]:
        left = "" if one.n_left is None else f": {one.n_left:,} not asked"
        why = " (the budget ran out)" if one.is_undecided else ""
        lines.append(f"{place_name(one.place)}: {one.what}{left}{why}")
    if at_most is not None and len(cut) > at_most:
        lines.append(f"and {len(cut) - at_most:,} more")
    return lines


def verdict_line(verdict: Verdict) -> str:
    """Whose requests are altered."""
    owner = f"`{verdict.owner}`"
    if verdict.others:
        others = ", ".join(f"`{other}`" for other in verdict.others)
        least = "" if verdict.is_complete else "at least "
        classes = counted(verdict.n_classes, "class", "classes")
        return f"these changes by {owner} alter requests now served for {others}: {least}{classes}"
    if not verdict.is_complete:
        return f"whether these changes by {owner} alter requests of others is not decided"
    return f"these changes by {owner} alter no request now served for others"
