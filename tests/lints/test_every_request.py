"""What rules find on random rule sets, against every request of a grid.

A grid holds a request for every class there is, so whatever is said of all requests, or of some,
can be seen on it, one by one. `test_matrix.py` lists the questions and which test holds each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from analysis.grid import Grid, grid
from analysis.small import FEW, checked, compiled, tight_shops
from analysis.test_ties import overridden, tied_at, tied_businesses
from hypothesis import assume, given, settings

from rulec.analysis.analysis import Analysis
from rulec.analysis.answers import Never, Place
from rulec.analysis.branches import dead_branches
from rulec.analysis.condition import Always, Condition, _numbered, _parts, _without
from rulec.analysis.diff import without
from rulec.analysis.rivals import Rivals
from rulec.check.tree import CheckedRuleSet, Typed
from rulec.lints.pairs import lost_products
from rulec.lints.proofs import Proofs
from rulec.logic import leaf_values
from rulec.oracle.evaluate import evaluate
from rulec.oracle.resolve import Matched, identify, matching, resolve_all
from rulec.ruleset.model import Definition, Lane, Liveness, Reduce
from rulec.ruleset.order import strongest_first
from rulec.vocabulary.model import Presence

FEWER = settings(FEW, max_examples=max(FEW.max_examples // 2, 2))
"""Where every definition is put aside once."""


def whole(files: dict[str, str]) -> tuple[CheckedRuleSet, Grid]:
    rules = checked(files)
    requests = grid(rules)
    assume(requests is not None and requests.is_complete)
    assert requests is not None
    return rules, requests


def proofs_of(files: dict[str, str]) -> Proofs:
    found = compiled(files)
    assert found.checked is not None
    assert found.artifact is not None
    return Proofs(found.checked, found.artifact)


def truths(requests: Grid) -> dict[str, set[int]]:
    """Of each definition the numbers of the requests it matches."""
    found: dict[str, set[int]] = {}
    for number, matched in enumerate(requests.requests):
        for one in (*matched.products, *matched.businesses):
            found.setdefault(one.code, set())
        for code in matched.codes:
            found[code].add(number)
    return found


def changed(
    rules: CheckedRuleSet, code: str, how: Callable[[Definition], Definition]
) -> CheckedRuleSet:
    """A rule set with one definition changed."""
    ruleset = rules.ruleset
    lanes = [
        tuple(how(one) if one.code == code else one for one in lane)
        for lane in (ruleset.products, ruleset.businesses)
    ]
    return replace(rules, ruleset=replace(ruleset, products=lanes[0], businesses=lanes[1]))


def disabled(rules: CheckedRuleSet, code: str) -> CheckedRuleSet:
    return changed(rules, code, lambda one: replace(one, liveness=Liveness(is_enabled=False)))


def again(rules: CheckedRuleSet, requests: Grid) -> list[Matched]:
    """The same requests, matched by another rule set."""
    return [matching(rules, one.facts, one.as_of) for one in requests.requests]


def winners(matched: Matched, *, runs: bool = False) -> list[Any]:
    """Who wins everywhere, or only what runs."""
    return [
        [
            win.implementation if runs else (win.code, win.implementation, win.blocked_by)
            for win in wins
        ]
        for point in matched.checked.ruleset.points
        for wins in [resolve_all(matched, point)]
    ]


def holder(matched: Matched, point: Any) -> str:
    """Whose binding decides a point that takes one."""
    win = resolve_all(matched, point)[0]
    return win.blocked_by or win.code


@given(tight_shops())
@FEW
def test_conditions(files: dict[str, str]) -> None:
    """Never true, always true; branches and clauses that can go, all together, if any can."""
    rules, requests = whole(files)
    facts = [one.facts for one in requests.requests]

    def true(condition: Typed) -> list[bool]:
        return [evaluate(condition, one) is True for one in facts]

    for typed in rules.conditions.values():
        asked = Condition(rules.ruleset.vocabulary, typed, rules.assumptions)
        holds = true(typed)
        assert (asked.core() is not None) is not any(holds)
        optional = {
            atom.fact.path
            for atom in leaf_values([typed])
            if atom.fact.presence is Presence.OPTIONAL
        }
        there = [
            h for h, f in zip(holds, facts, strict=True) if all(f[p] is not None for p in optional)
        ]
        always = asked.always()
        expected = Always.EVERY if all(holds) else Always.PRESENT if all(there) else None
        assert (always[0] if isinstance(always, tuple) else None) is expected
        idle = asked.idle()
        assert isinstance(idle, list)
        if not any(holds):
            continue
        nodes = _numbered(typed)
        cuts = {one.gone for one in idle}
        parts = list(_parts(typed, nodes))
        gone = {number: None for number, _, _, _, cut in parts if cut in cuts}
        assert true(_without(typed, nodes, gone)) == holds
        if not idle:
            for number, *_ in parts:
                assert true(_without(typed, nodes, {number: None})) != holds


@given(tight_shops())
@FEW
def test_branches_that_never_win(files: dict[str, str]) -> None:
    rules, requests = whole(files)
    analysis = Analysis(rules)
    for one in rules.ruleset.definitions:
        found = [span for span, _ in dead_branches(analysis, one.code)]
        typed = rules.conditions[one.code]
        items = getattr(typed, "items", ()) if type(typed).__name__ == "Or" else ()
        alive: set[int] = set()
        for matched in requests.requests:
            holds = (
                any(
                    any(
                        w.code == one.code or w.blocked_by == one.code
                        for w in resolve_all(matched, p)
                    )
                    for p in rules.ruleset.points
                )
                or identify(matched) == one.code
            )
            if holds:
                alive |= {n for n, item in enumerate(items) if evaluate(item, matched.facts)}
        dead = [n for n in range(len(items)) if n not in alive]
        # A negation is pushed into its branch, and points at what it negates.
        shown = [
            next(n for n, item in enumerate(items) if item.span.start <= span.start < item.span.end)
            for span in found
        ]
        assert shown == (dead if len(dead) < len(items) else [])


@given(tight_shops())
@FEWER
def test_who_can_go(files: dict[str, str]) -> None:
    """LOG303 and LOG306: without it, nobody wins otherwise, or nothing else runs."""
    rules, requests = whole(files)
    proofs = proofs_of(files)
    takes_all = any(point.reduce is not Reduce.FIRST for point in rules.ruleset.points)
    for one in rules.ruleset.definitions[:4]:
        pairs = list(zip(requests.requests, again(without(rules, one.code), requests), strict=True))
        for runs in (False, True):
            same = all(winners(a, runs=runs) == winners(b, runs=runs) for a, b in pairs)
            can_go = proofs.can_go(one, runs=runs)
            assert same or not can_go
            # A list in which a stop takes the place of nothing is another list.
            assert can_go or not same or (runs and takes_all)
            if not runs and one.lane is Lane.BUSINESS and one.code in proofs.dead_codes:
                assert proofs.is_needless(one) is same


def test_a_list_is_shorter_without_one_of_two_that_run_the_same() -> None:
    business = '[[business]]\ncode = "{0}"\nowner = "o"\nrank = {1}\nidentity = "a.f()"\n'
    business += '[[business.bind]]\npoint = "p"\nimplementation = "i"\n'
    point = '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\nreduce = "all"\n'
    files = {
        "vocabulary.toml": '[entity.a]\nkind = "people"\nfacts.f = { type = "flag" }\n',
        "platform.toml": point + 'default = "none"\n',
        "businesses/all.toml": business.format("b", 0) + business.format("c", 1),
    }
    proofs = proofs_of(files)
    definitions = proofs.checked.ruleset.definitions
    assert [proofs.can_go(one, runs=True) for one in definitions] == [False, False]


@given(tight_shops())
@FEW
def test_covered_by_one_or_by_several(files: dict[str, str]) -> None:
    """LOG301 and LOG302: one definition covers alone, or none does and all of the cover do."""
    rules, _ = whole(files)
    for product in rules.ruleset.products:
        rules = without(rules, product.code)
    requests = grid(rules)
    assert requests is not None
    matched, analysis, ordered = (
        truths(requests),
        Analysis(rules),
        strongest_first(rules.ruleset.businesses),
    )
    for verdict in analysis.never_wins():
        assert isinstance(verdict.answer, Never)
        place = next(n for n, one in enumerate(ordered) if one.code == verdict.code)
        point = next(p for p in rules.ruleset.points if p.code == verdict.place.point)
        ahead = [
            one.code
            for one in ordered[:place]
            if one.is_isolated
            or any(
                b.point == point.code and (point.reduce is Reduce.FIRST or b.implementation is None)
                for b in one.bindings
            )
        ]
        own = matched[verdict.code]
        alone = [code for code in ahead if own <= matched[code]]
        cover = verdict.answer.codes
        if not own:
            assert cover == ()
        elif alone:
            assert len(cover) == 1
            assert cover[0] in alone
        else:
            assert len(cover) > 1
            assert own <= set().union(*(matched[code] for code in cover))
            for code in cover:
                others = (matched[other] for other in cover if other != code)
                assert not own <= set().union(*others)


@given(tight_shops())
@FEW
def test_equal_and_misleading(files: dict[str, str]) -> None:
    """LOG314 and LOG313: conditions that are equal, and wider ones that stand before."""
    rules, requests = whole(files)
    proofs, matched = proofs_of(files), truths(requests)
    ordered = strongest_first(rules.ruleset.businesses)
    equal = {
        two.code
        for n, two in enumerate(ordered)
        if matched[two.code] and any(matched[one.code] == matched[two.code] for one in ordered[:n])
    }
    found = {two.code for _, two in proofs.equal_businesses if matched[two.code]}
    assert found == equal
    expected = set()
    for lane in (rules.ruleset.products, rules.ruleset.businesses):
        group = strongest_first(lane)
        for n, special in enumerate(group):
            points = {b.point for b in special.bindings}
            wider = [
                one
                for one in group[:n]
                if points & {b.point for b in one.bindings}
                and matched[special.code] < matched[one.code]
            ]
            if wider and matched[special.code] and special.code not in proofs.dead_codes:
                expected.add(special.code)
    assert {special.code for _, special in proofs.misordered if matched[special.code]} == expected


def tied_pairs(rules: CheckedRuleSet, requests: list[Matched]) -> Iterator[frozenset[str]]:
    behind = overridden(rules)
    for one in requests:
        yield from map(frozenset, tied_businesses(one, behind))
        for point in rules.ruleset.points:
            yield from map(frozenset, tied_at(one, point, None, behind))


@given(tight_shops())
@FEWER
def test_ties_that_others_hide(files: dict[str, str]) -> None:
    """LOG317: a pair that ties once one other definition is disabled, and does not before."""
    rules, requests = whole(files)
    assume(len(requests.requests) <= 500)
    open_now = set(tied_pairs(rules, requests.requests))
    hidden: set[tuple[frozenset[str], str]] = set()
    for one in rules.ruleset.definitions:
        less = disabled(rules, one.code)
        pairs = set(tied_pairs(less, again(less, requests))) - open_now
        hidden |= {(pair, one.code) for pair in pairs}
    rivals = Rivals(Analysis(rules))
    found = list(rivals.hidden_ties())
    assert rivals.undecided == []
    for rival in found:
        assert rival.hidden_by is not None
        assert (frozenset((rival.first.code, rival.second.code)), rival.hidden_by.code) in hidden
    order = {one.code: n for n, one in enumerate(strongest_first(rules.ruleset.definitions))}
    seconds = {max(pair, key=order.__getitem__) for pair, _ in hidden}
    assert {rival.second.code for rival in found} == seconds


@given(tight_shops())
@FEWER
def test_pairs_that_order_alone_decides(files: dict[str, str]) -> None:
    """LOG311: one wins, the other would without it, and each matches alone somewhere."""
    rules, requests = whole(files)
    assume(len(requests.requests) <= 500)
    matched, expected = truths(requests), set()
    points = [point for point in rules.ruleset.points if point.reduce is Reduce.FIRST]
    for lane in (rules.ruleset.products, rules.ruleset.businesses):
        for one in lane:
            less = again(disabled(rules, one.code), requests)
            others = {two.code for two in lane if two.rank != one.rank}
            for before, after in zip(requests.requests, less, strict=True):
                pairs = [(holder(before, p), holder(after, p)) for p in points]
                if one.lane is Lane.BUSINESS:
                    pairs.append((identify(before), identify(after)))
                expected |= {
                    frozenset(pair)
                    for pair in pairs
                    if pair[0] == one.code
                    and pair[1] in others
                    and not matched[pair[0]] <= matched[pair[1]]
                    and not matched[pair[1]] <= matched[pair[0]]
                }
    rivals = Rivals(Analysis(rules))
    found = {frozenset((one.first.code, one.second.code)) for one in rivals.ordered_pairs()}
    assert rivals.undecided == []
    assert found == expected


@given(tight_shops())
@FEW
def test_what_special_cases_lose(files: dict[str, str]) -> None:
    """LOG316: with the products of the business it lies in, somebody would win otherwise."""
    rules, requests = whole(files)
    proofs, matched = proofs_of(files), truths(requests)
    ordered = strongest_first(rules.ruleset.businesses)
    for n, one in enumerate(ordered):
        general = next(
            (
                other
                for other in ordered[n + 1 :]
                if matched[one.code] <= matched[other.code]
                and set(other.installed) - set(one.installed)
            ),
            None,
        )
        lost = lost_products(
            proofs, next(b for b in rules.ruleset.businesses if b.code == one.code)
        )
        if not matched[one.code]:
            assert lost is None
            continue
        is_lost = False
        if general is not None:
            installed = general.installed
            like = changed(rules, one.code, lambda b, i=installed: replace(b, installed=i))
            pairs = zip(requests.requests, again(like, requests), strict=True)
            is_lost = any(winners(a) != winners(b) for a, b in pairs)
        assert (lost is not None) is is_lost
        if lost is not None and general is not None:
            assert lost[0].code == general.code
            assert isinstance(lost[1].place, Place)
