# cython: language_level=3
from rulec_runtime.artifact cimport EntityTable
from rulec_runtime.kernels cimport rk_row, u64

cdef class Picked:
    """The rows of one entity that the caller keeps, one a row of a batch."""

    cdef EntityTable table
    cdef u64 n_rows
    cdef const rk_row **rows    # [n_rows]
    cdef list owners            # of what they stand in
    cdef bint is_far            # whether they are more than a core's own caches hold

    cdef int keep(self, object owner) except -1
