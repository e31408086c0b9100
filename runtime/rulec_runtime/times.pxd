# cython: language_level=3
from rulec_runtime.kernels cimport u64

cdef tuple read_times(object as_of, u64 n_rows)
