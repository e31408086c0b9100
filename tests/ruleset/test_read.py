"""Rule sets as read: what each key becomes, and what is left of a broken set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from rulec.diagnostic import Diagnostic
from rulec.ruleset.model import Definition, LaneOrder, RuleSet, Scope
from rulec.ruleset.read import read_ruleset
from rulec.source import Span
from rulec.vocabulary.model import EntityKind, FactType, Presence

VOCABULARY = """\
[entity.item]
kind = "commodity"
contains = "tags"
cacheable = true
[entity.item.facts]
tags = { type = "tags<int>" }
price = { type = "decimal(2)", min = "0.01", max = "99.9", default = "19.90" }
weight = { type = "decimal(0)", min = -5, optional = true }
stock = { type = "int", min = -3, required = true }
channel = { type = "enum", values = ["web", "app", ""], default = "" }
brand = { type = "string", default = "无" }
isNew = { type = "flag" }
"""
PLATFORM = """\
[[ability]]
code = "price"
description = "what it costs"
[[ability.point]]
code = "Price.discount"
name = "折扣"
lanes = "business-first"
reduce = "first"
default = { implementation = "none", mode = "java", config = { steps = [1, 2.5, "x"] } }
[[ability.point]]
code = "Price.freight"
default = "none"
"""
TMALL = """\
code = "tmall"
name = "天猫"
owner = "team"
identity = '''
item.isNew() &&
  item.stock > 3'''
rank = 5
products = ["vouchers", "presale"]
[[bind]]
point = "Price.discount"
implementation = "com.tmall.Discount"
config = {}
"""
PRODUCTS = """\
[[product]]
code = "presale"
owner = "team"
condition = "item.isNew()"
rank = 2
scope = "all"
[[product]]
code = "vouchers"
owner = "team"
condition = "item.isNew()"
rank = 1
"""
LIKE = 'code = "{}"\nowner = "team"\nidentity = "item.isNew()"\nrank = {}\nproducts_like = "{}"\n'


def read(root: Path, files: Mapping[str, str]) -> tuple[RuleSet | None, list[Diagnostic]]:
    everything = {"vocabulary.toml": VOCABULARY, "platform.toml": PLATFORM, **files}
    for name, text in everything.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    ruleset, findings, _ = read_ruleset(root)
    return ruleset, findings


@pytest.fixture
def shop(tmp_path: Path) -> RuleSet:
    files = {
        "businesses/tmall.toml": TMALL,
        "businesses/a.toml": LIKE.format("a", 1, "b"),
        "businesses/b.toml": LIKE.format("b", 2, "tmall"),
        "products/all.toml": PRODUCTS,
    }
    ruleset, findings = read(tmp_path / "shop", files)
    assert findings == []
    assert ruleset is not None
    return ruleset


def by_code(ruleset: RuleSet) -> dict[str, Definition]:
    return {definition.code: definition for definition in ruleset.definitions}


def test_vocabulary(shop: RuleSet) -> None:
    item = shop.vocabulary.entities["item"]
    assert (item.kind, item.contains, item.is_cacheable) == (EntityKind.COMMODITY, "tags", True)
    assert list(item.facts) == ["tags", "price", "weight", "stock", "channel", "brand", "isNew"]
    price = item.facts["price"]
    assert (price.type, price.scale, price.presence) == (FactType.DECIMAL, 2, Presence.DEFAULT)
    assert (price.low, price.high, price.default) == (1, 9990, 1990)
    assert price.where is not None
    assert price.where.position == (7, 1)
    assert item.facts["weight"].low == -5
    assert item.facts["channel"].values == ("web", "app", "")
    assert item.facts["channel"].default == ""
    assert item.facts["brand"].default == "无"
    assert item.facts["tags"].presence is Presence.TOTAL


def test_platform(shop: RuleSet) -> None:
    assert [(a.code, a.name, a.description) for a in shop.abilities] == [
        ("price", "price", "what it costs")
    ]
    discount, freight = shop.points
    assert (discount.name, discount.ability) == ("折扣", "price")
    assert discount.lane_order is LaneOrder.BUSINESS_FIRST
    assert discount.default is not None
    assert discount.default.config == {"steps": [1, 2.5, "x"]}
    assert (freight.name, freight.default) == ("Price.freight", None)
    assert freight.lane_order is LaneOrder.PRODUCT_FIRST


def test_definitions(shop: RuleSet) -> None:
    found = by_code(shop)
    assert list(found) == ["presale", "vouchers", "a", "b", "tmall"]
    tmall = found["tmall"]
    assert (tmall.name, tmall.rank, tmall.products_like) == ("天猫", 5, None)
    (binding,) = tmall.bindings
    assert (binding.implementation.mode, binding.implementation.config) == (None, {})
    assert binding.where.position == (10, 9)
    assert tmall.rank_where.position == (7, 8)
    assert found["presale"].scope is Scope.ALL
    assert found["vouchers"].scope is Scope.INSTALLED
    assert found["a"].name == "a"


def test_conditions_know_their_place(shop: RuleSet) -> None:
    condition = by_code(shop)["tmall"].condition
    start = condition.text.index("stock")
    assert str(condition.where(Span(start, start + 5))).endswith("shop/businesses/tmall.toml:6:8")


def test_installed_products_strongest_first_through_any_chain(shop: RuleSet) -> None:
    installed = {code: d.installed for code, d in by_code(shop).items()}
    assert installed["tmall"] == installed["a"] == installed["b"] == ("vouchers", "presale")
    assert installed["presale"] == ()


def test_a_long_chain_of_products_like(tmp_path: Path) -> None:
    n = 3000
    chain = [LIKE.format(f"b{i}", i, f"b{i + 1}") for i in range(n)]
    text = "".join(f"[[business]]\n{one}" for one in chain)
    last = LIKE.replace('products_like = "{}"', 'products = ["{}"]').format(f"b{n}", n, "presale")
    files = {
        "businesses/all.toml": f"{text}[[business]]\n{last}",
        "products/all.toml": PRODUCTS,
    }
    ruleset, findings = read(tmp_path, files)
    assert findings == []
    assert ruleset is not None
    assert {business.installed for business in ruleset.businesses} == {("presale",)}


def test_what_is_broken_is_left_out(tmp_path: Path) -> None:
    files = {
        "vocabulary.toml": VOCABULARY + 'odd = { type = "int" }\n',
        "businesses/tmall.toml": TMALL.replace('owner = "team"', ""),
        "businesses/a.toml": LIKE.format("a", 1, "tmall"),
        "platform.toml": PLATFORM.replace('default = "none"', ""),
    }
    ruleset, findings = read(tmp_path, files)
    assert sorted(finding.code for finding in findings) == ["ORG401", "SYN009", "VOC113"]
    assert ruleset is not None
    assert [business.code for business in ruleset.businesses] == ["a"]
    assert [point.code for point in ruleset.points] == ["Price.discount"]
    assert read_ruleset(tmp_path)[2] == {"item.odd"}


@pytest.mark.parametrize("name", ["vocabulary.toml", "platform.toml"])
def test_without_a_vocabulary_or_platform_there_is_none(tmp_path: Path, name: str) -> None:
    ruleset, findings = read(tmp_path, {name: "x =", "businesses/a.toml": "owner = 3"})
    assert ruleset is None
    assert {finding.path.rpartition("/")[2] for finding in findings} == {name, "a.toml"}
