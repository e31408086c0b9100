# cython: language_level=3
from rulec_runtime.kernels cimport rk_cpu

cdef const rk_cpu *chosen   # what every program of this process runs
