"""A point's `schema` is anybody's text: whatever it says, checking a configuration ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from roads import write_ruleset

from rulec.driver import compile_folder
from rulec.ruleset import pattern

VOCABULARY = '[entity.r]\nkind = "context"\nfacts.a = { type = "flag" }\n'
BUSINESS = """
code = "b"
owner = "o"
identity = "r.a()"
[[bind]]
point = "p"
implementation = "i"
config = { word = WORD }
"""


def findings(folder: Path, schema: str, word: str = "a") -> list[str]:
    """Code, message and text of each finding."""
    platform = '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\ndefault = "none"\n'
    files = {
        "vocabulary.toml": VOCABULARY,
        "platform.toml": f"{platform}schema = {schema}\n",
        "businesses/b.toml": BUSINESS.replace("WORD", json.dumps(word)),
    }
    shown = []
    for finding in compile_folder(write_ruleset(folder, files)).findings:
        assert finding.where is not None
        text = finding.where.source.text[slice(*finding.where.span)]
        shown.append(f"{finding.code}: {finding.message} @ {text[:40]}")
    return shown


def word_like(pattern: str) -> str:
    return f"{{ properties = {{ word = {{ pattern = '{pattern}' }} }} }}"


def test_slow_expressions_take_linear_time(tmp_path: Path) -> None:
    broken = "VOC107: `config` breaks the schema of `p`: `" + "a" * 30
    (shown,) = findings(tmp_path, word_like("^(a+)+$"), "a" * 5000 + "b")
    assert shown.startswith(broken)
    assert findings(tmp_path, word_like("^(a+)+$"), "a" * 5000) == []
    assert findings(tmp_path, word_like("天猫"), "在天猫上") == []
    assert findings(tmp_path, word_like("a{99999999999999999999}"))


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("(?=a)", "invalid perl operator: (?="),
        (r"(a)\1", r"invalid escape sequence: \1"),
        ("(", "missing ): ("),
        ("(((a{999}){999}){999})", "invalid repetition size: {999}"),
    ],
)
def test_what_takes_no_linear_time_is_refused(
    expression: str, problem: str, tmp_path: Path
) -> None:
    (shown,) = findings(tmp_path, word_like(expression))
    assert shown.startswith(f"SYN009: `{expression}` cannot be matched: {problem}")
    assert shown.endswith(f"@ '{expression}'")


def test_pattern_properties_are_refused(tmp_path: Path) -> None:
    assert findings(tmp_path, "{ allOf = [{ patternProperties = { 'a' = {} } }] }") == [
        "SYN011: `patternProperties` is not built yet @ patternProperties"
    ]


def test_words_of_data_are_no_keywords(tmp_path: Path) -> None:
    schema = "{ properties = { pattern = {}, other = { const = { pattern = '(' } } } }"
    assert findings(tmp_path, schema) == []


DOUBLING = ", ".join(
    f"d{n} = {{ allOf = [{{ '$ref' = '#/$defs/d{n - 1}' }}, {{ '$ref' = '#/$defs/d{n - 1}' }}] }}"
    for n in range(1, 61)
)


@pytest.mark.parametrize(
    "schema",
    [
        "{ '$ref' = '#' }",
        "{ '$ref' = 'https://example.com/schema' }",
        "{ properties = { word = { '$ref' = '#/const' } }, const = { pattern = '(' } }",
        f"{{ '$ref' = '#/$defs/d60', '$defs' = {{ d0 = {{}}, {DOUBLING} }} }}",
    ],
    ids=["circle", "elsewhere", "expression by reference", "doubling"],
)
def test_references_end(schema: str, tmp_path: Path) -> None:
    (shown,) = findings(tmp_path, schema)
    assert shown.startswith("VOC107: the schema of `p` cannot be followed for this `config`")


def test_patterns_take_an_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pattern, "_engine", None)
    pattern.check_pattern.cache_clear()
    (shown,) = findings(tmp_path, word_like("^a$"))
    assert "`^a$` cannot be matched: it takes RE2: install `rulec[patterns]`" in shown
    assert findings(tmp_path, "{ type = 'object' }") == []
    pattern.check_pattern.cache_clear()
