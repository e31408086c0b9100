# cython: language_level=3
from rulec_runtime.artifact cimport Artifact
from rulec_runtime.ids cimport ProfileIds
from rulec_runtime.kernels cimport u32
from rulec_runtime.match cimport Request

cdef class Program:
    """A compiled rule set, ready to decide."""

    cdef Artifact artifact
    cdef Request spare          # the memory of the last request, while no call uses it
    cdef tuple absent_rows      # Row, by entity; None where a fact is required
    cdef dict ids               # entity number -> ProfileIds, where ids were given out
    cdef object explainer       # a function that tells why, where the rule set is at hand

    cdef Request take(self)
    cdef list rows_of(self, dict profiles)
    cdef object row_of(self, str entity, u32 number, object profile)
    cdef dict plain(self, object facts)
