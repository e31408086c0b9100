"""Files of every format version that a release wrote are read for ever, and decide what they did.

Each folder v1, v2, ... holds a program and what it must decide (`keep.py`). A file of another
version is refused by a typed error that names both.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import pytest
from formats.keep import FOLDER, OWN, answer_of, expected, is_frozen, keep
from roads import Answer, Road, win_of

import rulec
from rulec_runtime import Match, Program
from rulec_runtime.format import FINGERPRINT, HEADER, VERSION

KEPT = sorted(FOLDER.glob("v*"), key=lambda folder: int(folder.name[1:]))


def header_of(content: bytes) -> dict[str, Any]:
    """The numbers of a header, `magic` and the like as bytes."""
    found: dict[str, Any] = {}
    values = list(HEADER.struct.unpack_from(content))
    for field in HEADER.fields:
        own = [values.pop(0) for _ in range(field.count)]
        found[field.name] = own[0] if field.count == 1 else bytes(own)
    return found


def answer(program: Program, match: Match, scenario: str | None) -> dict[str, Any]:
    """What a match decides, as it is kept."""
    decided = {
        point: tuple(map(win_of, match.resolve_all(point, scenario))) for point in program.points
    }
    winners = {point: wins[0].code for point, wins in decided.items()}
    return answer_of(Answer(match.identity, match.codes, winners, decided))


@pytest.fixture(scope="module", autouse=True)
def updated() -> None:
    if os.environ.get("RULEC_UPDATE") == "1" and not is_frozen(OWN):
        keep()


@pytest.mark.parametrize("folder", KEPT, ids=lambda folder: folder.name)
@pytest.mark.parametrize("shared", [False, True])
def test_a_kept_file_decides_what_it_decided(folder: Path, shared: bool) -> None:
    program = rulec.open(folder / "program.rulec", shared=shared)
    for asked in expected(folder)["asked"]:
        said = {key: asked[key] for key in ("identity", "codes", "decisions")}
        facts, scenario, as_of = asked["facts"], asked["scenario"], asked["as_of"]
        profiles = {name: program.profile(name, own) for name, own in facts.items()}
        assert answer(program, program.match(facts, as_of), scenario) == said
        assert answer(program, program.match_profiles(as_of, **profiles), scenario) == said
        for point in program.points:
            decision = program.resolve(point, facts, scenario, as_of)
            assert decision.code == said["decisions"][point][0][0]


@pytest.mark.parametrize("folder", KEPT, ids=lambda folder: folder.name)
def test_a_kept_file_is_of_its_version(folder: Path) -> None:
    content = (folder / "program.rulec").read_bytes()
    assert f"v{header_of(content)['version']}" == folder.name
    assert expected(folder)["format"] == header_of(content)["version"]


def test_this_build_has_the_layout_of_its_version() -> None:
    """Fails where the layout changed: RULEC_UPDATE=1 until it is frozen, then a new version."""
    assert header_of((OWN / "program.rulec").read_bytes())["fingerprint"] == FINGERPRINT


def test_this_build_decides_the_kept_rules_alike() -> None:
    road = Road(OWN / "rules")
    for asked in expected(OWN)["asked"]:
        said = {key: asked[key] for key in ("identity", "codes", "decisions")}
        found = road.ask(asked["facts"], asked["scenario"], asked["as_of"])
        assert answer_of(found) == said


def test_the_kept_file_has_a_record_of_every_kind_and_every_definition_wins() -> None:
    program = rulec.open(OWN / "program.rulec")
    assert [name for name, (n_records, _) in program.section_sizes().items() if not n_records] == []
    asked = expected(OWN)["asked"]
    won = {wins[0][0] for one in asked for wins in one["decisions"].values()}
    identities = {one["identity"] for one in asked}
    reasons = {win[1] for one in asked for wins in one["decisions"].values() for win in wins}
    codes = {one.code for one in rulec.load(OWN / "rules").definitions}
    assert won == codes - {"closed"} | {"platform"}
    assert {"platform", "makers", "named", "clubs", "tagged", "cheap", "wide"} <= identities
    assert reasons == {"MATCH", "DEFAULT", "BLOCKED"}


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (VERSION + 1, "it takes a newer rulec"),
        (2**32 - 1, "it takes a newer rulec"),
        (0, "compile it again"),
    ],
)
@pytest.mark.parametrize("rest", ["as it was", "other bytes", "no more than a header"])
def test_another_version_is_refused_and_named(
    tmp_path: Path, version: int, words: str, rest: str
) -> None:
    content = bytearray((OWN / "program.rulec").read_bytes())
    struct.pack_into("<I", content, 8, version)
    if rest == "other bytes":
        content[16:] = os.urandom(len(content))
    elif rest == "no more than a header":
        del content[HEADER.struct.size :]
    path = tmp_path / "other.rulec"
    path.write_bytes(content)
    for shared in (False, True):
        with pytest.raises(rulec.ArtifactError) as refused:
            rulec.open(path, shared=shared)
        assert refused.value.check == "version"
        assert f"has format {version}, and this build reads {VERSION}" in str(refused.value)
        assert words in str(refused.value)


def test_the_first_sixteen_bytes_stay_where_they_are() -> None:
    assert [(field.name, field.type, field.count) for field in HEADER.fields[:3]] == [
        ("magic", "u8", 8),
        ("version", "u32", 1),
        ("byte_order", "u32", 1),
    ]


def test_a_frozen_version_is_not_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "expected.json").write_text('{"is_frozen": true}', "utf-8")
    monkeypatch.setattr("formats.keep.OWN", tmp_path)
    with pytest.raises(RuntimeError, match="takes a new version"):
        keep()
    assert [path.name for path in tmp_path.iterdir()] == ["expected.json"]
