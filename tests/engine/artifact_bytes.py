"""Packs records of sections to the bytes of a file, right or wrong.

In: the records of each section. Out: bytes whose checksum fits, whatever they say.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from rulec_runtime.format import (
    ALIGNMENT,
    BYTE_ORDER,
    DIRECTORY_ENTRY,
    FINGERPRINT,
    HEADER,
    MAGIC,
    SECTIONS,
    VERSION,
)

_WIDTHS = {"u8": (1, False), "u32": (4, False), "u64": (8, False), "i64": (8, True)}


def write(
    sections: Mapping[str, Sequence[tuple[int, ...]]], n_products: int, **header: int | bytes
) -> bytes:
    """The bytes of a file; `header` overrides what the header says."""
    offset = HEADER.struct.size + len(SECTIONS) * DIRECTORY_ENTRY.struct.size
    directory, body = b"", b""
    start = offset
    for item in SECTIONS:
        records = sections[item.name]
        body += bytes(-(start + len(body)) % ALIGNMENT)
        directory += DIRECTORY_ENTRY.struct.pack(start + len(body), len(records))
        body += b"".join(_pack(item.record, record) for record in records)
    return sealed(n_products, directory + body, **header)


def _pack(record: Any, values: Sequence[int]) -> bytes:
    if isinstance(record, str):
        width, is_signed = _WIDTHS[record]
        return values[0].to_bytes(width, "little", signed=is_signed)
    packed: bytes = record.struct.pack(*values)
    return packed


def sealed(n_products: int, rest: bytes, **header: int | bytes) -> bytes:
    """A header with the right checksum, and what follows it."""
    says: dict[str, Any] = {
        "magic": MAGIC,
        "version": VERSION,
        "byte_order": BYTE_ORDER,
        "n_sections": len(SECTIONS),
        "n_products": n_products,
        "fingerprint": FINGERPRINT,
        "file_bytes": HEADER.struct.size + len(rest),
        "hash": hashlib.sha256(rest).digest(),
        "reserved": bytes(52),
    } | header
    values: list[int] = []
    for item in HEADER.fields[:-1]:
        value = says[item.name]
        values.extend(value if isinstance(value, bytes) else [value])
    unsealed = HEADER.struct.pack(*values, 0)
    checksum = header.get("checksum", zlib.crc32(unsealed + rest))
    return HEADER.struct.pack(*values, checksum) + rest


def resealed(content: bytes | bytearray) -> bytes:
    """The same bytes with a length and a checksum that fit them, so that the deeper checks run."""
    fixed = bytearray(content)
    names = [item.name for item in HEADER.fields]
    before = HEADER.fields[: names.index("file_bytes")]
    at = sum(_WIDTHS[item.type][0] * item.count for item in before)
    fixed[at : at + 8] = len(fixed).to_bytes(8, "little")
    end = HEADER.struct.size
    checksum = zlib.crc32(fixed[: end - 4] + bytes(4) + fixed[end:])
    fixed[end - 4 : end] = checksum.to_bytes(4, "little")
    return bytes(fixed)
