"""Hover, definition and references: what a word stands for, where it is from, who uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulec.document import Document
from rulec.lints.subject import examine
from rulec.lsp.cursor import Outline
from rulec.lsp.hover import hover
from rulec.lsp.index import Index
from rulec.lsp.navigate import declaration, mentions
from rulec.lsp.symbols import Symbol, symbols
from rulec.lsp.target import target
from rulec.source import Source, Where

SHOP = {
    "vocabulary.toml": """\
[entity.seller]
kind = "people"
[entity.seller.facts]
isTMSeller = { type = "flag" }
level = { type = "int", min = 0, max = 20, optional = true, unit = "stars" }
old = { type = "int", default = 3, deprecated = "use level" }

[entity.item]
kind = "commodity"
contains = "tags"
[entity.item.facts]
tags = { type = "tags<int>" }
id = { type = "string", required = true, id = true }

[define]
good = "seller.level >= 3"

[[assume]]
exclusive = { fact = "item.tags", values = [1, 2] }
""",
    "platform.toml": """\
scenarios = ["live"]
[[ability]]
code = "price"
name = "Price"
[[ability.point]]
code = "Price.discount"
order = ["gift"]
default = { implementation = "com.None", mode = "java" }
[[ability.point]]
code = "Price.freight"
default = "none"
""",
    "businesses/tmall.toml": """\
code = "tmall"
owner = "o"
kpi = "sales"
rank = 5
identity = 'good && seller.isTMSeller() && item.contains(1)'
products = ["gift"]
[[bind]]
point = "Price.discount"
implementation = "com.T"
scenario = "live"
rollout = { percent = "5", by = "item.id", salt = "s" }
""",
    "businesses/other.toml": """\
code = "other"
owner = "o"
rank = 5
identity = 'good && !item.tags.contains(2)'
overrides = ["tmall"]
products_like = "tmall"
[[bind]]
point = "price"
implementation = "com.O"
""",
    "products/gift.toml": """\
code = "gift"
name = "Gift 礼物"
owner = "p"
condition = 'item.contains(2)'
[[bind]]
point = "Price.discount"
implementation = "com.G"
""",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Index:
    root = tmp_path_factory.mktemp("shop")
    for name, text in SHOP.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return Index(examine(root, as_of=0))


def find(file: str, before: str, word: str) -> tuple[str, Outline, int]:
    """Kind, text and the offset of a word behind some other one."""
    text = SHOP[file]
    kind = {"v": "vocabulary", "pl": "platform", "b": "business", "pr": "product"}
    prefix = next(key for key in ("pl", "pr", "v", "b") if file.startswith(key))
    return kind[prefix], Outline(text), text.index(word, text.index(before)) + 1


def said(shop: Index, *where: str) -> str:
    found = hover(*find(*where), shop)
    return found[0] if found else ""


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (
            ("businesses/tmall.toml", "identity", "isTMSeller"),
            ["seller.isTMSeller", "flag", "`tmall`"],
        ),
        (
            ("vocabulary.toml", "facts]", "level"),
            ["0..=20", "stars", "optional", "`other`, `tmall`"],
        ),
        (("vocabulary.toml", "facts]", "old"), ["use level", "default", "No definition reads it"]),
        (("businesses/tmall.toml", "identity", "seller"), ["people", "`level`"]),
        (("businesses/tmall.toml", "identity", "contains"), ["item.tags", "tags<int>"]),
        (("businesses/other.toml", "identity", "tags"), ["item.tags"]),
        (("businesses/tmall.toml", "identity", "good"), ["named condition", "seller.level >= 3"]),
        (
            ("businesses/tmall.toml", "code", "tmall"),
            ["business", "rank 5", "`o`", "sales", "Overridden by `other`", "Installs `gift`"],
        ),
        (("businesses/other.toml", "overrides", "tmall"), ["Overridden by `other`"]),
        (("businesses/tmall.toml", "products", "gift"), ["Gift 礼物", "Installed by", "`other`"]),
        (
            ("businesses/tmall.toml", "[[bind]]", "Price.discount"),
            ["`com.None` (java)", "First come `gift`", "`gift` (product", "in scenario `live`"],
        ),
        (("platform.toml", "order", "gift"), ["product"]),
        (("platform.toml", "com.None", "Price.freight"), ["none: a request without a winner"]),
        (("businesses/other.toml", "[[bind]]", "price"), ["ability", "`Price.freight`"]),
        (("businesses/tmall.toml", "code", "kpi"), ["The number the definition is there to move"]),
        (("businesses/tmall.toml", "rollout", "item.id"), ["id", "required"]),
        (("vocabulary.toml", "assume", "item.tags"), ["tags<int>"]),
        (("vocabulary.toml", "contains", "tags"), ["item.tags"]),
        (("vocabulary.toml", "[entity.item", "entity"), ["commodity"]),
    ],
)
def test_hover(shop: Index, where: tuple[str, str, str], words: list[str]) -> None:
    found = said(shop, *where)
    assert [word for word in words if word not in found] == [], found


@pytest.mark.parametrize("code", ["LOG313", "missing-kpi"])
def test_hover_of_a_code_is_its_page(shop: Index, code: str) -> None:
    text = f'# rulec: ignore[{code}] reason="why"\ncode = "x"'
    found = hover("business", Outline(text), text.index(code) + 1, shop)
    assert found is not None
    assert "## Why it matters" in found[0]
    assert text[slice(*found[1])] == code


@pytest.mark.parametrize("text", ["# ignore[LOG313]", "name = 'tmall'", "identity = 'x.tmall'", ""])
def test_a_word_that_names_nothing(shop: Index, text: str) -> None:
    for at in range(len(text) + 1):
        found = hover("business", Outline(text), at, shop)
        assert found is None or "**name**" in found[0] or "**identity**" in found[0]


def shown(places: list[Where]) -> list[str]:
    return [
        f"{'/'.join(Path(where.source.path).parts[-2:])}:{where.position.line}:"
        f"{where.source.text[slice(*where.span)]}"
        for where in places
    ]


@pytest.mark.parametrize(
    ("where", "defined", "used"),
    [
        (
            ("businesses/tmall.toml", "identity", "good"),
            "vocabulary.toml:16:good",
            ["businesses/other.toml:4:good", "businesses/tmall.toml:5:good"],
        ),
        (
            ("businesses/tmall.toml", "identity", "contains"),
            "vocabulary.toml:12:tags",
            [
                "businesses/other.toml:4:tags",
                "businesses/tmall.toml:5:contains",
                "products/gift.toml:4:contains",
                'vocabulary.toml:10:"tags"',
                'vocabulary.toml:19:"item.tags"',
            ],
        ),
        (
            ("businesses/other.toml", "overrides", "tmall"),
            'businesses/tmall.toml:1:"tmall"',
            ['businesses/other.toml:5:"tmall"', 'businesses/other.toml:6:"tmall"'],
        ),
        (
            ("businesses/tmall.toml", "[[bind]]", "Price.discount"),
            'platform.toml:6:"Price.discount"',
            ['businesses/tmall.toml:8:"Price.discount"', 'products/gift.toml:6:"Price.discount"'],
        ),
        (
            ("businesses/other.toml", "[[bind]]", "price"),
            'platform.toml:3:"price"',
            ['businesses/other.toml:8:"price"'],
        ),
        (
            ("businesses/tmall.toml", "scenario", "live"),
            'platform.toml:1:"live"',
            ['businesses/tmall.toml:10:"live"'],
        ),
        (
            ("businesses/tmall.toml", "rollout", "item.id"),
            "vocabulary.toml:13:id",
            ['businesses/tmall.toml:11:"item.id"'],
        ),
        (
            ("businesses/tmall.toml", "identity", "seller"),
            "vocabulary.toml:1:entity.seller",
            ["businesses/tmall.toml:5:seller", "vocabulary.toml:16:seller"],
        ),
        (
            ("businesses/tmall.toml", "products", "gift"),
            'products/gift.toml:1:"gift"',
            ['businesses/tmall.toml:6:"gift"', 'platform.toml:7:"gift"'],
        ),
    ],
)
def test_definition_and_references(
    shop: Index, where: tuple[str, str, str], defined: str, used: list[str]
) -> None:
    found = target(*find(*where), shop)
    assert found is not None
    place = declaration(found, shop)
    assert place is not None
    assert shown([place])[0].endswith(defined)
    places = shown(list(mentions(found, shop)))
    assert len(places) == len(used), places
    assert all(one.endswith(other) for one, other in zip(places, used, strict=True)), places


def names(found: list[Symbol]) -> list[object]:
    return [(one.name, names(list(one.inner))) if one.inner else one.name for one in found]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "vocabulary.toml",
            [("seller", ["isTMSeller", "level", "old"]), ("item", ["tags", "id"]), "good"],
        ),
        ("platform.toml", [("price", ["Price.discount", "Price.freight"])]),
        ("businesses/tmall.toml", [("tmall", ["Price.discount"])]),
    ],
)
def test_outline(file: str, expected: list[object]) -> None:
    document = Document.parse(Source(file, SHOP[file]))
    assert isinstance(document, Document)
    found = symbols(document)
    assert names(found) == expected
    for one in found:
        for inner in (one, *one.inner):
            assert one.whole.start <= inner.whole.start <= inner.name_span.start
            assert inner.name_span.end <= inner.whole.end <= one.whole.end


def test_what_a_broken_file_said_is_kept(shop: Index) -> None:
    """While a file is no TOML, or a condition has no meaning, its names are still known."""
    root = shop.subject.root
    assert root is not None
    path = root / "businesses/tmall.toml"
    before = Index(examine(root, 0))
    broken = Index(examine(root, 0, texts={path: SHOP["businesses/tmall.toml"] + "x = '"}), before)
    assert {"tmall", "other", "gift"} == set(broken.definitions)
    assert broken.readers("seller.isTMSeller") == ["tmall"]
    again = Index(examine(root, 0, texts={path: "x"}), broken)
    assert "tmall" in again.definitions
    no_words = Index(examine(root, 0, texts={root / "vocabulary.toml": "[entity"}), again)
    assert "seller" in no_words.vocabulary.entities
    gone = Index(
        examine(root, 0, texts={path: 'code = "new"\nowner = "o"\nidentity = "good"'}), again
    )
    assert {"new", "other", "gift"} == set(gone.definitions)
