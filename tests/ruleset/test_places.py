"""Places against `tomllib` itself: what stands at a place parses to the value of that place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from rulec.document import Document, Keys
from rulec.places import Places
from rulec.source import Source

LETTERS = st.characters(exclude_characters="\"'\\", exclude_categories=("Cc", "Cs"))
ESCAPES = st.sampled_from(
    [r"\b", r"\t", r"\n", r"\f", r"\r", r"\"", r"\\", r"\u00e9", r"\u5546", r"\U0001F600"]
)
BASIC = st.lists(st.one_of(LETTERS, ESCAPES, st.just("'"), st.just("\t")))
MULTI_BASIC = st.lists(
    st.one_of(
        LETTERS,
        ESCAPES,
        st.sampled_from(["\n", "\r\n", "\\\n", "\\\n  ", "\\ \t\r\n\r\n \n", '"', '""', "'"]),
    )
)
LITERAL = st.lists(st.one_of(LETTERS, st.sampled_from(['"', "\\", "\t", "\\n"])))
MULTI_LITERAL = st.lists(st.one_of(LETTERS, st.sampled_from(['"', "\\", "\n", "\r\n", "'", "''"])))
STRINGS = st.one_of(
    BASIC.map(lambda pieces: '"' + "".join(pieces) + '"'),
    MULTI_BASIC.map(lambda pieces: '"""' + "".join(pieces) + '"""'),
    LITERAL.map(lambda pieces: "'" + "".join(pieces) + "'"),
    MULTI_LITERAL.map(lambda pieces: "'''" + "".join(pieces) + "'''"),
)


@given(STRINGS, st.sampled_from(["", "# 商家\n", "a.b = '''\n'''\r\n"]))
def test_every_character_of_a_string_has_its_place(string: str, before: str) -> None:
    document = Document.parse(Source("a.toml", f"{before}x = {string} # after"))
    assume(isinstance(document, Document))
    assert isinstance(document, Document)
    excerpt = document.excerpt(("x",))
    offsets = list(excerpt.offsets)
    text = document.source.text
    assert document.where(("x",)).span.start == len(before) + 4
    for character, start, end in zip(excerpt.text, offsets, offsets[1:], strict=False):
        assert start < end
        assert meaning(text[start:end], string[0]) == character
    assert text[offsets[-1]] == string[0]


def meaning(piece: str, quote: str) -> str:
    """What a piece of a string says, alone between other characters."""
    quotes = quote * 3
    value: str = tomllib.loads(f"x = {quotes}a{piece}z{quotes}")["x"]
    return value.removeprefix("a").removesuffix("z")


KEY = st.sampled_from(["a", "b", "c.d", "'e f'", '"g.h"', "a.'b'.c", '"\\u0041"'])
SCALAR = st.sampled_from(["1", "true", '"x"', "'商'", "1.5", "2020-01-01", '"""\n😀\\\n  y"""'])
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[ # 商\n" + ",\n".join(items) + "]"),
        st.dictionaries(KEY, inner, max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{k} = {v}" for k, v in pairs.items()) + "}"
        ),
    ),
    max_leaves=6,
)
LINE = st.one_of(
    st.tuples(KEY, VALUE).map(" = ".join),
    KEY.map(lambda key: f"[{key}]"),
    KEY.map(lambda key: f"[[ {key} ]] # 商"),
)


@given(st.lists(LINE, max_size=8), st.sampled_from(["\n", "\r\n", "\n\n# 商\n"]))
def test_every_value_stands_at_its_place(lines: list[str], line_end: str) -> None:
    accepted: list[str] = []
    for line in lines:
        try:
            tomllib.loads("\n".join([*accepted, line]))
        except tomllib.TOMLDecodeError:
            continue
        accepted.append(line)
    document = Document.parse(Source("a.toml", line_end.join(accepted)))
    assert isinstance(document, Document)
    for keys, value in scalars(document.values):
        start, end = document.where(keys).span
        written = document.source.text[start:end]
        assert tomllib.loads(f"x = {written}") == {"x": value}
        start, end = document.where_key(keys).span
        if isinstance(keys[-1], str):
            name: Any = tomllib.loads(f"{document.source.text[start:end]} = 1")
            assert last_key(name) == keys[-1]


def scalars(values: dict[str, Any]) -> Iterator[tuple[Keys, Any]]:
    pending: list[tuple[Keys, Any]] = [((), values)]
    while pending:
        keys, value = pending.pop()
        if isinstance(value, dict):
            pending += [((*keys, key), item) for key, item in value.items()]
        elif isinstance(value, list):
            pending += [((*keys, number), item) for number, item in enumerate(value)]
        else:
            yield keys, value


def last_key(name: dict[str, Any]) -> str:
    (key, value), *_ = name.items()
    return last_key(value) if isinstance(value, dict) else key


@given(st.text(st.sampled_from("[]{}=.,\"'\\# \nax1商")))
def test_a_text_the_syntax_tree_cannot_follow_still_has_places(text: str) -> None:
    places = Places(Source("a.toml", text))
    for keys in ((), ("a",), ("a", 0, "x"), ("x", "a")):
        for start, end in (places.key(keys), places.value(keys)):
            assert 0 <= start <= end <= len(text)


def test_a_string_the_syntax_tree_reads_otherwise_stands_where_its_value_starts() -> None:
    places = Places(Source("a.toml", "x = 'abc'"))
    assert list(places.characters(("x",), "else")) == [4, 4, 4, 4, 9]
