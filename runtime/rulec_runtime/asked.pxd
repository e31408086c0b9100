# cython: language_level=3
from libc.stdint cimport int32_t

from rulec_runtime.artifact cimport Artifact
from rulec_runtime.kernels cimport rk_asked, u32

cdef class Asked:
    """Points of one program that are asked together, and the memory to decide them in."""

    cdef tuple codes
    cdef rk_asked asked
    cdef u32 *numbers       # [n_points]
    cdef int32_t *answers   # [n_points]
