# cython: language_level=3, embedsignature=True
"""How many rows to read or decide at once, so that Ctrl-C waits a few hundredths of a second.

A row costs between a nanosecond and many microseconds, so that no fixed number is right: each
stretch is twice as long as the one before, or half, by the time that one took.
"""

from time import perf_counter

cimport cython
from cpython.exc cimport PyErr_CheckSignals

cdef enum:
    N_FIRST = 1 << 10
    N_MOST = 1 << 16

_SHORT, _LONG = 0.01, 0.04
"""Seconds."""


@cython.final
cdef class Pace:

    def __cinit__(self):
        self.n_rows = N_FIRST
        self.since = perf_counter()

    cdef int look(self) except -1:
        """Serves Ctrl-C, and takes fewer or more rows for the next stretch."""
        cdef double now = perf_counter()
        PyErr_CheckSignals()
        if now - self.since > _LONG:
            self.n_rows = max(self.n_rows // 2, <u64>1)
        elif now - self.since < _SHORT:
            self.n_rows = min(self.n_rows * 2, <u64>N_MOST)
        self.since = perf_counter()
        return 0
