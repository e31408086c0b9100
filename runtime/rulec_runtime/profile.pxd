# cython: language_level=3
from rulec_runtime.artifact cimport Artifact, EntityTable
from rulec_runtime.kernels cimport rk_row, u32

cdef class Row:
    """One entity's profile row in one program: immutable, owns its memory."""

    cdef Artifact artifact
    cdef void *block
    cdef rk_row row

    cdef int keep(self, u32 number, rk_row *filled) except -1

cdef class Profile:
    """One entity's facts, read once and used for many requests."""

    cdef readonly str entity
    cdef dict facts
    cdef Row current

    cdef Row row_in(self, Artifact artifact)

cdef u32 number_of(Artifact artifact, str entity) except? 0xFFFFFFFF
cdef size_t row_bytes(EntityTable table, Row row)
