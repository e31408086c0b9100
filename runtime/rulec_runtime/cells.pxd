# cython: language_level=3
from rulec_runtime.artifact cimport FactSpec
from rulec_runtime.kernels cimport u32

cdef u32 facet_of_object(FactSpec spec, object tag) except? 0xFFFFFFFE
cdef u32 reason_of_tag(FactSpec spec, object tag) except? 0xFFFFFFFF
cdef u32 reason_of_object(FactSpec spec, object value) except? 0xFFFFFFFF
