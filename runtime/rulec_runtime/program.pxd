# cython: language_level=3
from rulec_runtime.artifact cimport Artifact
from rulec_runtime.match cimport Request

cdef class Program:
    """A compiled rule set, ready to decide."""

    cdef Artifact artifact
    cdef Request spare          # the memory of the last request, while no call uses it
    cdef tuple absent_rows      # as rows_without_facts() says; None until it is asked for

    cdef Request take(self)
    cdef tuple rows_without_facts(self)
    cdef list rows_of(self, dict profiles)
