"""Completion: what is written in the examples is what would have been offered, and marked texts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulec.document import Document
from rulec.fmt.file import condition_keys
from rulec.lints.subject import examine
from rulec.lsp.complete import complete
from rulec.lsp.cursor import Outline
from rulec.lsp.hover import hover
from rulec.lsp.index import Index
from rulec.lsp.item import Item
from rulec.lsp.navigate import strings_in
from rulec.lsp.partial import Here, expected, tokens
from rulec.lsp.roles import Role, kind_of_file, role_of
from rulec.syntax.parse import tokenize

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/vocabulary.toml"))


@cache
def index_of(example: str) -> Index:
    return Index(examine(EXAMPLES / example, as_of=0))


def offered(kind: str, marked: str, example: str = "tmall") -> dict[str, Item]:
    """What is offered where `|` stands, by label."""
    text = marked.replace("|", "", 1)
    items = complete(kind, Outline(text), marked.index("|"), index_of(example))
    assert len({item.label for item in items}) == len(items)
    return {item.label: item for item in items}


def accepted(kind: str, marked: str, label: str) -> str:
    """The text after a choice."""
    item = offered(kind, marked)[label]
    text = marked.replace("|", "", 1)
    return text[: item.span.start] + item.text.replace("$0", "|") + text[item.span.end :]


def documents(example: str) -> list[tuple[str, Document]]:
    index = index_of(example)
    shown = Path(index.subject.shown)
    found = [(kind_of_file(Path(path), shown), one) for path, one in index.documents.items()]
    return [(kind, one) for kind, one in found if kind is not None]


@pytest.mark.parametrize("example", NAMES)
def test_every_word_of_a_condition_is_offered_where_it_stands(example: str) -> None:
    """Names, methods and values: the text is cut off before each, as if it came next."""
    n_words = 0
    for kind, document in documents(example):
        text = document.source.text
        for keys in condition_keys(document):
            condition = document.excerpt(keys)
            for word in tokenize(condition.text):
                if word.text[0] not in "\"'" and not word.text[0].isidentifier():
                    continue
                at = condition.offsets[word.span.start]
                if expected(condition.text, word.span.start).here in (Here.OPERATOR, Here.NOTHING):
                    continue
                labels = {
                    item.label.removesuffix("()")
                    for item in complete(kind, Outline(text[:at]), at, index_of(example))
                }
                if word.text not in ("in", "under", "not", "by", "salt", "true", "false"):
                    n_words += 1
                    assert (word.text.strip("\"'") or '""') in labels, (
                        f"{condition.text[: word.span.start]}|"
                    )
    assert n_words > 20


@pytest.mark.parametrize("example", NAMES)
def test_every_reference_is_offered_where_it_stands(example: str) -> None:
    """Points, products, overrides ...: the string is emptied first."""
    n_words = 0
    for kind, document in documents(example):
        text = document.source.text
        for keys, word in strings_in(document.values):
            names = tuple(key for key in keys if isinstance(key, str))
            role = role_of(kind, names[:-1], names[-1])
            if role in (Role.PLAIN, Role.CONDITION, Role.CODE):
                continue
            offsets = document.excerpt(keys).offsets
            start, end = offsets[0], offsets[len(word)]
            emptied = Outline(text[:start] + text[end:])
            items = complete(kind, emptied, start, index_of(example))
            assert word in {item.label for item in items}, keys
            n_words += 1
    assert n_words > 20


@pytest.mark.parametrize(
    ("marked", "some"),
    [
        ("identity = 'sel|'", ["seller", "has", "rollout", "seller.isTMSeller()"]),
        ("identity = 'seller.|'", ["isTMSeller()", "isOverseas()", "level"]),
        ("identity = 'item.|'", ["price", "contains", "containsAny"]),
        ("identity = 'item.brand.|'", ["startsWith", "endsWith", "includes"]),
        ("identity = 'seller.level |'", ["==", ">=", "in", "not in"]),
        ("identity = 'place.channel == |'", ["app", "web", "mini", "store"]),
        ("identity = 'place.channel in [\"ap|", ["app"]),
        ("identity = 'item.contains(|)'", ["4199"]),
        ("identity = 'seller.level in 0..|'", ["20"]),
        ("identity = 'seller.level >= && item.|'", ["price"]),
        ("identity = 'has(|'", ["seller"]),
        ("identity = 'seller.isTMSeller() |'", ["&&", "||"]),
        ("identity = '''\nseller.level >= 1\n  && it|\n'''", ["item"]),
        ("identity = '''\nseller.\n\n[[bind]]\npoint = '|'", ["Price.discount", "price"]),
        ("code = 'tmall'\noverrides = ['|']", ["taobao"]),
        ("code = 'tmall'\nproducts = ['presale', '|", ["vouchers"]),
        ("products_like = '|'", ["tmall"]),
        ("[[bind]]\nbefore = ['|']", ["presale"]),
        ("owner = '|'", ["fresh"]),
        ("code = 'x'\n|", ["owner", "identity", "[[bind]]"]),
        ("[[bind]]\npoi|", ["point", "implementation"]),
        ("[[bind]]\nrollout = { |", ["percent", "by", "salt"]),
        ("[[|", ["bind"]),
        ("isolated = |", ["true", "false"]),
    ],
)
def test_in_a_business(marked: str, some: list[str]) -> None:
    assert set(some) <= set(offered("business", marked))


@pytest.mark.parametrize(
    ("kind", "marked", "some"),
    [
        ("product", "scope = '|'", ["installed", "all"]),
        ("platform", "[[ability.point]]\nlanes = |", ["product-first", "business-first"]),
        ("platform", "[[ability.point]]\norder = ['|']", ["taobao", "presale"]),
        ("vocabulary", "[entity.item]\ncontains = '|'", ["tags"]),
        ("vocabulary", "[entity.item.facts]\nx = { type = '|", ["flag", "tags<int>", "time"]),
        ("vocabulary", "[define]\nx = 'seller.|'", ["level"]),
        ("vocabulary", "[[assume]]\nimplies = ['|", ["seller"]),
        ("vocabulary", "[[assume]]\nexclusive = { fact = '|'", ["item.tags"]),
        ("vocabulary", "|", ["[entity.item.facts]", "[define]"]),
        ("columns", "[column.|", ['column."item.price"']),
        ("config", "ignore = ['|']", ["LOG313"]),
    ],
)
def test_in_the_other_files(kind: str, marked: str, some: list[str]) -> None:
    assert set(some) <= set(offered(kind, marked))


@pytest.mark.parametrize(
    "marked",
    [
        "name = '|'",
        "identity = 'item.brand == \"x\" // se|'",
        "# se|",
        "rank = 1|",
        "[[bind]]\nconfig = { point = '|' }",
        "identity = 'nobody.|'",
    ],
)
def test_where_nothing_can_be_told_nothing_is_offered(marked: str) -> None:
    assert offered("business", marked) == {}


@pytest.mark.parametrize(
    ("marked", "label", "after"),
    [
        ("identity = 'sel| && x'", "seller", "identity = 'seller. && x'"),
        ("identity = 'seller.is|'", "isTMSeller()", "identity = 'seller.isTMSeller()'"),
        ("identity = 'seller.is|()'", "isTMSeller", "identity = 'seller.isTMSeller()'"),
        ("identity = 'place.channel in |'", "app", "identity = 'place.channel in [\"app\"]'"),
        ('identity = "place.channel == |"', "app", "identity = \"place.channel == 'app'\""),
        ("identity = 'place.channel == \"we|b\"'", "app", "identity = 'place.channel == \"app\"'"),
        ("identity = 'place.channel == \"a|", "app", 'identity = \'place.channel == "app"'),
        ("identity = 'item.con|'", "containsAny", "identity = 'item.containsAny([|])'"),
        ("identity = 'item.containsAny(|)'", "4199", "identity = 'item.containsAny([4199])'"),
        ("co|", "code", "code"),
        ("|", "owner", 'owner = "|"'),
        ("|", "identity", "identity = '|'"),
        ("overrides = [|]", "taobao", 'overrides = ["taobao"]'),
        ("[[b|", "bind", "[[bind]]"),
        ("[[b|]]", "bind", "[[bind]]"),
    ],
)
def test_a_choice_is_written_well(marked: str, label: str, after: str) -> None:
    assert accepted("business", marked, label) == after


def test_a_key_that_is_there_is_not_offered() -> None:
    assert "owner" not in offered("business", "owner = 'x'\n|\nrank = 1\n")
    assert "rank" not in offered("business", "owner = 'x'\n|\nrank = 1\n")


def test_likely_rivals_come_first() -> None:
    items = offered("business", "code = 'tmall'\noverrides = ['|']")
    ranks = {one.code: one.rank for one in index_of("tmall").definitions.values()}
    assert {item.place for code, item in items.items() if ranks[code] != ranks["tmall"]} == {2}


@pytest.mark.parametrize(
    "text", ['a.b == "x', "/* a", "a.b in [1,", "!(a", "商.x", "'", "\\", "1..2"]
)
def test_words_of_any_text(text: str) -> None:
    found = list(tokens(text))
    assert all(text[slice(*one.span)] == one.text for one in found)
    assert "".join(one.text for one in found) == "".join(
        text[at]
        for at in range(len(text))
        if any(one.span.start <= at < one.span.end for one in found)
    )


BITS = st.sampled_from(
    [*"'\"[]{}=.,#\n \\", "'''", "seller.", " in ", "[[bind]]\n", "\N{GRINNING FACE}"]
)


@given(st.data())
def test_no_text_breaks_a_question(data: st.DataObject) -> None:
    """Files of an example with something put in or cut out, asked about anywhere."""
    kind, document = data.draw(st.sampled_from(documents("tmall")))
    text = document.source.text
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 20, len(text))))
    text = text[:start] + data.draw(BITS) + text[end:]
    near = data.draw(st.integers(max(start - 30, 0), min(start + 30, len(text))))
    outline = Outline(text)
    for item in complete(kind, outline, near, index_of("tmall")):
        assert item.span.start <= near <= item.span.end <= len(text)
        assert "\n" not in text[slice(*item.span)]
    found = hover(kind, outline, near, index_of("tmall"))
    assert found is None or text[slice(*found[1])]
