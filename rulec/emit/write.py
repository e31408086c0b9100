"""Write a plan as one artifact: header, directory, aligned sections, hash and checksum.

In: a `Plan`. Out: bytes. The same plan gives the same bytes: no time, no host, no dictionary order.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable
from itertools import accumulate

from rulec.layout.plan import Plan, Rows
from rulec_runtime.format import (
    ALIGNMENT,
    BYTE_ORDER,
    DIRECTORY_ENTRY,
    FINGERPRINT,
    HEADER,
    MAGIC,
    SECTIONS,
    VERSION,
    Section,
    record_bytes,
    record_struct,
)

__all__ = ["write"]


def write(plan: Plan) -> bytes:
    """The artifact of a plan."""
    bodies = [_body(plan, section) for section in SECTIONS]
    offset = HEADER.struct.size + DIRECTORY_ENTRY.struct.size * len(SECTIONS)
    directory: list[bytes] = []
    parts: list[bytes] = []
    for section, body in zip(SECTIONS, bodies, strict=True):
        padding = -offset % ALIGNMENT
        parts.append(b"\0" * padding + body)
        offset += padding
        directory.append(DIRECTORY_ENTRY.struct.pack(offset, len(body) // record_bytes(section)))
        offset += len(body)
    payload = b"".join((*directory, *parts))
    header = _header(plan, payload, 0)
    return _header(plan, payload, zlib.crc32(payload, zlib.crc32(header))) + payload


def _header(plan: Plan, payload: bytes, checksum: int) -> bytes:
    reserved = next(field.count for field in HEADER.fields if field.name == "reserved")
    return HEADER.struct.pack(
        *MAGIC,
        VERSION,
        BYTE_ORDER,
        len(SECTIONS),
        plan.n_products,
        FINGERPRINT,
        HEADER.struct.size + len(payload),
        *hashlib.sha256(payload).digest(),
        *bytes(reserved),
        checksum,
    )


def _body(plan: Plan, section: Section) -> bytes:
    match section.name:
        case "string_bytes":
            return b"".join(_encoded(plan.texts))
        case "string_ends":
            ends = Rows(section.name)
            ends.extend_numbers(accumulate(map(len, _encoded(plan.texts))))
            return ends.packed()
        case "manifest":
            return json.dumps(plan.manifest, ensure_ascii=False, separators=(",", ":")).encode()
        case name:
            return _packed(section, plan.records[name])


def _encoded(texts: Iterable[str]) -> Iterable[bytes]:
    return (text.encode() for text in texts)


def _packed(section: Section, rows: Iterable[tuple[int, ...]]) -> bytes:
    if isinstance(rows, Rows):
        return rows.packed()
    pack = record_struct(section).pack
    return b"".join(pack(*row) for row in rows)
