# cython: language_level=3
cpdef object decoded(object data)
