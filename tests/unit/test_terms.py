"""terms.txt: how conditions are distributed into terms; and where that stops."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.texts import checked_condition, excerpt

from rulec.limits import MAX_TERMS
from rulec.simplify.passes import simplify
from rulec.terms.factor import TermExplosion, factor
from rulec.terms.model import Term
from rulec.terms.share import Shared

LINES = [
    line
    for line in (Path(__file__).parent / "terms.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def terms_of(text: str, shared: Shared) -> list[Term] | TermExplosion:
    return factor(simplify(checked_condition(text)), shared)


@pytest.mark.parametrize("line", LINES)
def test_terms(line: str) -> None:
    text, _, expected = (part.strip() for part in line.partition("=>"))
    terms = terms_of(text, Shared())
    assert isinstance(terms, list)
    shown = sorted("+".join(entity for entity, _ in term.asks) or "()" for term in terms)
    assert (", ".join(shown) or "-") == expected


def test_equal_local_conditions_are_one() -> None:
    shared = Shared()
    first = terms_of("(s.a() || s.b()) && i.a()", shared)
    second = terms_of("i.a() && (s.b() || (s.a() || s.b()))", shared)
    assert first == second


def test_an_explosion_names_the_part_that_multiplies() -> None:
    parts = " && ".join(f"(s.{f}() || i.{g}() || p.{f}())" for f in "abc" for g in "abc")
    text = f"s.a() && ({parts})"
    explosion = terms_of(text, Shared())
    assert isinstance(explosion, TermExplosion)
    assert explosion.n_terms > MAX_TERMS
    start, end = explosion.span
    assert excerpt(text).text[start:end] == f"({parts})"
