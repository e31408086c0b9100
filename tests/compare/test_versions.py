"""Artifacts as versions: those that keep their rules, and those that do not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from compare.shop import SALE, VIP, WEB, business, files
from roads import write_ruleset

import rulec
from rulec.compare.report import compare
from rulec.compare.versions import Options, VersionError, open_version
from rulec.driver import compile_folder
from rulec.emit.keep import kept_rules
from rulec.emit.write import write
from rulec.traffic.named import Named
from rulec_runtime import from_bytes


def artifact(folder: Path, own: dict[str, str], **more: Any) -> Path:
    """A compiled rule set."""
    compiled = compile_folder(write_ruleset(folder, own), **more)
    assert compiled.artifact is not None
    path = folder.with_suffix(".rulec")
    path.write_bytes(compiled.artifact)
    return path


def test_an_artifact_that_keeps_its_rules_is_a_version(tmp_path: Path) -> None:
    old = artifact(tmp_path / "old", files(VIP, SALE), keep_rules=True)
    new = write_ruleset(tmp_path / "new", files(SALE))
    report = compare(open_version(str(old), Options()), open_version(str(new), Options()))
    assert [one.code for one in report.edits] == ["vip"]
    assert report.old.is_tried
    assert report.differs
    same = compare(
        open_version(str(old), Options()), open_version(str(tmp_path / "old"), Options())
    )
    assert not same.differs


def test_it_keeps_how_it_was_compiled(tmp_path: Path) -> None:
    own = files(
        VIP, business("web", 'place.channel == "web"').replace("rank", 'systems = ["b"]\nrank')
    )
    path = artifact(tmp_path / "shop", own, keep_rules=True, system="b")
    version = open_version(str(path), Options())
    assert [one.code for one in version.checked.ruleset.definitions] == ["vip", "web"]
    with pytest.raises(VersionError, match="is compiled already"):
        open_version(str(path), Options(system="c"))


def test_it_may_have_learnt_from_traffic(tmp_path: Path) -> None:
    rows = pa.table({"buyer.isVip": [True, False] * 500})
    pq.write_table(rows, tmp_path / "rows.parquet")
    observe = Named(tmp_path / "rows.parquet").observed
    path = artifact(tmp_path / "shop", files(VIP, SALE, WEB), keep_rules=True, observe=observe)
    version = open_version(str(path), Options())
    assert "traffic" in version.program.manifest
    new = write_ruleset(tmp_path / "new", files(VIP, WEB))
    assert compare(version, open_version(str(new), Options())).groups


def test_rules_that_are_not_its_own(tmp_path: Path) -> None:
    path = artifact(tmp_path / "shop", files(VIP, SALE), keep_rules=True)
    manifest = from_bytes(path.read_bytes()).manifest
    compiled = compile_folder(write_ruleset(tmp_path / "shop", files(SALE)))
    assert compiled.plan is not None
    path.write_bytes(write(replace(compiled.plan, manifest=manifest)))
    with pytest.raises(VersionError, match="is not what its rules compile to"):
        open_version(str(path), Options())


def test_one_without_rules_is_refused(tmp_path: Path) -> None:
    path = artifact(tmp_path / "shop", files(VIP))
    with pytest.raises(VersionError, match=r"keeps no rules.*--keep-rules"):
        open_version(str(path), Options())


def test_rules_change_no_decision(tmp_path: Path) -> None:
    root = write_ruleset(tmp_path / "shop", files(VIP, SALE, WEB))
    plain, kept = (compile_folder(root, keep_rules=keep).artifact for keep in (False, True))
    assert plain is not None
    assert kept is not None
    programs = from_bytes(plain), from_bytes(kept)
    facts = {"buyer": {"isVip": True}}
    decided = [one.resolve("discount", facts).code for one in programs]
    assert decided == ["vip", "vip"]
    assert kept_rules(programs[0].manifest) is None


@pytest.mark.parametrize(
    "manifest",
    [
        {},
        {"name": "shop", "rules": 7},
        {"name": "shop", "rules": {"files": {"../x": ""}}},
        {"name": "shop", "rules": {"files": {"/x": ""}}},
        {"name": "shop", "rules": {"files": {"a\\b": ""}}},
        {"name": "shop", "rules": {"files": {"a": 1}}},
        {"name": "shop", "rules": {"files": {"": ""}}},
        {"name": "../shop", "rules": {"files": {"a": ""}}},
        {"name": "a/b", "rules": {"files": {"a": ""}}},
        {"name": 1, "rules": {"files": {"a": ""}}},
        {"name": "shop", "rules": {"files": {"a": ""}, "system": 1}},
    ],
)
def test_a_manifest_no_compiler_writes_keeps_none(manifest: dict[str, Any]) -> None:
    assert kept_rules(json.loads(json.dumps(manifest))) is None


def test_what_is_no_version(tmp_path: Path) -> None:
    with pytest.raises(VersionError, match="no such folder or artifact"):
        open_version(str(tmp_path / "nothing"), Options())
    broken = tmp_path / "broken.rulec"
    broken.write_bytes(b"no program")
    with pytest.raises(rulec.RulecError):
        open_version(str(broken), Options())
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(OSError, match=r"no vocabulary\.toml"):
        open_version(str(empty), Options())


def test_from_python(tmp_path: Path) -> None:
    old = rulec.load(write_ruleset(tmp_path / "old", files(VIP, SALE)))
    new = write_ruleset(tmp_path / "new", files(SALE))
    report = rulec.diff(old, new, only_owner="vip")
    assert report.is_complete
    assert report.verdict is not None
    assert report.verdict.passes
    broken = write_ruleset(tmp_path / "broken", files(VIP.replace("isVip", "isVp")))
    with pytest.raises(rulec.RuleSetError, match="VOC101"):
        rulec.diff(old, broken)
    with pytest.raises(ValueError, match="no such folder"):
        rulec.diff(old, tmp_path / "none")
    with pytest.raises(ValueError, match="no time"):
        rulec.diff(old, new, as_of="noon")
