# cython: language_level=3

cdef class Findings:
    """The bad rows of a batch while it is made."""

    cdef list rows              # of each column and reason: int64, ascending
    cdef list refusals
    cdef list tolerated
    cdef object error           # of the first bad row, or None
    cdef object first_row

    cdef int add(self, str name, object rows, object reasons, object error) except -1
    cdef int look_at_columns(self, tuple columns) except -1
    cdef object all_rows(self)
