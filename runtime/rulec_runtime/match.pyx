# cython: language_level=3, embedsignature=True
"""Answers for one request: who matches, who is identified, who wins each point.

In: facts, or rows of profiles, and an `Artifact`. Out: `Match`.

`Request` is the working memory, as large as the program may ever need. `Match` is what the caller
keeps: it holds a request, and gives it back for the next one when it goes. Both drive the cursor of
rk_match.h, which finds no more definitions than it is asked for.

Thread-safety: a cursor moves when it is asked, under the GIL and without running Python code, so a
`Match` may be used from any number of threads. A `Request` belongs to one call, or to one match.
"""

cimport cython
from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_New, PyTuple_SET_ITEM

from rulec_runtime.asked cimport Asked
from rulec_runtime.decisions cimport Decisions
from rulec_runtime.facts cimport read_facts
from rulec_runtime.kernels cimport (
    RK_BUSINESS,
    RK_NONE,
    RK_PRODUCT,
    rk_asked_resolve,
    rk_broken_assumption,
    rk_match_at,
    rk_match_identity,
    rk_match_is_effective,
    rk_match_resolve,
    rk_match_start,
    rk_memo_rows,
    rk_walk,
    rk_walk_next,
    rk_walk_start,
)
from rulec_runtime.memo cimport memo_of
from rulec_runtime.profile cimport Row

from rulec_runtime.clock import NEEDED, micros_of
from rulec_runtime.decision import PLATFORM
from rulec_runtime.errors import AssumptionError, ExplainError, TimeError
from rulec_runtime.wording import NO_CONDITIONS, NOTHING


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
        self.artifact = artifact
        self.space = Workspace(artifact)
        self.rows = <rk_row *>PyMem_Calloc(len(artifact.entities), sizeof(rk_row))
        if not self.rows:
            raise MemoryError
        self.start(0)

    def __dealloc__(self):
        PyMem_Free(self.rows)

    cdef int read(self, object facts, object as_of) except -1:
        """Reads facts; rows are kept ones, or open. The cursor stands at the start."""
        cdef Workspace space = self.space
        cdef i64 time = time_of(self.artifact, as_of)
        self.pins = None
        self.memo = memo_of(self.artifact)
        read_facts(space, facts)
        rk_memo_rows(
            &self.memo.memo,
            self.artifact.program,
            space.facts,
            space.lists,
            &space.scratch,
            self.rows,
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
            &self.space.room,
        )


cdef Request take_request(Spares spares):
    """Working memory for one request: what the last one gave back, or new."""
    cdef Request request = spares.request
    spares.request = None
    return Request(spares.artifact) if request is None else request


@cython.final
@cython.freelist(16)
@cython.no_gc_clear
cdef class Match:
    """One request, one program, every point; make one with `Program.match`.

    It keeps the program it was made with, whatever program serves later requests.

    Thread-safety: may be used from any number of threads.
    """

    def __cinit__(self, Spares spares not None, Request request not None):
        self.artifact = request.artifact
        self.spares = spares
        self.request = request

    def __dealloc__(self):
        # INVARIANT: nothing else holds the request, and no clearing by the collector came before.
        if self.request is not None:
            self.request.pins = None
            self.spares.request = self.request

    cdef void may_ask(self, object explainer, dict facts, object as_of):
        """Keeps what `explain` needs; without it, there is nothing to keep the facts for."""
        self.explainer = explainer
        self.facts = facts
        self.as_of = as_of

    def __reduce__(self):
        raise TypeError("a match cannot be pickled: send the facts, or the decisions")

    def __repr__(self):
        return f"<match of {self.identity}: program {self.artifact.hash[:12]}>"

    @property
    def identity(self) -> str:
        """The strongest matched business, or `platform`."""
        cdef u32 business = rk_match_identity(&self.request.cursor)
        return PLATFORM if business == RK_NONE else self.artifact.definition_codes[business]

    @property
    def codes(self) -> tuple:
        """Effective definitions: products, then businesses, the strongest first."""
        cdef u32 i, lane, number
        found = []
        for lane in (RK_PRODUCT, RK_BUSINESS):
            i = 0
            number = rk_match_at(&self.request.cursor, lane, 0)
            while number != RK_NONE:
                if rk_match_is_effective(&self.request.cursor, number):
                    found.append(self.artifact.definition_codes[number])
                i += 1
                number = rk_match_at(&self.request.cursor, lane, i)
        return tuple(found)

    def resolve(self, point, scenario=None):
        """The strongest decision at a point.

        PointError where the program has no such point, ScenarioError where no such scenario.
        """
        cdef u32 number = self.artifact.point_number(point)
        cdef u32 name = self.artifact.scenario_number(scenario)
        return self.artifact.decisions[rk_match_resolve(&self.request.cursor, number, name)]

    def resolve_all(self, point, scenario=None) -> tuple:
        """Every decision at a point, the strongest first: one, unless the point takes all.

        Errors as for `resolve`.
        """
        cdef rk_walk walk
        cdef u32 number = self.artifact.point_number(point)
        cdef u32 name = self.artifact.scenario_number(scenario)
        found = []
        rk_walk_start(&walk, &self.request.cursor, number, name)
        number = rk_walk_next(&walk)
        while number != RK_NONE:
            found.append(self.artifact.decisions[number])
            number = rk_walk_next(&walk)
        return tuple(found)

    def resolve_points(self, points, scenario=None) -> tuple:
        """The decisions at several points, in their order."""
        cdef Asked asked = self.spares.asked_points(points)
        cdef u32 name = self.artifact.scenario_number(scenario)
        cdef size_t i
        cdef Decisions decisions = self.artifact.decisions
        cdef tuple found = PyTuple_New(asked.asked.n_points)
        # INVARIANT: no Python code runs while the answers are read, unless they were copied before.
        rk_asked_resolve(&asked.asked, &self.request.cursor, name, asked.answers, 1)
        for i in range(asked.asked.n_points):
            if not decisions.made[asked.answers[i]]:
                numbers = [asked.answers[i] for i in range(asked.asked.n_points)]
                return tuple([decisions.at(number) for number in numbers])
            decision = <object>decisions.made[asked.answers[i]]
            Py_INCREF(decision)
            PyTuple_SET_ITEM(found, i, decision)
        return found

    def explain(self, point, code=None, scenario=None):
        """Why the winner of a point wins, and what kept the definition `code` from it.

        As `Program.explain`, of the facts as they were when the match was made. ExplainError where
        that raises it, and for a match of profile ids, which keep no facts.
        """
        decision = self.resolve(point, scenario)
        if self.explainer is None:
            raise ExplainError(NO_CONDITIONS)
        if self.facts is None:
            raise ExplainError("profile ids keep no facts: ask with profiles, or with the facts")
        return self.explainer(self.facts, decision, code, scenario, self.as_of)
