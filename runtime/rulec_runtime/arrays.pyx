# cython: language_level=3, embedsignature=True
"""Reads NumPy arrays as columns of a batch.

In: an array of flags, ints, floats, text, times or objects, masked or not; for tags a pair of
arrays: offsets `[n_rows + 1]` and values, ints or text. Out: their rows, added to a `FactColumn`.

Arrays are read in place where they are contiguous and in this machine's byte order; others through
a copy. What a mask hides is absent, and so is NaT. A datetime64 counts from 1970 in UTC, as NumPy
says of it. Bytes are UTF-8. Objects are values of a single request, one by one.
"""

from itertools import pairwise

from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc
from libc.string cimport memset

from rulec_runtime.column_kernels cimport (
    RK_COLUMN_BYTES,
    RK_COLUMN_FLOATS,
    RK_COLUMN_INTEGERS,
    RK_COLUMN_LISTS,
    RK_COLUMN_NARROW_TEXTS,
    RK_COLUMN_TIMES,
    RK_COLUMN_WIDE_TEXTS,
    rk_column,
    rk_column_fits,
)
from rulec_runtime.columns cimport micros_of_column
from rulec_runtime.kernels cimport u8, u64

import sys

import numpy as np

from rulec_runtime.errors import ColumnError

_SCALES = {"s": 0, "ms": 3, "us": 6, "ns": 9, "ps": 12, "fs": 15, "as": 18}
"""The units of datetime64 that are decimals of a second, and their places."""
_SECONDS = {"m": 60, "h": 3600, "D": 86400, "W": 604800}
_MAX_YEARS = 300_000
"""Beyond what 64 bits of microseconds hold, and within what 64 bits of seconds do."""


cdef class Bound:
    """An array bound as an `rk_column`, and what that points into."""

    cdef rk_column column
    cdef Py_buffer values, validity

    def __cinit__(self, array not None, valid):
        """Binds an array that `is_bindable` and contiguous; `valid` are flags, or None: all are."""
        shape(array.dtype, &self.column)
        self.column.n_rows = len(array)
        PyObject_GetBuffer(array.view(np.uint8) if self.column.width else b"", &self.values, PyBUF_SIMPLE)
        self.column.values = <const u8 *>self.values.buf
        if valid is not None:
            bits = np.packbits(valid, bitorder="little")
            PyObject_GetBuffer(bits, &self.validity, PyBUF_SIMPLE)
            self.column.validity = <const u8 *>self.validity.buf
        if self.column.kind == RK_COLUMN_WIDE_TEXTS:
            self.column.scratch = <u8 *>PyMem_RawMalloc(self.column.width)
            if not self.column.scratch:
                raise MemoryError

    def __dealloc__(self):
        PyMem_RawFree(self.column.scratch)
        PyBuffer_Release(&self.values)
        PyBuffer_Release(&self.validity)


cdef bint is_array(object column):
    return isinstance(column, np.ndarray)


cdef int read_array(FactColumn out, object array) except -1:
    """Adds the rows of an array to a column."""
    values, valid = plain(out.name, array)
    if values.dtype.kind == "O":
        return out.append_objects(listed(values, valid))
    return append_bound(out, values, valid)


cdef int append_bound(FactColumn out, object values, object valid) except -1:
    cdef rk_column column
    cdef Bound bound
    if not shape(values.dtype, &column) or not rk_column_fits(&column, out.spec.fact.type):
        raise out.refusal(in_words(values))
    bound = Bound(values, valid)
    return out.append(&bound.column)


cdef int read_ragged(FactColumn out, object offsets, object values) except -1:
    """Adds rows of tags, ints or text: row r holds values[offsets[r] : offsets[r + 1]]."""
    cdef rk_column column, inner
    cdef Bound bound
    cdef Py_buffer ends
    if not out.spec.is_tags:
        raise out.refusal("a pair of arrays")
    offsets, hidden = plain(out.name, offsets)
    values, valid = plain(out.name, values)
    if offsets.dtype.kind not in "iu" or not len(offsets) or hidden is not None:
        raise ColumnError(out.name, "offsets, one more than rows", in_words(offsets))
    # Signed 64 bits hold every right offset: greater ones turn negative and are refused.
    offsets = offsets.astype(np.int64)
    if values.dtype.kind == "O":
        return append_object_rows(out, offsets, listed(values, valid))
    if not shape(values.dtype, &inner):
        raise out.refusal(in_words(values))
    bound = Bound(values, valid)
    memset(&column, 0, sizeof(column))
    column.kind = RK_COLUMN_LISTS
    column.width = 8
    column.n_rows = len(offsets) - 1
    column.inner = &bound.column
    if not rk_column_fits(&column, out.spec.fact.type):
        raise out.refusal(in_words(values))
    PyObject_GetBuffer(offsets, &ends, PyBUF_SIMPLE)
    try:
        column.ends = <const u8 *>ends.buf
        return out.append(&column)
    finally:
        PyBuffer_Release(&ends)


cdef int append_object_rows(FactColumn out, object offsets, list tags) except -1:
    bounds = offsets.tolist()
    rows = []
    for begin, end in pairwise(bounds):
        if not 0 <= begin <= end <= len(tags):
            within = f"a list outside its {len(tags)} values, first in row {len(rows)}"
            raise ColumnError(out.name, "offsets and indexes within its values", within)
        rows.append(tags[begin:end])
    return out.append_objects(rows)


cdef bint is_masked(object array):
    """Whether an array has a mask.

    INVARIANT: imports nothing. `np.ma` is loaded when it is first named, and a process forked in that
    moment waits for ever for the import that its parent's thread began.
    """
    loaded = sys.modules.get("numpy.ma")
    return isinstance(array, getattr(loaded, "MaskedArray", ()))


cdef tuple read_array_times(object array):
    """Microseconds since 1970 of a datetime64 array, and why a row has none: int64 and uint8."""
    cdef Bound bound
    values, valid = plain("as_of", array)
    bound = Bound(values, valid)
    return micros_of_column(&bound.column)


cdef tuple plain(str name, object array):
    """An array as one contiguous row of values in this machine's byte order, and which are there.

    The second is None where all are.
    """
    valid = None
    if not isinstance(array, np.ndarray) or array.ndim != 1:
        raise ColumnError(name, "an array of one dimension", in_words(array))
    if is_masked(array):
        if array.dtype.names is None and array.mask is not np.ma.nomask:
            valid = ~np.ma.getmaskarray(array)
        array = array.data
    dtype = array.dtype
    if dtype.kind == "T":
        return array.astype(object), valid
    if dtype.kind in "iufUM":
        dtype = dtype.newbyteorder("=")
    values = np.ascontiguousarray(array, dtype=dtype)
    if dtype.kind == "M":
        is_time = ~np.isnat(values)
        valid = is_time if valid is None else valid & is_time
        values = counted(values)
    return values, valid


cdef object counted(object times):
    """Times in seconds, or a decimal unit of them. Those of no year that matters stay out of range."""
    unit, n = np.datetime_data(times.dtype)
    if unit in _SCALES and n == 1:
        return times
    counts = times.view(np.int64)
    if unit in "YM":
        most = _MAX_YEARS * (12 if unit == "M" else 1) // n
        return np.clip(counts, -most, most).view(times.dtype).astype("M8[D]").astype("M8[s]")
    if unit in _SECONDS:
        n *= _SECONDS[unit]
        most = 366 * 86400 * _MAX_YEARS // n
        return (np.clip(counts, -most, most) * n).view("M8[s]")
    if unit in _SCALES:
        most = (2**63 - 1) // n
        return (np.clip(counts, -most, most) * n).view(f"M8[{unit}]")
    return times


cdef list listed(object values, object valid):
    """Objects in a list; what is hidden as None."""
    return (values if valid is None else np.where(valid, values, None)).tolist()


cdef str in_words(object array):
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
    elif kind == "S":
        out.kind = RK_COLUMN_NARROW_TEXTS
    elif kind == "U":
        out.kind = RK_COLUMN_WIDE_TEXTS
    elif kind == "M" and np.datetime_data(dtype)[0] in _SCALES:
        out.kind = RK_COLUMN_TIMES
        out.scale = _SCALES[np.datetime_data(dtype)[0]]
    else:
        return False
    return True
