# cython: language_level=3, embedsignature=True
"""Decides many requests at once, given as columns.

In: a mapping "entity.fact" -> column, or an Arrow table whose columns are named so; for entities
whose rows the caller keeps, those (ids.pyx). Out: `Batch`, and through it NumPy arrays of decision
numbers.

Making a batch classifies every column once (columns.pyx) and settles which rows are refused; what
remains are a few bytes a row and fact. Resolving walks these rows in C (rk_batch.h), with the GIL
released. A refused row is walked like any other - its bad values count as absent - and its answer
overwritten: so the walk knows nothing of refusals. A fact without a column is absent in every row.

Thread-safety: a batch never changes; every call works in memory of its own.
"""

from collections.abc import Mapping

cimport cython
from cpython.buffer cimport PyBUF_WRITABLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.mem cimport PyMem_Calloc, PyMem_Free

from rulec_runtime.arrays cimport in_words, is_array, read_array, read_ragged
from rulec_runtime.arrow cimport (
    is_arrow,
    read_arrow_column,
    read_arrow_entity,
    read_arrow_table,
    spec_of,
)
from rulec_runtime.artifact cimport EntityTable, FactSpec
from rulec_runtime.asked cimport Asked
from rulec_runtime.columns cimport FactColumn
from rulec_runtime.findings cimport Findings
from rulec_runtime.kernels cimport RK_NONE, rk_broken_assumption
from rulec_runtime.match cimport Request
from rulec_runtime.memo cimport Memo, memo_of
from rulec_runtime.pace cimport Pace
from rulec_runtime.picked cimport Picked
from rulec_runtime.times cimport read_times

import numpy as np

from rulec_runtime.arrow import TABLE
from rulec_runtime.clock import EXPECTED, NEEDED
from rulec_runtime.errors import AssumptionError, ColumnError, FactError, TimeError
from rulec_runtime.picked import ROWS
from rulec_runtime.refusals import REFUSED, REFUSED_IDENTITY, Refusal, distinct
from rulec_runtime.wording import NOTHING, given


@cython.final
cdef class Pass:
    """The memory of one walk over the rows of a batch."""

    cdef Batch batch            # owns what the columns below point into
    cdef Request request        # as much memory as any one row needs
    cdef rk_batch walk
    cdef rk_batch_scalar *scalars
    cdef rk_batch_tags *tags
    cdef bint is_watching       # whether broken assumptions are asked for
    cdef Asked asked            # the points; None: identities are asked for
    cdef u32 *points            # the same, or NULL
    cdef u64 n_points
    cdef u32 scenario

    def __cinit__(self, Batch batch not None, list points, object scenario):
        cdef size_t n_columns = len(batch.columns)
        cdef size_t n_planes = sum([(<FactColumn>column).n_planes for column in batch.columns])
        self.batch = batch
        self.request = Request(batch.artifact)
        self.scalars = <rk_batch_scalar *>PyMem_Calloc(n_planes, sizeof(rk_batch_scalar))
        self.tags = <rk_batch_tags *>PyMem_Calloc(n_columns, sizeof(rk_batch_tags))
        self.walk.entities = <rk_batch_entity *>PyMem_Calloc(
            len(batch.artifact.entities), sizeof(rk_batch_entity)
        )
        if not (self.scalars and self.tags and self.walk.entities):
            raise MemoryError
        self.walk.program = batch.artifact.program
        self.walk.rows = self.request.rows
        self.walk.room = &self.request.space.room
        self.walk.scratch = &self.request.space.scratch
        self.take_memo()
        if batch.times is not None:
            self.walk.n_times = batch.times.shape[0]
            self.walk.times = &batch.times[0] if self.walk.n_times else NULL
        self.scenario = batch.artifact.scenario_number(scenario)
        self.place_entities()
        if points is not None:
            self.place_points(points)

    def __dealloc__(self):
        PyMem_Free(self.scalars)
        PyMem_Free(self.tags)
        PyMem_Free(self.walk.entities)

    cdef int take_memo(self) except -1:
        """Uses the program's memo of now; rows that another one keeps are made again."""
        cdef Memo memo = memo_of(self.batch.artifact)
        if memo is not self.request.memo:
            self.request.memo = memo
            self.walk.memo = &memo.memo
            self.walk.has_rows = 0
        return 0

    cdef int place_points(self, list points) except -1:
        self.asked = Asked(self.batch.artifact, tuple(points))
        self.points = self.asked.numbers
        self.n_points = len(points)
        if self.n_points > 1:
            self.walk.asked = &self.asked.asked
        return 0

    cdef int place_entities(self) except -1:
        """Gives every entity its memory and its columns; these stand entity by entity."""
        cdef EntityTable table
        cdef FactColumn column
        cdef rk_batch_entity *entity
        cdef rk_batch_scalar *scalar = self.scalars
        cdef rk_batch_tags *tags = self.tags
        cdef u32 k
        cdef Picked picked
        cdef list columns = list(reversed(self.batch.columns))
        for picked in self.batch.picked:
            self.walk.entities[picked.table.number].picked = picked.rows
            self.walk.is_far |= picked.is_far
        for table in self.batch.artifact.entities:
            entity = self.walk.entities + table.number
            entity.facts = self.request.space.facts + table.number
            entity.lists = self.request.space.lists[table.number]
            entity.scalars = scalar
            entity.tags = tags
            while columns and (<FactColumn>columns[-1]).spec.entity == table.name:
                column = columns.pop()
                for k in range(column.n_planes):
                    scalar.classes = column.planes[k].classes
                    scalar.width = column.planes[k].width
                    scalar.facet = column.spec.fact.first_facet + k
                    scalar += 1
                    entity.n_scalars += 1
                if not column.n_planes:
                    tags.ends = column.ends
                    tags.facets = column.facets
                    tags += 1
                    entity.n_tags += 1
        return 0

    cdef object broken(self):
        """The number of the first assumption each row breaks: int32 `[n_rows]`; -1: it breaks none."""
        self.is_watching = True
        return self.run(np.empty(self.batch.n_rows, np.int32))

    cdef object run(self, object found):
        """Fills an array of int32, `[n_points, n_rows]` or `[n_rows]`, and returns it."""
        cdef u64 first = 0, n, n_rows = self.batch.n_rows
        cdef Py_buffer view
        cdef Pace pace = Pace()
        PyObject_GetBuffer(found, &view, PyBUF_WRITABLE)
        try:
            while first < n_rows:
                n = min(pace.n_rows, n_rows - first)
                with nogil:
                    self.decide(first, n, <int32_t *>view.buf)
                pace.look()
                self.take_memo()
                first += n
        finally:
            PyBuffer_Release(&view)
        return found

    cdef void watch(self, u64 first, u64 n, int32_t *out) noexcept nogil:
        cdef u64 row
        rk_batch_begin(&self.walk, first)
        for row in range(first, first + n):
            if rk_batch_next(&self.walk, row, first + n):
                out[row] = <int32_t>rk_broken_assumption(self.walk.program, self.walk.rows)
            else:
                out[row] = out[row - 1]

    cdef void decide(self, u64 first, u64 n, int32_t *out) noexcept nogil:
        if self.is_watching:
            self.watch(first, n, out)
        elif self.points:
            rk_batch_resolve(
                &self.walk, first, n, self.points, self.n_points, self.scenario, out,
                self.batch.n_rows,
            )
        else:
            rk_batch_identify(&self.walk, first, n, out)


@cython.final
cdef class Batch:
    """Many requests of one program; make one with `Program.batch`.

    `columns` maps "entity.fact" to a column, or is an Arrow table whose columns are named so. A
    column is a NumPy array of flags, ints, floats (decimal facts), text, times (`datetime64`, UTC)
    or objects, masked or not; an Arrow array or stream of arrays; a list of Python values; for tags
    also a pair of arrays (offsets `[n_rows + 1]`, values). An Arrow column may also be named like an
    entity and hold structs of its facts, and in a mapping an int64 array of `Program.profile_ids` may
    stand under its entity's name. A fact without a column is absent in every row.

    `as_of` is the time of all rows, or one a row: a list or an array of times, an Arrow column of
    timestamps with a zone, a `datetime64` array in UTC, or an array of int64, microseconds since
    1970 in UTC.

    A row is *refused* for a value no fact takes, a required fact it lacks, a time it lacks, or an
    assumption it breaks. `on_bad="raise"` raises FactError, TimeError or AssumptionError for the
    first one. `on_bad="mark"` gives refused rows the decision `program.refused` and the identity -2,
    and tells them by `refused_rows` and `refusals`.

    ColumnError where a column is not one of its fact's type, or breaks its own layout; FactError
    where a required fact has no column; ProfileError, with its row, for an id that the program did not
    give out for the entity. All of them whatever `on_bad` says.

    With `is_strict=False` undeclared names are ignored; a value outside the declared range or words
    of a fact that is not required counts as absent, and a broken assumption refuses nothing:
    `tolerated` counts both.

    Thread-safety: may be used from any number of threads; the GIL is released while rows are read
    and decided. Ctrl-C is served within a fraction of a second.
    """

    def __cinit__(
        self, Artifact artifact not None, columns, as_of=None, on_bad="raise", bint is_strict=True
    ):
        cdef Findings findings
        if on_bad not in ("raise", "mark"):
            raise ValueError(f"`on_bad`: expected `raise` or `mark`, given {given(on_bad)}")
        self.artifact = artifact
        self.times = None
        if isinstance(columns, Mapping):
            read = read_mapping(artifact, columns, is_strict)
        elif is_arrow(columns):
            read, self.n_rows = read_arrow_table(artifact, columns, is_strict)
        else:
            raise ColumnError(TABLE, "a mapping of columns, or an Arrow table", given(columns))
        self.picked = tuple([column for column in read if isinstance(column, Picked)])
        read = [column for column in read if not isinstance(column, Picked)]
        self.columns = tuple(sorted(read, key=number_of))
        if self.columns:
            self.n_rows = one_length(read)
        check_picked(self)
        check_required(self)
        findings = Findings()
        findings.look_at_columns(self.columns)
        look_at_times(self, as_of, findings)
        if on_bad == "raise" and findings.error is not None:
            raise findings.error
        if artifact.assumptions:
            look_at_assumptions(self, findings, on_bad == "raise", is_strict)
        self.refused_rows = findings.all_rows()
        self.refusals = tuple(findings.refusals)
        self.tolerated = tuple(findings.tolerated)

    def __reduce__(self):
        raise TypeError("a batch cannot be pickled: send its columns, or the decisions")

    def __repr__(self):
        return f"<batch of {self.n_rows} rows: program {self.artifact.hash[:12]}>"

    def __len__(self):
        return self.n_rows

    @property
    def identities(self) -> tuple:
        """The codes of the businesses, by the numbers `identify` gives."""
        return self.artifact.definition_codes[self.artifact.program.n_products:]

    def resolve(self, point, scenario=None):
        """The decision numbers at a point: int32 `[n_rows]`, places in `program.decisions`.

        `program.refused` (-1) in refused rows. PointError where the program has no such point,
        ScenarioError where no such scenario.
        """
        found = Pass(self, [point], scenario).run(np.empty(self.n_rows, np.int32))
        found[self.refused_rows] = REFUSED
        return found

    def resolve_points(self, points, scenario=None):
        """The decision numbers at several points: int32 `[n_points, n_rows]`, one match a row."""
        wanted = list(points)
        found = Pass(self, wanted, scenario).run(np.empty((len(wanted), self.n_rows), np.int32))
        found[:, self.refused_rows] = REFUSED
        return found

    def identify(self):
        """Each row's business: int32 `[n_rows]`, places in `identities`.

        -1: the platform; -2: the row is refused.
        """
        found = Pass(self, None, None).run(np.empty(self.n_rows, np.int32))
        found[self.refused_rows] = REFUSED_IDENTITY
        return found


cdef int look_at_times(Batch batch, object as_of, Findings findings) except -1:
    """Reads `as_of`, and keeps the times where the program asks for one."""
    if as_of is None:
        if batch.artifact.has_windows:
            raise TimeError(NEEDED, NOTHING)
        return 0
    times, reasons, first = read_times(as_of, batch.n_rows)
    rows = np.flatnonzero(reasons)
    if len(rows):
        findings.add("as_of", rows, reasons[rows], TimeError(EXPECTED, first, int(rows[0])))
    batch.times = times if batch.artifact.has_windows else None
    return 0


cdef int look_at_assumptions(
    Batch batch, Findings findings, bint is_raised, bint is_strict
) except -1:
    """Keeps the rows that break an assumption and are not refused already."""
    broken = Pass(batch, None, None).broken()
    broken[findings.all_rows()] = -1
    rows = np.flatnonzero(broken >= 0)
    if not len(rows):
        return 0
    if is_strict and is_raised:
        raise AssumptionError(batch.artifact.assumptions[broken[rows[0]]], int(rows[0]))
    found = findings.refusals if is_strict else findings.tolerated
    for number in distinct(broken[rows]).tolist():
        those = rows[broken[rows] == number]
        text = batch.artifact.assumptions[number]
        found.append(Refusal(None, text, len(those), int(those[0])))
    if is_strict:
        findings.rows.append(rows)
    return 0


def number_of(FactColumn column not None) -> int:
    """The place of a column's fact in the program."""
    return column.spec.number


cdef list read_mapping(Artifact artifact, object columns, bint is_strict):
    cdef FactSpec spec
    found = {}
    for name, column in [(name, columns[name]) for name in columns]:
        if isinstance(name, str) and name in artifact.entity_numbers:
            if isinstance(column, Picked):
                found[name] = column
                continue
            if not is_arrow(column):
                raise ColumnError(name, ROWS, in_words(column) if is_array(column) else given(column))
            added = {part.name: part for part in read_arrow_entity(artifact, name, column, is_strict)}
        else:
            spec = spec_of(artifact, name, is_strict)
            added = {} if spec is None else {name: read_column(FactColumn(spec, is_strict), column)}
        twice = found.keys() & added.keys()
        if twice:
            raise ColumnError(min(twice), "one column of a name", "two")
        found.update(added)
    return list(found.values())


cdef FactColumn read_column(FactColumn out, object column):
    if isinstance(column, tuple) and len(column) == 2:
        read_ragged(out, column[0], column[1])
    elif is_array(column):
        read_array(out, column)
    elif is_arrow(column):
        read_arrow_column(out, column)
    elif isinstance(column, list):
        out.append_objects(list(column))
    else:
        raise out.refusal(given(column))
    return out


cdef u64 one_length(list columns) except? 0:
    """The number of rows all columns have."""
    cdef FactColumn column
    cdef FactColumn first = columns[0]
    for column in columns:
        if column.n_rows != first.n_rows:
            raise ColumnError(
                column.name, f"{first.n_rows} rows, as `{first.name}` has", f"{column.n_rows}"
            )
    return first.n_rows


cdef int check_picked(Batch batch) except -1:
    """Refuses kept rows of another number than the others, and columns beside those of their entity."""
    cdef Picked picked
    cdef FactColumn column
    for picked in batch.picked:
        if not batch.columns and picked is batch.picked[0]:
            batch.n_rows = picked.n_rows
        if picked.n_rows != batch.n_rows:
            raise ColumnError(
                picked.table.name, f"{batch.n_rows} rows, as others have", f"{picked.n_rows}"
            )
        for column in batch.columns:
            if column.spec.entity == picked.table.name:
                raise ColumnError(column.name, "none beside the profile ids of its entity", "one")
    return 0


cdef int check_required(Batch batch) except -1:
    cdef EntityTable table
    cdef FactSpec spec
    present = {number_of(column) for column in batch.columns}
    kept = {(<Picked>picked).table.name for picked in batch.picked}
    for table in batch.artifact.entities:
        for spec in table.required:
            if spec.number not in present and table.name not in kept:
                raise FactError(spec.entity, spec.name, "a column, since it is required", "none")
    return 0
