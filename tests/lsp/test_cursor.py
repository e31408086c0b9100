"""Where a cursor stands: marked texts, every string of the examples, and texts cut off anywhere."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulec.document import Document
from rulec.lsp.cursor import Cursor, Outline
from rulec.lsp.navigate import strings_in

REPOSITORY = Path(__file__).resolve().parents[2]
FILES = sorted(
    path
    for folder in ("examples", "tests/diagnostics")
    for path in (REPOSITORY / folder).rglob("*.toml")
)
PARSED = [
    document
    for path in FILES
    if isinstance(
        document := Document.decode(path.relative_to(REPOSITORY).as_posix(), path.read_bytes()),
        Document,
    )
]


def at(marked: str) -> tuple[str, Cursor]:
    """The cursor where `|` stands; the text without it."""
    text = marked.replace("|", "", 1)
    return text, Outline(text).at(marked.index("|"))


@pytest.mark.parametrize(
    ("marked", "kind", "table", "key", "word"),
    [
        ("|", "key", (), "", ""),
        ("co|de = 'a'", "key", (), "code", "code"),
        ("code = |", "value", (), "code", ""),
        ("code = 'a'|", "nowhere", (), "code", ""),
        ("code = '|'", "value", (), "code", ""),
        ("code = 'a|\nrank = 1", "value", (), "code", "a"),
        ("rank = 1|0", "value", (), "rank", "10"),
        ("a = 'x' # y|", "comment", (), "a", "# y"),
        ("x = ['a', '|b']", "value", (), "x", "b"),
        ("x = ['a', |", "value", (), "x", ""),
        ("x = [\n  'a',\n  |\n]", "value", (), "x", ""),
        ("r = { by = '|' }", "value", ("r",), "by", ""),
        ("r = { by = 'x', | }", "key", ("r",), "", ""),
        ("r = { by = 'x', \n|", "key", (), "", ""),
        ("r = { a = { | } }", "key", ("r", "a"), "", ""),
        ("x = [{ a = 1, b| }]", "key", ("x",), "b", "b"),
        ("a.b.c = '|'", "value", ("a", "b"), "c", ""),
        ("[a.\"b.c\"]\nd = '|'", "value", ("a", "b.c"), "d", ""),
        ("[[bind]]\npoint = 'P|", "value", ("bind",), "point", "P"),
        ("[[bi|nd]]\npoint = 'P'", "header", ("bind",), "", "bind"),
        ("|[[bind]]\npoint = 'P'", "nowhere", ("bind",), "", ""),
        ("[[business.|", "header", ("business",), "", "business."),
        ("x = [[1], [2]]\n|", "key", (), "", ""),
        ("x = [\n[1,\n2],\n|", "value", (), "x", ""),
        ("i = '''\na &&\n|b\n'''", "value", (), "i", "a &&\nb\n"),
        ("i = '''\na |\n\n[[bind]]\npoint = 'P'", "value", (), "i", "a \n\n"),
        ("o = ['a', \n\n[[bind]]\npoint = '|'", "value", ("bind",), "point", ""),
        ('s = "a\\"|b"', "value", (), "s", 'a\\"b'),
        ("code = 'a'\r\nra|nk = 1\r\n", "key", (), "rank", "rank"),
    ],
)
def test_around(marked: str, kind: str, table: tuple[str, ...], key: str, word: str) -> None:
    text, cursor = at(marked)
    found = (cursor.kind, cursor.table, cursor.key, text[slice(*cursor.span)])
    assert found == (kind, table, key, word)


def test_what_is_beside() -> None:
    bind = "[[business.bind]]\npoint = '|'\nmode = 'x'\n"
    _, cursor = at(f"[[business]]\ncode = 'a'\n{bind}[[business]]\nrank = 1")
    assert cursor.keys == {"point", "mode"}
    assert cursor.own == "a"
    assert at("[[business]]\ncode = 'a'\n[[business]]\n|")[1].own == ""


@pytest.mark.parametrize("document", PARSED, ids=lambda document: document.source.path)
def test_every_string_of_a_file(document: Document) -> None:
    """Table, key and text agree with what reading the whole file says."""
    outline = Outline(document.source.text)
    for keys, value in strings_in(document.values):
        text = document.excerpt(keys)
        cursor = outline.at(text.offsets[len(text.text)])
        names = tuple(key for key in keys if isinstance(key, str))
        assert (cursor.kind, (*cursor.table, cursor.key)) == ("value", names)
        string = outline.string(cursor)
        assert string.text == value
        assert list(string.offsets) == list(text.offsets)


@pytest.mark.parametrize("document", PARSED[:12], ids=lambda document: document.source.path)
def test_what_follows_changes_nothing(document: Document) -> None:
    """A text cut off at the cursor is seen as the whole one is."""
    text = document.source.text
    for end in range(0, len(text), max(len(text) // 60, 1)):
        whole, cut = Outline(text).at(end), Outline(text[:end]).at(end)
        if "header" not in (cut.kind, whole.kind) and text[end] != "[":
            n_same = 2 if whole.kind == "key" else 3
            assert cut[:n_same] == whole[:n_same], text[:end][-40:]


SIGNS = ["[", "[[", "]", "{", "}", "=", ",", ".", "'", '"', "'''", '"""', "\\", "\n", "\r\n", "#"]
WORDS = ["a", "code", "'x'", "[[bind]]\n", "[a.b]\n", "商", "\N{GRINNING FACE}", "1", " "]
PIECES = st.sampled_from(SIGNS + WORDS)


@given(st.lists(PIECES, max_size=40).map("".join), st.data())
def test_any_text_has_an_answer(text: str, data: st.DataObject) -> None:
    outline = Outline(text)
    offset = data.draw(st.integers(0, len(text)))
    cursor = outline.at(offset)
    assert 0 <= cursor.span.start <= offset <= cursor.span.end <= len(text)
    if cursor.quotes:
        string = outline.string(cursor)
        assert len(string.offsets) == len(string.text) + 1
        assert list(string.offsets) == sorted(string.offsets)


@given(st.lists(PIECES, max_size=30), st.lists(PIECES, max_size=5), st.data())
def test_a_changed_text_is_seen_as_a_new_one(
    pieces: list[str], put_in: list[str], data: st.DataObject
) -> None:
    text = "".join(pieces)
    outline = Outline(text)
    outline.at(data.draw(st.integers(0, len(text))))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    after = text[:start] + "".join(put_in) + text[end:]
    changed = outline.changed(after, start)
    offset = data.draw(st.integers(0, len(after)))
    assert changed.at(offset) == Outline(after).at(offset)


@pytest.mark.parametrize(
    "text",
    [
        "x=" + "[" * 4_000,
        "x={" * 2_500,
        "a." * 4_000,
        '"' * 4_001,
        "[" + " " * 20_000 + "!",
        "'''" + "[business]\n" * 2_000,
        "[a]\n" * 2_500,
    ],
    ids=lambda text: text[:6],
)
def test_hostile_texts_take_no_time(text: str) -> None:
    """Deep and unclosed: a square of the length would not end here."""
    assert Outline(text).at(len(text)).span.end <= len(text)


def test_the_files_are_there() -> None:
    assert len(PARSED) > 50
    assert tomllib.loads(PARSED[0].source.text) == PARSED[0].values
