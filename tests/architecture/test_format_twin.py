"""format.py and rk_format.h say the same: constants, enums, structs, sections, in this order.

The header is read as text; comments go first, except behind the sections' numbers, where they name
the record. The last tests change one word of the header and see that it is noticed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from rulec_runtime import format as layout

DEFINE = re.compile(r"#define RK_(\w+) (0x[0-9A-Fa-f]+|\d+)u\b")
ENUM = re.compile(r"\benum \{([^}]*)\}")
STRUCT = re.compile(r"typedef struct \{([^}]*)\} (\w+);")
DECLARATION = re.compile(r"(u8|u32|u64|i64) ([^;]+);")
SECTION = re.compile(r"RK_SECTION_(\w+), */\* (\w+) \*/")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
N_BYTES = {"u8": 1, "u32": 4, "u64": 8, "i64": 8}

Fields = list[tuple[str, str, int]]


class Header(NamedTuple):
    """What rk_format.h declares."""

    constants: dict[str, int]
    enums: dict[str, list[str]]
    """By the name behind RK_N_: the members in order, without RK_."""
    structs: dict[str, Fields]
    sections: list[tuple[str, str]]


def struct_fields(body: str) -> Fields:
    """The fields of a struct: name, type, how many in a row."""
    fields: Fields = []
    for kind, names in DECLARATION.findall(body):
        for name in names.split(","):
            word, _, count = name.strip().removesuffix("]").partition("[")
            fields.append((word, kind, int(count or 1)))
    return fields


def read_header(text: str) -> Header:
    """Parse the header's text."""
    plain = COMMENT.sub("", text)
    enums: dict[str, list[str]] = {}
    for body in ENUM.findall(plain):
        *members, last = [word.strip() for word in body.split(",") if word.strip()]
        enums[last.removeprefix("RK_N_")] = [word.removeprefix("RK_") for word in members]
    return Header(
        constants={name: int(value, 0) for name, value in DEFINE.findall(plain)},
        enums=enums,
        structs={name: struct_fields(body) for body, name in STRUCT.findall(plain)},
        sections=[(name.lower(), record) for name, record in SECTION.findall(text)],
    )


def tables() -> Header:
    """The same from format.py."""
    plain_sections = [
        (item.name, item.record if isinstance(item.record, str) else item.record.name)
        for item in layout.SECTIONS
    ]
    records = [layout.HEADER, layout.DIRECTORY_ENTRY]
    records += [item.record for item in layout.SECTIONS if not isinstance(item.record, str)]

    def members(words: tuple[str, ...], prefix: str = "") -> list[str]:
        return [prefix + word.replace("-", "_").upper() for word in words]

    return Header(
        constants={
            name: value
            for name, value in vars(layout).items()
            if name.isupper() and isinstance(value, int) and name != "FINGERPRINT"
        },
        enums={
            "FACT_TYPES": members(layout.FACT_TYPES),
            "PATTERNS": [re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper() for name in layout.PATTERNS],
            "PRESENCES": members(layout.PRESENCES),
            "ENTITY_KINDS": members(layout.ENTITY_KINDS),
            "LANES": members(layout.LANES),
            "TRAITS": members(layout.TRAITS, "TRAIT_"),
            "LANE_ORDERS": members(layout.LANE_ORDERS),
            "REDUCES": members(layout.REDUCES, "REDUCE_"),
            "SECTIONS": members(tuple(name for name, _ in plain_sections), "SECTION_"),
        },
        structs={
            record.name: [(field.name, field.type, field.count) for field in record.fields]
            for record in records
        },
        sections=plain_sections,
    )


@pytest.fixture(scope="session")
def header_text(repository: Path) -> str:
    """The text of rk_format.h."""
    return (repository / "runtime/kernels/rk_format.h").read_text("utf-8")


@pytest.mark.parametrize("part", Header._fields)
def test_the_twins_agree(part: str, header_text: str) -> None:
    in_header, in_tables = getattr(read_header(header_text), part), getattr(tables(), part)
    assert in_header
    assert in_header == in_tables


def test_no_struct_has_padding(header_text: str) -> None:
    for name, fields in read_header(header_text).structs.items():
        offset = 0
        for field, kind, count in fields:
            assert offset % N_BYTES[kind] == 0, f"{name}.{field}"
            offset += N_BYTES[kind] * count
        assert offset % max(N_BYTES[kind] for _, kind, _ in fields) == 0, name


def test_the_header_struct_is_as_long_as_the_drawing_says(header_text: str) -> None:
    drawn = re.search(r"rk_header (\d+) B", header_text)
    assert drawn is not None
    assert int(drawn[1]) == layout.HEADER.struct.size


CHANGES = {
    "constants": ("#define RK_ALIGNMENT 64u", "#define RK_ALIGNMENT 32u"),
    "enums": ("RK_STARTS_WITH, RK_ENDS_WITH", "RK_ENDS_WITH, RK_STARTS_WITH"),
    "structs": ("u32 on_true, on_false", "u32 on_false, on_true"),
    "sections": ("RK_SECTION_MANIFEST,     /* u8 */", "RK_SECTION_MANIFEST,     /* u32 */"),
}


@pytest.mark.parametrize("part", CHANGES)
def test_a_planted_drift_is_caught(part: str, header_text: str) -> None:
    old, new = CHANGES[part]
    assert header_text.count(old) == 1
    changed = read_header(header_text.replace(old, new))
    assert getattr(changed, part) != getattr(tables(), part)
