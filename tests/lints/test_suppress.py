"""What comments hide, and what is said about comments that hide nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from lints.shop import CLEAN, NO_KPI, SEVERAL, shop

import rulec

TODAY = date(2026, 5, 1)
IGNORE = '# rulec: ignore[ORG402] reason="pilot"'


def codes(folder: Path, business: str) -> list[str]:
    found = rulec.lint(shop(folder, {"businesses/a.toml": business}), as_of=TODAY)
    return [f"{finding.code}:{finding.line}" for finding in found]


@pytest.mark.parametrize(
    "comment",
    [
        IGNORE,
        '# rulec: ignore[missing-kpi] reason="pilot"',
        '#rulec:ignore[Missing-KPI]  reason = "pilot"  until = 2026-05-01',
        '# rulec: ignore[ORG402] until=2026-12-31 reason="pilot"',
        '# rulec: ignore-file[ORG402] reason="pilot"',
    ],
)
def test_hidden(comment: str, tmp_path: Path) -> None:
    assert codes(tmp_path, f"{comment}\n\n# more\n{NO_KPI}") == []


def test_behind_the_line_it_speaks_about(tmp_path: Path) -> None:
    assert codes(tmp_path, NO_KPI.replace("\n", f"  {IGNORE}\n", 1)) == []


def test_behind_a_value_of_several_lines(tmp_path: Path) -> None:
    value = "'''\nitem.level != 3\n'''"
    note = '# rulec: ignore[VOC106] reason="meant so"'
    business = CLEAN["businesses/a.toml"].replace('"item.isNew()"', f"{value}  {note}")
    assert codes(tmp_path, business) == []
    above = CLEAN["businesses/a.toml"].replace("identity", f"{note}\nidentity")
    assert codes(tmp_path, above.replace('"item.isNew()"', value)) == []


def test_a_comment_in_a_list_speaks_about_the_next_line(tmp_path: Path) -> None:
    business = CLEAN["businesses/a.toml"].replace(
        "[[bind]]", f"products = [\n  {IGNORE}\n]\n[[bind]]"
    )
    assert codes(tmp_path, business) == ["SUP801:6"]


def test_above_a_table_it_speaks_about_all_of_it(tmp_path: Path) -> None:
    tables = SEVERAL.split("[[business]]\n")[1:]
    second = f"{IGNORE}\n[[business]]\n{tables[1]}"
    whole = f"[[business]]\n{tables[0]}{second}[[business]]\n{tables[2]}"
    assert codes(tmp_path, whole) == ["ORG402:2", "ORG402:19"]


def test_above_a_key_it_speaks_about_that_key_only(tmp_path: Path) -> None:
    business = NO_KPI.replace("owner", f"{IGNORE}\nowner")
    assert codes(tmp_path, business) == ["ORG402:1", "SUP801:2"]


def test_text_that_looks_like_a_comment_is_none(tmp_path: Path) -> None:
    business = NO_KPI.replace('owner = "o"', f"owner = '''o {IGNORE}'''")
    assert codes(tmp_path, business) == ["ORG402:1"]


@pytest.mark.parametrize(
    ("comment", "code", "message"),
    [
        ("# rulec: ignore[ORG402]", "SUP803", "the suppression gives no reason"),
        ('# rulec: ignore[ORG402] reason=" "', "SUP803", "the suppression gives no reason"),
        ('# rulec: ignore[] reason="x"', "SUP803", "the suppression names no code"),
        ("# rulec: ignore ORG402", "SUP803", "this comment is no suppression"),
        ("# rulec: ingore[ORG402]", "SUP803", "this comment is no suppression"),
        (
            '# rulec: ignore[ORG402] reason="x" until=2026-04-30',
            "SUP803",
            "the suppression ended on 2026-04-30",
        ),
        (
            '# rulec: ignore[ORG402] reason="x" until=soon',
            "SUP803",
            "`soon` is no date",
        ),
        (
            '# rulec: ignore[ORG402] reason="x" because',
            "SUP803",
            "`because` is no part of a suppression",
        ),
        (
            '# rulec: ignore[ORG402] reason="x" reason="y"',
            "SUP803",
            "`reason` stands twice",
        ),
        ('# rulec: ignore[ORG999] reason="x"', "SUP802", "no lint `ORG999`"),
        ('# rulec: ignore[misssing-kpi] reason="x"', "SUP802", "no lint `misssing-kpi`"),
    ],
)
def test_what_cannot_be_read_hides_nothing(
    comment: str, code: str, message: str, tmp_path: Path
) -> None:
    root = shop(tmp_path, {"businesses/a.toml": f"{comment}\n{NO_KPI}"})
    found = {finding.code: finding for finding in rulec.lint(root, as_of=TODAY)}
    assert found.keys() == {"ORG402", code}
    assert found[code].message == message
    assert found[code].line == 1


def test_a_misspelt_name_is_corrected(tmp_path: Path) -> None:
    comment = '# rulec: ignore[misssing-kpi] reason="x"'
    root = shop(tmp_path, {"businesses/a.toml": f"{comment}\n{NO_KPI}"})
    (found,) = (f for f in rulec.lint(root) if f.code == "SUP802")
    assert found.help == "did you mean `missing-kpi`?"
    assert found.column == comment.index("misssing") + 1


def test_each_code_of_a_comment_must_hide_something(tmp_path: Path) -> None:
    comment = '# rulec: ignore[ORG402, ORG405] reason="x"'
    assert codes(tmp_path, f"{comment}\n{NO_KPI}") == ["SUP801:1"]


@pytest.mark.parametrize("code", ["SYN009", "VOC101", "LOG310", "ORG401", "SUP803"])
def test_what_has_no_meaning_cannot_be_suppressed(code: str, tmp_path: Path) -> None:
    comment = f'# rulec: ignore-file[{code}] reason="x"'
    broken = CLEAN["businesses/a.toml"].replace("isNew", "isNow") + "colour = 1\n"
    root = shop(tmp_path, {"businesses/a.toml": f"{comment}\n{broken}"})
    found = {finding.code: finding.message for finding in rulec.lint(root)}
    assert {"SYN009", "SUP801"} <= found.keys()
    assert found["SUP801"] == f"`{code}` cannot be suppressed"


def test_a_loaded_rule_set_keeps_its_comments(tmp_path: Path) -> None:
    files = {"businesses/a.toml": f"{IGNORE}\n{NO_KPI}", "products/p.toml": "# nothing\n"}
    files["products/p.toml"] = (
        '# rulec: ignore[ORG405] reason="x"\ncode = "q"\nowner = "o"\ncondition = "item.isNew()"\n'
    )
    root = shop(tmp_path, files)
    found = [str(finding) for finding in rulec.lint(root)]
    assert [str(finding) for finding in rulec.lint(rulec.load(root))] == found
    assert len(found) == 1


def test_what_has_no_meaning_yet_keeps_its_comments(tmp_path: Path) -> None:
    """A misspelt fact hides whether the negation on its line is of an optional one."""
    note = '# rulec: ignore[VOC106] reason="meant so"'
    business = CLEAN["businesses/a.toml"].replace("identity", f"{note}\nidentity")
    broken = business.replace('"item.isNew()"', '"item.levl != 3"')
    assert [code.partition(":")[0] for code in codes(tmp_path, broken)] == ["VOC101"]
