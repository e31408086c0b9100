"""What differs between two versions, as people need it.

In: two versions. Out: a `Comparison`: every class of requests whose winner changes, grouped; the
edits behind them; whose requests they are; and, with a traffic sample, how many rows.

The oracle saw every witness when it was found (`analysis/shown.py`). Here the programs of both
versions do, so nothing is reported that a server would not do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from rulec.analysis.diff import Change, Cut, Difference, changes
from rulec.analysis.shown import projected
from rulec.analysis.sides import Outcome
from rulec.compare.edits import Edit, edits, moved_buckets, platform_edits
from rulec.compare.outcome import key_of
from rulec.compare.versions import Version
from rulec.diagnostic import Diagnostic
from rulec.instant import instant
from rulec.pause import without_collection
from rulec_runtime import RulecError

if TYPE_CHECKING:
    from rulec.compare.sample import Sample

__all__ = [
    "EFFORT",
    "LIMIT",
    "Comparison",
    "Group",
    "Kind",
    "OwnerShare",
    "Verdict",
    "compare",
    "kind_of",
]

LIMIT: Final = 1_000
"""Classes to look for where nobody says."""
EFFORT: Final = 600_000
"""Requests to look at where nobody says: some ten seconds."""
_EPOCH: Final = "1970-01-01T00:00:00Z"

Kind: TypeAlias = Literal["winner", "runs", "config", "joins", "leaves", "order"]
"""Another definition wins; the same one runs something else, or has another configuration; a
definition joins or leaves the list of a point that takes all, or stands first of two in it."""


@dataclass(frozen=True, slots=True)
class Group:
    """One pair of winners, wherever it occurs."""

    kind: Kind
    old: Outcome | None
    new: Outcome | None
    changes: tuple[Change, ...]
    """One a place; outcomes differ from those above in what runs, at most."""
    n_rows: int | None = None
    """Rows of the sample, the most of any place; None without one, or where nothing counts it."""


@dataclass(frozen=True, slots=True)
class OwnerShare:
    """What the difference is to one owner."""

    owner: str
    n_lost: int
    """Classes whose requests it served and does not any more."""
    n_gained: int
    n_altered: int
    """Classes that it serves before and after, by something else."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the requests of other owners are altered."""

    owner: str
    n_classes: int
    others: Mapping[str, int]
    """By owner: the classes whose requests it serves now."""
    edited: tuple[str, ...]
    """Definitions of others that were edited."""
    is_complete: bool

    @property
    def passes(self) -> bool:
        return self.is_complete and not self.others


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole difference of two versions."""

    old: Version
    new: Version
    edits: tuple[Edit, ...]
    platform: tuple[str, ...]
    """What changed in the vocabulary and the platform."""
    findings: tuple[Diagnostic, ...]
    """DRF603: rollouts that deal their keys anew."""
    groups: tuple[Group, ...]
    """The most useful first: by rows seen, then by places."""
    difference: Difference
    owners: tuple[OwnerShare, ...]
    verdict: Verdict | None = None
    sample: Sample | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every class of requests."""
        return tuple(change for group in self.groups for change in group.changes)

    @property
    def cut(self) -> Sequence[Cut]:
        """What was not looked at, or not settled."""
        return self.difference.cut

    @property
    def is_complete(self) -> bool:
        """Whether every class is among the changes."""
        return self.difference.is_complete

    @property
    def differs(self) -> bool:
        """Whether any request's winner changes, or may: where nothing was compared, it may."""
        return bool(self.groups or self.cut or self.difference.not_compared)


def compare(
    old: Version,
    new: Version,
    *,
    limit: int | None = LIMIT,
    effort: int | None = EFFORT,
    as_of: str | None = None,
    only_owner: str | None = None,
    sample: Sample | None = None,
) -> Comparison:
    """Compare two versions; `limit` and `effort` as in `changes`, and no limit is no effort either.

    Raises `IncomparableError` where the versions share no request that could be compared.
    """
    with without_collection():
        return _compare(old, new, limit, effort, as_of, only_owner, sample)


def _compare(
    old: Version,
    new: Version,
    limit: int | None,
    effort: int | None,
    as_of: str | None,
    only_owner: str | None,
    sample: Sample | None,
) -> Comparison:
    moment = None if as_of is None else instant(as_of)
    effort = None if limit is None else effort
    difference = changes(old.checked, new.checked, limit=limit, effort=effort, as_of=moment)
    found = list(difference.changes)
    if sample is not None:
        found = _with_seen(found, sample)
    for change in found:
        _replay(old, change, change.old, change.new)
        _replay(new, change, change.new, change.old)
    rulesets = old.checked.ruleset, new.checked.ruleset
    edited = [
        replace(one, where=(old if one.kind == "removed" else new).placed(one.where))
        for one in edits(*rulesets, set(difference.changed))
    ]
    moved = [
        replace(one, where=one.where and new.placed(one.where)) for one in moved_buckets(*rulesets)
    ]
    verdict = None
    if only_owner is not None:
        verdict = _verdict(only_owner, found, edited, is_complete=difference.is_complete)
    return Comparison(
        old,
        new,
        tuple(edited),
        tuple(platform_edits(*rulesets)),
        tuple(moved),
        tuple(_grouped(found, sample)),
        difference,
        tuple(_owners(found)),
        verdict,
        sample,
    )


def kind_of(change: Change) -> Kind:
    """What kind of a change it is."""
    old, new = change.old, change.new
    if old is None:
        return "joins"
    if new is None:
        return "leaves"
    if change.is_order:
        return "order"
    if (old.code, old.blocked_by) != (new.code, new.blocked_by):
        return "winner"
    runs = [one and (one.name, one.mode) for one in (old.implementation, new.implementation)]
    return "config" if runs[0] == runs[1] else "runs"


def _grouped(found: Sequence[Change], sample: Sample | None) -> list[Group]:
    """The same pair of winners at several places is one group."""
    together: dict[tuple[object, ...], list[Change]] = {}
    for change in found:
        named = (one and (one.code, one.blocked_by) for one in (change.old, change.new))
        together.setdefault((kind_of(change), *named), []).append(change)
    groups = []
    for own in together.values():
        rows = [n for n in (_rows(change, sample) for change in own) if n is not None]
        first = min(own, key=lambda change: change.place is None)
        groups.append(
            Group(kind_of(first), first.old, first.new, tuple(own), max(rows, default=None))
        )
    return sorted(groups, key=lambda group: (-(group.n_rows or 0), -len(group.changes)))


def _rows(change: Change, sample: Sample | None) -> int | None:
    """The rows of a class; None where the sample does not count it."""
    if sample is None or change.old is None or change.new is None or change.is_order:
        return None
    if change.place is not None and not sample.counts(change.place):
        return None
    pair = sample.pairs.get((change.place, key_of(change.old), key_of(change.new)))
    return 0 if pair is None else pair.n_rows


def _with_seen(found: list[Change], sample: Sample) -> list[Change]:
    """The changes, and those that were cut but are seen in the traffic."""
    known = {
        (change.place, key_of(change.old), key_of(change.new))
        for change in found
        if change.old is not None and change.new is not None
    }
    seen = [
        Change(place, pair.old, pair.new, pair.witness)
        for (place, old, new), pair in sample.pairs.items()
        if (place, old, new) not in known and not sample.is_list(place)
    ]
    return found + seen


def _replay(
    version: Version, change: Change, expected: Outcome | None, other: Outcome | None
) -> None:
    """Ask the program; a change that it does not show is a mistake of ours."""
    vocabulary = version.checked.ruleset.vocabulary
    facts = projected(vocabulary, change.witness.facts)
    try:
        match = version.program.match(facts, change.witness.as_of or _EPOCH)
    except RulecError as error:
        message = f"the engine refuses the witness {facts}: {error}"
        raise AssertionError(message) from error
    wanted = expected or other
    assert wanted is not None
    if change.place is None:
        has_won = match.identity == wanted.code
    else:
        won = match.resolve_all(change.place.point, change.place.scenario)
        runs = None if wanted.implementation is None else wanted.implementation.name
        shown = [(one.code, one.blocked_by, one.implementation) for one in won]
        has_won = (wanted.code, wanted.blocked_by, runs) in shown
        if change.is_order:
            assert other is not None
            codes = [one.code for one in won]
            has_won &= codes.index(wanted.code) < codes.index(other.code)
    if has_won is not (expected is not None):
        message = f"on {facts} the engine does not decide as the analysis says: {change}"
        raise AssertionError(message)


def _owners(found: Sequence[Change]) -> list[OwnerShare]:
    """What the difference is to each owner, who has most at stake first."""
    counts: dict[str, list[int]] = {}
    for change in found:
        old, new = (None if one is None else one.owner for one in (change.old, change.new))
        if old == new and old is not None:
            counts.setdefault(old, [0, 0, 0])[2] += 1
            continue
        for owner, number in ((old, 0), (new, 1)):
            if owner is not None:
                counts.setdefault(owner, [0, 0, 0])[number] += 1
    shares = (OwnerShare(owner, *own) for owner, own in counts.items())
    return sorted(shares, key=lambda one: (-one.n_lost - one.n_gained - one.n_altered, one.owner))


def _verdict(
    owner: str, found: Sequence[Change], edited: Sequence[Edit], *, is_complete: bool
) -> Verdict:
    others: dict[str, int] = {}
    for change in found:
        served = None if change.old is None else change.old.owner
        if served is not None and served != owner:
            others[served] = others.get(served, 0) + 1
    foreign = (one.code for one in edited if any(o not in (None, owner) for o in one.owners))
    ordered = dict(sorted(others.items(), key=lambda other: (-other[1], other[0])))
    return Verdict(owner, sum(others.values()), ordered, tuple(foreign), is_complete)
