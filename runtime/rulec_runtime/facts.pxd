# cython: language_level=3
from rulec_runtime.artifact cimport Artifact, EntityTable, FactSpec
from rulec_runtime.kernels cimport i64, u32

cdef int read_facts(Artifact artifact, object facts, u32 *classes) except -1
cdef int read_entity(EntityTable table, object facts, u32 *classes) except -1
cdef int read_scalar(FactSpec spec, object value, u32 *classes) except -1
cdef int read_tags(FactSpec spec, object tags, u32 *classes) except -1
cdef i64 decimal_of_value(FactSpec spec, object value) except? -1
cdef i64 int_of_value(FactSpec spec, object value) except? -1
cdef list pairs_of(str place, object mapping, str what)
