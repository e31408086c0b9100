# cython: language_level=3

cdef list pairs_of_object(object source, dict names)
