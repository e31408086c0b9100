# cython: language_level=3, embedsignature=True
"""Opens a compiled program: bytes -> a verified copy with names and decisions.

In: the bytes of a file, from anyone. Out: `Artifact`, which owns a private copy of them, or
`ArtifactError` naming the check that failed.

The checks run from cheap to thorough: header, checksum, every number of every section (in C, see
rk_verify.h), then what only Python can tell: JSON, and names that stand twice. The SHA-256 in the
header is the program's name as its writer gave it; it is not computed again.

Thread-safety: everything here is immutable once made.
"""

import difflib
import zlib
from types import MappingProxyType

cimport cython
from cpython.buffer cimport PyBUF_READ, PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.memoryview cimport PyMemoryView_FromMemory
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uintptr_t
from libc.string cimport memcpy

from rulec_runtime.kernels cimport (
    RK_NONE,
    RK_REQUIRED,
    RK_TAGS_INT,
    RK_TAGS_STRING,
    RK_SECTION_ASSUMPTIONS,
    RK_SECTION_DECISIONS,
    RK_SECTION_DEFINITIONS,
    RK_SECTION_ENTITIES,
    RK_SECTION_FACTS,
    RK_SECTION_MANIFEST,
    RK_SECTION_POINTS,
    RK_SECTION_SCENARIOS,
    RK_SECTION_STRING_ENDS,
    RK_SECTION_WINDOWS,
    rk_absent_class,
    rk_check_name,
    rk_decision,
    rk_entity,
    rk_header,
    rk_max_lists,
    rk_signature_words,
    rk_string,
    rk_tag_words,
    rk_verify_header,
    rk_verify_sections,
)

from rulec_runtime.decision import PLATFORM, Decision
from rulec_runtime.errors import ArtifactError, PointError, ScenarioError
from rulec_runtime.embedded import read_changeable, read_read_only
from rulec_runtime.format import (
    ALIGNMENT,
    ENTITY_KINDS,
    FACT_TYPES,
    FINGERPRINT,
    HEADER,
    LANES,
    REASONS,
    SECTIONS,
    record_bytes,
)

cdef size_t ALIGNED = ALIGNMENT
cdef size_t N_BEFORE_CHECKSUM = HEADER.struct.size - sizeof(u32)

MAX_PROGRAM_BYTES = 4 * 1024**3
"""Longer files are refused unread: a section counts its records in 32 bits."""

_MESSAGES = MappingProxyType(
    {
        "size": "the program is torn: it is not as long as it says",
        "magic": "this is no compiled program",
        "byte order": "the program was compiled for another byte order",
        "version": "the program has a format this build does not read; compile it again",
        "fingerprint": "the program comes from another build; compile it again",
    }
)


cdef refuse(int check):
    """Raises the error of a check of rk_verify.h."""
    name = rk_check_name(check).decode("ascii")
    message = _MESSAGES.get(name, "the program is damaged: a number is out of range")
    raise ArtifactError(name, message)


@cython.final
cdef class ProgramBytes:

    def __cinit__(self, data not None):
        cdef Py_buffer view
        PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
        try:
            if view.len > MAX_PROGRAM_BYTES:
                raise ArtifactError("size", "the program is larger than 4 GiB")
            self.n_bytes = view.len
            self.block = PyMem_Malloc(self.n_bytes + ALIGNED)
            if not self.block:
                raise MemoryError
            self.bytes = <u8 *>((<uintptr_t>self.block + ALIGNED - 1) & ~(ALIGNED - 1))
            memcpy(self.bytes, view.buf, self.n_bytes)
        finally:
            PyBuffer_Release(&view)
        self.verify()
        self.strings = self.read_strings()

    def __dealloc__(self):
        PyMem_Free(self.block)

    cdef int verify(self) except -1:
        cdef int bad = rk_verify_header(self.bytes, self.n_bytes, FINGERPRINT)
        if bad:
            refuse(bad)
        if self.crc() != (<const rk_header *>self.bytes).checksum:
            raise ArtifactError("checksum", "the program is damaged: its checksum does not fit")
        bad = rk_verify_sections(self.bytes, self.n_bytes, &self.program)
        if bad:
            refuse(bad)
        return 0

    cdef u32 crc(self) except? 0:
        """The CRC-32 of the file with the four bytes of the checksum zero."""
        everything = PyMemoryView_FromMemory(<char *>self.bytes, self.n_bytes, PyBUF_READ)
        crc = zlib.crc32(everything[:N_BEFORE_CHECKSUM])
        crc = zlib.crc32(bytes(sizeof(u32)), crc)
        return zlib.crc32(everything[N_BEFORE_CHECKSUM + sizeof(u32):], crc)

    cdef list read_strings(self):
        cdef u32 i, n = 0
        cdef const u8 *text
        strings = []
        for i in range(self.program.n_records[RK_SECTION_STRING_ENDS]):
            text = rk_string(&self.program, i, &n)
            strings.append(PyUnicode_DecodeUTF8(<const char *>text, n, NULL))
        return strings

    cdef object string_or_none(self, u32 number):
        return None if number == RK_NONE else self.strings[number]


@cython.final
cdef class FactSpec:

    def __cinit__(self, ProgramBytes owner not None, str entity not None, u32 number):
        if number >= owner.program.n_records[RK_SECTION_FACTS]:
            raise IndexError(number)
        cdef u32 i
        self.owner = owner
        self.program = &owner.program
        self.fact = owner.program.facts + number
        self.number = number
        self.entity = entity
        self.name = owner.strings[self.fact.name]
        names = {
            "tags_int": "tags<int>",
            "tags_string": "tags<string>",
            "decimal": f"decimal({self.fact.scale})",
        }
        self.type_name = names.get(FACT_TYPES[self.fact.type], FACT_TYPES[self.fact.type])
        self.is_tags = self.fact.type == RK_TAGS_INT or self.fact.type == RK_TAGS_STRING
        self.low = owner.program.bounds[number].low
        self.high = owner.program.bounds[number].high
        self.words = {}
        for i in range(self.fact.first_word, self.fact.first_word + self.fact.n_words):
            word = owner.program.words[i]
            self.words[owner.strings[word.string]] = word.class_id

    @property
    def scale(self) -> int:
        """Digits after the point of a decimal, else 0."""
        return self.fact.scale

    @property
    def values(self) -> tuple:
        """The words of an enum, or those of a text that conditions name."""
        return tuple(self.words)

    def __repr__(self):
        return f"<fact {self.entity}.{self.name}: {self.type_name}>"


@cython.final
cdef class EntityTable:

    def __cinit__(self, ProgramBytes owner not None, u32 number):
        if number >= owner.program.n_records[RK_SECTION_ENTITIES]:
            raise IndexError(number)
        cdef const rk_entity *entity = owner.program.entities + number
        self.owner = owner
        self.program = &owner.program
        self.number = number
        self.name = owner.strings[entity.name]
        self.kind = ENTITY_KINDS[entity.kind]
        self.facts = tuple(
            [
                FactSpec(owner, self.name, fact)
                for fact in range(entity.first_fact, entity.first_fact + entity.n_facts)
            ]
        )
        self.fact_by_name = {(<FactSpec>spec).name: spec for spec in self.facts}
        if len(self.fact_by_name) != len(self.facts):
            raise ArtifactError("names", f"two facts of `{self.name}` have one name")
        self.required = tuple(
            [spec for spec in self.facts if (<FactSpec>spec).fact.presence == RK_REQUIRED]
        )
        self.n_facets = entity.n_facets
        self.n_scalars = entity.n_scalars
        self.n_words = rk_signature_words(entity)
        self.n_lists = rk_max_lists(self.program, entity)
        self.fill_absent()

    def __dealloc__(self):
        PyMem_Free(self.absent)

    cdef int fill_absent(self) except -1:
        cdef FactSpec spec
        cdef u32 facet, k
        self.absent = <u32 *>PyMem_Malloc(self.n_scalars * sizeof(u32))
        if not self.absent:
            raise MemoryError
        for facet in range(self.n_scalars):
            self.absent[facet] = 0
        for spec in self.facts:
            if spec.fact.presence == RK_REQUIRED:
                self.absent[spec.fact.first_facet] = RK_NONE
            elif not spec.is_tags:
                for k in range(spec.fact.n_facets):
                    self.absent[spec.fact.first_facet + k] = rk_absent_class(
                        self.program, spec.fact, k
                    )
        return 0

    def __repr__(self):
        return f"<entity {self.name}: {len(self.facts)} facts>"


@cython.final
cdef class Artifact:
    """One compiled program in memory.

    >>> from rulec_runtime.errors import ArtifactError
    >>> try:
    ...     Artifact(b"no program")
    ... except ArtifactError as error:
    ...     print(error.check)
    magic
    """

    def __cinit__(self, data not None):
        cdef u32 i
        self.owner = ProgramBytes(data)
        self.program = &self.owner.program
        self.hash = bytes((<const rk_header *>self.owner.bytes).hash[:32]).hex()
        self.name_entities()
        self.assumptions = tuple(
            [
                self.owner.strings[self.program.assumptions[i]]
                for i in range(self.program.n_records[RK_SECTION_ASSUMPTIONS])
            ]
        )
        self.point_codes = tuple(
            [
                self.owner.strings[self.program.points[i].code]
                for i in range(self.program.n_records[RK_SECTION_POINTS])
            ]
        )
        self.points = self.numbers_of("points", self.point_codes)
        self.definition_codes = tuple(
            [
                self.owner.strings[self.program.definitions[i].code]
                for i in range(self.program.n_records[RK_SECTION_DEFINITIONS])
            ]
        )
        self.numbers_of("definitions", self.definition_codes + (PLATFORM,))
        self.scenario_names = tuple(
            [
                self.owner.strings[self.program.scenarios[i]]
                for i in range(self.program.n_records[RK_SECTION_SCENARIOS])
            ]
        )
        self.scenarios = self.numbers_of("scenarios", self.scenario_names)
        self.has_windows = self.program.n_records[RK_SECTION_WINDOWS] > 0
        self.decisions = tuple(
            [
                self.decision(i)
                for i in range(self.program.n_records[RK_SECTION_DECISIONS])
            ]
        )
        self.manifest()

    def __reduce__(self):
        raise TypeError("a program cannot be pickled: send its file, or `to_bytes()`")

    cdef int name_entities(self) except -1:
        cdef EntityTable table
        cdef FactSpec spec
        tables = []
        self.facts = {}
        for number in range(self.program.n_records[RK_SECTION_ENTITIES]):
            table = EntityTable(self.owner, number)
            table.first_class = self.n_classes
            table.first_tag_word = self.n_tag_words
            table.first_tag = self.n_tags
            table.first_list = self.n_lists
            self.n_classes += table.n_scalars
            self.n_tag_words += rk_tag_words(self.program.entities + table.number)
            self.n_tags += table.n_facets - table.n_scalars
            self.n_lists += table.n_lists
            for spec in table.facts:
                self.facts[f"{table.name}.{spec.name}"] = spec
            tables.append(table)
        self.entities = tuple(tables)
        names = tuple([(<EntityTable>entity).name for entity in tables])
        self.entity_numbers = self.numbers_of("entities", names)
        if len(self.facts) != self.program.n_records[RK_SECTION_FACTS]:
            raise ArtifactError("names", "two facts have one name")
        return 0

    cdef dict numbers_of(self, str what, tuple names):
        numbers = {name: number for number, name in enumerate(names)}
        if len(numbers) != len(names):
            raise ArtifactError("names", f"two {what} have one name")
        return numbers

    cdef object decision(self, u32 number):
        cdef const rk_decision *record = self.program.decisions + number
        reason = REASONS[record.reason]
        code, kind, owner, blocked_by = PLATFORM, "platform", None, None
        if reason == "BLOCKED":
            blocked_by = self.definition_codes[record.definition]
        elif reason != "DEFAULT":
            definition = self.program.definitions + record.definition
            code = self.definition_codes[record.definition]
            kind = LANES[definition.lane]
            owner = self.owner.strings[definition.owner]
        config = self.owner.string_or_none(record.config)
        return Decision(
            number=number,
            point=self.point_codes[record.point],
            code=code,
            kind=kind,
            owner=owner,
            implementation=self.owner.string_or_none(record.implementation),
            mode=self.owner.string_or_none(record.mode),
            config=None if config is None else read_read_only("config", config),
            reason=reason,
            blocked_by=blocked_by,
            program_hash=self.hash,
        )

    cdef u32 point_number(self, object code) except? 0xFFFFFFFF:
        """The number of a point; PointError with a suggestion where there is none."""
        number = self.points.get(code) if isinstance(code, str) else None
        if number is None:
            shown = code if isinstance(code, str) else repr(code)
            close = difflib.get_close_matches(shown, self.point_codes, 1)
            raise PointError(shown, close[0] if close else None)
        return number

    cdef u32 scenario_number(self, object name) except? 0xFFFFFFFE:
        """The number of a scenario, RK_NONE for None; ScenarioError where there is none."""
        if name is None:
            return RK_NONE
        number = self.scenarios.get(name) if isinstance(name, str) else None
        if number is None:
            shown = name if isinstance(name, str) else repr(name)
            close = difflib.get_close_matches(shown, self.scenario_names, 1)
            raise ScenarioError(shown, close[0] if close else None)
        return number

    cdef bytes image(self):
        """The bytes of the file."""
        return PyBytes_FromStringAndSize(<const char *>self.owner.bytes, self.owner.n_bytes)

    def manifest(self) -> dict:
        """What people read of the program; a new dict each time."""
        cdef u32 n = self.program.n_records[RK_SECTION_MANIFEST]
        cdef bytes text = (<const char *>self.program.manifest)[:n]
        return read_changeable("manifest", text)

    def section_sizes(self) -> dict:
        """Records and bytes of each section, by name, in file order."""
        return {
            section.name: (
                self.program.n_records[number],
                self.program.n_records[number] * record_bytes(section),
            )
            for number, section in enumerate(SECTIONS)
        }
