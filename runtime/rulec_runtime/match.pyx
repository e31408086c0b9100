# cython: language_level=3, embedsignature=True
"""Answers for one request: who matches, who is identified, who wins each point.

In: facts, or rows of profiles, and an `Artifact`. Out: `Match`.

`Request` is the working memory, as large as the program may ever need and used again for the next
request. `Match` is what the caller keeps: a copy as small as this request needs. Both drive the
cursor of rk_match.h, which finds no more definitions than it is asked for.

Thread-safety: a cursor moves when it is asked, under the GIL and without running Python code, so a
`Match` may be used from any number of threads. A `Request` belongs to one call.
"""

cimport cython
from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc
from libc.string cimport memcpy

from rulec_runtime.artifact cimport EntityTable
from rulec_runtime.facts cimport read_facts
from rulec_runtime.kernels cimport (
    RK_BUSINESS,
    RK_NONE,
    RK_PRODUCT,
    RK_SECTION_DEFINITIONS,
    rk_broken_assumption,
    rk_match_at,
    rk_match_identity,
    rk_match_is_effective,
    rk_match_resolve,
    rk_match_start,
    rk_row_fill,
    rk_walk,
    rk_walk_next,
    rk_walk_start,
)
from rulec_runtime.profile cimport Row

from rulec_runtime.clock import NEEDED, micros_of
from rulec_runtime.decision import PLATFORM
from rulec_runtime.errors import AssumptionError, TimeError
from rulec_runtime.wording import NOTHING


cdef i64 time_of(Artifact artifact, object as_of) except? -1:
    """The time of a request in microseconds; TimeError where a window needs one and none is given."""
    if as_of is not None:
        return micros_of(as_of)
    if artifact.has_windows:
        raise TimeError(NEEDED, NOTHING)
    return 0


@cython.final
cdef class Request:

    def __cinit__(self, Artifact artifact not None):
        cdef EntityTable table
        self.artifact = artifact
        self.allocate()
        for table in artifact.entities:
            self.rows[table.number].signature = self.words + table.first_word
            self.rows[table.number].candidates = self.candidates + table.first_candidate
        self.start(0)

    def __dealloc__(self):
        PyMem_Free(self.classes)
        PyMem_Free(self.words)
        PyMem_Free(self.candidates)
        PyMem_Free(self.rows)
        PyMem_Free(self.heads)
        PyMem_Free(self.found[RK_PRODUCT])
        PyMem_Free(self.found[RK_BUSINESS])

    cdef int allocate(self) except -1:
        cdef Artifact artifact = self.artifact
        cdef size_t n_entities = len(artifact.entities)
        cdef size_t n_products = artifact.program.n_products
        cdef size_t n_businesses = (
            artifact.program.n_records[RK_SECTION_DEFINITIONS] - n_products
        )
        n_products = min(n_products, artifact.n_candidates)
        n_businesses = min(n_businesses, artifact.n_candidates)
        self.classes = <u32 *>PyMem_Calloc(artifact.n_classes, sizeof(u32))
        self.words = <u64 *>PyMem_Calloc(artifact.n_words, sizeof(u64))
        self.candidates = <u32 *>PyMem_Calloc(artifact.n_candidates, sizeof(u32))
        self.rows = <rk_row *>PyMem_Calloc(n_entities, sizeof(rk_row))
        self.heads = <u32 *>PyMem_Calloc(2 * n_entities, sizeof(u32))
        self.found[RK_PRODUCT] = <u32 *>PyMem_Calloc(n_products, sizeof(u32))
        self.found[RK_BUSINESS] = <u32 *>PyMem_Calloc(n_businesses, sizeof(u32))
        if not (
            self.classes and self.words and self.candidates and self.rows and self.heads
            and self.found[RK_PRODUCT] and self.found[RK_BUSINESS]
        ):
            raise MemoryError
        return 0

    cdef int read(self, object facts, object as_of) except -1:
        """Reads facts into rows; the cursor stands at the start."""
        cdef EntityTable table
        cdef i64 time = time_of(self.artifact, as_of)
        self.pins = None
        read_facts(self.artifact, facts, self.classes)
        for table in self.artifact.entities:
            rk_row_fill(
                self.artifact.program,
                table.number,
                self.classes + table.first_class,
                self.words + table.first_word,
                self.candidates + table.first_candidate,
                self.rows + table.number,
            )
        self.start(time)
        return self.check_assumptions()

    cdef int adopt(self, list rows, object as_of) except -1:
        """Takes one `Row` an entity as they are; the cursor stands at the start."""
        cdef Row row
        cdef u32 entity = 0
        cdef i64 time = time_of(self.artifact, as_of)
        for row in rows:
            self.rows[entity] = row.row
            entity += 1
        self.pins = rows
        self.start(time)
        return self.check_assumptions()

    cdef int check_assumptions(self) except -1:
        cdef u32 broken
        if not self.artifact.assumptions:
            return 0
        broken = rk_broken_assumption(self.artifact.program, self.rows)
        if broken != RK_NONE:
            if self.artifact.counters is None:
                raise AssumptionError(self.artifact.assumptions[broken])
            self.artifact.counters.broken_assumption(broken)
        return 0

    cdef void start(self, i64 time) noexcept:
        self.time = time
        rk_match_start(
            &self.cursor,
            self.artifact.program,
            self.rows,
            time,
            self.heads,
            self.found[RK_PRODUCT],
            self.found[RK_BUSINESS],
        )


@cython.final
@cython.freelist(16)
cdef class Match:
    """One request, one program, every point; make one with `Program.match`.

    It keeps the program it was made with, whatever program serves later requests.

    Thread-safety: may be used from any number of threads.
    """

    def __cinit__(self, Request request not None):
        self.artifact = request.artifact
        self.copy(request)

    def __dealloc__(self):
        PyMem_Free(self.block)

    def __reduce__(self):
        raise TypeError("a match cannot be pickled: send the facts, or the decisions")

    def __repr__(self):
        return f"<match of {self.identity}: program {self.artifact.hash[:12]}>"

    cdef int copy(self, Request request) except -1:
        """Copies the rows of a request: [rows | signatures | candidates | found | heads]."""
        cdef EntityTable table
        cdef rk_row *rows
        cdef u64 *words
        cdef u32 *candidates
        cdef u32 *found
        cdef size_t n_entities = len(self.artifact.entities)
        cdef size_t n_candidates = 0, n_products = 0, i
        for i in range(n_entities):
            n_candidates += request.rows[i].n_candidates
            n_products += request.rows[i].n_product
        self.block = PyMem_Malloc(
            n_entities * (sizeof(rk_row) + 2 * sizeof(u32))
            + self.artifact.n_words * sizeof(u64)
            + 2 * n_candidates * sizeof(u32)
        )
        if not self.block:
            raise MemoryError
        rows = <rk_row *>self.block
        words = <u64 *>(rows + n_entities)
        candidates = <u32 *>(words + self.artifact.n_words)
        found = candidates + n_candidates
        for table in self.artifact.entities:
            i = table.number
            rows[i] = request.rows[i]
            memcpy(words, rows[i].signature, table.n_words * sizeof(u64))
            memcpy(candidates, rows[i].candidates, rows[i].n_candidates * sizeof(u32))
            rows[i].signature = words
            rows[i].candidates = candidates
            rows[i].n_watches = 0
            words += table.n_words
            candidates += rows[i].n_candidates
        rk_match_start(
            &self.cursor,
            self.artifact.program,
            rows,
            request.time,
            found + n_candidates,
            found,
            found + n_products,
        )
        return 0

    @property
    def identity(self) -> str:
        """The strongest matched business, or `platform`."""
        cdef u32 business = rk_match_identity(&self.cursor)
        return PLATFORM if business == RK_NONE else self.artifact.definition_codes[business]

    @property
    def codes(self) -> tuple:
        """Effective definitions: products, then businesses, the strongest first."""
        cdef u32 i, lane, number
        found = []
        for lane in (RK_PRODUCT, RK_BUSINESS):
            i = 0
            number = rk_match_at(&self.cursor, lane, 0)
            while number != RK_NONE:
                if rk_match_is_effective(&self.cursor, number):
                    found.append(self.artifact.definition_codes[number])
                i += 1
                number = rk_match_at(&self.cursor, lane, i)
        return tuple(found)

    def resolve(self, point, scenario=None):
        """The strongest decision at a point.

        PointError where the program has no such point, ScenarioError where no such scenario.
        """
        cdef u32 number = self.artifact.point_number(point)
        cdef u32 name = self.artifact.scenario_number(scenario)
        return self.artifact.decisions[rk_match_resolve(&self.cursor, number, name)]

    def resolve_all(self, point, scenario=None) -> tuple:
        """Every decision at a point, the strongest first: one, unless the point takes all.

        Errors as for `resolve`.
        """
        cdef rk_walk walk
        cdef u32 number = self.artifact.point_number(point)
        cdef u32 name = self.artifact.scenario_number(scenario)
        found = []
        rk_walk_start(&walk, &self.cursor, number, name)
        number = rk_walk_next(&walk)
        while number != RK_NONE:
            found.append(self.artifact.decisions[number])
            number = rk_walk_next(&walk)
        return tuple(found)

    def resolve_points(self, points, scenario=None) -> tuple:
        """The decisions at several points, in their order."""
        return tuple([self.resolve(point, scenario) for point in points])
