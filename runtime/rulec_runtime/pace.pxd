# cython: language_level=3
from rulec_runtime.kernels cimport u64

cdef class Pace:
    """How many rows to read or decide before the next look at Ctrl-C."""

    cdef u64 n_rows
    cdef double since           # seconds, when the rows began

    cdef int look(self) except -1
