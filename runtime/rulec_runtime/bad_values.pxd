# cython: language_level=3
from rulec_runtime.artifact cimport FactSpec
from rulec_runtime.column_kernels cimport rk_column
from rulec_runtime.kernels cimport u64

cdef str words_of_bad(FactSpec spec, const rk_column *column, u64 row)
