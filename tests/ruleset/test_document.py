"""Documents: what stands where, for every way TOML has of writing it."""

from __future__ import annotations

from typing import Any

import pytest

from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.limits import MAX_DEPTH, MAX_FILE_BYTES
from rulec.source import Source, Where

TEXT = """\
plain = "x"   # a comment
dotted.key = 'é'
"quoted.key" = 3
'literal key'.inner = true

[entity.seller.facts]
level = { type = "int", range.min = 0, "a.b" = [1, { c = 2 }] } # after 商家
many = [
  1, # one
  "商家",
  [true, { deep = 1979-05-27 }],
]

[[business]]
code = "first"
[[business.bind]]
point = "p"
[[business.bind]]
point = "q"
[business.bind.config]
size = 1

[[business]]
code = "second"
[[business.bind]]
point = "r"
"""
PLACES: list[tuple[tuple[str | int, ...], str, str]] = [
    (("plain",), "plain", '"x"'),
    (("dotted", "key"), "dotted.key", "'é'"),
    (("quoted.key",), '"quoted.key"', "3"),
    (("literal key", "inner"), "'literal key'.inner", "true"),
    (("entity",), "entity", "entity"),
    (("entity", "seller"), "seller", "seller"),
    (("entity", "seller", "facts"), "entity.seller.facts", "[entity.seller.facts]"),
    (("entity", "seller", "facts", "level", "type"), "type", '"int"'),
    (("entity", "seller", "facts", "level", "range", "min"), "range.min", "0"),
    (("entity", "seller", "facts", "level", "a.b", 0), "1", "1"),
    (("entity", "seller", "facts", "level", "a.b", 1, "c"), "c", "2"),
    (("entity", "seller", "facts", "many", 0), "1", "1"),
    (("entity", "seller", "facts", "many", 1), '"商家"', '"商家"'),
    (("entity", "seller", "facts", "many", 2, 1, "deep"), "deep", "1979-05-27"),
    (("business",), "business", "[[business]]"),
    (("business", 0, "code"), "code", '"first"'),
    (("business", 0, "bind", 1), "business.bind", "[[business.bind]]"),
    (("business", 0, "bind", 1, "point"), "point", '"q"'),
    (("business", 0, "bind", 1, "config", "size"), "size", "1"),
    (("business", 1, "bind", 0, "point"), "point", '"r"'),
]


def parsed(text: str) -> Document:
    document = Document.parse(Source("a.toml", text))
    assert isinstance(document, Document), document
    return document


def refused(text: str) -> Diagnostic:
    finding = Document.parse(Source("a.toml", text))
    assert isinstance(finding, Diagnostic)
    return finding


def written(where: Where) -> str:
    return where.source.text[where.span.start : where.span.end]


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\n", "\r\n")], ids=["lf", "crlf"])
@pytest.mark.parametrize(("keys", "key", "value"), PLACES)
def test_keys_and_values(text: str, keys: tuple[str | int, ...], key: str, value: str) -> None:
    document = parsed(text)
    assert (written(document.where_key(keys)), written(document.where(keys))) == (key, value)


@pytest.mark.parametrize(
    ("keys", "nearest"),
    [
        (("business", 1, "owner"), "business"),
        (("business", 7, "code"), "business"),
        (("plain", "deeper", 3), "plain"),
        (("business", 0, "code", 0), "code"),
    ],
)
def test_what_is_missing_stands_at_the_nearest_thing(
    keys: tuple[str | int, ...], nearest: str
) -> None:
    assert written(parsed(TEXT).where(keys)) == nearest
    assert written(parsed(TEXT).where_key(keys)) == nearest


def test_what_has_nothing_around_it_stands_at_the_top() -> None:
    assert parsed(TEXT).where(("absent",)).span == (0, 0)
    assert parsed("").where(()).span == (0, 0)


def test_places_are_equal_and_hash_like_plain_ones() -> None:
    document = parsed(TEXT)
    where = document.where(("plain",))
    plain = Where(document.source, where.span)
    assert where == plain
    assert plain == where
    assert hash(where) == hash(plain)
    assert where != document.where(("quoted.key",))
    assert where != "a.toml:1:9"


def test_offsets_are_a_sequence() -> None:
    excerpt = parsed('x = "a\\tb"').excerpt(("x",))
    assert len(excerpt.offsets) == 4
    assert list(excerpt.offsets) == [5, 6, 8, 9]
    assert list(excerpt.offsets[1:3]) == [6, 8]


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("a = '''x", "the string is not closed", 1, 8),
        ('a = """x', "the string is not closed", 1, 9),
        ("a = 'x\nb = 'y'", "the string is not closed", 1, 7),
        ("a = 1\na = 2", "the key is defined twice", 2, 6),
        ("a = 'x\n", "the string is not closed", 2, 1),
        ('a = "x\n', "the string is not closed", 1, 7),
        ("a = 1\r\n[b", "expected `]` at the end of a table declaration", 2, 3),
        ("[商家]", "invalid initial character for a key part", 1, 2),
        ("[a.b]\n[a.b]", "cannot declare `a.b` twice", 2, 5),
        ("a = {b = 1, b = 2}", "duplicate inline table key `b`", 1, 18),
        ('a = "\\q"', "unescaped `\\` in a string", 1, 7),
        ("a = 9" + "9" * 5000, "a number of the file has too many digits", 1, 1),
    ],
)
def test_what_is_no_toml(text: str, message: str, line: int, column: int) -> None:
    finding = refused(text)
    assert finding.code == "SYN009"
    assert finding.message == message
    assert finding.line == line
    assert abs(finding.column - column) <= 1  # Pythons differ by one


def test_byte_order_mark() -> None:
    assert refused("\ufeffa = 1").help == "save the file without a byte order mark"


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000 + "]" * 5000,
        "a = " + "[" * MAX_DEPTH + "]" * MAX_DEPTH,
        "a." * MAX_DEPTH + "b = 1",
        "[" + "a." * 1000 + "b]",
    ],
)
def test_nested_too_deep(text: str) -> None:
    assert refused(text).code == "SYN007"


def test_nested_as_deep_as_allowed() -> None:
    n_lists = MAX_DEPTH - 1
    document = parsed("a = " + "[" * n_lists + "7" + "]" * n_lists)
    keys: tuple[Any, ...] = ("a", *[0] * n_lists)
    assert written(document.where(keys)) == "7"


def test_too_large() -> None:
    text = "#" * (MAX_FILE_BYTES + 1)
    for finding in (refused(text), Document.decode("a.toml", text.encode())):
        assert isinstance(finding, Diagnostic)
        assert finding.code == "SYN007"
        assert "67,108,864 bytes" in finding.message


def test_bytes_that_are_no_utf8() -> None:
    finding = Document.decode("a.toml", "a = 1\nb = '商".encode() + b"\xff'")
    assert isinstance(finding, Diagnostic)
    assert (finding.code, finding.line, finding.column) == ("SYN009", 2, 7)
