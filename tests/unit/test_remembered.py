"""Remembered conditions are the same conditions; what is torn or stale is as good as none."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from properties.worlds import World, worlds
from roads import write_ruleset

from rulec.driver import compile_folder


@given(worlds())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_second_run_has_the_same_conditions_and_bytes(world: World) -> None:
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as cache:
        root = write_ruleset(Path(folder), world.files)
        plain = compile_folder(root, allow_ties=True)
        first = compile_folder(root, allow_ties=True, cache=Path(cache))
        again = compile_folder(root, allow_ties=True, cache=Path(cache))
    assert plain.artifact == first.artifact == again.artifact
    assert plain.conditions == first.conditions == again.conditions
    assert plain.findings == first.findings == again.findings


FILES = {
    "vocabulary.toml": '[entity.r]\nkind = "context"\n[entity.r.facts]\na = { type = "flag" }\n'
    'n = { type = "int", required = true }\n',
    "platform.toml": '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\ndefault = "none"\n',
    "businesses/b.toml": 'code = "b"\nowner = "o"\nidentity = "r.a() && !(r.n in [1, 2])"\n',
}


@pytest.fixture
def cached(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A rule set, its cache folder, and the one file in it."""
    root, cache = write_ruleset(tmp_path / "rules", FILES), tmp_path / "cache"
    assert compile_folder(root, cache=cache).artifact
    (file,) = cache.iterdir()
    return root, cache, file


def _sealed(content: object) -> bytes:
    body = json.dumps(content).encode()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


TEXT = "r.a() && !(r.n in [1, 2])"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x04.",
        b"[" * 100_000,
        _sealed([]),
        _sealed({TEXT: 1}),
        _sealed({TEXT: []}),
        _sealed({TEXT: [[0, 1]]}),
        _sealed({TEXT: [[0, 1, "IsSet", "r.gone"]]}),
        _sealed({TEXT: [[0, 1, "eval", "r.a"]]}),
        _sealed({TEXT: [[0, 1, "IsSet", "r.a", 3]]}),
        _sealed({TEXT: [[0, 1, "&", 2]]}),
        _sealed({TEXT: [[0, 1, "&", 0]]}),
        _sealed({TEXT: [[0, 1, True], [0, 1, True]]}),
        _sealed({TEXT: [[0, 1, "Compare", "r.n", "=~", 3]]}),
    ],
)
def test_a_bad_file_is_as_good_as_none(cached: tuple[Path, Path, Path], content: bytes) -> None:
    root, cache, file = cached
    whole, artifact = file.read_bytes(), compile_folder(root).artifact
    file.write_bytes(content)
    assert compile_folder(root, cache=cache).artifact == artifact
    assert file.read_bytes() == whole
    file.write_bytes(whole[: len(whole) // 2])
    assert compile_folder(root, cache=cache).artifact == artifact


def test_another_vocabulary_has_another_file(cached: tuple[Path, Path, Path]) -> None:
    root, cache, _ = cached
    vocabulary = root / "vocabulary.toml"
    vocabulary.write_text(FILES["vocabulary.toml"].replace("int", "decimal(2)"), encoding="utf-8")
    assert compile_folder(root, cache=cache).artifact == compile_folder(root).artifact
    assert len(list(cache.iterdir())) == 2


def test_a_folder_that_takes_no_file_does_not_matter(tmp_path: Path) -> None:
    root = write_ruleset(tmp_path / "rules", FILES)
    (tmp_path / "cache").write_text("a file, no folder", encoding="utf-8")
    assert compile_folder(root, cache=tmp_path / "cache").artifact
