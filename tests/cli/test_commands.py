"""The command line as a user meets it: what it prints, where, and its exit code."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rulec.cli import check

REPOSITORY = Path(__file__).resolve().parents[2]
SHOP = REPOSITORY / "examples" / "tmall"
DRONE = SHOP / "requests" / "drone.json"
POINT = "Fulfilment.insurance"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The shop with two mistakes in two files."""
    shop = tmp_path / "shop"
    shutil.copytree(SHOP, shop)
    for name, right, wrong in (
        ("businesses/tmall.g20.toml", "seller.isTMSeller()", "seller.isTMSeler()"),
        ("products/presale.toml", "item.contains(", "item.contain("),
    ):
        file = shop / name
        text = file.read_text(encoding="utf-8")
        assert right in text
        file.write_text(text.replace(right, wrong), encoding="utf-8")
    return shop


def test_check_is_clean(run: Run) -> None:
    assert run("check", SHOP) == (0, "no findings\n", "")


def test_check_shows_every_finding_and_exits_1(run: Run, broken: Path) -> None:
    code, out, err = run("check", broken)
    assert (code, err) == (1, "")
    assert "`isTMSeler`" in out
    assert "`contain`" in out
    assert out.endswith("2 errors in 2 files\n")


def test_check_of_a_folder_shows_its_findings(
    run: Run, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(broken)
    code, out, _ = run("check", "products")
    assert code == 1
    assert out.endswith("1 error in 1 file\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "nowhere"),
        ("compile", SHOP),
        ("compile", SHOP, "-o", "no/such/folder.rulec"),
        ("compile", "nowhere", "-o", "x.rulec"),
        ("inspect", DRONE),
        ("inspect", "nowhere.rulec"),
        ("try", SHOP, "--facts", DRONE),
        ("try", SHOP, "--facts", DRONE, "--point", "No.such"),
        ("try", SHOP, "--facts", "nowhere.json", "--all-points"),
        ("replay", SHOP, DRONE),
        ("replay", SHOP, "nowhere.parquet"),
        ("nothing",),
    ],
)
def test_what_cannot_be_done_exits_2_and_says_why(run: Run, arguments: tuple[object, ...]) -> None:
    code, _, err = run(*arguments)
    assert code == 2
    assert err
    assert "Traceback" not in err
    assert "Errno" not in err


def test_compile_inspect_try(run: Run, tmp_path: Path) -> None:
    artifact = tmp_path / "shop.rulec"
    code, out, _ = run("compile", SHOP, "-o", artifact)
    assert code == 0
    assert f"{artifact.stat().st_size:,} bytes" in out
    code, out, _ = run("inspect", artifact)
    assert code == 0
    assert "candidates in all" in out
    by_artifact = run("try", artifact, "--facts", DRONE, "--point", POINT)
    assert by_artifact == run("try", SHOP, "--facts", DRONE, "--point", POINT)
    assert by_artifact[0] == 0
    assert "tmall.g20 (business)" in by_artifact[1]


def test_compile_shows_findings_and_writes_nothing(run: Run, broken: Path, tmp_path: Path) -> None:
    artifact = tmp_path / "shop.rulec"
    code, out, _ = run("compile", broken, "-o", artifact)
    assert code == 1
    assert "2 errors" in out
    assert not artifact.exists()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[1", "no JSON object"),
        ("[]", "no JSON object"),
        ('{"seller": {}, "seller": {}}', "given `seller` twice"),
        ('{"sellr": {}}', "did you mean `seller`?"),
        ('{"item": {"price": "cheap"}}', "`item.price`"),
        ("[" * 100_000, "no JSON object"),
    ],
)
def test_bad_facts_on_stdin(
    run: Run, monkeypatch: pytest.MonkeyPatch, text: str, problem: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    code, _, err = run("try", SHOP, "--facts", "-", "--all-points")
    assert code == 2
    assert problem in err


def test_numbers_in_json_are_exact(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = json.loads(DRONE.read_text(encoding="utf-8"))
    text = json.dumps(facts | {"item": {"tags": [4199], "price": 0.125}})
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    code, _, err = run("try", SHOP, "--facts", "-", "--all-points")
    assert code == 2
    assert "`item.price`" in err


def test_ctrl_c_is_quiet(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "inspect", interrupt)
    assert run("check", SHOP) == (130, "", "")


def test_our_own_bug_exits_3(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("planted")

    monkeypatch.setattr(check, "inspect", fail)
    code, _, err = run("check", SHOP)
    assert code == 3
    assert "planted" in err
    assert err.endswith("please report it with the lines above\n")


def test_a_closed_pipe_is_quiet() -> None:
    command = [sys.executable, "-m", "rulec", "try", str(SHOP), "--facts", str(DRONE)]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*command, "--all-points"], stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (130, b"")


def _made_traffic(folder: Path) -> Path:
    traffic = folder / "made.parquet"
    maker = [sys.executable, str(SHOP / "make_traffic.py"), str(traffic)]
    subprocess.run([*maker, "--rows", "2000", "--seed", "7"], check=True, capture_output=True)
    return traffic


def test_replay_counts_every_row_at_every_point(run: Run, tmp_path: Path) -> None:
    code, out, err = run("replay", SHOP, _made_traffic(tmp_path))
    assert (code, err) == (0, "")
    assert "2,000 rows x 8 points" in out
    assert "tmall.g20" in out
