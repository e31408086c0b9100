# cython: language_level=3
from rulec_runtime.columns cimport FactColumn

cdef bint is_array(object column)
cdef bint is_masked(object array)
cdef str in_words(object array)
cdef int read_array(FactColumn out, object array) except -1
cdef int read_ragged(FactColumn out, object offsets, object values) except -1
cdef tuple read_array_times(object array)
