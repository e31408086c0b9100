# cython: language_level=3
from rulec_runtime.artifact cimport Artifact
from rulec_runtime.workspace cimport Spares

cdef class Program:
    """A compiled rule set, ready to decide."""

    cdef Artifact artifact
    cdef Spares spares
    cdef tuple absent_rows      # Row, by entity; None where a fact is required

    cdef list rows_of(self, dict profiles)
