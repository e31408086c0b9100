"""The layout of a compiled program: the one definition that compiler and engine share.

In: nothing. Out: the header, the sections and their records, as tables.

`runtime/kernels/rk_format.h` says the same in C; a test compares the two line by line, so neither
can drift. Every number is little-endian. A file is

    rk_header (128 bytes) | directory (one rk_section a section) | sections, 64-byte aligned

A section is an array of equal records; its place in the directory is its place in `SECTIONS`. All
references between records are indexes, never byte offsets, so a file means the same wherever it is
loaded. `NONE` stands for "no such record".

`VERSION` names the layout and its meaning: whoever changes either gives it another number, and the
files kept in tests/formats hold every build to it. The first sixteen bytes, magic, version and byte
order, mean the same in every version, so an older build can say why it refuses a newer file.
`FINGERPRINT`, a hash of these tables, stands in the header beside it: a file whose version is right
and whose layout is not was written by a build that was never released.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import Final

__all__ = [
    "ALIGNMENT",
    "BYTE_ORDER",
    "CONDITION_FALSE",
    "CONDITION_TRUE",
    "DIRECTORY_ENTRY",
    "ENTITY_KINDS",
    "FACT_TYPES",
    "FINGERPRINT",
    "HEADER",
    "LANES",
    "LANE_ORDERS",
    "MAGIC",
    "MAX_ENTITIES",
    "MAX_POSITIONS",
    "MAX_TERMS",
    "MISSING_CLASS",
    "NONE",
    "N_INLINE",
    "PATTERNS",
    "PRESENCES",
    "REDUCES",
    "SECTIONS",
    "TRAITS",
    "VERSION",
    "Field",
    "Record",
    "Section",
    "record_bytes",
    "record_struct",
    "section",
]

MAGIC: Final = b"\x89RULEC\r\n"
"""First eight bytes: a high bit and a line end, so a text-mode copy is noticed."""
VERSION: Final = 1
BYTE_ORDER: Final = 0x01020304
ALIGNMENT: Final = 64
"""Every section starts at a multiple of this many bytes."""
NONE: Final = 0xFFFFFFFF
"""An index that names nothing."""
CONDITION_TRUE: Final = 0xFFFFFFFE
"""Jump target of a test: the condition holds."""
CONDITION_FALSE: Final = 0xFFFFFFFD
"""Jump target of a test: the condition does not hold."""
MAX_ENTITIES: Final = 0xFF
MAX_POSITIONS: Final = 0xFFFFFF
"""Conditions of one entity that terms of others, or rollouts, ask about."""
MAX_TERMS: Final = 0xFFFFFF
"""Of a program: the word of a candidate has this much room for a number."""
N_INLINE: Final = 3
"""Checks that stand in the term itself."""
MISSING_CLASS: Final = 0
"""The class of an absent scalar; for a flag or a tag, class 0 is *absent* and class 1 *present*."""

ENTITY_KINDS: Final = ("people", "commodity", "place", "context")
FACT_TYPES: Final = (
    "flag", "tags_int", "enum", "int", "decimal", "string", "tags_string", "tree", "time"
)  # fmt: skip
PATTERNS: Final = ("startsWith", "endsWith", "includes")
PRESENCES: Final = ("total", "required", "optional", "default")
LANES: Final = ("product", "business")
TRAITS: Final = ("all", "isolated", "tied")
"""Bits of a definition, the first one lowest."""
LANE_ORDERS: Final = ("product-first", "business-first")
REDUCES: Final = ("first", "all")

_STRUCT_CODES: Final = {"u8": "B", "u32": "I", "u64": "Q", "i64": "q"}


@dataclass(frozen=True, slots=True)
class Field:
    """One number of a record: `count` of them in a row."""

    name: str
    type: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Record:
    """A C struct: `name` is its name in rk_format.h."""

    name: str
    fields: tuple[Field, ...]

    @property
    def struct(self) -> struct.Struct:
        """The packer of one record; the tables leave no padding for it to add."""
        codes = (f"{field.count}{_STRUCT_CODES[field.type]}" for field in self.fields)
        return struct.Struct("<" + "".join(codes))


@dataclass(frozen=True, slots=True)
class Section:
    """One array of the file: records of a struct, or plain numbers of one type."""

    name: str
    record: Record | str


def _u32(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, "u32") for name in names)


HEADER: Final = Record(
    "rk_header",
    (
        Field("magic", "u8", 8),
        *_u32("version", "byte_order", "n_sections", "n_products"),
        Field("fingerprint", "u64"),
        Field("file_bytes", "u64"),
        Field("hash", "u8", 32),
        Field("reserved", "u8", 52),
        Field("checksum", "u32"),
    ),
)
"""`n_products` definitions come first, the businesses follow. `hash` is the SHA-256 of everything
after the header: the name of the program. `checksum` is the CRC-32 of the whole file with these
last four bytes zero: it finds torn files; `reserved` is zero."""

DIRECTORY_ENTRY: Final = Record("rk_section", (Field("offset", "u64"), Field("n_records", "u64")))

SECTIONS: Final = (
    # Text, UTF-8. String i is the bytes [string_ends[i - 1], string_ends[i]) of string_bytes.
    Section("string_ends", "u32"),
    Section("string_bytes", "u8"),
    # Facts and the classes their values fall into.
    Section(
        "entities",
        Record(
            "rk_entity",
            _u32(
                "name", "kind", "is_cacheable",
                "first_fact", "n_facts",
                "first_facet", "n_facets", "n_scalars",
                "first_condition", "n_conditions",
                "n_positions", "first_quiet", "quiet_run",
            ),
        ),
    ),
    Section(
        "facts",
        Record(
            "rk_fact",
            _u32(
                "name", "type", "scale", "presence",
                "first_facet", "n_facets",
                "first_cut", "n_cuts",
                "first_word", "n_words",
                "other_class", "default_class",
                "first_pattern", "n_patterns",
                "first_rollout", "n_rollouts",
                "first_slot", "n_slots", "shift", "seed",
            ),
        ),
    ),
    Section("bounds", Record("rk_bound", (Field("low", "i64"), Field("high", "i64")))),
    Section("cuts", "i64"),
    Section("words", Record("rk_word", _u32("string", "class_id"))),
    Section("slots", "u32"),
    Section("patterns", Record("rk_pattern", _u32("kind", "string", "default_class"))),
    Section(
        "rollouts",
        Record("rk_rollout", _u32("salt", "first_threshold", "n_thresholds", "default_class")),
    ),
    Section("thresholds", "u64"),
    # What classes bring about: candidates, and changes of the signature.
    Section(
        "facets",
        Record(
            "rk_facet",
            _u32("n_classes", "quiet_class", "first_run", "first_trigger", "first_flat"),
        ),
    ),
    Section("runs", Record("rk_run", _u32("first", "n_product", "n_rule", "n"))),
    Section("candidates", "u32"),
    Section("triggers", Record("rk_trigger", _u32("first", "n"))),
    Section("triggered", "u32"),
    Section("quiet_bits", "u64"),
    Section("flats", "u32"),
    Section("flat_rows", "u32"),
    Section("flat_bits", "u64"),
    # Local conditions, and the terms that ask them.
    Section("conditions", Record("rk_condition", _u32("first_test", "n_tests"))),
    Section("tests", Record("rk_test", _u32("facet", "low", "high", "on_true", "on_false"))),
    Section(
        "terms",
        Record(
            "rk_term",
            (
                *_u32("definition", "condition", "entity", "n_checks"),
                Field("checks", "u32", N_INLINE),
                *_u32("first_check"),
            ),
        ),
    ),
    Section("checks", "u32"),
    Section("assumptions", "u32"),
    # Who wins.
    Section(
        "definitions",
        Record(
            "rk_definition",
            (
                Field("points", "u32", 2),
                *_u32("rank", "traits", "liveness", "end_install", "end_binding"),
            ),
        ),
    ),
    Section("labels", Record("rk_label", _u32("code", "name", "description", "owner", "kpi"))),
    Section("installs", "u32"),
    Section(
        "bindings",
        Record("rk_binding", _u32("point", "proviso", "implementation")),
    ),
    Section(
        "provisos", Record("rk_proviso", _u32("scenario", "liveness", "before", "is_ordered"))
    ),
    Section("implementations", Record("rk_implementation", _u32("name", "mode", "config"))),
    Section("liveness", Record("rk_liveness", _u32("is_enabled", "window", "entity", "position"))),
    Section("windows", Record("rk_window", (Field("start", "i64"), Field("end", "i64")))),
    Section("scenarios", "u32"),
    Section(
        "points",
        Record(
            "rk_point",
            _u32(
                "code", "ability", "lane_order", "reduce", "has_before",
                "first_order", "n_orders",
                "implementation",
            ),
        ),
    ),
    Section("orders", "u32"),
    # What people read of a program: a JSON object, never needed to decide.
    Section("manifest", "u8"),
)  # fmt: skip
"""Every section, in file order. The meaning of each field stands in rk_format.h."""


def section(name: str) -> int:
    """The number of a section.

    >>> section("string_ends")
    0
    """
    return next(number for number, item in enumerate(SECTIONS) if item.name == name)


def record_struct(item: Section) -> struct.Struct:
    """The packer of one record of a section."""
    if isinstance(item.record, str):
        return struct.Struct("<" + _STRUCT_CODES[item.record])
    return item.record.struct


def record_bytes(item: Section) -> int:
    """Bytes of one record.

    >>> record_bytes(SECTIONS[section("tests")])
    20
    """
    return record_struct(item).size


def _fingerprint() -> int:
    words = (ENTITY_KINDS, FACT_TYPES, PATTERNS, PRESENCES, LANES, TRAITS, LANE_ORDERS, REDUCES)
    text = repr((VERSION, HEADER, DIRECTORY_ENTRY, SECTIONS, words))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")


FINGERPRINT: Final = _fingerprint()
"""Names this very layout; part of every header."""
