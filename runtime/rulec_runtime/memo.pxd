# cython: language_level=3
from rulec_runtime.artifact cimport Artifact
from rulec_runtime.image cimport Image
from rulec_runtime.kernels cimport rk_memo, u64

cdef class Memo:
    """Filled rows that the requests of one program share."""

    cdef Image owner
    cdef rk_memo memo
    cdef void *block

    cdef int place(self) except -1
    cdef int draw_words(self) except -1

cdef Memo memo_of(Artifact artifact)
