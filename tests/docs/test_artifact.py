"""docs/artifact.md is in step: the layout it draws, and the checks it names.

`RULEC_UPDATE=1` writes the drawing anew from rulec_runtime/format.py.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from rulec_runtime.format import DIRECTORY_ENTRY, HEADER, SECTIONS, Record, record_bytes

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "artifact.md"
BEGIN, END = "<!-- layout: RULEC_UPDATE=1 writes it anew -->\n", "<!-- end of layout -->\n"
ROW_BYTES = 16
CELL = 5
"""Characters a byte."""
N_BYTES = {"u8": 1, "u32": 4, "u64": 8, "i64": 8}


def cells(record: Record) -> Iterator[tuple[int, int, str]]:
    """Each stretch of a field that fits one row: its first byte, its bytes, its words."""
    at = 0
    for field in record.fields:
        n_bytes = N_BYTES[field.type] * field.count
        words = field.name + ("" if field.type == "u32" else f" {field.type}")
        words += f"[{field.count}]" if field.count > 1 else ""
        while n_bytes:
            n = min(n_bytes, ROW_BYTES - at % ROW_BYTES)
            yield at, n, words
            at, n_bytes, words = at + n, n_bytes - n, ""


def drawn(record: Record) -> Iterator[str]:
    """A record, a row every 16 bytes."""
    line = ""
    for at, n_bytes, words in cells(record):
        if not at % ROW_BYTES:
            if line:
                yield line
            line = f"    {at:>4} |"
        line += f" {words}".ljust(n_bytes * CELL - 1) + "|"
    yield line


def layout() -> str:
    """The drawing of the whole file."""
    lines = [f"`{HEADER.name}`, {HEADER.struct.size} bytes:", "", *drawn(HEADER), ""]
    entry = DIRECTORY_ENTRY
    lines += [f"`{entry.name}`, {entry.struct.size} bytes, one a section:", "", *drawn(entry), ""]
    lines += ["Sections, each an array of equal records:", ""]
    for number, item in enumerate(SECTIONS):
        kind = item.record if isinstance(item.record, str) else item.record.name
        lines.append(
            f"    {number:>4}  {item.name:<16}{kind:<16}{record_bytes(item):>3} bytes each"
        )
    for item in SECTIONS:
        if isinstance(item.record, Record):
            lines += ["", f"`{item.record.name}`, a record of *{item.name}*:", ""]
            lines += drawn(item.record)
    return "\n".join(lines) + "\n"


def test_the_layout_is_drawn_as_it_is() -> None:
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    shown, _, after = rest.partition(END)
    if os.environ.get("RULEC_UPDATE") == "1":
        PAGE.write_text(before + BEGIN + "\n" + layout() + "\n" + END + after, "utf-8")
        return
    assert shown.strip() == layout().strip()


def test_rows_are_to_scale() -> None:
    for record in (HEADER, *(item.record for item in SECTIONS if isinstance(item.record, Record))):
        rows = list(drawn(record))
        assert len(rows) == -(-record.struct.size // ROW_BYTES)
        assert all(len(row) == len(rows[0]) for row in rows[:-1])
        last = record.struct.size - (len(rows) - 1) * ROW_BYTES
        assert len(rows[-1]) == len("    ---- |") + last * CELL


def test_every_check_has_its_words() -> None:
    header = (REPOSITORY / "runtime/kernels/rk_verify_file.h").read_text("utf-8")
    body = re.search(r"names\[RK_N_CHECKS\] = \{(.*?)\};", header, re.DOTALL)
    assert body is not None
    in_c = set(re.findall(r'"([^"]+)"', body[1])) - {"ok"}
    sources = (REPOSITORY / "runtime/rulec_runtime").glob("*.py*")
    text = "".join(path.read_text("utf-8") for path in sorted(sources) if path.suffix != ".pyc")
    in_python = set(re.findall(r'(?:ArtifactError|read_\w+)\(\s*"([^"]+)"', text))
    named = set(re.findall(r"^\| `([^`]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE))
    sections = {item.name for item in SECTIONS}
    assert len(in_c) > 20
    assert {"checksum", "names", "config", "manifest"} <= in_python
    assert named == (in_c | in_python) - sections | {"manifest"}
