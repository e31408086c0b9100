# cython: language_level=3, embedsignature=True
"""Gives out numbers for profiles, for catalogues too large to keep an object an item.

In: columns of one entity's facts, as a batch takes them. Out: one id a row, int64.

    id    0 : 1 | generation : 31 | place : 32

A place stands for a row of the program, not for an item: items of equal classes share one, so memory
follows the different profiles, not the catalogue, and is bounded by MAX_ID_BYTES an entity.

A *generation* is one entity of one program in one process: a random number that this process uses
once. So an id of another program, entity or process, or of a child forked since, is not known, and
is refused. A forked child goes on with a generation of its own; what it inherited stays good.

Thread-safety: rows are looked up and added under the GIL, and an id is given out only once its row
stands in its place.
"""

import os
from array import array
from collections.abc import Mapping

cimport cython
from cpython.exc cimport PyErr_CheckSignals
from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc
from libc.string cimport memcpy

from rulec_runtime.artifact cimport FactSpec
from rulec_runtime.arrays cimport in_words, is_masked
from rulec_runtime.arrow cimport is_arrow, read_arrow_table
from rulec_runtime.batch cimport RK_NEAR, one_length, rk_batch_scalar, read_mapping
from rulec_runtime.columns cimport FactColumn
from rulec_runtime.facts cimport EntityClasses
from rulec_runtime.findings cimport Findings
from rulec_runtime.kernels cimport rk_row, u32
from rulec_runtime.pace cimport Pace
from rulec_runtime.picked cimport Picked
from rulec_runtime.profile cimport row_bytes

import numpy as np

from rulec_runtime.arrow import TABLE
from rulec_runtime.errors import ColumnError, FactError, ProfileError
from rulec_runtime.picked import ROWS
from rulec_runtime.wording import given

cdef extern from "rk_batch.h" nogil:
    u32 rk_batch_class(const rk_batch_scalar *scalar, u64 row)

cdef extern from "Python.h":
    long long PyLong_AsLongLongAndOverflow(object value, int *overflow) noexcept

MAX_ID_BYTES = 1 << 30
"""Bytes of rows that the ids of one entity of a program may keep."""

cdef enum:
    N_PLACE_BITS = 32
    N_SLAB_ROWS = 1 << 14   # rows that lie side by side and never move
    N_SLABS = 1 << 18       # as many as places need
    N_SLAB = 4096           # rows between two looks at the signals
    N_KEY_BYTES = 200       # of a key's object and its places in the tables, roughly

_PLACES = 0xFFFF_FFFF
cdef u64 PLACES = 0xFFFF_FFFF
_GENERATION = 0x7FFF_FFFF
_GENERATIONS = set()
"""Every generation of this process, whatever program."""


@cython.final
cdef class Generation:

    def __cinit__(self, i64 number):
        self.number = number
        self.kept = []
        self.slabs = <rk_row **>PyMem_Calloc(N_SLABS, sizeof(rk_row *))
        if not self.slabs:
            raise MemoryError

    def __dealloc__(self):
        cdef u64 slab
        if self.slabs:
            for slab in range((self.n_rows + N_SLAB_ROWS - 1) // N_SLAB_ROWS):
                PyMem_Free(self.slabs[slab])
            PyMem_Free(self.slabs)

    cdef int keep(self, Row row) except -1:
        """Puts a row in the next place."""
        cdef u64 slab = self.n_rows // N_SLAB_ROWS
        if not self.slabs[slab]:
            self.slabs[slab] = <rk_row *>PyMem_Malloc(N_SLAB_ROWS * sizeof(rk_row))
            if not self.slabs[slab]:
                raise MemoryError
        self.slabs[slab][self.n_rows % N_SLAB_ROWS] = row.row
        self.kept.append(row)
        self.n_rows += 1
        return 0


cdef object ids_in(str name, object numbers):
    """An array of ids as one contiguous row; ColumnError where it is none of int64."""
    if numbers.ndim != 1 or numbers.dtype.str[1:] != "i8" or is_masked(numbers):
        raise ColumnError(name, ROWS, in_words(numbers))
    return np.ascontiguousarray(numbers, np.int64)


cdef u64 find_rows(
    rk_row **slabs, u64 n_rows, i64 generation, const i64 *ids, u64 row, u64 last, const rk_row **out
) noexcept nogil:
    """Finds the rows of ids [row, last); stops before the first that is not of the generation."""
    cdef u64 place
    while row < last:
        place = <u64>ids[row] & PLACES
        if ids[row] >> N_PLACE_BITS != generation or place >= n_rows:
            break
        out[row] = &slabs[place // N_SLAB_ROWS][place % N_SLAB_ROWS]
        row += 1
    return row


@cython.final
cdef class ProfileIds:

    def __cinit__(self, Spares spares not None, u32 entity, u64 max_bytes=MAX_ID_BYTES):
        self.spares = spares
        self.table = spares.artifact.entities[entity]
        self.max_bytes = max_bytes
        self.generations = {}

    def __len__(self):
        return sum([(<Generation>each).n_rows for each in self.generations.values()])

    cdef Row row(self, object number):
        """The row that an id stands for; ProfileError where this program never gave it out."""
        # A number that is none gives a generation that none is.
        cdef Generation generation = self.generations.get(number >> N_PLACE_BITS)
        place = number & _PLACES
        if generation is not None and place < generation.n_rows:
            return generation.kept[place]
        raise self.refusal(number)

    cdef object refusal(self, object number, object row=None):
        """The error for an id that is none of them; of a batch, with its row."""
        return ProfileError(
            f"`{self.table.name}`: the id {given(number)} is none that this program gave out for it",
            row,
        )

    cdef bint find(self, object number, rk_row *out) noexcept:
        """Finds the row of an id, an int itself, in the generation that grows; False: ask `row`."""
        cdef int overflow = 0
        cdef i64 bits = PyLong_AsLongLongAndOverflow(number, &overflow)
        cdef u64 place = <u64>bits & PLACES
        if overflow or self.growing is None or bits >> N_PLACE_BITS != self.growing.number:
            return False
        if place >= self.growing.n_rows:
            return False
        out[0] = self.growing.slabs[place // N_SLAB_ROWS][place % N_SLAB_ROWS]
        return True

    cdef Picked picked(self, object numbers):
        """The rows that ids stand for; ProfileError for the first that this program never gave out."""
        cdef const i64[::1] ids = ids_in(self.table.name, numbers)
        cdef Picked found = Picked(self.table, len(ids))
        cdef Generation generation = self.growing
        cdef u64 row = 0, last, n_rows = found.n_rows
        cdef const i64 *first = &ids[0] if n_rows else NULL
        cdef Pace pace = Pace()
        found.is_far = self.n_bytes > RK_NEAR
        while row < n_rows:
            last = min(row + pace.n_rows, n_rows)
            if generation is not None:
                found.keep(generation)
                with nogil:
                    row = find_rows(
                        generation.slabs, generation.n_rows, generation.number, first, row, last,
                        found.rows,
                    )
            pace.look()
            if row == last:
                continue
            # An id of another generation: a forked child knows those of its parent too.
            number = ids[row]
            generation = self.generations.get(number >> N_PLACE_BITS)
            if generation is None or <u64>(number & _PLACES) >= generation.n_rows:
                raise self.refusal(number, row)
        return found

    cdef int begin_generation(self) except -1:
        cdef Generation generation
        number = 0
        while not number or number in _GENERATIONS:
            number = int.from_bytes(os.urandom(4)) & _GENERATION
        _GENERATIONS.add(number)
        generation = Generation(number)
        self.process = os.getpid()
        self.id_of_key = {}
        self.growing = generation
        self.generations[number] = generation
        return 0

    cpdef object issue(self, object columns):
        """One id a row of the columns: int64 `[n_rows]`."""
        cdef list read
        cdef FactColumn column
        cdef u64 n_rows = 0
        if isinstance(columns, Mapping):
            read = read_mapping(self.spares.artifact, columns, True)
            n_rows = one_length(read) if read else 0
        elif is_arrow(columns):
            read, n_rows = read_arrow_table(self.spares.artifact, columns, True)
        else:
            raise ColumnError(TABLE, "a mapping of columns, or an Arrow table", given(columns))
        check_columns(self.table, read)
        if self.process != os.getpid():
            self.begin_generation()
        return self.ids_of_rows(read, n_rows)

    cdef object ids_of_rows(self, list columns, u64 n_rows):
        cdef EntityClasses facts = EntityClasses.__new__(EntityClasses)
        cdef size_t n_bytes = self.table.n_scalars * sizeof(u32)
        cdef u64 row
        ids = np.empty(n_rows, np.int64)
        cdef i64[::1] out = ids
        facts.n_scalars = self.table.n_scalars
        facts.classes = <u32 *>PyMem_Malloc(n_bytes)
        if not facts.classes:
            raise MemoryError
        try:
            memcpy(facts.classes, self.table.absent, n_bytes)
            for row in range(n_rows):
                if not row % N_SLAB:
                    PyErr_CheckSignals()
                move(facts, columns, row)
                # Equal for equal facts: the classes of the scalars, then the tags there are.
                key = (<const char *>facts.classes)[:n_bytes]
                out[row] = self.id_of(facts, key + array("I", sorted(facts.tags)).tobytes())
        finally:
            PyMem_Free(facts.classes)
            facts.classes = NULL
        return ids

    cdef i64 id_of(self, EntityClasses facts, bytes key) except -1:
        """The id of a profile, an old one where there is one."""
        cdef Row row
        known = self.id_of_key.get(key)
        if known is not None:
            return known
        row = Row(self.spares, self.table.number, facts)
        n_bytes = self.n_bytes + row_bytes(row) + len(key) + N_KEY_BYTES
        if n_bytes > self.max_bytes or self.growing.n_rows >> N_PLACE_BITS:
            raise ProfileError(
                f"`{self.table.name}`: the ids of this program would keep more than "
                f"{self.max_bytes:,} bytes of different profiles"
            )
        number = self.growing.number << N_PLACE_BITS | <i64>self.growing.n_rows
        self.growing.keep(row)
        self.n_bytes = n_bytes
        self.id_of_key[key] = number
        return number


cdef int check_columns(EntityTable table, list columns) except -1:
    """Refuses columns of another entity, a required fact without one, and bad values."""
    cdef FactColumn column
    cdef FactSpec spec
    cdef Findings findings
    for column in columns:
        if column.spec.entity != table.name:
            raise ColumnError(column.name, f"columns of `{table.name}`", "one of another entity")
    present = {column.spec.number for column in columns}
    for spec in table.required:
        if spec.number not in present:
            raise FactError(spec.entity, spec.name, "a column, since it is required", "none")
    findings = Findings()
    findings.look_at_columns(tuple(columns))
    if findings.error is not None:
        raise findings.error
    return 0


cdef int move(EntityClasses facts, list columns, u64 row) except -1:
    """Brings an entity's facts to a row of its columns."""
    cdef FactColumn column
    cdef rk_batch_scalar scalar
    cdef u32 k
    cdef u64 i
    facts.tags = set()
    for column in columns:
        for k in range(column.n_planes):
            scalar.classes = column.planes[k].classes
            scalar.width = column.planes[k].width
            facts.classes[column.spec.fact.first_facet + k] = rk_batch_class(&scalar, row)
        if not column.n_planes:
            for i in range(column.ends[row], column.ends[row + 1]):
                facts.tags.add(column.facets[i])
    return 0
