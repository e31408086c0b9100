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

    cdef bint plan(self, FactSpec spec) except -1:
        """Makes the table of a fact; False: it has none."""
        if not rk_table_plan(spec.program, spec.fact, &self.table):
            return False
        self.table.starts = <unsigned short *>PyMem_RawCalloc(
            self.table.last + 2, sizeof(unsigned short)
        )
        if self.table.shift:
            self.table.before = <i64 *>PyMem_RawCalloc(self.table.last + 1, sizeof(i64))
        if not self.table.starts or (self.table.shift and not self.table.before):
            raise MemoryError
        rk_table_fill(spec.program, spec.fact, &self.table)
        return True

    def __dealloc__(self):
        PyMem_RawFree(self.table.starts)
        PyMem_RawFree(self.table.before)


cdef const rk_table *table_of(FactSpec spec) except? NULL:
    """The table of a fact; NULL: it has none."""
    cdef Table table
    if spec.table is None:
        table = Table()
        spec.table = table if table.plan(spec) else False
    return NULL if spec.table is False else &(<Table>spec.table).table
