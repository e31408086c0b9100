"""`Analysis` on random rule sets, against every request of a grid.

A witness has been replayed by the oracle, so it cannot be wrong; what can be is `Never`: no request
of the grid may show what was proven never to be. Where the grid is complete, a request of it stands
behind every `Witness` too, and covers are minimal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from analysis.grid import Grid, grid
from analysis.small import FEW, checked, shops, tight_shops
from hypothesis import given
from hypothesis import strategies as st

from rulec.analysis.analysis import Analysis
from rulec.analysis.answers import Answer, Never, Place, Undecided, Witness
from rulec.analysis.branches import dead_branches
from rulec.analysis.budget import Budget
from rulec.analysis.diff import removal
from rulec.check.tree import CheckedRuleSet
from rulec.oracle.resolve import Matched, effective, identify, resolve_all
from rulec.ruleset.model import Binding, Definition, Point
from rulec.source import Span

Shown = Callable[[Matched], bool]
PLATFORM = '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\ndefault = "none"\n'


def agree(answer: Answer, requests: Grid, shows: Shown, what: object) -> None:
    """Hold one answer to the grid."""
    if isinstance(answer, Undecided):
        assert not requests.is_complete, what
    elif isinstance(answer, Never):
        assert not any(map(shows, requests.requests)), what
    elif requests.is_complete:
        assert any(map(shows, requests.requests)), what


def wins_by(point: Point, place: Place, one: Definition, binding: Binding) -> Shown:
    """Whether a binding wins at a place, or stops there."""

    def shows(matched: Matched) -> bool:
        wins = resolve_all(matched, point, place.scenario)
        if binding.implementation is None:
            return wins[-1].blocked_by == one.code
        return any(win.implementation is binding.implementation for win in wins)

    return shows


def questions(analysis: Analysis, rules: CheckedRuleSet) -> Iterator[tuple[Answer, Shown, object]]:
    """Every question about a rule set, with its answer and what a request must show."""
    points = {point.code: point for point in rules.ruleset.points}
    dead = {(v.code, v.place, id(v.binding)): v.answer for v in analysis.never_wins()}
    for place in analysis.places:
        point = points[place.point]
        walk = analysis.overlay.walk(place.point, place.scenario)
        for number, stand in walk.stands.items():
            one = analysis.overlay.definitions[number]
            for tried in stand.tries:
                answer = analysis.wins(one.code, place, tried.binding)
                if not isinstance(answer, Witness):
                    told = dead.pop((one.code, place, id(tried.binding)))
                    assert type(told) is type(answer)
                    if isinstance(answer, Never) and isinstance(told, Never):
                        # Two covers may explain the same; neither takes more than it must.
                        assert len(told.cover) == len(answer.cover)
                yield answer, wins_by(point, place, one, tried.binding), (place, one.code)

        def is_default(matched: Matched, point: Point = point, place: Place = place) -> bool:
            return resolve_all(matched, point, place.scenario)[0].reason == "DEFAULT"

        yield analysis.reaches_default(place), is_default, (place, "default")
    assert not dead
    for one in rules.ruleset.businesses:
        answer = analysis.identifies(one.code)
        yield answer, lambda matched, one=one: identify(matched) == one.code, one.code
        for product in one.installed:

            def is_lost(m: Matched, one: Definition = one, product: str = product) -> bool:
                return {one.code, product} <= m.codes and product not in effective(m)

            lost = analysis.hides_product(product, one.code)
            yield lost, is_lost, (one.code, product)


@given(st.one_of(shops(), tight_shops()))
@FEW
def test_answers_agree_with_every_request(files: dict[str, str]) -> None:
    rules = checked(files)
    requests = grid(rules)
    if requests is None:
        return
    analysis = Analysis(rules)
    for answer, shows, what in questions(analysis, rules):
        agree(answer, requests, shows, what)


def test_branches_of_who_is_never_live() -> None:
    """Nobody else may read what they read."""
    vocabulary = """[entity.a]
kind = "people"
facts.f = { type = "string", default = "" }
facts.id = { type = "int", id = true, optional = true }
"""
    business = """code = "b"
owner = "o"
identity = "a.f.startsWith('x') || a.f == 'y'"
rollout = { percent = "0", by = "a.id", salt = "s" }
"""
    files = {
        "vocabulary.toml": vocabulary,
        "platform.toml": PLATFORM,
        "businesses/b.toml": business,
    }
    assert list(dead_branches(Analysis(checked(files)), "b")) == []


def test_one_tag_of_a_list_is_no_branch() -> None:
    """`b` takes the requests with tag 1 away from `c`, which is one comparison."""
    business = '[[business]]\ncode = "{0}"\nowner = "o"\nrank = {1}\nidentity = "{2}"\n'
    business += '[[business.bind]]\npoint = "p"\nimplementation = "i"\n'
    ahead = business.format("b", 0, "a.contains(1)")
    files = {
        "vocabulary.toml": '[entity.a]\nkind = "commodity"\ncontains = "t"\n'
        'facts.t = { type = "tags<int>" }\nfacts.f = { type = "flag" }\n',
        "platform.toml": PLATFORM,
        "businesses/all.toml": ahead + business.format("c", 1, "a.t.containsAny([1, 3])"),
    }
    assert list(dead_branches(Analysis(checked(files)), "c")) == []
    two = business.format("c", 1, "a.contains(1) || a.t.containsAny([2, 3])")
    rules = checked(files | {"businesses/all.toml": ahead + two})
    assert [span for span, _ in dead_branches(Analysis(rules), "c")] == [Span(0, 13)]


def test_a_list_with_one_who_moves_once_it_is_identified() -> None:
    """Taking out the business that is identified before it ends, though `before` could move it."""
    vocabulary = '[entity.a]\nkind = "people"\nfacts.f = { type = "flag" }\n'
    vocabulary += 'facts.g = { type = "flag" }\n'
    product = 'code = "x"\nowner = "o"\ncondition = "a.g()"\nscope = "all"\n'
    product += '[[bind]]\npoint = "p"\nimplementation = "i"\n'
    first = '[[business]]\ncode = "b"\nowner = "o"\nrank = 0\nidentity = "a.f()"\n'
    second = '[[business]]\ncode = "c"\nowner = "o"\nrank = 1\nidentity = "true"\n'
    bind = '[[business.bind]]\npoint = "p"\ndefault = true\nbefore = ["x"]\n'
    files = {
        "vocabulary.toml": vocabulary,
        "platform.toml": PLATFORM + 'reduce = "all"\n',
        "products/x.toml": product,
        "businesses/all.toml": first + second + bind,
    }
    rules = checked(files)
    found = removal(rules, Analysis(rules).overlay, "b", Budget(), runs=False)
    assert found.changes or found.cut
