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
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.string cimport memcpy

from rulec_runtime.artifact cimport FactSpec
from rulec_runtime.arrow cimport is_arrow, read_arrow_table
from rulec_runtime.batch cimport check_values, one_length, rk_batch_scalar, read_mapping
from rulec_runtime.columns cimport N_SLAB, FactColumn
from rulec_runtime.facts cimport EntityClasses
from rulec_runtime.profile cimport row_bytes
from rulec_runtime.values cimport set_class

import numpy as np

from rulec_runtime.arrow import TABLE
from rulec_runtime.errors import ColumnError, FactError, ProfileError
from rulec_runtime.wording import given

cdef extern from "rk_batch.h" nogil:
    u32 rk_batch_class(const rk_batch_scalar *scalar, u64 row)

MAX_ID_BYTES = 1 << 30
"""Bytes of rows that the ids of one entity of a program may keep."""

cdef enum:
    N_PLACE_BITS = 32
    N_KEY_BYTES = 200       # of a key's object and its places in the tables, roughly

_PLACES = 0xFFFF_FFFF
_GENERATION = 0x7FFF_FFFF
_GENERATIONS = set()
"""Every generation of this process, whatever program."""


@cython.final
cdef class ProfileIds:

    def __cinit__(self, Artifact artifact not None, u32 entity, u64 max_bytes=MAX_ID_BYTES):
        self.artifact = artifact
        self.table = artifact.entities[entity]
        self.max_bytes = max_bytes
        self.rows_of_generation = {}
        self.scalars = [spec for spec in self.table.facts if not (<FactSpec>spec).is_tags]

    def __len__(self):
        return sum([len(rows) for rows in self.rows_of_generation.values()])

    cdef Row row(self, object number):
        """The row that an id stands for; ProfileError where this program never gave it out."""
        cdef list rows
        # A number that is none gives a generation that none is.
        rows = self.rows_of_generation.get(number >> N_PLACE_BITS)
        place = number & _PLACES
        if rows is not None and place < len(rows):
            return rows[place]
        raise ProfileError(
            f"`{self.table.name}`: the id {given(number)} is none that this program gave out for it"
        )

    cdef int begin_generation(self) except -1:
        generation = 0
        while not generation or generation in _GENERATIONS:
            generation = int.from_bytes(os.urandom(4)) & _GENERATION
        _GENERATIONS.add(generation)
        self.generation = generation
        self.process = os.getpid()
        self.id_of_key = {}
        self.rows = []
        self.rows_of_generation[generation] = self.rows
        return 0

    cpdef object issue(self, object columns):
        """One id a row of the columns: int64 `[n_rows]`."""
        cdef list read
        cdef FactColumn column
        cdef u64 n_rows = 0
        if isinstance(columns, Mapping):
            read = read_mapping(self.artifact, columns)
            n_rows = one_length(read) if read else 0
        elif is_arrow(columns):
            read, n_rows = read_arrow_table(self.artifact, columns)
        else:
            raise ColumnError(TABLE, "a mapping of columns, or an Arrow table", given(columns))
        check_columns(self.table, read)
        if self.process != os.getpid():
            self.begin_generation()
        return self.ids_of_rows(read, n_rows)

    cdef object ids_of_rows(self, list columns, u64 n_rows):
        cdef u64 row
        cdef bytes key
        cdef u32 *classes = <u32 *>PyMem_Malloc(self.table.n_facets * sizeof(u32))
        ids = np.empty(n_rows, np.int64)
        cdef i64[::1] out = ids
        if not classes:
            raise MemoryError
        try:
            memcpy(classes, self.table.absent, self.table.n_facets * sizeof(u32))
            for row in range(n_rows):
                if not row % N_SLAB:
                    PyErr_CheckSignals()
                tags = move(classes, columns, row)
                out[row] = self.id_of(classes, self.key_of(classes, tags))
                for facet in tags:
                    set_class(classes, facet, 0)
        finally:
            PyMem_Free(classes)
        return ids

    cdef bytes key_of(self, const u32 *classes, set tags):
        """The classes of all scalars, then the tags that rows can differ in: equal for equal rows."""
        cdef FactSpec spec
        cdef bytes key = array("I", sorted(tags)).tobytes()
        for spec in self.scalars:
            key = (<const char *>(classes + spec.fact.first_facet))[
                : spec.fact.n_facets * sizeof(u32)
            ] + key
        return key

    cdef i64 id_of(self, u32 *classes, bytes key) except -1:
        """The id of a profile, an old one where there is one."""
        cdef EntityClasses found
        cdef Row row
        known = self.id_of_key.get(key)
        if known is not None:
            return known
        found = EntityClasses.__new__(EntityClasses)
        found.classes = classes
        found.n_facets = self.table.n_facets
        row = Row(self.artifact, self.table.number, found)
        found.classes = NULL
        n_bytes = self.n_bytes + row_bytes(self.table, row) + len(key) + N_KEY_BYTES
        if n_bytes > self.max_bytes or len(self.rows) >> N_PLACE_BITS:
            raise ProfileError(
                f"`{self.table.name}`: the ids of this program would keep more than "
                f"{self.max_bytes:,} bytes of different profiles"
            )
        number = self.generation << N_PLACE_BITS | <i64>len(self.rows)
        self.rows.append(row)
        self.n_bytes = n_bytes
        self.id_of_key[key] = number
        return number


cdef int check_columns(EntityTable table, list columns) except -1:
    """Refuses columns of another entity, a required fact without one, and bad values."""
    cdef FactColumn column
    cdef FactSpec spec
    for column in columns:
        if column.spec.entity != table.name:
            raise ColumnError(column.name, f"columns of `{table.name}`", "one of another entity")
    present = {column.spec.number for column in columns}
    for spec in table.required:
        if spec.number not in present:
            raise FactError(spec.entity, spec.name, "a column, since it is required", "none")
    return check_values(tuple(columns))


cdef set move(u32 *classes, list columns, u64 row):
    """Brings the classes to a row; the facets of its tags, which are the caller's to clear."""
    cdef FactColumn column
    cdef rk_batch_scalar scalar
    cdef u32 k
    cdef u64 i
    cdef set tags = set()
    for column in columns:
        for k in range(column.n_planes):
            scalar.classes = column.planes[k].classes
            scalar.width = column.planes[k].width
            set_class(classes, column.spec.fact.first_facet + k, rk_batch_class(&scalar, row))
        if not column.n_planes:
            for i in range(column.ends[row], column.ends[row + 1]):
                set_class(classes, column.facets[i], 1)
                tags.add(column.facets[i])
    return tags
