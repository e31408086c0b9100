"""What the rules of `lints/rules/` find beyond the examples on their pages, and what they leave."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lints.shop import CLEAN, shop

import rulec

BUSINESS = CLEAN["businesses/a.toml"]


def found(folder: Path, old: str, new: str, **files: str) -> list[str]:
    changed = {"businesses/a.toml": BUSINESS.replace(old, new), **files}
    return [f"{f.code}: {f.message}" for f in rulec.lint(shop(folder, changed))]


@pytest.mark.parametrize(
    ("condition", "is_found"),
    [
        ("item.level != 3", True),
        ("item.level not in [1]", True),
        ("!(item.level == 3 && item.isNew())", True),
        ("!(item.level != 3)", False),
        ("!!(item.level == 3)", False),
        ("!(item.isNew() && !(item.level < 3))", False),
        ("!item.isNew()", False),
        ("!has(item.level) || item.level > 3", False),
    ],
)
def test_negated_optional(condition: str, is_found: bool, tmp_path: Path) -> None:
    expected = ["VOC106: a missing `item.level` does not match this negation"] * is_found
    assert found(tmp_path, "item.isNew()", condition) == expected


def places(folder: Path, old: str, new: str, vocabulary: str) -> list[str]:
    """Code, file and text of each finding."""
    files = {
        "vocabulary.toml": CLEAN["vocabulary.toml"] + vocabulary,
        "businesses/a.toml": BUSINESS.replace(old, new),
    }
    shown = []
    for finding in rulec.lint(shop(folder, files), select=["VOC"]):
        assert finding.where is not None
        text = finding.where.source.text[slice(*finding.where.span)]
        shown.append(f"{finding.code} {Path(finding.path).name} {text}")
    return shown


def test_negated_optional_in_named_conditions(tmp_path: Path) -> None:
    defines = (
        "[define]\nlow = 'item.level in [1] || item.level < 3'\nother = '!low && item.level != 7'\n"
    )
    condition = '"low && !other && !low && !low"'
    assert places(tmp_path, '"item.isNew()"', condition, defines) == [
        "VOC106 a.toml low",
        "VOC106 a.toml low",
        "VOC106 vocabulary.toml low",
        "VOC106 vocabulary.toml item.level != 7",
    ]


def test_deprecated_facts(tmp_path: Path) -> None:
    vocabulary = (
        'old = { type = "int", optional = true, deprecated = "level" }\n'
        'key = { type = "int", id = true, optional = true, deprecated = "gone in 2027" }\n'
        "[define]\nlow = '!(item.level < 3) || item.old < 3'\n"
        "[[assume]]\nimplies = ['item.isNew()', 'item.old > 7']\n"
    )
    condition = '"low && item.key == 3"\nrollout = { percent = "5", by = "item.key", salt = "s" }'
    assert places(tmp_path, '"item.isNew()"', condition, vocabulary) == [
        "VOC109 a.toml item.key == 3",
        "VOC109 a.toml item.key",
        "VOC106 vocabulary.toml (item.level < 3)",
        "VOC109 vocabulary.toml item.old < 3",
        "VOC109 vocabulary.toml item.old > 7",
    ]
    found = [f for f in rulec.lint(tmp_path / "shop") if f.code == "VOC109"]
    assert [f.help for f in found] == [
        *["the vocabulary says: gone in 2027"] * 2,
        *["use `item.level`"] * 2,
    ]
    assert found[0].message == "`item.key` is deprecated"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Tmall 天猫 旗舰店", None),
        ("Москва", None),
        ("ナイキ NIKE ２", "`２` looks like `2`"),
        ("Tmаll", "`Tmаll` mixes Cyrillic and Latin letters"),
        ("a\u202eb", "the character U+202E cannot be seen"),
        ("a\u200bb", "the character U+200B cannot be seen"),
        ("ｔmall", "`ｔmall` looks like `tmall`"),
        ("👩\u200d👧", None),
    ],
)
def test_confusable_text(name: str, message: str | None, tmp_path: Path) -> None:
    expected = [] if message is None else [f"VOC111: {message}"]
    assert found(tmp_path, "owner", f'name = "{name}"\nowner') == expected


def test_confusable_text_in_conditions_and_escapes(tmp_path: Path) -> None:
    condition = '"item.isNew() /* \\u202E */"'
    assert found(tmp_path, '"item.isNew()"', condition) == [
        "VOC111: the character U+202E cannot be seen"
    ]


def test_codes_that_look_alike(tmp_path: Path) -> None:
    other = BUSINESS.replace('"a"', '"a1l"') + "\n"
    other = other.replace("item.isNew()", "item.level > 3")
    files = {"businesses/b.toml": other.replace("owner", "rank = 3\nowner")}
    assert found(tmp_path, '"a"', '"aIl"', **files) == ["VOC111: `a1l` looks like `aIl`"]


def test_a_business_that_installs_products_does_something(tmp_path: Path) -> None:
    product = 'code = "p"\nowner = "o"\nkpi = "k"\ncondition = "item.isNew()"\n'
    bind = '[[bind]]\npoint = "p"\nimplementation = "i"\n'
    files = {"products/p.toml": product + bind}
    assert found(tmp_path, bind, 'products = ["p"]\n', **files) == []
    assert found(tmp_path, bind, "", **files) == [
        "LOG303: `a` wins nowhere, and no winner changes without it",
        "ORG405: `a` binds no extension point",
    ]


comments = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=30)


@given(st.sampled_from(("ignore", "ignore[", "ignore[ORG402]", "ignore-file[ORG402] ")), comments)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_comment_can_be_read(tmp_path: Path, start: str, rest: str) -> None:
    root = shop(tmp_path, {"businesses/a.toml": f"# rulec: {start}{rest}\n{BUSINESS}"})
    assert {f.code[:3] for f in rulec.lint(root)} <= {"SUP"}
