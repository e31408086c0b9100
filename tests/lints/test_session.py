"""A session says after every edit what a check of the same texts says from the beginning."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pytest
from analysis.small import FEW, shops
from hypothesis import given, settings
from hypothesis import strategies as st
from roads import write_ruleset

from rulec.diagnostic import Diagnostic
from rulec.lints.engine import inspect
from rulec.lints.session import Session
from rulec.recall import Recall

TODAY = date(2026, 1, 1)


def said(findings: tuple[Diagnostic, ...]) -> list[object]:
    """Everything that is shown of findings, their places included."""
    return [
        (
            one.code, one.message, one.path, one.where and one.where.span, one.help, one.group,
            one.witness, one.as_of, one.cover, one.assumes,
            one.fix and [(edit.where.span, edit.text) for edit in one.fix.edits],
        )
        for one in findings
    ]  # fmt: skip


@given(shops(), shops(), st.data())
@FEW
def test_a_session_is_a_check_from_the_beginning(
    files: dict[str, str], others: dict[str, str], data: st.DataObject
) -> None:
    """Edits lead from one rule set towards another, through broken texts and back to the files."""
    with tempfile.TemporaryDirectory() as folder:
        root = write_ruleset(Path(folder) / "shop", files)
        session = Session(root, as_of=TODAY)
        texts: dict[Path, str] = {}
        for _ in range(data.draw(st.integers(1, 5))):
            name = data.draw(st.sampled_from(sorted({*files, *others})))
            path = (root / name).resolve()
            whole = others.get(name, files.get(name, ""))
            cut = data.draw(st.integers(0, len(whole)) | st.just(len(whole)))
            text = data.draw(st.sampled_from([whole, whole[:cut], None]))
            texts = {**texts, path: text} if text is not None else texts
            if text is None:
                texts.pop(path, None)
            found = session.update(path, text)
            assert found == session.findings
            assert said(found) == said(inspect(root, as_of=TODAY, texts=texts).findings)


def test_files_are_read_again(tmp_path: Path) -> None:
    """What the folder holds counts where no text stands for it, whoever changed it."""
    root = write_ruleset(tmp_path, {"vocabulary.toml": "", "platform.toml": ""})
    session = Session(root)
    before = said(session.findings)
    (root / "platform.toml").write_text("nobody = 1\n", "utf-8")
    after = said(session.update(root / "vocabulary.toml"))
    assert before != after == said(inspect(root).findings)
    assert said(session.update(root / "platform.toml", "")) == before
    (root / "vocabulary.toml").unlink()
    with pytest.raises(OSError, match="no rule set"):
        session.update(root / "platform.toml")
    assert said(session.findings) == before


def test_a_recall_forgets_what_a_round_did_not_ask_for() -> None:
    recall, made = Recall(), list[str]()

    def make(word: str) -> str:
        made.append(word)
        return word

    given = object()
    for text in ("a", "a", "b"):
        recall.of("slot", (text, given), lambda text=text: make(text))
    recall.turn()
    recall.of("slot", ("b", given), lambda: make("never"))
    recall.turn()
    recall.turn()
    recall.of("slot", ("b", given), lambda: make("again"))
    recall.of("slot", ("b", object()), lambda: make("other"))
    assert made == ["a", "b", "again", "other"]
    with pytest.raises(ZeroDivisionError):
        recall.of("broken", (), lambda: 1 / 0)
    assert recall.of("broken", (), lambda: 2) == 2


SHOP = """
[entity.a]
kind = "commodity"
contains = "tags"
[entity.a.facts]
n = { type = "int", min = 0, max = 9, required = true }
tags = { type = "tags<int>" }
"""
CLAUSES = (
    "a.n == 1", "a.n >= 4", "a.n < 4", "a.contains(1)", "a.contains(2)", "!a.contains(1)",
    "a.containsAny([1, 2])", "true",
)  # fmt: skip
REST = "(a.n == 1 || a.n >= 4 || a.n < 4) && a.contains(1) && a.contains(2) && a.n == 9"


@st.composite
def clauses(draw: st.DrawFn) -> str:
    """A condition of literals that every rule set of `planted` reads somewhere."""
    chosen = draw(st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=3))
    return f" {draw(st.sampled_from(['&&', '||']))} ".join(chosen)


def planted(conditions: list[str], traits: list[str], points: list[str]) -> dict[str, str]:
    """Businesses in two files, the last of which keeps the world as it is."""
    files = ["", ""]
    for number, (condition, trait, point) in enumerate(
        zip(conditions, traits, points, strict=True)
    ):
        files[number % 2] += (
            f'[[business]]\ncode = "b{number}"\nowner = "o"\nkpi = "k"\nrank = {number}\n{trait}'
            f"identity = '{condition}'\n[[business.bind]]\npoint = \"P.{point}\"\n"
            f'implementation = "i{number}"\n'
        )
    last = f'[[business]]\ncode = "z"\nowner = "o"\nkpi = "k"\nrank = 99\nidentity = \'{REST}\'\n'
    last += '[[business.bind]]\npoint = "P.p"\nimplementation = "z"\n'
    point = '[[ability.point]]\ncode = "P.{0}"\ndefault = {{ implementation = "d" }}\n'
    return {
        "vocabulary.toml": SHOP,
        "platform.toml": '[[ability]]\ncode = "p"\n' + point.format("p") + point.format("q"),
        "businesses/a.toml": files[0],
        "businesses/b.toml": files[1] + last,
    }


@given(st.data())
@settings(FEW, max_examples=25)
def test_an_edit_that_is_followed_says_what_a_whole_look_says(data: st.DataObject) -> None:
    """Conditions, prose, comments, order and mistakes, one edit after another."""
    n = data.draw(st.integers(2, 7))
    conditions = data.draw(st.lists(clauses(), min_size=n, max_size=n))
    trait = st.sampled_from(
        ["", "", "", "isolated = true\n", "active = [2020-01-01T00:00:00Z, 2030-01-01T00:00:00Z]\n"]
    )
    traits = data.draw(st.lists(trait, min_size=n, max_size=n))
    points = data.draw(st.lists(st.sampled_from("ppq"), min_size=n, max_size=n))
    with tempfile.TemporaryDirectory() as folder:
        root = write_ruleset(Path(folder) / "shop", planted(conditions, traits, points))
        session = Session(root, as_of=TODAY)
        for _ in range(data.draw(st.integers(1, 4))):
            number = data.draw(st.integers(0, n - 1))
            conditions[number] = data.draw(clauses())
            files = planted(conditions, traits, points)
            name = f"businesses/{'ab'[number % 2]}.toml"
            change = data.draw(st.sampled_from(["", "", "# more\n", 'kpi = "k"', "rank = 99"]))
            if change.startswith("#"):
                files[name] = change + files[name]
            elif change:
                files[name] = files[name].replace(
                    change, change[:-1] + '0"'[change[-1] != '"' :], 1
                )
            path = (root / name).resolve()
            texts = {(root / each).resolve(): files[each] for each in files if "/" in each}
            found = session.update_all({**texts})
            assert path in texts
            whole = inspect(root, as_of=TODAY, texts=texts)
            assert said(found) == said(whole.findings)


def test_an_edit_is_followed(tmp_path: Path) -> None:
    """A condition, an owner, a comment; not a rank, a new literal, one that nobody reads then."""
    conditions = ["a.n == 1", "a.n >= 4 && a.contains(1)", "a.n >= 4", "a.contains(1)"]
    root = write_ruleset(tmp_path, planted(conditions, [""] * 4, list("pqpq")))
    session = Session(root, as_of=TODAY)
    path, text = root / "businesses/b.toml", (root / "businesses/b.toml").read_text("utf-8")

    def edited(old: str, new: str) -> int:
        changed = text.replace(old, new, 1)
        assert changed != text
        found = session.update(path, changed)
        whole = inspect(root, as_of=TODAY, texts={path.resolve(): changed})
        assert said(found) == said(whole.findings)
        return session.n_followed

    assert edited("'a.contains(1)'", "'a.contains(1) && a.n == 1'") == 1
    assert edited('owner = "o"', 'owner = "someone"') == 2
    assert edited("[[business]]", "# a comment\n[[business]]") == 3
    assert edited("'a.contains(1)'", "'a.contains(3)'") == 0
    assert edited("'a.contains(1)'", "'a.contains(2)'") == 0
    assert edited("rank = 99", "rank = 98") == 0
    assert edited("'a.contains(1)'", "'a.contains(1'") == 0
