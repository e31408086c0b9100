"""Witnesses of ties are matched by the native engine before `lint` shows them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lints.shop import CLEAN, shop
from properties.test_ties import questions
from roads import write_ruleset

import rulec
from rulec.analysis import ties
from rulec.driver import compile_folder

PRODUCT = 'code = "{0}"\nowner = "o"\nkpi = "k"\ncondition = "{1}"\n{2}'
PRODUCT += '[[bind]]\npoint = "p"\nimplementation = "i"\n'
INSTALLS = CLEAN["businesses/a.toml"].replace(
    "identity", 'isolated = true\nproducts = ["x", "y"]\nidentity'
)


@given(questions())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_every_tie_is_replayed(question: tuple[dict[str, str], list[Mapping[str, Any]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = write_ruleset(Path(folder), question[0])
        shown = [finding for finding in rulec.lint(root) if finding.code == "LOG310"]
        found = [(finding.between, finding.witness) for finding in shown]
        assert len({between for between, _ in found}) == len(found)
        for tie in compile_folder(root).ties:
            pair = tie.pair.first.code, tie.pair.second.code
            assert (pair, tie.witness) in found


@pytest.mark.parametrize(
    ("liveness", "codes"),
    [
        ("", ["LOG310"]),
        ('active = ["2030-01-01T00:00:00Z", ""]\n', ["LOG310"]),
        ("enabled = false\n", []),
        ('active = ["", "2020-01-01T00:00:00Z"]\n', ["LOG310"]),
    ],
)
def test_what_the_overlay_hides_today_is_matched_all_the_same(
    liveness: str, codes: list[str], tmp_path: Path
) -> None:
    files = {
        "businesses/a.toml": INSTALLS,
        "products/x.toml": PRODUCT.format("x", "item.level > 3", liveness),
        "products/y.toml": PRODUCT.format("y", "item.level < 9", liveness),
    }
    found = [finding.code for finding in rulec.lint(shop(tmp_path, files))]
    assert [code for code in found if code == "LOG310"] == codes


def test_a_witness_the_engine_does_not_match_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = (
        CLEAN["businesses/a.toml"].replace('"a"', '"b"').replace("item.isNew()", "item.level > 3")
    )
    root = shop(tmp_path, {"businesses/b.toml": other})
    assert [finding.code for finding in rulec.lint(root)] == ["LOG310"]
    wrong = {"item": {"isNew": True}}
    monkeypatch.setattr(ties.Ties, "shown", lambda *_: (wrong, None))
    with pytest.raises(AssertionError, match="the engine does not match"):
        rulec.lint(root)
    wrong["item"]["level"] = True
    with pytest.raises(AssertionError, match="the engine refuses the witness"):
        rulec.lint(root)
