# cython: language_level=3
from rulec_runtime.artifact cimport Artifact
from rulec_runtime.match cimport Request
from rulec_runtime.resolver cimport Givers
from rulec_runtime.workspace cimport Spares

cdef class Program:
    """A compiled rule set, ready to decide."""

    cdef Artifact artifact
    cdef Spares spares
    cdef Givers givers
    cdef object explainer       # a function that tells why, where the rule set is at hand

    cdef object decide(self, object point, object facts, object scenario, object as_of)
    cdef Request reading(self, object facts, object as_of)
