# cython: language_level=3, embedsignature=True
"""Holds the rows of one entity that a caller keeps, one a row of a batch.

In: an entity, and rows as profile ids name them (ids.pyx). Out: `Picked`, which a batch walks in place of
columns.

Thread-safety: written by the thread that makes the batch, and only read afterwards.
"""

cimport cython
from cpython.mem cimport PyMem_Calloc, PyMem_Free

ROWS = "an Arrow column of structs of its facts, or in a batch an int64 array of profile ids"
"""What may be named like an entity."""


@cython.final
cdef class Picked:

    def __cinit__(self, EntityTable table not None, u64 n_rows):
        self.table = table
        self.n_rows = n_rows
        self.owners = []
        self.rows = <const rk_row **>PyMem_Calloc(n_rows, sizeof(rk_row *))
        if not self.rows:
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(<void *>self.rows)

    cdef int keep(self, object owner) except -1:
        """Keeps what rows stand in alive."""
        if not self.owners or self.owners[-1] is not owner:
            self.owners.append(owner)
        return 0
