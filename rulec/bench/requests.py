"""Requests that touch what a rule set asks: for a benchmark without recorded traffic.

In: a compiled rule set and a seed. Out: requests as callers give them, the same for one seed. Each
is made around one term of one definition, drawn at random: the facts that the term reads have
values that satisfy it, every other fact a value that some literal of the rules names or borders on.
So definitions match, and near misses are as many as in the rules themselves. How often real
requests look like this nobody can tell from rules: for that there is traffic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final, TypeAlias

from rulec.driver import Compiled
from rulec.instant import MAX_INSTANT, MIN_INSTANT
from rulec.simplify.values import Literal, Matching, Nodes, Presences, Spans, Words
from rulec.terms.model import Single, Term
from rulec.vocabulary.model import Fact, FactType, Presence

__all__ = ["Request", "make_requests"]

Request: TypeAlias = dict[str, dict[str, Any]]
"""Facts as a caller gives them: entity -> fact -> value."""
Value: TypeAlias = int | str

N_IDS: Final = 10_000
MOST_TAGS: Final = 8
FLAG_SHARE: Final = 0.3
GIVEN_SHARE: Final = 0.8
"""How often an optional fact is there."""
OTHER: Final = "other"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def make_requests(compiled: Compiled, n: int, seed: int = 1) -> list[Request]:
    """`n` requests around terms of the rule set."""
    assert compiled.ruleset is not None
    random = Random(seed)
    pools = _pools(compiled)
    terms = [term for of in compiled.terms.values() for term in of] or [Term(())]
    return [
        _request(pools, dict(_chosen(compiled, random.choice(terms), random)), random)
        for _ in range(n)
    ]


def _pools(compiled: Compiled) -> list[tuple[Fact, list[Value]]]:
    """Every declared fact with the values to draw from, ascending."""
    assert compiled.ruleset is not None
    named: dict[str, set[Value]] = {}
    for condition in compiled.shared.conditions:
        if isinstance(condition, Single):
            literal = condition.literal
            named.setdefault(literal.fact.path, set()).update(_around(literal))
    entities = compiled.ruleset.vocabulary.entities.values()
    facts = [fact for entity in entities for fact in entity.facts.values()]
    return [(fact, _pool(fact, named.get(fact.path, set()))) for fact in facts]


def _pool(fact: Fact, named: set[Value]) -> list[Value]:
    if fact.type.is_tags:
        return sorted(named, key=str)
    if fact.type.is_ordered:
        low, high = _bounds(fact)
        inside = [value for value in named if isinstance(value, int) and low <= value <= high]
        keys = range(max(low, 1), min(high, N_IDS) + 1 if fact.is_id else 0)
        return sorted({*inside, *keys}) or [min(max(low, 0), high)]
    if fact.type is FactType.ENUM:
        return list(fact.values)
    ids = (f"id{number}" for number in range(N_IDS if fact.is_id else 0))
    return sorted({*(str(value) for value in named), *ids, OTHER})


def _bounds(fact: Fact) -> tuple[int, int]:
    if fact.type is FactType.TIME:
        return max(fact.low, MIN_INSTANT), min(fact.high, MAX_INSTANT)
    return fact.low, fact.high


def _around(literal: Literal) -> Iterator[Value]:
    """The values a literal names, and those beside its bounds."""
    match literal.values:
        case Spans(spans=spans):
            for low, high in spans:
                yield from (low - 1, low, high, high + 1)
        case Words(words=words):
            yield from words
        case Nodes(exact=exact, under=under):
            yield from exact | under
            yield from (f"{node}/{OTHER}" for node in exact | under if node)
        case Presences(tag=tag) if tag is not None:
            yield tag
        case Matching(text=text):
            yield text


def _chosen(compiled: Compiled, term: Term, random: Random) -> Iterator[tuple[Fact, set[Value]]]:
    """Facts that a term reads, each with values that satisfy it: one, but for tags."""
    found: dict[str, tuple[Fact, set[Value]]] = {}
    waiting = [number for _, number in term.asks]
    while waiting:
        condition = compiled.shared.conditions[waiting.pop()]
        if isinstance(condition, Single):
            fact = condition.literal.fact
            values = list(_satisfying(condition.literal))
            if values:
                _, kept = found.setdefault(fact.path, (fact, set()))
                if fact.type.is_tags or not kept:
                    kept.add(random.choice(values))
        elif condition.connective == "and":
            waiting += condition.parts
        else:
            waiting.append(random.choice(condition.parts))
    yield from found.values()


def _satisfying(literal: Literal) -> Iterator[Value]:
    """Values that satisfy a literal; none where absence or a stranger does, or no year has one."""
    match literal.values:
        case Spans(spans=spans):
            low, high = _bounds(literal.fact)
            for first, last in spans:
                ends = max(first, low), min(last, high)
                if ends[0] <= ends[1]:
                    yield from {*ends}
        case Words(words=words, is_complement=False):
            yield from sorted(words)
        case Nodes(exact=exact, under=under, is_complement=False):
            yield from sorted(exact | under)
        case Presences(tag=tag, is_present=True):
            yield True if tag is None else tag
        case Matching(text=text, is_match=True):
            yield text


def _request(
    pools: Sequence[tuple[Fact, list[Value]]], chosen: dict[Fact, set[Value]], random: Random
) -> Request:
    request: Request = {}
    for fact, pool in pools:
        own = chosen.get(fact, set())
        if fact.type is FactType.FLAG:
            value: Any = bool(own) or random.random() < FLAG_SHARE
        elif fact.type.is_tags:
            n_more = random.randrange(min(MOST_TAGS, len(pool)) + 1)
            value = sorted({*own, *(random.choice(pool) for _ in range(n_more))}, key=str)
        elif not own and fact.presence is not Presence.REQUIRED and random.random() > GIVEN_SHARE:
            continue
        else:
            value = _written(fact, next(iter(own)) if own else random.choice(pool))
        request.setdefault(fact.entity, {})[fact.name] = value
    return request


def _written(fact: Fact, value: Value) -> Any:
    """A value as a caller gives it."""
    if fact.type is FactType.DECIMAL:
        return Decimal(value).scaleb(-fact.scale)
    if fact.type is FactType.TIME:
        return _EPOCH + timedelta(microseconds=int(value))
    return value
