"""From a file to a program: private or mapped, judged before memory is taken, errors in place."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import pytest
from engine.artifact_bytes import resealed, write
from engine.handmade import artifact_of, sections_of
from engine.made_shop import shop

import rulec
from rulec_runtime import ArtifactError, from_bytes
from rulec_runtime import open as open_program
from rulec_runtime.format import (
    DIRECTORY_ENTRY,
    FINGERPRINT,
    HEADER,
    SECTIONS,
    VERSION,
    record_bytes,
)
from rulec_runtime.image import checksum_of
from rulec_runtime.memory import HUGE_PAGE_BYTES, private

FACTS: dict[str, dict[str, Any]] = {"item": {"price": 1}, "seller": {"isTMSeller": True}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A program's file."""
    path = tmp_path / "shop.rulec"
    path.write_bytes(artifact_of(shop()))
    return path


def refusal(path: Path, *, shared: bool = False) -> ArtifactError:
    """The error of opening a file."""
    with pytest.raises(ArtifactError) as refused:
        open_program(path, shared=shared)
    assert refused.value.file == str(path)
    assert f"`{path}`: " in str(refused.value)
    return refused.value


@pytest.mark.parametrize("shared", [False, True])
def test_a_program_decides_from_either_memory(file: Path, shared: bool) -> None:
    opened, kept = open_program(file, shared=shared), from_bytes(file.read_bytes())
    assert opened.to_bytes() == kept.to_bytes()
    for point in kept.points:
        assert opened.resolve(point, FACTS) == kept.resolve(point, FACTS)


def test_the_compilers_package_opens_too() -> None:
    assert rulec.open is open_program


@pytest.mark.parametrize("shared", [False, True])
def test_a_file_replaced_by_rename_leaves_its_readers_alone(file: Path, shared: bool) -> None:
    program = open_program(file, shared=shared)
    intact = program.to_bytes()
    newer = file.with_name("newer")
    newer.write_bytes(b"nothing of the kind")
    newer.replace(file)
    assert program.to_bytes() == intact
    assert program.match(FACTS).identity == "tmall"


def test_private_memory_does_not_see_later_writes(file: Path) -> None:
    program = open_program(file)
    intact = program.to_bytes()
    with file.open("r+b") as opened:
        opened.write(bytes(64))
    assert program.to_bytes() == intact


def test_a_mapping_shows_later_writes_as_documented(file: Path) -> None:
    program = open_program(file, shared=True)
    with file.open("r+b") as opened:
        opened.seek(-1, os.SEEK_END)
        opened.write(b" ")
    assert program.to_bytes()[-1:] == b" "


@pytest.mark.parametrize("shared", [False, True])
def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path, shared: bool) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(OSError, match="not a regular file") as refused:
            open_program(path, shared=shared)
        assert refused.value.filename == str(path)
    with pytest.raises(IsADirectoryError, match=tmp_path.name):
        open_program(tmp_path, shared=shared)
    with pytest.raises(FileNotFoundError):
        open_program(tmp_path / "missing", shared=shared)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser reads everything")
def test_a_file_nobody_may_read_says_so(file: Path) -> None:
    file.chmod(0)
    with pytest.raises(PermissionError):
        open_program(file)


@pytest.mark.parametrize("shared", [False, True])
def test_an_empty_file_says_so(tmp_path: Path, shared: bool) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert refusal(tmp_path / "empty", shared=shared).check == "size"


@pytest.mark.parametrize("n_claimed", [2**60, 2**32, 200, 0])
def test_a_file_that_lies_about_its_size_costs_nothing(file: Path, n_claimed: int) -> None:
    content = write(sections_of(shop()), 2, file_bytes=n_claimed)
    file.write_bytes(content)
    tracemalloc.start()
    try:
        error = refusal(file)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert error.check == "size"
    assert f"{len(content):,} bytes, not {n_claimed:,} as it says" in str(error)
    assert peak < 2**20


def test_a_sparse_file_of_an_exbibyte_takes_no_memory(tmp_path: Path) -> None:
    """In a process that could not take it; where the disk allows no such file, a smaller one."""
    path = tmp_path / "sparse"
    path.write_bytes(artifact_of(shop()))
    for n_bytes in (2**60, 2**43, 2**33):
        try:
            os.truncate(path, n_bytes)
            break
        except OSError:
            continue
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal(path).check == "size"
    assert refusal(path, shared=True).check == "size"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (0, "compile it again"),
        (VERSION + 1, "takes a newer rulec"),
        (2**32 - 1, "takes a newer rulec"),
    ],
)
def test_another_format_is_refused_by_name(file: Path, version: int, words: str) -> None:
    file.write_bytes(write(sections_of(shop()), 2, version=version))
    error = refusal(file)
    assert error.check == "version"
    assert words in str(error)
    assert f"has format {version}, and this build reads {VERSION}" in str(error)


def test_another_layout_and_another_byte_order_have_their_own_words(file: Path) -> None:
    file.write_bytes(write(sections_of(shop()), 2, fingerprint=FINGERPRINT ^ 1))
    assert "a build that was never released wrote it" in str(refusal(file))
    file.write_bytes(write(sections_of(shop()), 2, byte_order=0x04030201))
    assert "another byte order" in str(refusal(file))


def test_an_error_names_section_and_record(file: Path) -> None:
    sections = sections_of(shop())
    name, _, *rest = sections["facts"][3]
    sections["facts"][3] = (name, 99, *rest)
    file.write_bytes(write(sections, 2))
    error = refusal(file)
    assert (error.check, error.section, error.record) == ("facts", "facts", 3)
    assert "record 3 of section `facts`" in str(error)


def test_an_error_names_the_configuration_that_is_none(file: Path) -> None:
    world = sections_of(shop())
    record = next(i for i, item in enumerate(world["implementations"]) if item[2] != 0xFFFFFFFF)
    *others, _ = world["implementations"][record]
    world["implementations"][record] = (*others, world["points"][0][0])
    file.write_bytes(write(world, 2))
    error = refusal(file)
    assert (error.check, error.section, error.record) == ("config", "implementations", record)


def test_no_byte_hides_between_or_behind_sections() -> None:
    content = artifact_of(shop())
    end, gaps = HEADER.struct.size + len(SECTIONS) * DIRECTORY_ENTRY.struct.size, []
    for number, section in enumerate(SECTIONS):
        at = HEADER.struct.size + number * DIRECTORY_ENTRY.struct.size
        offset, n_records = DIRECTORY_ENTRY.struct.unpack_from(content, at)
        gaps += range(end, offset)
        end = offset + n_records * record_bytes(section)
    assert len(gaps) > 100
    assert end == len(content)
    hidden = [content[:gap] + b"\1" + content[gap + 1 :] for gap in gaps]
    for changed in (*hidden, content + b"\0", content + bytes(64), content[:-1]):
        with pytest.raises(ArtifactError) as refused:
            from_bytes(resealed(changed))
        assert refused.value.check == "directory"


def test_the_checksum_is_zlibs_at_every_length() -> None:
    chance = random.Random(3)
    content = chance.randbytes(70_000)
    for n_bytes in [*range(300), 4095, 4096, 65_537, 70_000]:
        part = memoryview(content)[5 : 5 + n_bytes]
        assert checksum_of(part) == zlib.crc32(part)


def test_the_scalar_twin_opens_the_same(file: Path) -> None:
    code = "import sys, rulec_runtime as r; print(r.open(sys.argv[1]).hash)"
    done = subprocess.run(
        [sys.executable, "-c", code, file],
        env=os.environ | {"RULEC_CPU": "scalar"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == open_program(file).hash


def test_large_memory_comes_in_whole_huge_pages() -> None:
    small, large = private(5), private(HUGE_PAGE_BYTES + 1)
    assert len(small) == 5
    assert len(large) in (HUGE_PAGE_BYTES + 1, 2 * HUGE_PAGE_BYTES)
    assert not any(large[:100])
