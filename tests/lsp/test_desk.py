"""The same findings as `rulec check`: every rule set of the tests and examples, word for word."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from lsprotocol import types

from rulec.lints.engine import inspect
from rulec.lsp.desk import Desk, Look, path_of
from rulec.lsp.wire import Wire
from rulec.render.json import as_record

REPOSITORY = Path(__file__).resolve().parents[2]
SLOW = ("vocabulary-assume",)
"""Assumptions up to the bound take seconds to prove."""
ROOTS = [
    pytest.param(root, marks=[pytest.mark.slow] if root.name in SLOW else [], id=root.name)
    for folder in ("examples", "tests/diagnostics")
    for root in sorted(path.parent for path in (REPOSITORY / folder).glob("*/vocabulary.toml"))
]
SEVERITIES = {1: "error", 2: "warning", 3: "note"}


def looked(desk: Desk, root: Path) -> Look:
    """The rule set as the worker would look at it."""
    rule_set = desk.rule_sets[root]
    rule_set.newest = rule_set.look(desk.take_pending(rule_set))
    return rule_set.newest


def published(look: Look) -> list[tuple[object, ...]]:
    """Code, severity and place of everything that is published, columns in code points."""
    wire = Wire("utf-32", Path.as_uri)
    found: list[tuple[object, ...]] = []
    for path, findings in look.by_path.items():
        for one in (wire.diagnostic(look, finding) for finding in findings):
            start, end = one.range.start, one.range.end
            places = (start.line + 1, start.character + 1, end.line + 1, end.character + 1)
            assert one.severity is not None
            found.append((path, one.code, SEVERITIES[one.severity.value], *places))
    return found


@pytest.mark.parametrize("root", ROOTS)
def test_the_same_findings_as_check(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    desk = Desk()
    for path in sorted(root.rglob("*.toml")):
        desk.open(path.as_uri(), 1, path.read_bytes().decode("utf-8", "surrogateescape"))
    look = looked(desk, root)
    expected: Counter[tuple[object, ...]] = Counter()
    for finding in inspect(root).findings:
        record = as_record(finding)
        path = root.parent / finding.path if finding.where else root / "vocabulary.toml"
        keys = ("line", "column", "end_line", "end_column") if finding.where else ()
        places = tuple(record[key] for key in keys) or (1, 1, 1, 1)
        expected[(path, finding.code, finding.severity, *places)] += 1
    assert Counter(published(look)) == expected


SHOP = {
    "vocabulary.toml": """\
[entity.seller]
kind = "people"
[entity.seller.facts]
isTMSeller = { type = "flag" }
level = { type = "int", min = 0, max = 9, required = true }
name = { type = "string", required = true }
""",
    "platform.toml": """\
[[ability]]
code = "price"
[[ability.point]]
code = "P"
default = "none"
""",
    "businesses/a.toml": """\
code = "a"
owner = "oa"
kpi = "k"
identity = 'seller.level >= 3'
[[bind]]
point = "P"
implementation = "A"
""",
    "businesses/b.toml": """\
code = "b"
owner = "ob"
kpi = "k"
identity = 'seller.level >= 5'
[[bind]]
point = "P"
implementation = "B"
""",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in SHOP.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def codes(look: Look) -> set[str]:
    return {finding.code for finding in look.report.findings}


def test_texts_stand_for_files_until_they_are_closed(shop: Path) -> None:
    desk = Desk()
    uri = (shop / "businesses/b.toml").as_uri()
    desk.open(uri, 1, SHOP["businesses/b.toml"] + "rank = 'x'")
    assert "SYN009" in codes(looked(desk, shop))
    desk.change(uri, 2, [(None, SHOP["businesses/b.toml"])])
    assert "LOG310" in codes(looked(desk, shop))
    desk.open((shop / "businesses/new.toml").as_uri(), 1, "code = 'new'")
    assert "ORG401" in codes(looked(desk, shop))
    desk.close((shop / "businesses/new.toml").as_uri())
    assert "ORG401" not in codes(looked(desk, shop))
    assert not desk.is_idle(desk.rule_sets[shop])
    desk.close(uri)
    assert desk.is_idle(desk.rule_sets[shop])


@pytest.mark.parametrize("file", ["vocabulary.toml", "platform.toml", "businesses/b.toml"])
def test_a_glance_knows_names_and_no_findings(shop: Path, file: str) -> None:
    desk = Desk()
    rule_set = desk.open((shop / file).as_uri(), 1, SHOP[file])
    assert rule_set is not None
    glance = rule_set.glance(desk.take_pending(rule_set))
    assert not glance.is_checked
    assert glance.by_path == {}
    assert set(glance.index.definitions) == {"a", "b"}
    assert glance.index.fact("seller.level") is not None
    for broken in ("x = '", "entity = 3", ""):
        rule_set.glance({shop / file: broken})


def test_configuration_and_suppressions_count_as_they_stand(shop: Path) -> None:
    desk = Desk()
    uri = (shop / "businesses/b.toml").as_uri()
    without = SHOP["businesses/b.toml"].replace('kpi = "k"\n', "")
    desk.open(uri, 1, without)
    assert "ORG402" in codes(looked(desk, shop))
    hidden = '# rulec: ignore-file[ORG402] reason="pilot"\n' + without
    desk.change(uri, 2, [(None, hidden)])
    assert "ORG402" not in codes(looked(desk, shop))
    desk.change(uri, 3, [(None, without)])
    config = (shop / "rulec.toml").as_uri()
    desk.open(config, 1, 'ignore = ["ORG"]')
    assert "ORG402" not in codes(looked(desk, shop))
    desk.change(config, 2, [(None, "ignore = ['nobody']")])
    look = looked(desk, shop)
    assert "SYN009" in {one.code for one in look.by_path[shop / "rulec.toml"]}


def test_a_pyproject_above_the_root_is_found_again(shop: Path) -> None:
    root = shop / "rules"
    root.mkdir()
    for name in ("vocabulary.toml", "platform.toml"):
        (shop / name).rename(root / name)
    (shop / "businesses").rename(root / "businesses")
    (shop / "pyproject.toml").write_text("[tool.rulec]\nignore = ['nobody']\n", encoding="utf-8")
    desk = Desk()
    desk.open((root / "vocabulary.toml").as_uri(), 1, SHOP["vocabulary.toml"])
    look = looked(desk, root)
    assert [one.code for one in look.by_path[shop / "pyproject.toml"]] == ["SYN009"]
    touched = desk.changed_files([(shop / "pyproject.toml").as_uri()])
    assert [one.root for one in touched] == [root]


def test_rule_sets_side_by_side_and_files_of_none(shop: Path, tmp_path: Path) -> None:
    inner = tmp_path / "businesses" / "inner"
    (inner / "businesses").mkdir(parents=True)
    (inner / "vocabulary.toml").write_text(SHOP["vocabulary.toml"], encoding="utf-8")
    desk = Desk()
    one = desk.open((shop / "businesses/b.toml").as_uri(), 1, "")
    two = desk.open((inner / "businesses/b.toml").as_uri(), 1, "")
    assert one is not None
    assert two is not None
    assert (one.root, two.root) == (shop, inner)
    assert desk.open((shop / "notes.toml").as_uri(), 1, "") is None
    assert desk.open((shop / "businesses/.hidden.toml").as_uri(), 1, "") is None
    assert desk.open((shop.parent / "alone.toml").as_uri(), 1, "") is None
    assert [buffer.path.name for buffer in desk.open_files(two)] == ["b.toml"]


def test_a_vocabulary_that_comes_and_goes(shop: Path) -> None:
    desk = Desk()
    (shop / "vocabulary.toml").unlink()
    uri = (shop / "businesses/b.toml").as_uri()
    assert desk.open(uri, 1, SHOP["businesses/b.toml"]) is None
    (shop / "vocabulary.toml").write_text(SHOP["vocabulary.toml"], encoding="utf-8")
    touched = desk.changed_files([(shop / "vocabulary.toml").as_uri()])
    assert [one.root for one in touched] == [shop]
    assert "LOG310" in codes(looked(desk, shop))
    (shop / "vocabulary.toml").unlink()
    assert [one.root for one in desk.lost()] == [shop]


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "untitled:Untitled-1",
        "file:",
        "file:///%00",
        "file:///%ff",
        "file://server/share/a.toml",
        "http://x/y.toml",
        "file:///" + "a" * 5000,
        "file:///" + "a/" * 600,
        "::::",
        "file:relative.toml",
        "file:///[",
        "//[",
    ],
)
def test_any_uri_has_an_answer(uri: str) -> None:
    desk = Desk()
    path = path_of(uri)
    assert path is None or path.is_absolute()
    assert desk.open(uri, 1, "x") is None
    assert desk.change(uri, 2, [(None, "y")]) is None
    assert desk.close(uri) is None
    assert desk.changed_files([uri]) == []


def test_what_a_finding_tells_an_editor(shop: Path) -> None:
    """The other side of a tie, the witness, and the page."""
    desk = Desk()
    desk.open((shop / "businesses/a.toml").as_uri(), 1, SHOP["businesses/a.toml"])
    look = looked(desk, shop)
    tie = next(one for one in look.report.findings if one.code == "LOG310")
    wire = Wire("utf-16", Path.as_uri, docs="https://docs.example/{code}.html")
    shown = wire.diagnostic(look, tie)
    assert shown.code_description == types.CodeDescription("https://docs.example/LOG310.html")
    assert shown.related_information is not None
    uris = [one.location.uri for one in shown.related_information]
    assert uris == [(shop / "businesses/a.toml").as_uri()]
    assert shown.data["witness"]["seller"]["level"] >= 5
    assert "\nhelp: they meet on" in shown.message


def test_columns_are_code_units(shop: Path) -> None:
    identity = "identity = 'seller.name == \"\N{GRINNING FACE}商\" && seller.leve > 3'"
    text = SHOP["businesses/b.toml"].replace("identity = 'seller.level >= 5'", identity)
    desk = Desk()
    desk.open((shop / "businesses/b.toml").as_uri(), 1, text)
    look = looked(desk, shop)
    (finding,) = [one for one in look.report.findings if one.code == "VOC101"]
    for encoding in ("utf-8", "utf-16", "utf-32"):
        shown = Wire(encoding, Path.as_uri).diagnostic(look, finding)
        before = identity[: identity.index("leve ")]
        n_units = {
            "utf-8": len(before.encode()),
            "utf-16": len(before.encode("utf-16-le")) // 2,
            "utf-32": len(before),
        }[encoding]
        assert shown.range.start == types.Position(3, n_units)
