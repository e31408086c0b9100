# cython: language_level=3, embedsignature=True
"""Keeps a column of a batch as the classes of its rows.

In: a column bound as an `rk_column` (see rk_column.h), a piece at a time, or Python objects. Out: a
`FactColumn`: one class a row, as narrow as the fact allows, or the facets of each row's tags.

A column is classified once, when the batch is made, and then let go: so a batch never changes with
the memory it was read from, a stream is held one piece at a time, and every bad value is known
before the first decision. A bad value does not stop the reading: its row is noted with the reason,
and the value counts as absent. Who makes the batch decides what becomes of such rows.

Thread-safety: a FactColumn is written by the thread that makes the batch, and only read afterwards.
"""

from types import MappingProxyType

cimport cython
from cpython.exc cimport PyErr_CheckSignals
from cpython.mem cimport PyMem_RawCalloc, PyMem_RawFree, PyMem_RawRealloc
from libc.stdint cimport SIZE_MAX

from rulec_runtime.bad_values cimport words_of_bad
from rulec_runtime.column_kernels cimport (
    RK_COLUMN_CODES,
    RK_COLUMN_INTEGERS,
    RK_MANY,
    RK_TAGS_SLACK,
    RK_VALUE_ABSENT,
    RK_VALUE_INDEX,
    RK_VALUE_RANGE,
    RK_VALUE_TYPE,
    RK_VALUE_WORD,
    rk_class_width,
    rk_classify,
    rk_classify_tags,
    rk_classify_words,
    rk_faults_note,
    rk_is_lists,
    rk_micros_at,
    rk_n_list_values,
    rk_store_classes,
)
from rulec_runtime.values cimport read_scalar
from rulec_runtime.kernels cimport (
    RK_DECIMAL,
    RK_ENUM,
    RK_FLAG,
    RK_INT,
    RK_NONE,
    RK_REQUIRED,
    RK_STRING,
    RK_TAGS_INT,
    RK_TAGS_STRING,
    RK_TIME,
    RK_TREE,
    i64,
    rk_absent_class,
    rk_fact,
    rk_program,
)
from rulec_runtime.cells cimport facet_of_object, reason_of_object, reason_of_tag
from rulec_runtime.pace cimport Pace
from rulec_runtime.tables cimport table_of

import numpy as np

from rulec_runtime.errors import ColumnError, FactError
from rulec_runtime.wording import NOTHING, expected, given

cdef enum:
    N_BLOCK = 1 << 10       # rows classified at once: 4 KiB of the stack
    N_OBJECTS = 1 << 10     # objects between two looks at Ctrl-C

_LISTS = "(in Arrow any list type; in NumPy a pair of offsets and values; or lists in a list)"
_STRINGS = "a column of strings (in Arrow `utf8`, `large_utf8`, `utf8_view`, or a dictionary)"
_TYPES = MappingProxyType(
    {
        RK_FLAG: "a column of flags",
        RK_TAGS_INT: f"a column of lists of ints {_LISTS}",
        RK_ENUM: _STRINGS,
        RK_INT: "a column of ints",
        RK_DECIMAL: "a column of ints, floats, strings, or decimals of scale 0 to 76",
        RK_STRING: _STRINGS,
        RK_TAGS_STRING: f"a column of lists of strings {_LISTS}",
        RK_TREE: _STRINGS,
        RK_TIME: (
            "a column of times with a zone: in Arrow `timestamp` with a time zone, in NumPy "
            "`datetime64` of UTC, strings of RFC 3339, or datetimes with an offset"
        ),
    }
)
"""What a column of a fact holds, by the type of the fact."""


cdef void *grown(void *block, u64 n, size_t width) except NULL:
    """A block with room for n things of `width` bytes, and what it held; never NULL."""
    cdef void *bigger = NULL
    if n < SIZE_MAX // width:
        bigger = PyMem_RawRealloc(block, n * width)
    if not bigger:
        raise MemoryError
    return bigger


@cython.final
cdef class FactColumn:

    def __cinit__(self, FactSpec spec not None, bint is_strict=True):
        self.spec = spec
        self.is_strict = is_strict
        self.name = f"{spec.entity}.{spec.name}"
        if spec.is_tags:
            self.reserve_rows(0)
            self.ends[0] = 0
        else:
            self.place_planes()

    def __dealloc__(self):
        cdef u32 k
        for k in range(self.n_planes):
            PyMem_RawFree(self.planes[k].classes)
        PyMem_RawFree(self.planes)
        PyMem_RawFree(self.block)
        PyMem_RawFree(self.ends)
        PyMem_RawFree(self.facets)
        PyMem_RawFree(self.faults.rows)
        PyMem_RawFree(self.faults.reasons)

    def __reduce__(self):
        raise TypeError("a column of a batch cannot be pickled")

    cdef int place_planes(self) except -1:
        cdef FactSpec spec = self.spec
        cdef u32 k
        self.planes = <plane *>PyMem_RawCalloc(spec.fact.n_facets, sizeof(plane))
        self.block = <u32 *>PyMem_RawCalloc(spec.fact.n_facets, sizeof(u32))
        if not self.planes or not self.block:
            raise MemoryError
        self.n_planes = spec.fact.n_facets
        for k in range(self.n_planes):
            self.planes[k].width = rk_class_width(spec.program, spec.fact, k)
            if spec.fact.presence != RK_REQUIRED:
                self.planes[k].absent = rk_absent_class(spec.program, spec.fact, k)
        return 0

    cdef object refusal(self, str found):
        """The error for a column that cannot be one of this fact."""
        return ColumnError(self.name, _TYPES[self.spec.fact.type], found)

    cdef object error(self, object rows):
        """The error for these bad rows, of which there is one."""
        n, row = len(rows), int(rows[0])
        found = f"{self.given} ({n} {'row is' if n == 1 else 'rows are'} bad)"
        if self.is_broken:
            within = "offsets and indexes within its values"
            return ColumnError(self.name, within, f"{found}, first in row {row}")
        return FactError(self.spec.entity, self.spec.name, expected(self.spec), found, row)

    cdef bint is_tolerated(self, u32 reason):
        """Whether a bad value may count as absent: one outside the domain that was declared."""
        if self.is_strict or not self.n_planes or self.spec.fact.presence == RK_REQUIRED:
            return False
        return reason == RK_VALUE_RANGE or reason == RK_VALUE_WORD

    cdef tuple bad_rows(self):
        """The rows with a bad value, int64 ascending, and the reason of each, uint8."""
        cdef u64 n = self.faults.n
        if not n:
            return np.empty(0, np.int64), np.empty(0, np.uint8)
        rows, reasons = <i64[:n]>self.faults.rows, <u8[:n]>self.faults.reasons
        return np.array(rows, np.int64), np.array(reasons, np.uint8)

    cdef int reserve_rows(self, u64 n) except -1:
        """Makes room for n more rows."""
        cdef u64 needed = self.n_rows + n
        cdef u32 k
        if needed <= self.n_rows_room and (self.ends or self.n_planes):
            return 0
        needed = max(needed, self.n_rows_room + self.n_rows_room // 2)
        for k in range(self.n_planes):
            self.planes[k].classes = <u8 *>grown(
                self.planes[k].classes, needed, self.planes[k].width
            )
        if not self.n_planes:
            self.ends = <u64 *>grown(self.ends, needed + 1, sizeof(u64))
        self.n_rows_room = needed
        return 0

    cdef int reserve_facets(self, u64 n) except -1:
        """Makes room for n more facets."""
        cdef u64 needed = self.ends[self.n_rows] + n
        if needed <= self.n_facets_room:
            return 0
        needed = max(needed, self.n_facets_room + self.n_facets_room // 2)
        self.facets = <u32 *>grown(self.facets, needed, sizeof(u32))
        self.n_facets_room = needed
        return 0

    cdef int reserve_faults(self, u64 n) except -1:
        """Makes room for n more bad rows."""
        cdef u64 needed = self.faults.n + n
        if needed <= self.n_faults_room:
            return 0
        needed = max(needed, self.n_faults_room + self.n_faults_room // 2)
        self.faults.rows = <i64 *>grown(self.faults.rows, needed, sizeof(i64))
        self.faults.reasons = <u8 *>grown(self.faults.reasons, needed, sizeof(u8))
        self.n_faults_room = needed
        return 0

    cdef int append(self, rk_column *column) except -1:
        """Classifies all rows of a column and adds them, the GIL released; notes bad values."""
        cdef u64 before = self.n_rows, n_faults = self.faults.n, first = 0, n
        cdef rk_column *lists = column
        cdef rk_column *codes = NULL
        cdef const u32 *classes = NULL
        cdef Pace pace = Pace()
        if self.spec.is_tags and column.kind == RK_COLUMN_CODES:
            lists = <rk_column *>column.inner
        if not self.spec.is_tags and column.kind == RK_COLUMN_CODES:
            codes = column
        elif rk_is_lists(lists.kind) and lists.inner.kind == RK_COLUMN_CODES:
            codes = <rk_column *>lists.inner
        elif rk_is_lists(lists.kind) and lists.inner.kind == RK_COLUMN_INTEGERS:
            (<rk_column *>lists.inner).table = table_of(self.spec)
        elif column.kind == RK_COLUMN_INTEGERS:
            column.table = table_of(self.spec)
        self.reserve_rows(column.n_rows)
        try:
            if codes != NULL:
                self.look_up_words(codes, codes.n_rows)
                classes = codes.classes
            while first < column.n_rows:
                n = min(pace.n_rows, column.n_rows - first)
                self.append_rows(column, first, n)
                pace.look()
                first += n
        finally:
            PyMem_RawFree(<void *>classes)
            if codes != NULL:
                codes.classes = NULL
        self.look_for_words(column, before, n_faults)
        return 0

    cdef int look_for_words(self, const rk_column *column, u64 before, u64 n_faults) except -1:
        """Says the first bad value in words, or the first that the producer is to blame for."""
        cdef u64 i
        cdef u32 reason
        for i in range(n_faults, self.faults.n):
            reason = self.faults.reasons[i]
            if self.is_broken or self.is_tolerated(reason):
                continue
            self.is_broken = reason == RK_VALUE_INDEX
            if self.given is None or self.is_broken:
                self.given = words_of_bad(self.spec, column, self.faults.rows[i] - before)
        return 0

    cdef int look_up_words(self, rk_column *codes, u64 n_used) except -1:
        """Looks the words of a dictionary up once, unless there are more of them than codes."""
        cdef u64 n_words = codes.inner.n_rows, first = 0, n
        cdef u32 n_planes = max(self.n_planes, <u32>1), k
        cdef u32 *classes
        cdef Pace pace = Pace()
        if n_words > n_used:
            return 0
        classes = <u32 *>grown(NULL, n_words * n_planes, sizeof(u32))
        codes.classes = classes
        while first < n_words:
            n = min(pace.n_rows, n_words - first)
            with nogil:
                for k in range(self.n_planes):
                    rk_classify(
                        self.spec.program, self.spec.fact, k, codes.inner, first, n,
                        classes + k * n_words + first,
                    )
                if not self.n_planes:
                    rk_classify_words(
                        self.spec.program, self.spec.fact, codes.inner, first, n, classes + first
                    )
            pace.look()
            first += n
        return 0

    cdef int append_rows(self, const rk_column *column, u64 first, u64 n) except -1:
        cdef u64 n_values
        cdef u32 k
        self.reserve_faults(n)
        if self.n_planes:
            with nogil:
                for k in range(self.n_planes):
                    classify_scalars(
                        self.spec.program, self.spec.fact, k, column, first, n, self.planes + k,
                        self.n_rows, NULL if k else &self.faults,
                    )
        else:
            with nogil:
                n_values = rk_n_list_values(column, first, n)
            if n_values == RK_MANY:
                raise MemoryError
            self.reserve_facets(n_values + RK_TAGS_SLACK)
            with nogil:
                rk_classify_tags(
                    self.spec.program, self.spec.fact, column, first, n, self.facets,
                    self.ends[self.n_rows], self.ends + self.n_rows + 1, self.n_rows, &self.faults,
                )
        self.n_rows += n
        return 0

    cdef int append_objects(self, list values) except -1:
        """Classifies Python values, as those of a single request; None: absent."""
        cdef u32 k
        self.reserve_rows(len(values))
        for value in values:
            if self.n_rows % N_OBJECTS == 0:
                PyErr_CheckSignals()
            self.reserve_faults(1)
            if not self.n_planes:
                self.read_object_tags(value)
                self.n_rows += 1
                continue
            self.read_object(value)
            for k in range(self.n_planes):
                rk_store_classes(
                    self.block + k, 1, self.planes[k].width, self.planes[k].absent,
                    self.planes[k].classes + self.n_rows * self.planes[k].width, self.n_rows, NULL,
                )
            self.n_rows += 1
        return 0

    cdef int read_object(self, object value) except -1:
        """Reads the scalar of the next row into the block; a bad one is noted, and absent."""
        cdef u32 k
        for k in range(self.n_planes):
            self.block[k] = self.planes[k].absent
        if value is None:
            if self.spec.fact.presence == RK_REQUIRED:
                self.note(RK_VALUE_ABSENT, NOTHING)
            return 0
        try:
            return read_scalar(self.spec, value, self.block)
        except FactError as error:
            self.note(reason_of_object(self.spec, value), error.given)
        for k in range(self.n_planes):
            self.block[k] = self.planes[k].absent
        return 0

    cdef int read_object_tags(self, object tags) except -1:
        """Reads the tags of the next row; bad ones are noted, and the row carries none."""
        cdef u64 at = self.ends[self.n_rows]
        cdef u32 facet
        self.ends[self.n_rows + 1] = at
        if tags is None:
            return 0
        if not isinstance(tags, (list, tuple, set, frozenset, np.ndarray)):
            return self.note(RK_VALUE_TYPE, given(tags))
        found = list(tags)
        self.reserve_facets(len(found))
        for tag in found:
            try:
                facet = facet_of_object(self.spec, tag)
            except FactError as error:
                return self.note(reason_of_tag(self.spec, tag), f"a list with {error.given}")
            if facet != RK_NONE:
                self.facets[at] = facet
                at += 1
        self.ends[self.n_rows + 1] = at
        return 0

    cdef int note(self, u32 reason, object words) except -1:
        if self.given is None and not self.is_tolerated(reason):
            self.given = words
        rk_faults_note(&self.faults, self.n_rows, reason)
        return 0


cdef void classify_scalars(
    const rk_program *program, const rk_fact *fact, u32 k, const rk_column *column, u64 first,
    u64 n, plane *out, u64 row, rk_faults *faults,
) noexcept nogil:
    cdef u32[N_BLOCK] block
    cdef u64 done = 0, n_block
    while done < n:
        n_block = min(<u64>N_BLOCK, n - done)
        rk_classify(program, fact, k, column, first + done, n_block, block)
        rk_store_classes(
            block, n_block, out.width, out.absent, out.classes + (row + done) * out.width,
            row + done, faults,
        )
        done += n_block


cdef tuple micros_of_column(const rk_column *column):
    """The microseconds since 1970 of a column of times, int64, and the reason of each, uint8."""
    cdef u64 row = 0, end
    cdef i64[::1] micros
    cdef u8[::1] reasons
    cdef Pace pace = Pace()
    found, why = np.zeros(column.n_rows, np.int64), np.zeros(column.n_rows, np.uint8)
    micros, reasons = found, why
    while row < column.n_rows:
        end = min(column.n_rows, row + pace.n_rows)
        with nogil:
            while row < end:
                reasons[row] = rk_micros_at(column, row, &micros[row])
                row += 1
        pace.look()
    return found, why
