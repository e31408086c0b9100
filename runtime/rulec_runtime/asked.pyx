# cython: language_level=3, embedsignature=True
"""Prepares points that are asked together, for rk_points.h.

In: an `Artifact` and the codes of points, in any order, also twice. Out: `Asked`.

Thread-safety: an `Asked` is written while a match answers it: one call at a time.
"""

cimport cython
from cpython.mem cimport PyMem_Calloc, PyMem_Free

from rulec_runtime.kernels cimport (
    RK_SECTION_POINTS,
    rk_asked_prepare,
    rk_point_words,
    u64,
)


@cython.final
cdef class Asked:

    def __cinit__(self, Artifact artifact not None, tuple codes not None):
        cdef rk_asked *asked = &self.asked
        cdef size_t n = len(codes), n_words = rk_point_words(artifact.program), i
        self.codes = codes
        self.numbers = <u32 *>PyMem_Calloc(n, sizeof(u32))
        self.answers = <int32_t *>PyMem_Calloc(n, sizeof(int32_t))
        asked.wanted[0] = <u64 *>PyMem_Calloc(n_words, sizeof(u64))
        asked.wanted[1] = <u64 *>PyMem_Calloc(n_words, sizeof(u64))
        asked.open = <u64 *>PyMem_Calloc(n_words, sizeof(u64))
        asked.decided = <u32 *>PyMem_Calloc(
            artifact.program.n_records[RK_SECTION_POINTS], sizeof(u32)
        )
        if not (
            self.numbers and self.answers and asked.wanted[0] and asked.wanted[1]
            and asked.open and asked.decided
        ):
            raise MemoryError
        for i in range(n):
            self.numbers[i] = artifact.point_number(codes[i])
        asked.points = self.numbers
        asked.n_points = n
        rk_asked_prepare(asked, artifact.program)

    def __dealloc__(self):
        PyMem_Free(self.numbers)
        PyMem_Free(self.answers)
        PyMem_Free(self.asked.wanted[0])
        PyMem_Free(self.asked.wanted[1])
        PyMem_Free(self.asked.open)
        PyMem_Free(self.asked.decided)
