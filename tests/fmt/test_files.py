"""`rulec fmt` over files: what it writes, what it leaves, what it exits with."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lints.shop import CLEAN, shop
from properties.worlds import World, worlds

from rulec.cli.main import main
from rulec.document import Document
from rulec.fmt.file import condition_keys, format_document
from rulec.source import Source
from rulec.syntax.parse import parse
from rulec.syntax.unparse import unparse

REPOSITORY = Path(__file__).resolve().parents[2]
UNTIDY = CLEAN["businesses/a.toml"].replace("item.isNew()", "item.isNew( )&&true")
TIDY = CLEAN["businesses/a.toml"].replace("item.isNew()", "item.isNew() && true")


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        main(["fmt", *map(str, arguments)])
    assert isinstance(left.value.code, int)
    return left.value.code


def outside(text: str) -> list[str]:
    """A file's text between its conditions."""
    document = Document.parse(Source("a.toml", text))
    assert isinstance(document, Document)
    spans = sorted(document.where(keys).span for keys in condition_keys(document))
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    return [text[end:start] for end, start in zip(ends, starts, strict=True)]


def _string(text: str, kind: str) -> str:
    """A condition as one kind of TOML string, untidy where the kind lets it be."""
    basic = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    loose = text.replace(" && ", "\n  && // why\n").replace(" || ", "  /* or */ || ")
    match kind:
        case "literal" if "'" not in text:
            return f"'{text}'"
        case "literal block" if "'" not in text:
            return f"'''\n{loose}'''"
        case "block":
            escaped = loose.replace("\\", "\\\\").replace('"', '\\"')
            return f'"""\n{escaped}"""'
        case "escaped":
            return basic.replace("e", "\\u0065")
    return basic


KINDS = ("basic", "literal", "block", "literal block", "escaped")


def _meanings(document: Document) -> list[str]:
    exprs = [parse(document.excerpt(keys))[0] for keys in condition_keys(document)]
    return [unparse(expr) for expr in exprs if expr is not None]


@given(worlds(), st.randoms(use_true_random=False))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_only_style_changes_and_once(world: World, chance: Random) -> None:
    """Conditions in every kind of string, with comments and line breaks inside."""
    for name, plain in world.files.items():
        text = re.sub(r"\n(owner|rank)", r"  # why \n\n \1", plain)
        document = Document.parse(Source(name, text))
        assert isinstance(document, Document)
        parts, at = [], 0
        for keys in sorted(condition_keys(document), key=lambda keys: document.where(keys).span):
            start, end = document.where(keys).span
            string = _string(document.excerpt(keys).text, chance.choice(KINDS))
            parts += [text[at:start], string]
            at = end
        loose = "".join(parts) + text[at:]
        untidy = Document.parse(Source(name, loose))
        assert isinstance(untidy, Document), untidy
        after, findings = format_document(untidy)
        assert findings == []
        assert outside(after) == outside(loose)
        tidy = Document.parse(Source(name, after))
        assert isinstance(tidy, Document), after
        assert _meanings(tidy) == _meanings(untidy) == _meanings(document)
        assert format_document(tidy) == (after, [])


def test_files_are_written_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = shop(tmp_path, {"businesses/a.toml": UNTIDY})
    assert run(root) == 0
    assert (root / "businesses/a.toml").read_text() == TIDY
    assert capsys.readouterr().out == "shop/businesses/a.toml\n1 of 2 files changed\n"
    assert run(root) == 0
    assert capsys.readouterr().out == "0 of 2 files changed\n"


def test_check_and_diff_write_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = shop(tmp_path, {"businesses/a.toml": UNTIDY})
    assert run(root, "--check") == 1
    assert "1 of 2 files would change" in capsys.readouterr().out
    assert run(root / "businesses", "--diff") == 1
    out = capsys.readouterr().out
    assert '-identity = "item.isNew( )&&true"\n+identity = "item.isNew() && true"\n' in out
    assert (root / "businesses/a.toml").read_text() == UNTIDY
    assert run(root / "vocabulary.toml", "--check") == 0


def test_what_cannot_be_read_is_shown_and_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = UNTIDY.replace("&&true", "&&")
    root = shop(tmp_path, {"businesses/a.toml": broken, "businesses/b.toml": "x = "})
    assert run(root) == 1
    out = capsys.readouterr().out
    assert "SYN001" in out
    assert "SYN009" in out
    assert (root / "businesses/a.toml").read_text() == broken
    assert run(tmp_path) == 2


@pytest.mark.parametrize("name", ["tmall", "dataco"])
def test_the_examples_are_in_style(name: str) -> None:
    assert run(REPOSITORY / "examples" / name, "--check") == 0
