# cython: language_level=3, embedsignature=True
"""Reads NumPy arrays as columns of a batch.

In: an array of flags, ints, floats, text or objects; for tags a pair of arrays: offsets
`[n_rows + 1]` and values, ints or text. Out: their rows, added to a `FactColumn`.

Arrays are read in place where they are contiguous and in this machine's byte order; others through
a copy. Objects are values of a single request, one by one.
"""

from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc
from libc.string cimport memset

from rulec_runtime.columns cimport (
    RK_COLUMN_BYTES,
    RK_COLUMN_FLOATS,
    RK_COLUMN_INTEGERS,
    RK_COLUMN_LISTS,
    RK_COLUMN_WIDE_TEXTS,
    FactColumn,
    rk_column,
    rk_column_fits,
    rk_first_bad_end,
)
from rulec_runtime.kernels cimport RK_TAGS_INT, u8, u64

import sys

import numpy as np

from rulec_runtime.errors import ColumnError


cdef bint is_array(object column):
    return isinstance(column, np.ndarray)


cdef int read_array(FactColumn out, object array) except -1:
    """Adds the rows of an array to a column of a scalar fact."""
    cdef rk_column column
    cdef Py_buffer view
    values = plain(out, array)
    if values.dtype.kind == "O":
        return out.append_objects(values.tolist())
    if not shape(values.dtype, &column) or not rk_column_fits(&column, out.spec.fact.type):
        raise out.refusal(in_words(out, values))
    column.n_rows = len(values)
    PyObject_GetBuffer(values, &view, PyBUF_SIMPLE)
    try:
        column.values = <const u8 *>view.buf
        if column.kind == RK_COLUMN_WIDE_TEXTS:
            column.scratch = <u8 *>PyMem_RawMalloc(column.width)
            if not column.scratch:
                raise MemoryError
        out.append(&column)
    finally:
        PyMem_RawFree(column.scratch)
        PyBuffer_Release(&view)
    return 0


cdef int read_ragged(FactColumn out, object offsets, object values) except -1:
    """Adds rows of tags, ints or text: row r holds values[offsets[r] : offsets[r + 1]]."""
    cdef rk_column column, inner
    cdef Py_buffer ends, tags
    if not out.spec.is_tags:
        raise out.refusal("a pair of arrays")
    offsets, values = plain(out, offsets), plain(out, values)
    if offsets.dtype.kind not in "iu" or not len(offsets):
        raise ColumnError(out.name, "offsets, one more than rows", in_words(out, offsets))
    kind = RK_COLUMN_INTEGERS if out.spec.fact.type == RK_TAGS_INT else RK_COLUMN_WIDE_TEXTS
    if not shape(values.dtype, &inner) or inner.kind != kind:
        raise out.refusal(in_words(out, values))
    # Signed 64 bits hold every right offset: greater ones turn negative and are refused.
    offsets = offsets.astype(np.int64)
    inner.n_rows = len(values)
    memset(&column, 0, sizeof(column))
    column.kind = RK_COLUMN_LISTS
    column.width = 8
    column.n_rows = len(offsets) - 1
    column.inner = &inner
    PyObject_GetBuffer(offsets, &ends, PyBUF_SIMPLE)
    try:
        PyObject_GetBuffer(values, &tags, PyBUF_SIMPLE)
        try:
            column.ends = <const u8 *>ends.buf
            inner.values = <const u8 *>tags.buf
            if inner.kind == RK_COLUMN_WIDE_TEXTS:
                inner.scratch = <u8 *>PyMem_RawMalloc(inner.width)
                if not inner.scratch:
                    raise MemoryError
            check_ends(out, &column)
            out.append(&column)
        finally:
            PyMem_RawFree(inner.scratch)
            PyBuffer_Release(&tags)
    finally:
        PyBuffer_Release(&ends)
    return 0


cdef int check_ends(FactColumn out, const rk_column *column) except -1:
    cdef u64 row
    with nogil:
        row = rk_first_bad_end(column, column.inner.n_rows)
    if row != column.n_rows:
        raise ColumnError(
            out.name,
            f"offsets that ascend, within the {column.inner.n_rows} values",
            f"others at row {row}",
        )
    return 0


cdef bint is_masked(object array):
    """Whether an array has a mask.

    INVARIANT: imports nothing. `np.ma` is loaded when it is first named, and a process forked in that
    moment waits for ever for the import that its parent's thread began.
    """
    loaded = sys.modules.get("numpy.ma")
    return isinstance(array, getattr(loaded, "MaskedArray", ()))


cdef object plain(FactColumn out, object array):
    """An array as one contiguous row of values in this machine's byte order."""
    if is_masked(array):
        raise ColumnError(
            out.name, "an array without a mask; use objects with None", "a masked array"
        )
    if not isinstance(array, np.ndarray) or array.ndim != 1:
        raise ColumnError(out.name, "an array of one dimension", in_words(out, array))
    dtype = array.dtype
    if dtype.kind in "iufU":
        dtype = dtype.newbyteorder("=")
    return np.ascontiguousarray(array, dtype=dtype)


cdef str in_words(FactColumn out, object array):
    if not isinstance(array, np.ndarray):
        return f"`{type(array).__name__}`"
    size = "x".join(map(str, array.shape))
    return f"an array `{array.dtype}` of {size or 'no dimension'}"


cdef bint shape(object dtype, rk_column *out) except? False:
    """Fills how values of a dtype are stored; False for one no fact takes."""
    memset(out, 0, sizeof(out[0]))
    kind, n_bytes = dtype.kind, dtype.itemsize
    if n_bytes > 0xFFFFFFFF:
        return False
    out.width = n_bytes
    out.is_signed = kind == "i"
    if kind == "b":
        out.kind = RK_COLUMN_BYTES
    elif kind in "iu":
        out.kind = RK_COLUMN_INTEGERS
    elif kind == "f" and n_bytes in (4, 8):
        out.kind = RK_COLUMN_FLOATS
    elif kind == "U":
        out.kind = RK_COLUMN_WIDE_TEXTS
    else:
        return False
    return True
