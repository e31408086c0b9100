"""What two definitions do to each other: ties that a third one hides, what special cases lose.

In: the proofs of a rule set. Out: pairs, each with a request that oracle and engine were asked.
What the budget leaves open is remembered in the proofs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rulec.analysis.answers import Place, Undecided, Witness
from rulec.analysis.budget import Kind
from rulec.analysis.diff import Change, edited
from rulec.analysis.overlay import Walk
from rulec.analysis.replay import replay
from rulec.analysis.rivals import Rival, Rivals
from rulec.analysis.ties import together
from rulec.analysis.wins import Question, Reason, Wins, identified
from rulec.lints.proofs import Proofs
from rulec.ruleset.model import Definition
from rulec.vocabulary.conform import quoted

__all__ = ["hidden_ties", "lost_places", "lost_products", "ordered_pairs"]


def hidden_ties(proofs: Proofs) -> Iterator[Rival]:
    """Pairs that would tie if one stronger definition were disabled."""
    rivals = Rivals(proofs.analysis)
    yield from _replayed(proofs, rivals, rivals.hidden_ties(), "which ties others hide")


def ordered_pairs(proofs: Proofs) -> Iterator[Rival]:
    """Pairs that order alone decides somewhere."""
    rivals = Rivals(proofs.analysis)
    yield from _replayed(proofs, rivals, rivals.ordered_pairs(), "where order alone decides")


def _replayed(proofs: Proofs, rivals: Rivals, found: Iterator[Rival], what: str) -> Iterator[Rival]:
    for one in found:
        proofs.shown(Witness(one.witness, one.as_of, one.place))
        yield one
    for definition in rivals.undecided:
        proofs.leave_open(definition, f"{what} from {quoted(definition.code)} on", Kind.TIE)


def lost_products(proofs: Proofs, business: Definition) -> tuple[Definition, Change] | None:
    """The weaker business that one lies in, and what its products would win if it had them."""
    for other in _general(proofs, business):
        if not set(other.installed) - set(business.installed):
            continue
        what = f"what the products of {quoted(other.code)} would win"
        if not proofs.may_remove(business, what):
            return None
        like = replace(business, installed=other.installed)
        ruleset = proofs.checked.ruleset
        businesses = tuple(like if one.code == business.code else one for one in ruleset.businesses)
        after = replace(proofs.checked, ruleset=replace(ruleset, businesses=businesses))
        analysis = proofs.analysis
        found = edited(
            proofs.checked, analysis.overlay, after, analysis.budget, runs=False, limit=1
        )
        for change in found.changes:
            proofs.shown(change.witness)
            return other, change
        if found.cut:
            proofs.leave_open(business, what, Kind.CHANGE)
        return None
    return None


def lost_places(
    proofs: Proofs, business: Definition
) -> Iterator[tuple[Definition, Definition, Place, Witness]]:
    """Weaker businesses that one lies in, and products they stand before, which win where it is
    identified and binds nothing: one for each point."""
    overlay = proofs.analysis.overlay
    own = {binding.point for binding in business.bindings if binding.liveness.is_enabled}
    for other in _general(proofs, business):
        moved = dict.fromkeys(b.point for b in other.bindings if b.before and b.point not in own)
        for point in moved:
            for place in (Place(*each) for each in overlay.places_of(point)):
                walk = overlay.walk(place.point, place.scenario)
                found = _lost_place(proofs, business, other, place, walk)
                if found is not None:
                    yield other, *found
                    break


def _lost_place(
    proofs: Proofs, business: Definition, other: Definition, place: Place, walk: Walk
) -> tuple[Definition, Place, Witness] | None:
    overlay, analysis = proofs.analysis.overlay, proofs.analysis
    mine, theirs = overlay.numbers[business.code], overlay.numbers[other.code]
    stand = walk.stands.get(theirs)
    if stand is None or walk.is_all or walk.is_named(theirs):
        return None
    for tried, one in enumerate(stand.tries):
        if not one.binding.before:
            continue
        seeds = list(Wins(overlay, walk, stand, tried).seeds())
        first = walk.first_of(one.binding.before)
        for number, product in walk.stands.items():
            if not first <= walk.place_of[number] < walk.place_of[theirs]:
                continue
            counts = number in overlay.for_all or number in overlay.installed[mine]
            for each in range(len(product.tries)) if counts else ():
                wins = Wins(overlay, walk, product, each).question()
                asked = together(identified(overlay, mine), wins)
                spot = analysis.find(_with(asked, seeds))
                if spot is None:
                    continue
                seen = (
                    None
                    if isinstance(spot, Undecided)
                    else replay(
                        proofs.checked, overlay, spot, place, candidates=analysis.candidates
                    )
                )
                if seen is None or isinstance(seen, Undecided):
                    proofs.leave_open(business, f"who wins at {quoted(place.point)} instead")
                    continue
                winner = overlay.definitions[number]
                blocked = seen.wins[0].blocked_by
                assert seen.identity == business.code
                assert winner.code in (seen.wins[0].code, blocked)
                proofs.shown(seen.witness)
                return winner, place, seen.witness
    return None


def _with(question: Question, seeds: list[Reason]) -> Question:
    return replace(question, seeds=[*question.seeds, *seeds])


def _general(proofs: Proofs, business: Definition) -> Iterator[Definition]:
    """The weaker businesses that match wherever one does, the strongest first."""
    overlay, number = proofs.analysis.overlay, proofs.analysis.overlay.numbers[business.code]
    for each in reversed(proofs.analysis.around(number)):
        other = overlay.definitions[each]
        if each not in overlay.installed or overlay.place[each] < overlay.place[number]:
            continue
        if not (other.installed or any(b.before for b in other.bindings)):
            continue
        if proofs.analysis.is_inside(business.code, other.code) is True:
            proofs.ask_whole()
            yield other
