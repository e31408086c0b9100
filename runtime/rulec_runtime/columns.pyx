# cython: language_level=3, embedsignature=True
"""Keeps a column of a batch as the classes of its rows.

In: a column bound as an `rk_column` (see rk_column.h), a piece at a time, or Python objects. Out: a
`FactColumn`: one class a row, as narrow as the fact allows, or the facets of each row's tags.

A column is classified once, when the batch is made, and then let go: so a batch never changes with
the memory it was read from, a stream is held one piece at a time, and every bad value is known
before the first decision. A bad value does not stop the reading: all of them are counted.

Thread-safety: a FactColumn is written by the thread that makes the batch, and only read afterwards.
"""

import sys
from decimal import Decimal
from types import MappingProxyType

cimport cython
from cpython.exc cimport PyErr_CheckSignals
from cpython.mem cimport PyMem_RawCalloc, PyMem_RawFree, PyMem_RawRealloc
from libc.stdint cimport SIZE_MAX
from libc.string cimport memcpy

from rulec_runtime.values cimport read_scalar
from rulec_runtime.kernels cimport (
    RK_DECIMAL,
    RK_ENUM,
    RK_FLAG,
    RK_INT,
    RK_REQUIRED,
    RK_STRING,
    RK_TAGS_INT,
    RK_TAGS_STRING,
    RK_TIME,
    RK_TREE,
    rk_absent_class,
)

from rulec_runtime.errors import ColumnError, FactError
from rulec_runtime.wording import NOTHING, expected, given

cdef enum:
    N_BLOCK = 1 << 10       # rows classified at once: 4 KiB of the stack

_STRINGS = "a column of strings (in Arrow `utf8`, `large_utf8`, or a dictionary of these)"
_TYPES = MappingProxyType(
    {
        RK_FLAG: "a column of flags",
        RK_TAGS_INT: (
            "a column of lists of ints (in Arrow `list` or `large_list`; in NumPy a pair of "
            "offsets and values)"
        ),
        RK_ENUM: _STRINGS,
        RK_INT: "a column of ints",
        RK_DECIMAL: "a column of ints, floats, strings, or decimals of scale 0 to 18",
        RK_STRING: _STRINGS,
        RK_TAGS_STRING: (
            "a column of lists of strings (in Arrow `list` or `large_list`; in NumPy a pair of "
            "offsets and values)"
        ),
        RK_TREE: _STRINGS,
        RK_TIME: (
            "a column of times with a zone: in Arrow `timestamp` with a time zone, strings of "
            "RFC 3339, or datetimes with an offset"
        ),
    }
)
"""What a column of a fact holds, by the type of the fact."""
_UTF_32 = f"utf-32-{sys.byteorder[0]}e"


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

    def __cinit__(self, FactSpec spec not None):
        self.spec = spec
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
        return 0

    cdef object refusal(self, str found):
        """The error for a column that cannot be one of this fact."""
        return ColumnError(self.name, _TYPES[self.spec.fact.type], found)

    cdef object error(self):
        """The error for the bad values met so far, or None."""
        if not self.fault.n_rows:
            return None
        n = self.fault.n_rows
        found = f"{self.given} ({n} {'row is' if n == 1 else 'rows are'} bad)"
        if self.fault.reason == RK_VALUE_INDEX:
            place = f"{found}, first in row {self.fault.first_row}"
            return ColumnError(self.name, "indexes into its dictionary", place)
        return FactError(
            self.spec.entity, self.spec.name, expected(self.spec), found, self.fault.first_row
        )

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

    cdef int append(self, const rk_column *column) except -1:
        """Classifies all rows of a column and adds them, the GIL released; notes bad values."""
        cdef u64 before = self.n_rows, first = 0, n
        self.reserve_rows(column.n_rows)
        while first < column.n_rows:
            n = min(<u64>N_SLAB, column.n_rows - first)
            self.append_rows(column, first, n)
            PyErr_CheckSignals()
            first += n
        if self.fault.n_rows and self.given is None:
            self.given = words_of_bad(self.spec, column, self.fault.first_row - before)
        return 0

    cdef int append_rows(self, const rk_column *column, u64 first, u64 n) except -1:
        cdef u32 k
        if self.n_planes:
            with nogil:
                for k in range(self.n_planes):
                    classify_scalars(
                        self.spec.program, self.spec.fact, k, column, first, n,
                        self.planes[k].width,
                        self.planes[k].classes + self.n_rows * self.planes[k].width,
                        self.n_rows, NULL if k else &self.fault,
                    )
        else:
            self.reserve_facets(rk_n_list_values(column, first, n))
            with nogil:
                rk_classify_tags(
                    self.spec.program, self.spec.fact, column, first, n, self.facets,
                    self.ends[self.n_rows], self.ends + self.n_rows + 1, self.n_rows, &self.fault,
                )
        self.n_rows += n
        return 0

    cdef int append_objects(self, list values) except -1:
        """Classifies Python values of a scalar fact, as those of a single request; None: absent."""
        cdef u32 k
        if not self.n_planes:
            raise self.refusal("an array of objects")
        self.reserve_rows(len(values))
        for value in values:
            self.read_or_note(value)
            for k in range(self.n_planes):
                rk_store_classes(
                    self.block + k, 1, self.planes[k].width,
                    self.planes[k].classes + self.n_rows * self.planes[k].width, self.n_rows, NULL,
                )
            self.n_rows += 1
        return 0

    cdef int read_or_note(self, object value) except -1:
        """Reads a Python value of the next row; a bad one is noted, and its classes mean nothing."""
        cdef u32 k
        for k in range(self.n_planes):
            self.block[k] = rk_absent_class(self.spec.program, self.spec.fact, k)
        if value is None:
            if self.spec.fact.presence != RK_REQUIRED:
                return 0
            words = NOTHING
        else:
            try:
                return read_scalar(self.spec, value, self.block)
            except FactError as error:
                words = error.given
        if self.given is None:
            self.given = words
        rk_fault_note(&self.fault, self.n_rows, RK_VALUE_RANGE)
        return 0


cdef void classify_scalars(
    const rk_program *program, const rk_fact *fact, u32 k, const rk_column *column, u64 first,
    u64 n, u32 width, u8 *out, u64 row, rk_fault *fault,
) noexcept nogil:
    cdef u32[N_BLOCK] block
    cdef u64 done = 0, n_block
    while done < n:
        n_block = min(<u64>N_BLOCK, n - done)
        rk_classify(program, fact, k, column, first + done, n_block, block)
        rk_store_classes(block, n_block, width, out + done * width, row + done, fault)
        done += n_block


cdef str words_of_bad(FactSpec spec, const rk_column *column, u64 row):
    """What a bad row was given, in words."""
    if rk_is_null(column, row):
        return NOTHING
    if column.kind == RK_COLUMN_CODES:
        return words_of_code(spec, column, row)
    if column.kind == RK_COLUMN_LISTS:
        return words_of_list(column, row)
    value = value_at(column, row)
    if column.kind == RK_COLUMN_TIMES:
        return f"the time `{value}` seconds after 1970"
    return given(value)


cdef str words_of_list(const rk_column *column, u64 row):
    """The first value of a bad list that is no tag, in words."""
    cdef u64 place = rk_end_at(column, row)
    cdef i64 tag
    while not rk_is_null(column.inner, place):
        if column.inner.kind == RK_COLUMN_INTEGERS:
            if not rk_integer_at(column.inner, place, &tag):
                return f"a list with {given(value_at(column.inner, place))}"
        else:
            value = value_at(column.inner, place)
            if isinstance(value, bytes) or not is_unicode(value):
                return f"a list with {given(value)}"
        place += 1
    return "a list with a null"


cdef str words_of_code(FactSpec spec, const rk_column *column, u64 row):
    code = value_at(column, row)
    if 0 <= code < column.inner.n_rows:
        return words_of_bad(spec, column.inner, code)
    return f"the index `{code}` of {column.inner.n_rows}"


cdef object value_at(const rk_column *column, u64 row):
    """The number, index or text of a row that is not null; bytes that are no text come as bytes."""
    cdef double number
    cdef float narrow_number
    cdef u64 begin, n = column.width
    if column.kind == RK_COLUMN_TEXTS:
        begin = rk_end_at(column, row)
        n = rk_end_at(column, row + 1) - begin
        return text_of((<const char *>column.values + begin)[:n] if n else b"", "utf-8")
    raw = (<const char *>column.values + (column.start + row) * n)[:n]
    if column.kind == RK_COLUMN_WIDE_TEXTS:
        text = text_of(raw, _UTF_32)
        return text.rstrip("\0") if isinstance(text, str) else text
    if column.kind == RK_COLUMN_FLOATS:
        if n == sizeof(float):
            memcpy(&narrow_number, <const char *>raw, n)
            return narrow_number
        memcpy(&number, <const char *>raw, n)
        return number
    if column.kind == RK_COLUMN_TIMES:
        # Seconds since 1970: what a datetime cannot hold is what is shown here.
        value = int.from_bytes(raw, sys.byteorder, signed=True)
        return Decimal(f"{value}e-{column.scale}")
    is_signed = column.is_signed or column.kind == RK_COLUMN_DECIMALS
    value = int.from_bytes(raw, sys.byteorder, signed=is_signed)
    return Decimal(f"{value}e-{column.scale}") if column.kind == RK_COLUMN_DECIMALS else value


cdef object text_of(bytes raw, str encoding):
    """Text, or the bytes themselves where they are none."""
    try:
        return raw.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        return raw


cdef bint is_unicode(str text):
    """Whether a text holds no lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
