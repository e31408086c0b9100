# cython: language_level=3, embedsignature=True
"""Reads the times of a batch: one for all its rows, or one a row.

In: what a caller gives as `as_of`. Out: microseconds since 1970 in UTC, int64 `[1]` or `[n_rows]`;
why a row has none, uint8 of RK_VALUE_*, 0 where it has one; and what the first of those was given.
TimeError for a single time that is none, ColumnError for a column of another type.
"""

from rulec_runtime.arrays cimport is_masked, read_array_times
from rulec_runtime.arrow cimport is_arrow, read_arrow_times
from rulec_runtime.column_kernels cimport RK_VALUE_ABSENT, RK_VALUE_TIME, RK_VALUE_TYPE

import numpy as np

from rulec_runtime.clock import micros_of
from rulec_runtime.errors import TimeError
from rulec_runtime.wording import NOTHING, given

_TOO_FINE = "a time beyond or between microseconds of 64 bits"


cdef tuple read_times(object as_of, u64 n_rows):
    first = NOTHING
    is_array = isinstance(as_of, np.ndarray)
    if is_arrow(as_of):
        times, reasons = read_arrow_times(as_of)
    elif is_array and as_of.dtype.kind == "M" and as_of.ndim == 1:
        times, reasons = read_array_times(as_of)
    elif is_array and as_of.dtype == np.int64:
        times, reasons = read_array_micros(as_of)
    elif is_array or isinstance(as_of, (list, tuple)):
        times, reasons, first = read_objects(as_of)
    else:
        return np.array([micros_of(as_of)], np.int64), np.zeros(1, np.uint8), NOTHING
    if times.shape != (n_rows,):
        shape = " x ".join(map(str, times.shape))
        raise TimeError(f"one time, or {n_rows}, one a row", f"an array of {shape}")
    if (reasons > RK_VALUE_ABSENT).any() and first == NOTHING:
        is_first_absent = reasons[np.flatnonzero(reasons)[0]] == RK_VALUE_ABSENT
        first = NOTHING if is_first_absent else _TOO_FINE
    return times, reasons, first


cdef tuple read_array_micros(object array):
    """Microseconds as they stand; masked ones are absent."""
    if not is_masked(array):
        return np.ascontiguousarray(array), np.zeros(array.shape, np.uint8)
    absent = (np.ma.getmaskarray(array) * RK_VALUE_ABSENT).astype(np.uint8)
    return np.ascontiguousarray(np.ma.getdata(array)), absent


cdef tuple read_objects(object values):
    """Times of a list or an array of objects, one by one."""
    first = NOTHING
    times, reasons = np.zeros(len(values), np.int64), np.zeros(len(values), np.uint8)
    for row, value in enumerate(values):
        try:
            times[row] = micros_of(value)
        except TimeError:
            if not reasons.any():
                first = NOTHING if value is None else given(value)
            reasons[row] = reason_of(value)
    return times, reasons, first


cdef int reason_of(object value):
    if value is None:
        return RK_VALUE_ABSENT
    return RK_VALUE_TIME if isinstance(value, str) else RK_VALUE_TYPE
