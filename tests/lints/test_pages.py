"""Every code has a page; the page's example yields the code, and what stands instead is clean.

A snippet is a fenced block: `condition` is the identity of a business, `toml PATH` a file of the
rule set. Vocabulary and platform are those of examples/tmall where the snippet brings none. What
only a comparison finds has files below `old/` and `new/`.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import rulec
from rulec.codes import CODES
from rulec.diagnostic import Diagnostic
from rulec.lints.catalogue import CHECKS, HEADINGS, rule_of
from rulec.render.diff_github import winners_changed

REPOSITORY = Path(__file__).resolve().parents[2]
SHOP = REPOSITORY / "examples/tmall"
RULES = REPOSITORY / "rulec/lints/rules"
FENCE = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BUSINESS = """\
code = "page"
owner = "pages"
kpi = "snippets that run"
identity = '''
{}'''

[[bind]]
point = "Price.discount"
implementation = "com.shop.Page"
"""


def sections(code: str) -> dict[str, str]:
    rule = rule_of(code)
    assert rule is not None
    parts = re.split(r"^## (.+)\n", rule.page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


CROWD = "".join(
    f"""
[[business]]
code = "c{n}"
owner = "pages"
kpi = "one of a crowd"
rank = {2_000 + n}
identity = "item.contains({n})"
[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Page"
"""
    for n in range(60)
)
"""Definitions to stand among, where a page speaks of many."""


@pytest.fixture
def traffic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Requests of one rare tag each, every other one new; and a crowd is as good as a thousand."""
    monkeypatch.setattr("rulec.lints.rules.unselective_term.FEWEST_TERMS", 50)
    path = tmp_path / "traffic.parquet"
    rows = [{"item.tags": [n % 60], "item.isNew": n % 120 < 60} for n in range(2_400)]
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def findings(code: str, snippets: str, folder: Path, traffic: Path) -> list[Diagnostic]:
    found = FENCE.findall(snippets)
    assert found
    if any(name.startswith("old/") for _, name, _ in found):
        return compared(found, folder)
    written(found, folder)
    if code != "PRF502":
        # What is off by default is looked for beside the rest.
        more = [] if CODES[code].is_on else rulec.lint(folder, select=[code])
        return [*rulec.lint(folder), *more]
    (folder / "businesses/crowd.toml").write_text(CROWD, encoding="utf-8")
    return rulec.lint(folder, select=["PRF"], traffic=traffic)


def compared(found: list[tuple[str, str, str]], folder: Path) -> list[Diagnostic]:
    """What a comparison finds between the files of two versions."""
    versions = []
    for side in ("old", "new"):
        own = [(kind, name.removeprefix(f"{side}/"), text) for kind, name, text in found]
        own = [one for one in own if not one[1].startswith(("old/", "new/"))]
        (folder / side).mkdir()
        versions.append(written(own, folder / side))
    report = rulec.diff(*versions)
    assert report.is_complete
    return [*winners_changed(report), *report.findings]


def written(found: list[tuple[str, str, str]], folder: Path) -> Path:
    """The files of some snippets, and of the shop."""
    for name in ("vocabulary.toml", "platform.toml"):
        shutil.copy(SHOP / name, folder / name)
    for kind, name, text in found:
        path = folder / (name or "businesses/page.toml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text if kind == "toml" else BUSINESS.format(text), encoding="utf-8")
    return folder


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_everything(code: str) -> None:
    assert tuple(sections(code)) == HEADINGS
    assert all(text.strip() for text in sections(code).values())


@pytest.mark.parametrize("code", CODES)
def test_the_example_yields_the_code(code: str, tmp_path: Path, traffic: Path) -> None:
    found = findings(code, sections(code)["Example"], tmp_path, traffic)
    assert code in {finding.code for finding in found}


@pytest.mark.parametrize("code", CODES)
def test_what_stands_instead_is_clean(code: str, tmp_path: Path, traffic: Path) -> None:
    found = findings(code, sections(code)["Instead"], tmp_path, traffic)
    if code.startswith("DRF"):
        # That a share grows is told too.
        found = [finding for finding in found if finding.code == code]
    assert [str(finding) for finding in found] == []


def test_every_file_is_a_page_and_every_check_has_a_code() -> None:
    names = {entry.name.replace("-", "_") for entry in CODES.values()}
    assert {path.stem for path in RULES.glob("*.py")} - {"__init__"} == names
    assert CHECKS.keys() <= CODES.keys()
    checking = {path.stem for path in RULES.glob("*.py") if "\ndef find(" in path.read_text()}
    assert checking == {CODES[code].name.replace("-", "_") for code in CHECKS}
