"""Every snippet of docs/*.md does what the page says.

A fenced block is tested by its tag:

    ```toml vocabulary          the vocabulary of the blocks that follow on the page
    ```rulec-condition          conditions, one a line (lines that start with a space go on): sound
    ```rulec-refused            a condition a line, and behind `//` the code it is refused with
    ```python                   a doctest, from the root of the repository; those of a page share
                                their names

A page's `toml vocabulary` counts until the next one. A block with any other tag is not run.
"""

from __future__ import annotations

import doctest
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from rulec.check.names import check_condition
from rulec.check.vocabulary import check_vocabulary
from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.source import Excerpt, Source
from rulec.syntax.parse import parse
from rulec.vocabulary.load import load_vocabulary

DOCS = Path(__file__).parents[2] / "docs"
FENCE = re.compile(r"^```(?P<tag>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


class Snippet(NamedTuple):
    """One block: where it stands, its tag, its text, and the vocabulary it speaks."""

    page: str
    line: int
    tag: str
    body: str
    vocabulary: str


def snippets() -> Iterator[Snippet]:
    for path in sorted(DOCS.glob("**/*.md")):
        text = path.read_text("utf-8")
        vocabulary = ""
        for match in FENCE.finditer(text):
            tag, body = match["tag"].strip(), match["body"]
            if tag == "toml vocabulary":
                vocabulary = body
            page = path.relative_to(DOCS).as_posix()
            yield Snippet(page, text[: match.start()].count("\n") + 1, tag, body, vocabulary)


def of(tag: str) -> list[object]:
    """The snippets of a tag, as parameters of a test."""
    return [pytest.param(s, id=f"{s.page}:{s.line}") for s in snippets() if s.tag == tag]


def findings_of(condition: str, vocabulary: str) -> list[Diagnostic]:
    """What parse and check say about a condition."""
    document = Document.parse(Source("vocabulary.toml", vocabulary))
    assert isinstance(document, Document), document
    loaded, found, _ = load_vocabulary(document)
    assert loaded is not None
    assert not found, found
    checked, found = check_vocabulary(loaded)
    assert not found, found
    excerpt = Excerpt(Source("condition", condition), condition, range(len(condition) + 1))
    expr, found = parse(excerpt)
    if expr is None:
        return found
    return check_condition(expr, excerpt, loaded, checked.broken, checked.defines)[1]


@pytest.mark.parametrize("snippet", of("toml vocabulary"))
def test_a_vocabulary_is_sound(snippet: Snippet) -> None:
    findings_of("true", snippet.vocabulary)


@pytest.mark.parametrize("snippet", of("toml"))
def test_toml_is_toml(snippet: Snippet) -> None:
    tomllib.loads(snippet.body)


@pytest.mark.parametrize("snippet", of("rulec-condition"))
def test_a_condition_is_sound(snippet: Snippet) -> None:
    conditions = re.split(r"\n(?=\S)", snippet.body.strip())
    for condition in conditions:
        assert findings_of(condition, snippet.vocabulary) == [], condition


@pytest.mark.parametrize("snippet", of("rulec-refused"))
def test_a_condition_is_refused(snippet: Snippet) -> None:
    for line in snippet.body.strip().splitlines():
        condition, _, code = line.rpartition("//")
        found = findings_of(condition.strip(), snippet.vocabulary)
        assert [finding.code for finding in found] == [code.split()[0]], line


@pytest.mark.parametrize("page", sorted({s.page for s in snippets() if s.tag == "python"}))
def test_a_session_runs(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DOCS.parent)
    globs: dict[str, object] = {}
    for snippet in (s for s in snippets() if s.page == page and s.tag == "python"):
        name = f"{page}:{snippet.line}"
        session = doctest.DocTestParser().get_doctest(snippet.body, {}, name, page, snippet.line)
        assert session.examples, "a session without `>>>` tests nothing"
        session.globs = globs
        assert doctest.DocTestRunner().run(session, clear_globs=False).failed == 0, name


def test_there_are_snippets() -> None:
    assert of("rulec-condition")
