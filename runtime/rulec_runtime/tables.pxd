# cython: language_level=3
from rulec_runtime.artifact cimport FactSpec
from rulec_runtime.column_kernels cimport rk_table

cdef class Table:
    """The table of one fact, and its memory."""

    cdef rk_table table
    cdef bint plan(self, FactSpec spec) except -1

cdef const rk_table *table_of(FactSpec spec) except? NULL
