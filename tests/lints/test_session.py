"""A session says after every edit what a check of the same texts says from the beginning."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pytest
from analysis.small import FEW, shops
from hypothesis import given
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
