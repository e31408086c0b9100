# cython: language_level=3
from rulec_runtime.artifact cimport Artifact, EntityTable
from rulec_runtime.kernels cimport rk_facts, u32
from rulec_runtime.workspace cimport Workspace

cdef class EntityClasses:
    """One entity's facts, read already: for what makes a row of facts."""

    cdef u32 *classes       # [n_scalars], not owned
    cdef u32 n_scalars
    cdef set tags           # the facets of the tags given

cdef int read_facts(Workspace space, object facts) except -1
cdef int read_entity(Workspace space, EntityTable table, object facts) except -1
cdef dict snapshot(Artifact artifact, object facts)
cdef list facts_of(EntityTable table, object facts)
cdef int undeclared(EntityTable table, object name) except -1
cdef int forgive(Artifact artifact) except -1
