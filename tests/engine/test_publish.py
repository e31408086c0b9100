"""A file is put in its place at once, whole and lasting, whoever else does the same."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from rulec_runtime.publish import publish


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is flushed and renamed, in order."""
    seen: list[str] = []
    real = {"fsync": os.fsync, "replace": os.replace}

    def fsync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        seen.append("flush folder" if is_folder else "flush file")
        real["fsync"](descriptor)

    def replace(source: Any, target: Any) -> None:
        seen.append("rename")
        real["replace"](source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    return seen


def test_bytes_last_before_the_name_and_the_name_before_the_return(
    tmp_path: Path, calls: list[str]
) -> None:
    publish(tmp_path / "one", b"content")
    assert calls == ["flush file", "rename", "flush folder"]


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_mode_that_any_new_file_has(
    tmp_path: Path, mask: int, mode: int
) -> None:
    before = os.umask(mask)
    try:
        publish(tmp_path / "one", b"content")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == mode


def test_a_file_that_is_replaced_passes_its_mode_on(tmp_path: Path) -> None:
    path = tmp_path / "one"
    path.write_bytes(b"old")
    path.chmod(0o640)
    publish(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_is_replaced_behind_itself(tmp_path: Path) -> None:
    """Who links the current program to a versioned one keeps the link."""
    (tmp_path / "versions").mkdir()
    target = tmp_path / "versions" / "one"
    target.write_bytes(b"old")
    link = tmp_path / "current"
    link.symlink_to(target)
    publish(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("failing", ["write", "fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    path = tmp_path / "one"
    path.write_bytes(b"old")

    def full(*_: Any, **__: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, failing, full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        publish(path, b"new")
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["one"]


def test_a_disk_that_takes_a_byte_at_a_time_gets_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, content: real(file, bytes(content[:1])))
    publish(tmp_path / "one", b"content")
    assert (tmp_path / "one").read_bytes() == b"content"


def test_a_name_that_is_taken_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = iter(["taken", "taken", "free"])
    monkeypatch.setattr("secrets.token_hex", lambda _: next(names))
    (tmp_path / ".one.taken").write_bytes(b"somebody's")
    publish(tmp_path / "one", b"content")
    assert (tmp_path / ".one.taken").read_bytes() == b"somebody's"
    assert (tmp_path / "one").read_bytes() == b"content"


def test_readers_see_one_of_the_contents_while_many_publish(tmp_path: Path) -> None:
    path = tmp_path / "one"
    contents = {bytes([letter]) * 100_000 for letter in b"abcd"}
    publish(path, min(contents))
    errors: list[BaseException] = []

    def work(content: bytes) -> None:
        try:
            for _ in range(15):
                publish(path, content)
                assert path.read_bytes() in contents
        except BaseException as error:  # handed to the test
            errors.append(error)

    threads = [threading.Thread(target=work, args=(content,)) for content in sorted(contents)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [found.name for found in tmp_path.iterdir()] == ["one"]
