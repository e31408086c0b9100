# cython: language_level=3
from rulec_runtime.artifact cimport EntityTable
from rulec_runtime.facts cimport EntityClasses
from rulec_runtime.kernels cimport i64, rk_row, u64
from rulec_runtime.picked cimport Picked
from rulec_runtime.profile cimport Row
from rulec_runtime.workspace cimport Spares

cdef class Generation:
    """The rows of one entity of one program in one process, by place; none ever moves or goes."""

    cdef i64 number         # in the high bits of its ids
    cdef rk_row **slabs     # N_SLAB_ROWS in each
    cdef list kept          # of Row: what the rows point into
    cdef u64 n_rows

    cdef int keep(self, Row row) except -1

cdef class ProfileIds:
    """The ids of one entity's profiles in one program, and the rows they stand for."""

    cdef Spares spares
    cdef EntityTable table
    cdef dict generations           # int -> Generation
    cdef Generation growing         # the one that ids are given out of; None: of none yet
    cdef object process             # that gives them out
    cdef dict id_of_key             # bytes -> int
    cdef readonly u64 n_bytes       # of the rows and what finds them
    cdef readonly u64 max_bytes

    cdef Row row(self, object number)
    cdef object refusal(self, object number, object row=*)
    cdef bint find(self, object number, rk_row *out) noexcept
    cdef Picked picked(self, object numbers)
    cpdef object issue(self, object columns)
    cdef i64 id_of(self, EntityClasses facts, bytes key) except -1
    cdef object ids_of_rows(self, list columns, u64 n_rows)
    cdef int begin_generation(self) except -1
