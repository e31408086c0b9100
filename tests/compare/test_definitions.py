"""How definitions lie to each other, against every request of a grid."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from analysis.grid import grid
from analysis.small import FEW, compiled, shops, tight_shops
from compare.shop import VIP, VOCABULARY, bind, business, files, version
from hypothesis import given
from hypothesis import strategies as st

from rulec.analysis.answers import Relation
from rulec.compare.definitions import Definitions, Relationship, UnknownCodeError
from rulec_runtime import from_bytes

BELOW = {(True, True): Relation.OVERLAPS, (True, False): Relation.CONTAINS}
BELOW |= {(False, True): Relation.INSIDE, (False, False): Relation.EQUAL}


def definitions(folder: Path, own: Mapping[str, str]) -> Definitions:
    found = version(folder / "shop", own)
    return Definitions(found.checked, found.program)


@given(st.one_of(tight_shops(), shops()), st.data())
@FEW
def test_relations_agree_with_every_request(files: dict[str, str], data: st.DataObject) -> None:
    found = compiled(files)
    assert found.checked is not None
    assert found.artifact is not None
    codes = [one.code for one in found.checked.ruleset.definitions]
    requests = grid(found.checked)
    if requests is None or not requests.is_complete or len(codes) < 2:
        return
    one, two = data.draw(st.permutations(codes))[:2]
    seen = {(one in r.codes, two in r.codes) for r in requests.requests}
    told = Definitions(found.checked, from_bytes(found.artifact)).compare(one, two)
    parts = {part.matches for part in told.parts}
    assert parts == seen - {(False, False)}
    only = (True, False) in seen, (False, True) in seen
    expected = BELOW[only] if (True, True) in seen or only != (True, True) else Relation.DISJOINT
    assert told.relation is expected


def related(folder: Path, *identities: str, vocabulary: str = VOCABULARY) -> Relationship:
    own = [business(f"b{n}", text, rank=n) for n, text in enumerate(identities)]
    return definitions(folder, files(*own, vocabulary=vocabulary)).compare("b0", "b1")


def test_why_two_are_disjoint(tmp_path: Path) -> None:
    first = "buyer.isVip() && buyer.level >= 3 && item.contains(1)"
    found = related(tmp_path / "a", first, "item.contains(2) && buyer.level <= 2")
    assert found.relation is Relation.DISJOINT
    assert found.clauses == (("buyer.level >= 3",), ("buyer.level <= 2",))
    assert not found.leans
    assumed = f'{VOCABULARY}\n[[assume]]\nexclusive = {{ fact = "item.tags", values = [1, 2] }}\n'
    found = related(tmp_path / "b", "item.contains(1)", "item.contains(2)", vocabulary=assumed)
    assert found.clauses == (("item.contains(1)",), ("item.contains(2)",))
    assert found.leans


def test_never_live_at_once(tmp_path: Path) -> None:
    early, late = (
        VIP.replace("vip", code)
        .replace("isVip", "isVip")
        .replace("rank = 1", f"rank = {n}\n{active}")
        for n, (code, active) in enumerate(
            [
                ("early", 'active = ["", "2026-01-01T00:00:00Z"]'),
                ("late", 'active = ["2026-01-01T00:00:00Z", ""]'),
            ]
        )
    )
    found = definitions(tmp_path, files(early, late)).compare("early", "late")
    assert found.relation is Relation.DISJOINT
    assert found.clauses == ((), ())


def test_who_stands_first_and_where(tmp_path: Path) -> None:
    product = """
[[product]]
code = "coupon"
owner = "c"
kpi = "k"
scope = "all"
condition = "item.contains(7)"
[[product.bind]]
point = "discount"
implementation = "com.coupon"
[[product.bind]]
point = "tax"
implementation = "com.coupon"
"""
    platform = files()["platform.toml"].replace('code = "tax"', 'code = "tax"\norder = ["vip"]')
    vip = business("vip", "buyer.isVip()", more=bind("discount", "v") + bind("tax", "v"))
    own = files(vip, platform=platform) | {"products/all.toml": product}
    found = definitions(tmp_path, own).compare("vip", "coupon")
    orders = [(one.place and one.place.point, one.code, one.why) for one in found.firsts]
    assert orders == [
        (None, "coupon", "products stand before businesses"),
        ("tax", "vip", "the point's own `order`"),
    ]
    shared = found.parts[0]
    assert [(place.point, code) for place, code in shared.winners] == [
        ("discount", "coupon"),
        ("tax", "vip"),
    ]


def test_by_overrides(tmp_path: Path) -> None:
    own = [
        business("a", "buyer.isVip()", rank=1),
        business("b", "item.contains(1)", rank=1).replace("rank", 'overrides = ["c"]\nrank'),
        business("c", "item.contains(2)", rank=1).replace("rank", 'overrides = ["a"]\nrank'),
    ]
    found = definitions(tmp_path, files(*own))
    (first,) = found.compare("a", "b").firsts
    assert (first.code, first.why) == ("b", "by `overrides`")
    assert found.partners("a") == ["b", "c"]
    assert [(one.definition.code, one.n_stronger) for one in found.broadest()] == [
        ("a", 2),
        ("b", 0),
        ("c", 1),
    ]
    with pytest.raises(UnknownCodeError):
        found.partners("nobody")
    with pytest.raises(ValueError, match="twice"):
        found.compare("a", "a")
