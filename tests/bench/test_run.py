"""Which worlds a run measures, and that the page needs no new measurement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bench.test_report import engine, raw, rounds

from benchmarks import __main__ as run


def test_large_worlds_in_random_order_are_left_to_whoever_asks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[run.Run] = []
    monkeypatch.setattr(run, "measure", asked.append)
    monkeypatch.setattr(run, "write_page", lambda _: tmp_path)
    run.main(["--families", "dense"])
    run.main(["--families", "dense", "--orders", "random", "--sizes", "100000"])
    worlds = [(size, order) for size, _, order in asked[0].worlds("peers")]
    assert (1_000, "random") in worlds
    assert (10_000, "random") not in worlds
    assert (100_000, "specific") in worlds
    assert [size for size, *_ in asked[1].worlds("peers")] == [100_000]


def test_the_catalogue_is_measured_once_a_size() -> None:
    asked = run.Run([100], ["dense"], ["specific"], [], 9, 0.1, 7, 9, 5, None, False, Path())
    assert "--item-rows" in asked.arguments("engine", 100, "dense", "specific")
    assert "--item-rows" not in asked.arguments("engine", 100, "sparse", "specific")
    assert asked.arguments("peers", 100, "dense", "random")[-2:] == ["--batch-rows", "5"]


def test_the_page_is_made_of_what_the_folder_holds(tmp_path: Path) -> None:
    figures = {"rulec: from dict": rounds(500), "good: from dict": rounds(20_000)}
    peers = raw(rounds=figures, batch_rows=20_000)
    own = engine(**{"kernel, 64 requests": rounds(20)})
    for name, found in (("engine", own), ("peers", peers)):
        (tmp_path / f"{name}.json").write_text(json.dumps(found))
    run.main(["--parts", "none", "--out", str(tmp_path)])
    assert "| from dict | 10,000 |" in (tmp_path / "results.md").read_text()


@pytest.mark.slow
def test_equal_figures_give_equal_pictures(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    figures = {"rulec: from dict": rounds(500), "good: from dict": rounds(20_000)}
    peers = raw(rounds=figures, batch_rows=20_000)
    own = engine(**{"kernel, 64 requests": rounds(20)})
    for name, found in (("engine", own), ("peers", peers)):
        (tmp_path / f"{name}.json").write_text(json.dumps(found))
    run.main(["--parts", "none", "--out", str(tmp_path)])
    drawn = {path.name for path in tmp_path.glob("*.svg")}
    assert {"dense-specific-single-rules.svg", "dense-specific-rulec-candidates.svg"} <= drawn
    again = {path.name: path.read_bytes() for path in tmp_path.glob("*.svg")}
    run.main(["--parts", "none", "--out", str(tmp_path)])
    assert again == {path.name: path.read_bytes() for path in tmp_path.glob("*.svg")}


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.main(["--parts", "engines"])
    assert "no part engines: there is engine, peers, road" in capsys.readouterr().err
