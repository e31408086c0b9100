# cython: language_level=3, embedsignature=True
"""Collects the bad rows of a batch while it is made.

In: columns that were read, and whatever else finds rows bad. Out: which rows are refused, why, what
was tolerated, and the error of the first bad row.
"""

cimport cython

from rulec_runtime.column_kernels cimport RK_N_VALUE_REASONS, RK_VALUE_INDEX
from rulec_runtime.columns cimport FactColumn

import numpy as np

from rulec_runtime.refusals import distinct, refusals_of


@cython.final
cdef class Findings:

    def __cinit__(self):
        self.rows, self.refusals, self.tolerated = [], [], []

    cdef int add(self, str name, object rows, object reasons, object error) except -1:
        self.rows.append(rows)
        self.refusals += refusals_of(name, rows, reasons)
        if self.error is None or rows[0] < self.first_row:
            self.error, self.first_row = error, rows[0]
        return 0

    cdef int look_at_columns(self, tuple columns) except -1:
        """Raises the error of a column that leads out of its buffers; keeps the others' bad rows."""
        cdef FactColumn column
        for column in columns:
            rows, reasons = column.bad_rows()
            if not len(rows):
                continue
            is_bad = np.array([not column.is_tolerated(n) for n in range(RK_N_VALUE_REASONS)])
            is_bad = is_bad[reasons]
            if column.is_broken:
                raise column.error(rows[reasons == RK_VALUE_INDEX])
            if is_bad.any():
                bad = rows[is_bad]
                self.add(column.name, bad, reasons[is_bad], column.error(bad))
            if not is_bad.all():
                self.tolerated += refusals_of(column.name, rows[~is_bad], reasons[~is_bad])
        return 0

    cdef object all_rows(self):
        """Every refused row once, ascending; read-only."""
        found = distinct(np.concatenate([np.empty(0, np.int64), *self.rows]))
        found.setflags(write=False)
        return found
