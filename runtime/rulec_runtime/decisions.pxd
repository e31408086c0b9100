# cython: language_level=3
from cpython.ref cimport PyObject

from rulec_runtime.image cimport Image
from rulec_runtime.kernels cimport rk_program, u32

cdef class Made:
    """A read-only sequence whose elements are made when they are first asked for, and kept."""

    cdef Image image
    cdef const rk_program *program
    cdef Py_ssize_t n
    cdef PyObject **made    # [n]; NULL: not yet

    cdef int room_for(self, Py_ssize_t n) except -1
    cdef int keep(self, u32 number) except -1
    cdef object make(self, u32 number)

    cdef inline object at(self, u32 number):
        """The element of a number below n."""
        if self.made[number] is NULL:
            self.keep(number)
        return <object>self.made[number]

cdef class Codes(Made):
    """The codes of the definitions, by number."""

cdef class Decisions(Made):
    """The decisions of a program, by number."""

    cdef str hash
    cdef Codes definition_codes
    cdef tuple point_codes
    cdef dict configs       # number of a string -> what it holds, read-only

    cdef int check_configs(self) except -1
    cdef object read_config(self, u32 implementation)
