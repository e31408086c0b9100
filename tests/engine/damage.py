"""Damages programs, and uses whatever is still accepted.

In: the bytes of a right program, and chance. Out: bytes that are wrong somewhere, with a checksum
that fits, so that every check behind it is asked. It knows of a section only its place and the size
of its records, as the tables of format.py give them: a new section is damaged like any other.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from engine.artifact_bytes import resealed

from rulec_runtime import ArtifactError, Program, RulecError
from rulec_runtime.format import ALIGNMENT, DIRECTORY_ENTRY, HEADER, SECTIONS, record_bytes

EDGES = (0, 1, 2, 3, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF)
AS_OF = "2026-03-04T05:06:07Z"


def bodies(content: bytes) -> list[bytearray]:
    """The bytes of each section."""
    found = []
    for number, section in enumerate(SECTIONS):
        at = HEADER.struct.size + number * DIRECTORY_ENTRY.struct.size
        offset, n_records = DIRECTORY_ENTRY.struct.unpack_from(content, at)
        found.append(bytearray(content[offset : offset + n_records * record_bytes(section)]))
    return found


def joined(header: bytes, parts: list[bytearray]) -> bytes:
    """A file of these sections, laid out as the format says."""
    end = HEADER.struct.size + len(SECTIONS) * DIRECTORY_ENTRY.struct.size
    directory, rest = b"", b""
    for section, part in zip(SECTIONS, parts, strict=True):
        padding = -end % ALIGNMENT
        directory += DIRECTORY_ENTRY.struct.pack(end + padding, len(part) // record_bytes(section))
        rest += bytes(padding) + bytes(part)
        end += padding + len(part)
    return resealed(header + directory + rest)


def _change_number(part: bytearray, size: int, chance: random.Random) -> None:
    at = chance.randrange(len(part) // min(size, 4)) * min(size, 4)
    old = int.from_bytes(part[at : at + 4], "little")
    other = chance.randrange(len(part) // size) * size + at % size
    new = chance.choice(
        [*EDGES, old - 2, old - 1, old + 1, int.from_bytes(part[other : other + 4], "little")]
    )
    width = len(part[at : at + min(size, 4)])
    part[at : at + width] = (new % 256**width).to_bytes(width, "little")


def _flip_bit(part: bytearray, _: int, chance: random.Random) -> None:
    part[chance.randrange(len(part))] ^= 1 << chance.randrange(8)


def _swap_records(part: bytearray, size: int, chance: random.Random) -> None:
    one, other = (chance.randrange(len(part) // size) * size for _ in range(2))
    kept = bytes(part[one : one + size])
    part[one : one + size] = part[other : other + size]
    part[other : other + size] = kept


def _drop_record(part: bytearray, size: int, chance: random.Random) -> None:
    at = chance.randrange(len(part) // size) * size
    del part[at : at + size]


def _repeat_record(part: bytearray, size: int, chance: random.Random) -> None:
    at = chance.randrange(len(part) // size) * size
    part[at:at] = part[at : at + size]


WAYS: tuple[Callable[[bytearray, int, random.Random], None], ...] = (
    _change_number, _change_number, _change_number,
    _flip_bit, _swap_records, _drop_record, _repeat_record,
)  # fmt: skip


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The program, wrong in one to three places; now and then torn, or longer than it was."""
    if chance.random() < 0.05:
        return resealed(content[: chance.randrange(HEADER.struct.size, len(content))])
    if chance.random() < 0.05:
        return resealed(content + chance.randbytes(chance.choice([1, 63, 64, 1000])))
    parts = bodies(content)
    for _ in range(chance.randint(1, 3)):
        number = chance.choice([number for number, part in enumerate(parts) if part])
        chance.choice(WAYS)(parts[number], record_bytes(SECTIONS[number]), chance)
    return joined(content[: HEADER.struct.size], parts)


def use(program: Program, chance: random.Random) -> None:
    """Asks a program everything it offers; errors of rulec are answers, nothing else is."""
    list(program.decisions)
    program.section_sizes()
    repr(program)
    attempt(lambda: program.manifest)
    facts = {
        entity.name: {spec.name: value_of(spec, chance) for spec in entity.facts}
        for entity in program.entities
    }
    scenario = chance.choice([None, *program.scenarios])
    for given in (facts, {}):
        attempt(lambda given=given: ask(program, given, scenario))


def ask(program: Program, facts: dict[str, dict[str, Any]], scenario: str | None) -> None:
    """One request, by dict and by profiles, at every point.

    The two may differ: what is in range need not say what conditions mean, and a program says some
    of it twice.
    """
    match = program.match(facts, AS_OF)
    profiles = {name: program.profile(name, given) for name, given in facts.items()}
    by_profiles = program.match_profiles(AS_OF, **profiles)
    for found in (match, by_profiles):
        assert found.identity == "platform" or found.identity in found.codes
        for point in program.points:
            assert found.resolve(point, scenario) is found.resolve_all(point, scenario)[0]


def attempt(call: Callable[[], object]) -> None:
    """Runs something that may be refused."""
    try:
        call()
    except RulecError:
        return


def value_of(spec: Any, chance: random.Random) -> Any:
    """A value for a fact, right or nearly so."""
    word = chance.choice([*spec.values[:50], "else"])
    number = chance.choice([spec.low, spec.high, 0, 1, 77, 4199])
    match spec.type_name:
        case "flag":
            return chance.random() < 0.5
        case "tags<int>":
            return [number, 4199, 77]
        case "tags<string>":
            return [word, "else"]
        case "string" | "enum":
            return word
        case "tree":
            return word.strip("/")
        case "time":
            return AS_OF
        case _:
            return number // 10**spec.scale


def judged(open_bytes: Callable[[bytes], Program], content: bytes, chance: random.Random) -> str:
    """What became of one damaged program: the check that refused it, or `accepted`."""
    try:
        program = open_bytes(damaged(content, chance))
    except ArtifactError as error:
        return error.check
    use(program, chance)
    return "accepted"
