# cython: language_level=3
from rulec_runtime.kernels cimport rk_verdict, rk_program, u8, u32

cdef class Image:
    """The verified bytes of a program; whatever points into them holds it."""

    cdef object room        # the mmap that holds them
    cdef const u8 *bytes    # 64-byte aligned, inside room
    cdef size_t n_bytes
    cdef readonly str file  # the path they came from, or None
    cdef rk_program program
    cdef dict texts         # number -> str, those asked for so far

    cdef int lie_in_room(self) except -1
    cdef int verify(self, size_t n_summed=*, u32 crc=*) except -1
    cdef int check_header(self, bytes head, size_t n_bytes) except -1
    cdef u32 sum_up(self, size_t n_bytes, size_t n_summed, u32 crc) except? 0
    cdef int check_sum(self, u32 crc) except -1
    cdef int refuse(self, rk_verdict verdict) except -1
    cdef str text(self, u32 number)
    cdef str text_or_none(self, u32 number)
    cdef bytes copy(self)
