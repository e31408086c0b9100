# cython: language_level=3
from rulec_runtime.artifact cimport Artifact, EntityTable
from rulec_runtime.kernels cimport u32

cdef class EntityClasses:
    """One entity's facts, read already: their classes, for what makes a row of facts."""

    cdef u32 *classes       # [n_facets], not owned
    cdef u32 n_facets

cdef int read_facts(Artifact artifact, object facts, u32 *classes) except -1
cdef int read_entity(EntityTable table, object facts, u32 *classes) except -1
cdef list entities_of(Artifact artifact, object facts)
cdef list facts_of(EntityTable table, object facts)
cdef int undeclared(EntityTable table, object name) except -1
cdef int forgive(Artifact artifact) except -1
