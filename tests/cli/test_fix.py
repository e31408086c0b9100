"""`rulec check --fix`: what is repaired, how it is spelt in the file, and what is left alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from click import ClickException
from lints.shop import CLEAN, shop

import rulec
from rulec.cli.fixing import write
from rulec.diagnostic import Diagnostic, Fix
from rulec.fix.repair import Repaired, repair
from rulec.lints.engine import Report, inspect
from rulec.ruleset.discover import Texts
from rulec.source import Edit, Span, Where

Run = Callable[..., tuple[int, str, str]]
BUSINESS = CLEAN["businesses/a.toml"]
VOCABULARY = CLEAN["vocabulary.toml"] + (
    'word = { type = "string", optional = true }\n'
    'tags = { type = "tags<int>" }\n'
    '[define]\nfresh = "item.isNew()"\n'
)


SAFE = {
    '"item.level = 3"': '"item.level == 3"',
    "'item.level === 3'": "'item.level == 3'",
    '"item.level <> 3"': '"item.level != 3"',
    '"item.isNew() and item.level>3"': '"item.isNew() && item.level>3"',
    '"item.isNew() | not item.level == 3"': '"item.isNew() || !(item.level == 3)"',
    "'''\n  not\n  item.isNew() // and\n'''": "'''\n  !item.isNew() // and\n'''",
    '"1 < item.level <= 5"': '"item.level > 1 && item.level <= 5"',
    '"!1 < item.level < 5"': '"!(item.level > 1 && item.level < 5)"',
    '"!item.level in [1, 2]"': '"!(item.level in [1, 2])"',
    '"!item.level in 1..5 && fresh"': '"!(item.level in 1..5) && fresh"',
    r'"!item.word == \"a\\\"b\""': r'"!(item.word == \"a\\\"b\")"',
    '"item.isNew"': '"item.isNew()"',
    '"!item.isNew"': '"!item.isNew()"',
    '"item.isNew()()"': '"item.isNew()"',
    '"item.tags.contains 7"': '"item.tags.contains(7)"',
    '"has item.level"': '"has(item.level)"',
    r'"item.word = \u0022x\u0022 or fresh"': r'"item.word == \u0022x\u0022 || fresh"',
}
GUESSES = {
    '"item.isNow()"': '"item.isNew()"',
    '"itm.isNew()"': '"item.isNew()"',
    '"frsh"': '"fresh"',
}
LEFT = (
    '"item.level > 1 < 5"',
    '"!item.level == 3 + 4"',
    '"item.isNew()(3)"',
    '"item.level = "',
    '"item.isNew(3)"',
)


def businesses(identities: Iterable[str]) -> str:
    """A file with a business for each identity, written as TOML, quotes included."""
    return "# all\n" + "".join(
        f'[[business]]\ncode = "b{n}"  # kept\nowner   =   "o"\nkpi = "k"\nrank = {n}\n'
        f'identity = {identity} # why\n[[business.bind]]\npoint = "p"\nimplementation = "i{n}"\n'
        for n, identity in enumerate(identities)
    )


def fixed(run: Run, folder: Path, written: Iterable[str], *options: str) -> str:
    """A file of businesses after `--fix`."""
    root = shop(folder, {"vocabulary.toml": VOCABULARY, "businesses/a.toml": businesses(written)})
    run("check", root, "--fix", *options)
    return (root / "businesses/a.toml").read_text("utf-8")


def test_safe_fixes(run: Run, tmp_path: Path) -> None:
    assert fixed(run, tmp_path, SAFE) == businesses(SAFE.values())
    assert rulec.lint(tmp_path / "shop", select=["SYN"]) == []


def test_guesses_are_made_only_when_asked(run: Run, tmp_path: Path) -> None:
    assert fixed(run, tmp_path / "one", GUESSES) == businesses(GUESSES)
    assert fixed(run, tmp_path / "two", GUESSES, "--unsafe-fixes") == businesses(GUESSES.values())


def test_what_may_be_meant_otherwise_is_left(run: Run, tmp_path: Path) -> None:
    expected = [one.replace("level = ", "level == ") for one in LEFT]
    assert fixed(run, tmp_path, LEFT) == businesses(expected)
    assert len(rulec.lint(tmp_path / "shop")) >= len(LEFT)


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ('# rulec: ignore[ORG402] reason="x"\n{}', "{}"),
        ('{} # rulec: ignore[ORG402] reason="x"', "{}"),
        ('{} # rulec: ignore[VOC109,ORG402] reason="x"', "{}"),
        (
            '{} # rulec: ignore[VOC109, VOC106, ORG402] reason="x"',
            '{} # rulec: ignore[VOC106] reason="x"',
        ),
        ('{}\n# rulec: ignore[LOG310] reason="x"\nname = "n"', '{}\nname = "n"'),
    ],
)
def test_unused_suppressions(comment: str, expected: str, run: Run, tmp_path: Path) -> None:
    line = 'identity = "item.level != 3"' if "VOC106" in comment else 'identity = "item.isNew()"'
    whole = BUSINESS.replace('identity = "item.isNew()"', "HERE")
    root = shop(tmp_path, {"businesses/a.toml": whole.replace("HERE", comment.format(line))})
    assert run("check", root, "--fix")[0] == 0
    after = (root / "businesses/a.toml").read_text("utf-8")
    assert after == whole.replace("HERE", expected.format(line))


def test_a_difference_writes_nothing(run: Run, tmp_path: Path) -> None:
    broken = BUSINESS.replace("item.isNew()", "item.level = 3")
    root = shop(tmp_path, {"businesses/a.toml": broken})
    code, out, err = run("check", root, "--diff")
    assert code == 1
    assert '-identity = "item.level = 3"\n+identity = "item.level == 3"\n' in out
    assert out.startswith("--- shop/businesses/a.toml\n+++ shop/businesses/a.toml\n")
    assert err == "1 finding would be fixed in 1 file\n"
    assert (root / "businesses/a.toml").read_text("utf-8") == broken
    assert run("check", shop(tmp_path / "clean", {}), "--fix", "--diff")[0] == 0


def test_only_in_the_paths_that_were_given(run: Run, tmp_path: Path) -> None:
    broken = BUSINESS.replace("item.isNew()", "item.level = 3")
    other = broken.replace('"a"', '"b"').replace("owner", "rank = 3\nowner")
    root = shop(tmp_path, {"businesses/a.toml": broken, "businesses/b.toml": other})
    run("check", root / "businesses/b.toml", "--fix")
    assert (root / "businesses/a.toml").read_text("utf-8") == broken
    assert "level == 3" in (root / "businesses/b.toml").read_text("utf-8")


def test_line_ends_stay(run: Run, tmp_path: Path) -> None:
    root = shop(tmp_path, {})
    file = root / "businesses/a.toml"
    text = BUSINESS.replace('"item.isNew()"', "'''\nitem.level = 3 and\nitem.isNew()'''")
    file.write_bytes(text.replace("\n", "\r\n").encode())
    assert run("check", root, "--fix")[0] == 0
    expected = text.replace("= 3 and", "== 3 &&").replace("\n", "\r\n")
    assert file.read_bytes() == expected.encode()


def test_a_fix_in_json(run: Run, tmp_path: Path) -> None:
    broken = BUSINESS.replace("item.isNew()", "item.level = 3")
    root = shop(tmp_path, {"businesses/a.toml": broken})
    (finding,) = json.loads(run("check", root, "--output-format", "json")[1])["findings"]
    assert finding["fix"] == {
        "description": "write `==`",
        "is_safe": True,
        "edits": [
            {
                "path": "shop/businesses/a.toml",
                "line": 4,
                "column": 24,
                "end_line": 4,
                "end_column": 25,
                "text": "==",
            }
        ],
    }


BIND = '[[bind]]\npoint = "p"\nimplementation = "i"\n'


def lying(root: Path, old: str, new: str) -> Repaired:
    """A repair by a finding whose fix is a lie: it puts `new` where the file says `old`."""

    def look(texts: Texts) -> Report:
        report = inspect(root, texts=texts)
        return report if texts else replace(report, findings=tuple(map(lie, report.findings)))

    def lie(finding: Diagnostic) -> Diagnostic:
        assert finding.where is not None
        source = finding.where.source
        at = source.text.find(old)
        edit = Edit(Where(source, Span(at, at + len(old))), new)
        return replace(finding, fix=Fix("a lie", (edit,))) if at >= 0 else finding

    return repair(look, lambda finding: finding.code == "ORG402")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("item.isNew()", "item.level > 3", "the condition is not proved to keep its meaning"),
        ("item.isNew()", "item.isNew() && !fresh", "the condition is not proved to keep"),
        ("item.isNew()", "item.isNow()", "the condition would lose its meaning"),
        ('"i"', '"j"', "more than conditions, comments and bindings would change"),
        ('"item', "item", "the file would not be TOML any more"),
        (BIND, "", "at `p` `platform` would win instead of `a`"),
        ("# note", "# other", None),
        ("item.isNew()", "fresh", None),
        ("item.isNew()", "fresh || item.isNew() && has(item.level)", None),
    ],
)
def test_a_fix_that_breaks_its_promise_is_undone(
    old: str, new: str, reason: str | None, tmp_path: Path
) -> None:
    text = "# note\n" + BUSINESS.replace('kpi = "k"\n', "")
    root = shop(tmp_path, {"vocabulary.toml": VOCABULARY, "businesses/a.toml": text})
    repaired = lying(root, old, new)
    assert bool(repaired.texts) is (reason is None)
    assert [said.startswith(reason or "-") for _, said in repaired.refused] == [True] * bool(reason)


@pytest.mark.parametrize(
    ("new", "is_kept"),
    [("item.level >= 3", True), ("item.level > 2 && has(item.level)", False)],
)
def test_a_named_condition_keeps_where_it_is_false(new: str, is_kept: bool, tmp_path: Path) -> None:
    vocabulary = VOCABULARY.replace('"item.isNew()"', '"item.level > 2"')
    business = BUSINESS.replace("item.isNew()", "fresh && item.level != 7")
    files = {"vocabulary.toml": vocabulary + "# old\n", "businesses/a.toml": business}
    root = shop(tmp_path, files)

    def look(texts: Texts) -> Report:
        report = inspect(root, texts=texts)
        document = report.subject.documents["shop/vocabulary.toml"]
        fix = Fix.of(document.excerpt(("define", "fresh")), "", [(Span(0, 14), new)])
        finding = report.findings[0]
        is_first = "level > 2" in document.source.text and not texts
        return replace(report, findings=(replace(finding, fix=fix),)) if is_first else report

    assert bool(repair(look, lambda _: True).texts) is is_kept


DOUBLE = """\
# everything about new things
[[business]]
code = "first"   # the strongest
owner = "o"
kpi = "k"
rank = 1
identity = "item.isNew()"
[[business.bind]]
point = "p"
implementation = "i"

# and the rest
[[business]]
code = "second"
owner = "o"
kpi = "k"
rank = 2
identity = "item.isNew() && item.level > 3 || item.level < 2"
[[business.bind]]
point = "q"
implementation = "j"
{gone}
# their sale
[[business]]
code = "third"
owner = "o"
kpi = "k"
rank = 3
identity = "item.isNew() && item.level > 7"
[[business.bind]]
point = "q"
implementation = "k"
active = ["2020-01-01T00:00:00Z", ""]
{last}"""
BINDING = '[[business.bind]]\npoint = "p"\nimplementation = "i"\n'
TWO_POINTS = (
    CLEAN["platform.toml"] + '[[ability.point]]\ncode = "q"\ndefault = { implementation = "d" }\n'
)


def test_a_binding_goes_and_what_stands_around_it_stays(run: Run, tmp_path: Path) -> None:
    live = 'identity = "item.isNew() && item.level > 3 || item.level < 2"'
    text = DOUBLE.replace(live, 'identity = "item.isNew() && item.level > 3"')
    written = text.format(gone=BINDING, last="\n" + BINDING)
    root = shop(tmp_path, {"platform.toml": TWO_POINTS, "businesses/a.toml": written})
    found = [(one.code, one.group) for one in rulec.lint(root, select=["LOG305"])]
    assert found == [("LOG305", "second"), ("LOG305", "third")]
    _, out, _ = run("check", root, "--fix", "--select", "LOG305")
    assert out.endswith("2 findings fixed in 1 file\n")
    expected = text.format(gone="", last="").replace("\n\n# their", "\n# their")
    assert (root / "businesses/a.toml").read_text("utf-8") == expected


@pytest.mark.parametrize("place", ["point", "implementation"])
def test_a_binding_with_a_comment_stays(place: str, tmp_path: Path) -> None:
    commented = BINDING.replace(place, f"# why\n{place}")
    written = DOUBLE.format(gone="", last="\n" + commented)
    root = shop(tmp_path, {"platform.toml": TWO_POINTS, "businesses/a.toml": written})
    (finding,) = rulec.lint(root, select=["LOG305"])
    assert finding.fix is None


def test_one_bad_fix_among_several_is_found(tmp_path: Path) -> None:
    """Each of the others goes, though all at once would change a winner."""
    written = DOUBLE.format(gone="", last="\n" + BINDING)
    root = shop(tmp_path, {"platform.toml": TWO_POINTS, "businesses/a.toml": written})

    def look(texts: Texts) -> Report:
        report = inspect(root, texts=texts)
        source = report.subject.documents["shop/businesses/a.toml"].source
        at = source.text.find(BINDING)
        lie = Fix("a lie", (Edit(Where(source, Span(at, at + len(BINDING))), ""),))
        alive = Diagnostic("ORG402", "alive", Where(source, Span(at, at)), fix=lie)
        shown = [one for one in report.findings if one.code == "LOG305"]
        return replace(report, findings=(alive, *shown))

    done = repair(look, lambda _: True)
    assert [one.code for one in done.fixed] == ["LOG305"]
    assert [(one.code, why) for one, why in done.refused] == [
        ("ORG402", "at `p` `third` would win instead of `first`")
    ]


def test_what_leans_on_an_assumption_goes_only_when_asked(run: Run, tmp_path: Path) -> None:
    vocabulary = VOCABULARY + '[[assume]]\nimplies = ["item.isNew()", "item.tags.contains(1)"]\n'
    text = BUSINESS.replace("item.isNew()", "item.isNew() && item.tags.contains(1)")
    root = shop(tmp_path, {"vocabulary.toml": vocabulary, "businesses/a.toml": text})
    run("check", root, "--fix")
    assert (root / "businesses/a.toml").read_text("utf-8") == text
    run("check", root, "--fix", "--unsafe-fixes")
    assert (root / "businesses/a.toml").read_text("utf-8") == BUSINESS


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    broken = BUSINESS.replace("item.isNew()", "item.level = 3")
    root = shop(tmp_path, {"businesses/a.toml": broken})
    repaired = repair(lambda texts: inspect(root, texts=texts), lambda _: True)
    (root / "businesses/a.toml").write_text(broken + "# mine\n", encoding="utf-8")
    with pytest.raises(ClickException, match="changed meanwhile"):
        write(repaired)
    assert (root / "businesses/a.toml").read_text("utf-8") == broken + "# mine\n"


def test_people_are_told_what_can_be_repaired(run: Run, tmp_path: Path) -> None:
    root = shop(tmp_path, {"vocabulary.toml": VOCABULARY, "businesses/a.toml": businesses(GUESSES)})
    assert run("check", root)[1].endswith("3 errors in 1 file\n")
    (root / "businesses/a.toml").write_text(businesses(["'item.level = 3'", "'fresh'"]), "utf-8")
    assert run("check", root)[1].endswith("1 of them can be repaired by `rulec check --fix`\n")
