# cython: language_level=3, embedsignature=True
"""Makes the tables by which columns of ints and of tags find their classes without a search.

In: a declared fact. Out: its table (rk_table.h), or NULL where its numbers reach too far for one. It
is made when the first column asks, and kept with the fact.

Thread-safety: made under the GIL, and only read afterwards.
"""

cimport cython
from cpython.mem cimport PyMem_RawCalloc, PyMem_RawFree

from rulec_runtime.column_kernels cimport rk_table_fill, rk_table_plan
from rulec_runtime.kernels cimport i64


@cython.final
cdef class Table:

    def __cinit__(self, FactSpec spec not None):
        if not rk_table_plan(spec.program, spec.fact, &self.table):
            raise ValueError(f"`{spec.entity}.{spec.name}` has no table")
        self.table.starts = <unsigned short *>PyMem_RawCalloc(
            self.table.last + 2, sizeof(unsigned short)
        )
        if self.table.shift:
            self.table.before = <i64 *>PyMem_RawCalloc(self.table.last + 1, sizeof(i64))
        if not self.table.starts or (self.table.shift and not self.table.before):
            raise MemoryError
        rk_table_fill(spec.program, spec.fact, &self.table)

    def __dealloc__(self):
        PyMem_RawFree(self.table.starts)
        PyMem_RawFree(self.table.before)


cdef const rk_table *table_of(FactSpec spec) except? NULL:
    """The table of a fact; NULL: it has none."""
    cdef rk_table plan
    if spec.table is None:
        spec.table = Table(spec) if rk_table_plan(spec.program, spec.fact, &plan) else False
    return NULL if spec.table is False else &(<Table>spec.table).table
