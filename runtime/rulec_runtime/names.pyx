# cython: language_level=3, embedsignature=True
"""Finds what a name stands for, in a step for a name that was met before.

In: names in the order of their numbers. Out: `Names`. The keys of a server's dicts are the same few
objects again and again: literals, or those that a decoder keeps. So an object that was found by its
text is remembered by its address, and held, so that no other object can come to lie there.

Thread-safety: a look-up is one step under the GIL and runs no code but ours.
"""

cimport cython
from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.ref cimport Py_INCREF, Py_XDECREF

from rulec_runtime.plain cimport rp_found

cdef enum:
    SLOTS_A_NAME = 8


@cython.final
cdef class Names:

    def __cinit__(self, tuple names not None):
        cdef size_t n_slots = 8
        while n_slots < SLOTS_A_NAME * <size_t>len(names):
            n_slots *= 2
        self.numbers = {name: number for number, name in enumerate(names)}
        self.last = n_slots - 1
        self.met = <PyObject **>PyMem_Calloc(n_slots, sizeof(PyObject *))
        self.number_of = <int *>PyMem_Calloc(n_slots, sizeof(int))
        if not self.met or not self.number_of:
            raise MemoryError

    def __dealloc__(self):
        cdef size_t slot
        if self.met:
            for slot in range(self.last + 1):
                Py_XDECREF(self.met[slot])
        PyMem_Free(self.met)
        PyMem_Free(self.number_of)

    cdef int look_up(self, PyObject *name, size_t slot) except -2:
        """Finds a name by its text, and remembers the object in its slot."""
        cdef PyObject *before = self.met[slot]
        cdef PyObject *found = rp_found(<PyObject *>self.numbers, name)
        if not found:
            return -1
        Py_INCREF(<object>name)
        self.met[slot] = name
        self.number_of[slot] = <int><object>found
        Py_XDECREF(before)
        return self.number_of[slot]
