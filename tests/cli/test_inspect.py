"""`rulec inspect`: what it shows of a program, and of a file that is none."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rulec.driver import compile_folder
from rulec.emit.write import write
from rulec.render.artifact import render_artifact, render_artifact_json
from rulec_runtime import Program, from_bytes
from rulec_runtime.image import MAX_PROGRAM_BYTES

SHOP = Path(__file__).resolve().parents[2] / "examples" / "tmall"
Run = Callable[..., tuple[int, str, str]]

COST = {
    "expected_candidates": {"item": 3.25, "seller": 12.5},
    "expected_up_to_winner": 4.5,
    "expected_matches": 1.75,
    "dominant": [
        {"code": "tmall.car", "share": 0.125, "condition": "item.contains(2012)"},
        {"code": "tmall", "share": 0.5, "condition": "seller.isTMSeller()"},
        {"code": "topup", "share": 0.01, "condition": "item.contains(600)"},
    ],
}


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("inspect") / "shop.rulec"
    compiled = compile_folder(SHOP)
    assert compiled.artifact is not None
    path.write_bytes(compiled.artifact)
    return path


def program_of(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Program:
    """The shop, with another manifest."""
    plan = compile_folder(SHOP).plan
    assert plan is not None
    manifest = change(dict(plan.manifest))
    return from_bytes(write(dataclasses.replace(plan, manifest=manifest)))


def test_what_people_read(run: Run, artifact: Path) -> None:
    code, out, err = run("inspect", artifact)
    assert (code, err) == (0, "")
    lines = dict(line.split(maxsplit=1) for line in out.partition("\n\n")[0].splitlines())
    assert lines["program"] == "tmall"
    assert lines["bytes"] == f"{artifact.stat().st_size:,} of at most {MAX_PROGRAM_BYTES:,}"
    assert lines["as_of"] == "not needed"
    assert (lines["abilities"], lines["points"], lines["definitions"]) == ("3", "8", "16")
    assert "candidates in all" in out
    assert "manifest" in out


def test_json(run: Run, artifact: Path) -> None:
    code, out, err = run("inspect", "--json", artifact)
    assert (code, err) == (0, "")
    said = json.loads(out)
    assert (said["schema"], said["version"]) == ("rulec.inspect", 1)
    assert (said["bytes"], said["counts"]["points"]) == (artifact.stat().st_size, 8)
    ruleset = compile_folder(SHOP).ruleset
    assert ruleset is not None
    assert said["definitions"].keys() == {one.code for one in ruleset.definitions}
    for one in ruleset.definitions:
        own = {"name": one.name, "description": one.description, "kpi": one.kpi}
        own["name"] = "" if one.name == one.code else one.name
        assert said["definitions"][one.code] == {key: text for key, text in own.items() if text}
    assert said["cost"]["expected_candidates"].keys() == {
        "buyer",
        "seller",
        "item",
        "place",
        "order",
    }
    assert sum(section["bytes"] for section in said["sections"]) < said["bytes"]
    assert said["manifest"]["points"].keys() >= {"Fulfilment.insurance"}


def test_what_dominates_stands_first() -> None:
    program = program_of(lambda manifest: manifest | {"cost": COST})
    lines = [line.strip() for line in render_artifact(program, 1, 2).splitlines()]
    assert "candidates of seller                12.50" in lines
    assert "candidates in all                   15.75" in lines
    assert "candidates up to the winner          4.50" in lines
    assert "matches                              1.75" in lines
    first = lines.index("dominated by        share  condition")
    assert lines[first + 1].split() == ["tmall", "50.0", "%", "seller.isTMSeller()"]
    assert lines[first + 2].split() == ["tmall.car", "12.5", "%", "item.contains(2012)"]
    assert lines[first + 3] == ""
    said = json.loads(render_artifact_json(program, 1))
    assert [term["code"] for term in said["cost"]["dominant"]] == ["tmall", "tmall.car", "topup"]


@pytest.mark.parametrize(
    "manifest",
    [
        {},
        {"name": 7, "abilities": [], "cost": 3},
        {"cost": {}},
        {"cost": {"expected_candidates": ["item"], "expected_matches": "few", "dominant": {}}},
        {"cost": {"expected_candidates": {"item": None, "seller": True, "order": 10**400}}},
        {"cost": {"dominant": [1, {}, {"code": "a", "share": "x", "condition": ""}]}},
        {"name": "\x1b[2J", "expected_candidates": {"\x1b[31mitem": 1}},
    ],
)
def test_a_manifest_that_says_less(manifest: dict[str, Any]) -> None:
    program = program_of(lambda _: manifest)
    text = render_artifact(program, 1, 10)
    assert "expected a request" in text
    assert "\x1b" not in text
    assert json.loads(render_artifact_json(program, 1))["manifest"] == manifest


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (lambda content: content[:-1], "size"),
        (lambda content: b"x" + content[1:], "magic"),
        (lambda content: content[:-1] + bytes([content[-1] ^ 1]), "checksum"),
        (lambda content: content[:0], "size"),
    ],
)
def test_a_file_that_does_not_open(
    run: Run, artifact: Path, tmp_path: Path, spoil: Callable[[bytes], bytes], check: str
) -> None:
    spoilt = tmp_path / "spoilt.rulec"
    spoilt.write_bytes(spoil(artifact.read_bytes()))
    code, out, err = run("inspect", spoilt)
    assert (code, out) == (2, "")
    assert err.startswith(f"Error: {spoilt}: ")
    assert f"(check: {check})" in err
