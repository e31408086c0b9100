"""What the rules of `lints/rules/` find beyond the examples on their pages, and what they leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lints.shop import CLEAN, shop

import rulec
from rulec.analysis.ties import Ties, every_tie
from rulec.fix.repair import repair
from rulec.lints.engine import inspect
from rulec.lints.rules import ambiguous_overlap
from rulec.lints.subject import examine
from rulec.render.groups import groups

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
    for finding in rulec.lint(shop(folder, files), select=["VOC", "ORG"]):
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
        "ORG405: no business installs `p`, so it is effective on no request",
    ]
    product = product.replace("item.isNew()", "item.level > 3")
    for fine in ('scope = "all"\n', "enabled = false\n"):
        assert found(tmp_path, "", "", **{"products/p.toml": product + fine + bind}) == []


def test_a_product_that_no_business_reaches(tmp_path: Path) -> None:
    product = 'code = "p"\nowner = "o"\nkpi = "k"\ncondition = "!item.isNew()"\n'
    bind = '[[bind]]\npoint = "p"\nimplementation = "i"\n'
    files = {"products/p.toml": product + bind}
    assert found(tmp_path, "[[bind]]", 'products = ["p"]\n[[bind]]', **files) == [
        "LOG303: `p` matches on no request of a business that installs it"
    ]


def test_windows_of_a_binding_and_its_definition_that_never_meet(tmp_path: Path) -> None:
    text = BUSINESS.replace("[[bind]]\n", 'active = ["2030-01-01T00:00:00Z", ""]\n[[bind]]\n')
    text += 'active = ["", "2030-01-01T00:00:00Z"]\n'
    root = shop(tmp_path, {"businesses/a.toml": text})
    assert [f.message for f in rulec.lint(root, as_of=date(2026, 1, 1))] == [
        "`a` wins nowhere, and no winner changes without it",
        "the binding of `p` is live only while `a` is not",
    ]


comments = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=30)


@given(st.sampled_from(("ignore", "ignore[", "ignore[ORG402]", "ignore-file[ORG402] ")), comments)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_comment_can_be_read(tmp_path: Path, start: str, rest: str) -> None:
    root = shop(tmp_path, {"businesses/a.toml": f"# rulec: {start}{rest}\n{BUSINESS}"})
    assert {f.code[:3] for f in rulec.lint(root)} <= {"SUP"}


FACTS = CLEAN["vocabulary.toml"] + (
    'score = { type = "int", min = 0, max = 9, required = true }\n'
    'word = { type = "string", optional = true }\n'
    'tags = { type = "tags<int>" }\n'
    'key = { type = "int", id = true, optional = true }\n'
    '[entity.order]\nkind = "context"\n[entity.order.facts]\n'
    'sum = { type = "int", optional = true }\n'
)
"""Facts of every presence."""


def repaired(folder: Path, code: str, condition: str, vocabulary: str = "") -> tuple[int, str]:
    """How many findings of a code a condition has, and what it is once all are fixed."""
    quoted = f"'''{condition}'''"
    files = {
        "vocabulary.toml": FACTS + vocabulary,
        "businesses/a.toml": BUSINESS.replace('"item.isNew()"', quoted),
    }
    root = shop(folder, files)
    done = repair(lambda texts: inspect(root, texts=texts), lambda one: one.code == code)
    assert done.refused == ()
    text = next(iter(done.texts.values()), files["businesses/a.toml"])
    n_found = sum(finding.code == code for finding in rulec.lint(root))
    return n_found, text.partition("identity = '''")[2].partition("'''")[0]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("true", None),
        ("item.isNew() && true", "item.isNew()"),
        ("true && item.isNew() && true", "item.isNew()"),
        ("item.isNew() || item.level in []", "item.isNew()"),
        ("item.isNew() && item.level not in []", "item.isNew() && has(item.level)"),
        ("item.isNew() && !(item.level in [])", "item.isNew() && has(item.level)"),
        (
            "item.isNew() && !(item.isNew() && item.level in [])",
            "item.isNew() && !(item.isNew() && !has(item.level))",
        ),
        ("item.isNew() && item.score >= 0", "item.isNew()"),
        ("item.isNew() || item.score not in 0..=9", "item.isNew()"),
        ("item.isNew() && (item.score >= 0 || item.level == 3)", "item.isNew()"),
        ('item.word.startsWith("") && item.isNew()', "has(item.word) && item.isNew()"),
        ("item.tags.containsAll([]) && item.isNew()", "item.isNew()"),
        ("item.tags.containsAny([]) || item.isNew()", "item.isNew()"),
        ('rollout(100%, by: item.key, salt: "s") && item.isNew()', "has(item.key) && item.isNew()"),
        ('rollout(0%, by: item.key, salt: "s") || item.isNew()', "item.isNew()"),
        ("item.level >= 3 && item.isNew()", None),
        ("item.isNew() && true /* a */ && has(item.key)", "item.isNew() /* a */ && has(item.key)"),
        ("item.isNew() && /* why */ true", "?"),
    ],
)  # fmt: skip
def test_constant_clauses(condition: str, expected: str | None, tmp_path: Path) -> None:
    n_found, after = repaired(tmp_path, "LOG205", condition)
    assert (n_found > 0) is (expected is not None)
    assert after == (condition if expected in (None, "?") else expected)


def test_a_constant_clause_of_a_named_condition_is_left(tmp_path: Path) -> None:
    defines = "[define]\nold = 'item.isNew() || item.level in []'\n"
    assert repaired(tmp_path, "LOG205", "old && item.score > 3", defines) == (
        1,
        "old && item.score > 3",
    )
    root = tmp_path / "shop"
    assert "item.level in []" in (root / "vocabulary.toml").read_text()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("item.level == 1 || item.level == 2", "item.level in [1, 2]"),
        ("item.level in [1, 2] || item.isNew() || item.level == 02 || item.level == 3", None),
        (
            "item.level in [1, 2] || item.isNew() || item.level == 2 || item.level == 3",
            "item.level in [1, 2, 3] || item.isNew()",
        ),
        ('!(item.word == "a\\"" || (item.word == \'b\'))', '!(item.word in ["a\\"", \'b\'])'),
        ("item.level in 1..5 || item.level in 5..=9", "item.level in 1..=9"),
        ("item.level in ..5 || item.tags.contains(1) || item.level in 3..4",
         "item.level in ..5 || item.tags.contains(1)"),
        ("item.level in 1..5 || item.level in 6..9", None),
        ("item.level in ..5 || item.level in 5..", None),
        ("item.level == 1 || item.score == 2", None),
        ("item.level == 1 && item.score == 2 || item.level == 2", None),
        ("item.level == 1 || /* two */ item.level == 2", "?"),
        ("item.key == 1 || item.key == 2", "item.key in [1, 2]"),
    ],
)  # fmt: skip
def test_mergeable_branches(condition: str, expected: str | None, tmp_path: Path) -> None:
    n_found, after = repaired(tmp_path, "LOG206", condition)
    assert (n_found > 0) is (expected is not None)
    assert after == (condition if expected in (None, "?") else expected)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("order.sum > 3", "LOG315: `a` is recognised by the circumstances alone"),
        ("true", "LOG315: `a` is recognised by nothing: every request is its own"),
        (
            "rollout(5%, by: item.key, salt: 's')",
            "LOG315: `a` is recognised by a rollout alone",
        ),
        ("false", None),
        ("order.sum > 3 && item.isNew()", None),
        ("!(order.sum > 3 || item.isNew())", None),
    ],
)
def test_who_is_recognised_by_circumstances(
    condition: str, message: str | None, tmp_path: Path
) -> None:
    shown = found(tmp_path, "item.isNew()", condition, **{"vocabulary.toml": FACTS})
    assert [one for one in shown if one.startswith("LOG315")] == [message] * (message is not None)


def test_expired_windows(tmp_path: Path) -> None:
    window = 'active = ["2025-11-11T00:00:00Z", "2025-11-12T00:00:00Z"]\n'
    for text in (BUSINESS.replace("[[bind]]\n", f"{window}[[bind]]\n"), BUSINESS + window):
        root = shop(tmp_path, {"businesses/a.toml": text})
        assert [finding.code for finding in rulec.lint(root)] == ["ORG403"]
        before, after = (datetime(2025, 11, day, 12, tzinfo=UTC) for day in (11, 12))
        assert rulec.lint(root, as_of=before) == []
        assert [finding.code for finding in rulec.lint(root, as_of=after)] == ["ORG403"]
        assert rulec.lint(root, as_of=date(2025, 11, 11)) == []
        assert len(rulec.lint(root, as_of=date(2025, 11, 12))) == 1
    assert rulec.lint(root, as_of=after)[0].message == (
        "the binding of `a` to `p` ended on 2025-11-12T00:00:00Z"
    )


def test_repeated_conditions(tmp_path: Path) -> None:
    conditions = ["item.isNew() && item.level > 3"] * 4 + ["item.isNew()"] * 4
    conditions[1] = "item.isNew()  &&\\n item.level > 3 // as above"
    conditions[2] = "item.isNew() && item.level > 30"
    files = {f"businesses/{n}.toml": _business(n, text) for n, text in enumerate(conditions)}
    root = shop(tmp_path, files)
    (root / "businesses/a.toml").unlink()
    (finding,) = rulec.lint(root, select=["ORG"])
    assert finding.message == "3 definitions have the same condition: `b0`, `b1`, `b3`"
    defines = "[define]\nbig = 'item.isNew() && item.level > 30'\n"
    (root / "vocabulary.toml").write_text(FACTS + defines)
    found = [(f.code, f.message) for f in rulec.lint(root)]
    assert ("ORG406", "the condition of `b2` has a name already") in found
    assert ("ORG407", "nothing uses the named condition `big`") in found


def _business(number: int, condition: str) -> str:
    text = BUSINESS.replace('"a"', f'"b{number}"').replace("item.isNew()", condition)
    return text.replace("owner", f"rank = {number}\nowner")


def test_unused_names(tmp_path: Path) -> None:
    vocabulary = (
        'word = { type = "int", optional = true, deprecated = "level" }\n'
        'old = { type = "int", optional = true, deprecated = "level" }\n'
        "[define]\nused = 'item.level > 3'\nouter = 'used && item.word > 3'\n"
        "[[assume]]\nimplies = ['item.isNew()', 'item.old > 7']\n"
    )
    shown = places(tmp_path, '"item.isNew()"', '"item.isNew()"', vocabulary)
    assert [one for one in shown if one.startswith("ORG407")] == [
        "ORG407 vocabulary.toml word",
        "ORG407 vocabulary.toml item.level > 3",
        "ORG407 vocabulary.toml used && item.word > 3",
    ]
    shown = places(tmp_path, '"item.isNew()"', '"outer"', vocabulary)
    assert [one for one in shown if one.startswith("ORG407")] == []
    shown = places(tmp_path, '"item.isNew()"', '"outr"', vocabulary)
    assert [one[:6] for one in shown] == ["VOC101", *["VOC109"] * 2]


def test_a_context_is_not_cacheable(tmp_path: Path) -> None:
    vocabulary = FACTS.replace('kind = "context"\n', 'kind = "context"\ncacheable = true\n')
    assert found(tmp_path, "isNew()", "isNew()", **{"vocabulary.toml": vocabulary}) == []
    condition = "isNew() && order.sum > 3"
    assert found(tmp_path, "isNew()", condition, **{"vocabulary.toml": vocabulary}) == [
        "PRF503: `order.sum` is new with each request, and `order` is cacheable"
    ]


def test_assumptions_that_allow_no_request(tmp_path: Path) -> None:
    """Every condition is never true, and none of its own clauses is to blame."""
    contradiction = (
        '[[assume]]\nimplies = ["item.isNew()", "has(item.level)"]\n'
        '[[assume]]\nimplies = ["!item.isNew()", "has(item.level)"]\n'
        '[[assume]]\nimplies = ["item.level > 5", "item.level < 3"]\n'
        '[[assume]]\nimplies = ["item.level <= 5", "item.level > 7"]\n'
    )
    files = {"vocabulary.toml": CLEAN["vocabulary.toml"] + contradiction}
    (finding,) = rulec.lint(shop(tmp_path, files), select=["LOG201"])
    assert finding.message == ("no request satisfies this: the assumptions alone exclude every one")
    assert finding.where is not None
    assert finding.where.source.text[slice(*finding.where.span)] == "item.isNew()"
    assert finding.cover == ()
    assert len(finding.assumes) == 4


def test_ties_that_were_not_all_counted_are_at_least_so_many(tmp_path: Path) -> None:
    ties = "".join(
        f'[[business]]\ncode = "b{n}"\nowner = "o"\nkpi = "k"\nidentity = "item.level > {n}"\n'
        '[[business.bind]]\npoint = "p"\nimplementation = "i"\n'
        for n in range(6)
    )
    root = shop(tmp_path, {"businesses/a.toml": ties})
    (whole, *_) = groups(rulec.lint(root, select=["LOG310"]))
    assert whole.heading.startswith("`b0` overlaps 5 others")
    subject = examine(root, 0)
    assert subject.proofs is not None
    asked = Ties(subject.proofs.analysis.meaning)
    few, is_whole = every_tie(asked, subject.ties[:5], most=1)
    assert (len(few), is_whole) == (6, False)
    cut = replace(subject, ties=few, has_every_tie=False)
    (first, *_) = groups(replace(one, culprit="b0") for one in ambiguous_overlap.find(cut))
    assert first.heading.startswith("`b0` overlaps at least 6 others")


def test_traffic_says_how_often_a_context_is_new(tmp_path: Path) -> None:
    vocabulary = FACTS.replace('kind = "context"\n', 'kind = "context"\ncacheable = true\n')
    business = BUSINESS.replace("isNew()", "isNew() && order.sum > 3")
    root = shop(tmp_path, {"businesses/a.toml": business, "vocabulary.toml": vocabulary})
    sums: list[int | None] = [7, 7, 2, None, 2, 7]
    rows = [{"order.sum": each, "item.isNew": True, "item.score": 1} for each in sums]
    path = tmp_path / "traffic.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    found = [one.message for one in rulec.lint(root, traffic=path) if one.code == "PRF503"]
    message = "`order.sum` is new with each request, and `order` is cacheable"
    assert found == [f"{message}: 3 different ones in 6 requests"]
