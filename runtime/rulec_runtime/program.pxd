# cython: language_level=3
from rulec_runtime.artifact cimport Artifact
from rulec_runtime.ids cimport ProfileIds
from rulec_runtime.kernels cimport u32
from rulec_runtime.match cimport Request
from rulec_runtime.workspace cimport Spares

cdef class Program:
    """A compiled rule set, ready to decide."""

    cdef Artifact artifact
    cdef Spares spares
    cdef tuple absent_rows      # as rows_without_facts() says; None until it is asked for
    cdef dict ids               # entity number -> ProfileIds, where ids were given out
    cdef object explainer       # a function that tells why, where the rule set is at hand

    cdef Request reading(self, object facts, object as_of)
    cdef tuple rows_without_facts(self)
    cdef list rows_of(self, dict profiles)
    cdef object row_of(self, str entity, u32 number, object profile)
