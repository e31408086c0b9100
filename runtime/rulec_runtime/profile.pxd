# cython: language_level=3
from rulec_runtime.artifact cimport Artifact
from rulec_runtime.kernels cimport rk_row, u32
from rulec_runtime.workspace cimport Spares, Workspace

cdef class Row:
    """One entity's filled row in one program: immutable, owns its memory."""

    cdef Artifact artifact
    cdef u32 entity         # its number
    cdef void *block        # what the row points into
    cdef size_t n_bytes     # of it
    cdef rk_row row

    cdef int fill(self, Workspace space, u32 entity) except -1

cdef class Profile:
    """One entity's facts, read once and used for many requests."""

    cdef readonly str entity
    cdef dict facts
    cdef Row current

    cdef Row row_in(self, Spares spares)

cdef u32 number_of(Artifact artifact, str entity) except? 0xFFFFFFFF
cdef size_t row_bytes(Row row)
