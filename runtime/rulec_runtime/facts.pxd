# cython: language_level=3
from rulec_runtime.artifact cimport Artifact, EntityTable, FactSpec
from rulec_runtime.kernels cimport i64, rk_facts, u32
from rulec_runtime.workspace cimport Workspace

cdef int read_facts(Workspace space, object facts) except -1
cdef int read_entity(Workspace space, EntityTable table, object facts) except -1
cdef int read_scalar(FactSpec spec, object value, u32 *classes) except -1
cdef int read_tags(FactSpec spec, object tags, rk_facts *out) except -1
cdef i64 decimal_of_value(FactSpec spec, object value) except? -1
cdef i64 int_of_value(FactSpec spec, object value) except? -1
cdef list pairs_of(str place, object mapping, str what)
