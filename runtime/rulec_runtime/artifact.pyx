# cython: language_level=3, embedsignature=True
"""The parts of a compiled program, with the names people use for them.

In: a verified `Image`. Out: `Artifact`, or `ArtifactError` where two parts have one name.

What a request's reader needs is made at once: entities, facts, points, scenarios. What stands there
in thousands, definitions, decisions and the words of text facts, is made when it is asked for.

Thread-safety: everything here is immutable once made.
"""

import difflib

cimport cython
from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc
from cpython.object cimport PyObject
from libc.string cimport memcpy

from rulec_runtime.decisions cimport Codes, Decisions
from rulec_runtime.image cimport Image
from rulec_runtime.kernels cimport (
    RK_ENUM,
    RK_FLAG,
    RK_INT,
    RK_NONE,
    RK_REQUIRED,
    RK_STRING,
    RK_TAGS_INT,
    RK_TAGS_STRING,
    RK_SECTION_ASSUMPTIONS,
    RK_SECTION_DEFINITIONS,
    RK_SECTION_ENTITIES,
    RK_SECTION_FACTS,
    RK_SECTION_MANIFEST,
    RK_SECTION_POINTS,
    RK_SECTION_SCENARIOS,
    RK_SECTION_WINDOWS,
    rk_absent_class,
    rk_entity,
    rk_header,
    rk_label,
    rk_max_lists,
    rk_name_slots,
    rk_names_differ,
    rk_point,
    rk_tag_words,
    u8,
)

from rulec_runtime.decision import PLATFORM
from rulec_runtime.embedded import read_changeable
from rulec_runtime.errors import ArtifactError, PointError, ScenarioError
from rulec_runtime.format import ENTITY_KINDS, FACT_TYPES, SECTIONS, record_bytes
from rulec_runtime.image import image_of


@cython.final
cdef class FactSpec:

    def __cinit__(self, Image owner not None, str entity not None, u32 number):
        if number >= owner.program.n_records[RK_SECTION_FACTS]:
            raise IndexError(number)
        self.owner = owner
        self.program = &owner.program
        self.fact = owner.program.facts + number
        self.number = number
        self.entity = entity
        self.name = owner.text(self.fact.name)
        names = {
            "tags_int": "tags<int>",
            "tags_string": "tags<string>",
            "decimal": f"decimal({self.fact.scale})",
        }
        self.type_name = names.get(FACT_TYPES[self.fact.type], FACT_TYPES[self.fact.type])
        self.is_tags = self.fact.type == RK_TAGS_INT or self.fact.type == RK_TAGS_STRING
        self.low = owner.program.bounds[number].low
        self.high = owner.program.bounds[number].high

    cdef dict classes_by_word(self):
        """The class of each word that conditions name; made on first use."""
        cdef u32 i
        if self.words is None:
            words = {}
            for i in range(self.fact.first_word, self.fact.first_word + self.fact.n_words):
                word = self.program.words[i]
                words[self.owner.text(word.string)] = word.class_id
            self.words = words
        return self.words

    @property
    def scale(self) -> int:
        """Digits after the point of a decimal, else 0."""
        return self.fact.scale

    @property
    def values(self) -> tuple:
        """The words of an enum, or those of a text that conditions name."""
        return tuple(self.classes_by_word())

    def __repr__(self):
        return f"<fact {self.entity}.{self.name}: {self.type_name}>"


@cython.final
cdef class EntityTable:

    def __cinit__(self, Image owner not None, u32 number):
        if number >= owner.program.n_records[RK_SECTION_ENTITIES]:
            raise IndexError(number)
        cdef const rk_entity *entity = owner.program.entities + number
        self.owner = owner
        self.program = &owner.program
        self.number = number
        self.name = owner.text(entity.name)
        self.kind = ENTITY_KINDS[entity.kind]
        self.facts = tuple(
            [
                FactSpec(owner, self.name, fact)
                for fact in range(entity.first_fact, entity.first_fact + entity.n_facts)
            ]
        )
        self.names = Names(tuple([(<FactSpec>spec).name for spec in self.facts]))
        if len(self.names.numbers) != len(self.facts):
            message = f"two facts of `{self.name}` have one name"
            raise ArtifactError("names", message, file=owner.file)
        self.required = tuple(
            [spec for spec in self.facts if (<FactSpec>spec).fact.presence == RK_REQUIRED]
        )
        self.n_facets = entity.n_facets
        self.n_scalars = entity.n_scalars
        self.n_lists = rk_max_lists(self.program, entity)
        self.fill_absent()
        self.fill_roads()

    def __dealloc__(self):
        PyMem_Free(self.absent)
        PyMem_Free(self.roads)

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

    cdef int fill_roads(self) except -1:
        """Settles how each fact is read; what has facets beside the value's is read by its type."""
        cdef FactSpec spec
        cdef FactRoad *road
        self.roads = <FactRoad *>PyMem_Calloc(len(self.facts), sizeof(FactRoad))
        if not self.roads:
            raise MemoryError
        for i, spec in enumerate(self.facts):
            road = self.roads + <size_t>i
            road.fact = spec.fact
            road.low = spec.low
            road.high = spec.high
            road.road = ROAD_OTHER
            if spec.fact.type == RK_TAGS_INT:
                road.road = ROAD_TAGS
            elif spec.fact.type == RK_FLAG:
                road.road = ROAD_FLAG
            elif spec.fact.type == RK_INT and spec.fact.n_facets == 1:
                road.road = ROAD_NUMBER
            elif spec.fact.type in (RK_ENUM, RK_STRING) and spec.fact.n_facets == 1:
                road.road = ROAD_WORD
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
        self.owner = data if isinstance(data, Image) else image_of(data)
        self.program = &self.owner.program
        self.hash = bytes((<const rk_header *>self.owner.bytes).hash[:32]).hex()
        self.name_entities()
        self.place_entities()
        self.assumptions = self.texts_at(self.program.assumptions, 1, RK_SECTION_ASSUMPTIONS)
        self.point_codes = self.texts_at(
            <const u32 *>self.program.points, sizeof(rk_point) // sizeof(u32), RK_SECTION_POINTS
        )
        self.points = self.numbers_of("points", self.point_codes)
        self.point_names = Names(self.point_codes)
        self.scenario_names = self.texts_at(self.program.scenarios, 1, RK_SECTION_SCENARIOS)
        self.scenarios = self.numbers_of("scenarios", self.scenario_names)
        self.has_windows = self.program.n_records[RK_SECTION_WINDOWS] > 0
        self.definition_codes = Codes(self.owner)
        self.check_definition_codes()
        self.decisions = Decisions(
            self.owner, self.hash, self.definition_codes, self.point_codes
        )

    def __dealloc__(self):
        PyMem_Free(self.absent)
        PyMem_Free(self.required)

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
        self.entity_names = Names(names)
        if len(self.facts) != self.program.n_records[RK_SECTION_FACTS]:
            raise self.twins("facts")
        return 0

    cdef int place_entities(self) except -1:
        """Where the absent and the required facts of all entities stand in a request's classes."""
        cdef EntityTable table
        cdef FactSpec spec
        cdef size_t n = sum([len((<EntityTable>entity).required) for entity in self.entities])
        self.absent = <u32 *>PyMem_Calloc(self.n_classes, sizeof(u32))
        self.required = <size_t *>PyMem_Calloc(n, sizeof(size_t))
        if not self.absent or not self.required:
            raise MemoryError
        for table in self.entities:
            memcpy(self.absent + table.first_class, table.absent, table.n_scalars * sizeof(u32))
            for spec in table.required:
                self.required[self.n_required] = table.first_class + spec.fact.first_facet
                self.n_required += 1
        return 0

    cdef tuple texts_at(self, const u32 *first, size_t stride, int section):
        """A string of each record of a section; they stand `stride` u32 apart."""
        cdef size_t i
        cdef list texts = []
        for i in range(self.program.n_records[section]):
            texts.append(self.owner.text(first[i * stride]))
        return tuple(texts)

    cdef dict numbers_of(self, str what, tuple names):
        numbers = {name: number for number, name in enumerate(names)}
        if len(numbers) != len(names):
            raise self.twins(what)
        return numbers

    cdef object twins(self, str what):
        """The error of two parts that have one name."""
        return ArtifactError("names", f"two {what} have one name", file=self.owner.file)

    cdef int check_definition_codes(self) except -1:
        """Refuses two definitions of one code, or one that is called like the platform."""
        cdef u32 n = self.program.n_records[RK_SECTION_DEFINITIONS]
        cdef const u32 *codes = &self.program.labels.code
        cdef u32 *table = <u32 *>PyMem_Calloc(rk_name_slots(n + 1), sizeof(u32))
        cdef size_t stride = sizeof(rk_label) // sizeof(u32)
        cdef bytes platform = PLATFORM.encode()
        if not table:
            raise MemoryError
        is_sure = rk_names_differ(
            self.program, codes, stride, n, <const u8 *><char *>platform, len(platform), table
        )
        PyMem_Free(table)
        if not is_sure and len({PLATFORM, *self.definition_codes}) != n + 1:
            raise self.twins("definitions")
        return 0

    cdef u32 point_number(self, object code) except? 0xFFFFFFFF:
        """The number of a point; PointError with a suggestion where there is none."""
        cdef int met = self.point_names.find(<PyObject *>code) if type(code) is str else -1
        if met >= 0:
            return met
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
        return self.owner.copy()

    def manifest(self) -> dict:
        """What people read of the program; a new dict each time. ArtifactError where it is none."""
        cdef u32 n = self.program.n_records[RK_SECTION_MANIFEST]
        cdef bytes text = (<const char *>self.program.manifest)[:n]
        return read_changeable("manifest", text, file=self.owner.file)

    def described(self) -> dict:
        """What definitions say of themselves beside their code, by code; a new dict each time."""
        cdef u32 i
        cdef const rk_label *label
        found = {}
        for i in range(self.program.n_records[RK_SECTION_DEFINITIONS]):
            label = self.program.labels + i
            said = {
                "name": self.owner.text(label.name) if label.name != label.code else "",
                "description": self.owner.text(label.description),
                "kpi": self.owner.text(label.kpi),
            }
            found[self.owner.text(label.code)] = {key: text for key, text in said.items() if text}
        return found

    def section_sizes(self) -> dict:
        """Records and bytes of each section, by name, in file order."""
        return {
            section.name: (
                self.program.n_records[number],
                self.program.n_records[number] * record_bytes(section),
            )
            for number, section in enumerate(SECTIONS)
        }
