# cython: language_level=3
from cpython.object cimport PyObject
from libc.stdint cimport uintptr_t

cdef class Names:
    """The numbers of some names, by text; by the very object where it was met before."""

    cdef dict numbers       # str -> number
    cdef PyObject **met     # [last + 1] owned, or NULL
    cdef int *number_of     # [last + 1] of the name that was met
    cdef size_t last        # slots - 1

    cdef int look_up(self, PyObject *name, size_t slot) except -2

    cdef inline int find(self, PyObject *name) except -2:
        """The number of a name, which is a str itself; -1: nothing is called so."""
        cdef uintptr_t bits = <uintptr_t>name
        cdef size_t slot = (bits >> 4 ^ bits >> 12) & self.last
        if self.met[slot] == name:
            return self.number_of[slot]
        return self.look_up(name, slot)
