# cython: language_level=3
from rulec_runtime.artifact cimport EntityTable
from rulec_runtime.facts cimport EntityClasses
from rulec_runtime.kernels cimport i64, rk_row, u64
from rulec_runtime.profile cimport Row
from rulec_runtime.workspace cimport Spares

cdef class ProfileIds:
    """The ids of one entity's profiles in one program, and the rows they stand for."""

    cdef Spares spares
    cdef EntityTable table
    cdef dict rows_of_generation    # int -> list of Row, by place
    cdef list rows                  # of the generation that grows
    cdef rk_row **slabs             # the same rows, by place, N_SLAB_ROWS in each
    cdef u64 n_rows                 # of them
    cdef i64 generation             # its number, in the high bits
    cdef object process             # that gave out its ids
    cdef dict id_of_key             # bytes -> int
    cdef readonly u64 n_bytes       # of the rows and what finds them
    cdef readonly u64 max_bytes

    cdef Row row(self, object number)
    cdef bint find(self, object number, rk_row *out) noexcept
    cdef int keep(self, Row row) except -1
    cdef void free_slabs(self) noexcept
    cpdef object issue(self, object columns)
    cdef i64 id_of(self, EntityClasses facts, bytes key) except -1
    cdef object ids_of_rows(self, list columns, u64 n_rows)
    cdef int begin_generation(self) except -1
