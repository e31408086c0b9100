# cython: language_level=3
from rulec_runtime.artifact cimport FactSpec
from rulec_runtime.kernels cimport rk_facts, u32

cdef enum:
    READ        # the classes are set
    OUTSIDE     # of the fact's type, but beyond its enum or its range
    FOREIGN     # no plain value of the fact's type; its own code might say what it stands for

cdef int read_scalar(FactSpec spec, object value, u32 *classes) except -1
cdef int read_plain(FactSpec spec, object value, rk_facts *out) except -1
cdef int read_plain_scalar(FactSpec spec, object value, u32 *classes) except -1
cdef int read_foreign(FactSpec spec, object value, rk_facts *out) except -1
cdef object settled(object value)
cdef object wrong(FactSpec spec, object value)
