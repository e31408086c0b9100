"""What was edited between two versions, whether or not any request notices.

In: two rule sets, and who changed in a way that can matter. Out: an `Edit` a definition that is not
as it was, in the words of the files; `platform_edits`, what changed around the definitions; and
`moved_buckets`, the rollouts whose keys were dealt anew (DRF603).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final, Literal

from rulec.diagnostic import Diagnostic
from rulec.ruleset.model import Binding, Definition, Liveness, Rollout, RuleSet
from rulec.source import Where
from rulec.vocabulary.conform import quoted
from rulec.vocabulary.model import Fact

__all__ = ["Edit", "edits", "moved_buckets", "platform_edits"]

_FIELDS: Final[Mapping[str, Callable[[Definition], Any]]] = {
    "condition": lambda one: one.condition.text,
    "rank": lambda one: one.rank,
    "overrides": lambda one: sorted(one.overrides),
    "products": lambda one: (sorted(one.products), one.products_like),
    "scope": lambda one: one.scope,
    "isolated": lambda one: one.is_isolated,
    "enabled": lambda one: one.liveness.is_enabled,
    "active": lambda one: one.liveness.window,
    "rollout": lambda one: one.liveness.rollout,
    "bind": lambda one: one.bindings,
    "owner": lambda one: one.owner,
    "kpi": lambda one: one.kpi,
    "systems": lambda one: sorted(one.systems),
    "name": lambda one: one.name,
    "description": lambda one: one.description,
}
"""The keys of the files, as far as a definition has them."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One definition that is not as it was."""

    code: str
    kind: Literal["added", "removed", "edited"]
    fields: tuple[str, ...]
    """The keys that changed; `order` and `meaning` where another file moved it or its words."""
    owners: tuple[str | None, str | None]
    """Before and after."""
    where: Where
    """In the new version, else in the old one."""
    matters: bool
    """Whether a winner may depend on it."""


def edits(old: RuleSet, new: RuleSet, changed: Set[str]) -> list[Edit]:
    """Every definition that was edited, in the new order, then those that are gone."""
    before = {one.code: one for one in old.definitions}
    after = {one.code: one for one in new.definitions}
    found: list[Edit] = []
    for code, one in (before | after).items():
        earlier, later = before.get(code), after.get(code)
        if earlier is None or later is None:
            kind: Literal["added", "removed"] = "removed" if later is None else "added"
            owners = None if earlier is None else one.owner, None if later is None else one.owner
            found.append(Edit(code, kind, (), owners, one.where, True))
            continue
        fields = [name for name, of in _FIELDS.items() if of(earlier) != of(later)]
        if earlier.lane is not later.lane:
            fields.insert(0, "lane")
        if code in changed and not _explains(fields):
            # Nothing of its own: a named condition, a fact, or whom another one overrides.
            fields.append("meaning or order")
        if fields:
            owners = (earlier.owner, later.owner)
            found.append(Edit(code, "edited", tuple(fields), owners, later.where, code in changed))
    order = {code: place for place, code in enumerate(dict.fromkeys((*after, *before)))}
    return sorted(found, key=lambda edit: (edit.kind == "removed", order[edit.code]))


def _explains(fields: Sequence[str]) -> bool:
    return bool(set(fields) - {"owner", "kpi", "systems", "name", "description"})


def platform_edits(old: RuleSet, new: RuleSet) -> list[str]:
    """What changed in the vocabulary and the platform, in words."""
    declared: list[dict[str, Fact]] = [
        {f.path: f for e in one.vocabulary.entities.values() for f in e.facts.values()}
        for one in (old, new)
    ]
    found = [*_named("the fact", declared[0], declared[1])]
    defines = [one.vocabulary.defines for one in (old, new)]
    texts = [{name: text.text for name, text in own.items()} for own in defines]
    found += _named("the named condition", texts[0], texts[1])
    assumed = [{one.text: None for one in each.vocabulary.assumptions} for each in (old, new)]
    found += _named("the assumption", assumed[0], assumed[1])
    scenarios = [dict.fromkeys(one.scenarios) for one in (old, new)]
    found += _named("the scenario", scenarios[0], scenarios[1])
    points = [
        {
            one.code: (one.default, one.order, one.lane_order, one.reduce, one.on_failure)
            for one in each.points
        }
        for each in (old, new)
    ]
    return [*found, *_named("the point", points[0], points[1])]


def _named(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield f"{what} {quoted(name)} is gone"
        elif name not in old:
            yield f"{what} {quoted(name)} is new"
        elif old[name] != new[name]:
            yield f"{what} {quoted(name)} changed"


def moved_buckets(old: RuleSet, new: RuleSet) -> list[Diagnostic]:
    """The rollouts that choose other keys than they did, by another salt or another fact."""
    before = {one.code: one for one in old.definitions}
    found: list[Diagnostic] = []
    for one in new.definitions:
        earlier = before.get(one.code)
        if earlier is None:
            continue
        pairs = [(f"`{one.code}`", earlier.liveness, one.liveness, one.where)]
        known = _by_place(earlier.bindings)
        for place, binding in _by_place(one.bindings).items():
            if place in known:
                what = f"the binding of `{one.code}` at `{binding.point}`"
                pairs.append((what, known[place].liveness, binding.liveness, binding.where))
        for what, was, now, where in pairs:
            found += _moved(what, was, now, where)
    return found


def _by_place(bindings: Sequence[Binding]) -> dict[tuple[Any, ...], Binding]:
    """Bindings by what tells them apart: those of one point by their turn."""
    found: dict[tuple[Any, ...], Binding] = {}
    for one in bindings:
        turn = 0
        while (one.point, one.scenario, turn) in found:
            turn += 1
        found[one.point, one.scenario, turn] = one
    return found


def _moved(what: str, was: Liveness, now: Liveness, where: Where) -> Iterator[Diagnostic]:
    old, new = was.rollout, now.rollout
    if old is None or new is None or _dealt(old) == _dealt(new):
        return
    parts = [
        f"{name} was {quoted(before)} and is {quoted(after)}"
        for name, before, after in zip(
            ("the key", "the salt"), _dealt(old), _dealt(new), strict=True
        )
        if before != after
    ]
    yield Diagnostic(
        "DRF603",
        f"the rollout of {what} deals its keys anew: {', '.join(parts)}",
        where,
        "keep salt and key while a rollout grows: whoever was selected stays selected",
    )


def _dealt(rollout: Rollout) -> tuple[str, str]:
    return rollout.by.text, rollout.salt
