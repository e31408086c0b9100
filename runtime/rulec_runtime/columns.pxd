# cython: language_level=3
from rulec_runtime.artifact cimport FactSpec
from rulec_runtime.column_kernels cimport rk_column, rk_faults
from rulec_runtime.kernels cimport u8, u32, u64

cdef struct plane:
    u32 width                   # bytes of a class
    u32 absent                  # the class of a value that is not there
    u8 *classes                 # [n_rows], `width` bytes each

cdef class FactColumn:
    """The classes of one fact, a row each: what a batch keeps of a column."""

    cdef readonly FactSpec spec
    cdef readonly str name      # "entity.fact"
    cdef readonly u64 n_rows
    cdef u32 n_planes           # scalars: one a facet; 0: the fact is tags
    cdef plane *planes
    cdef u32 *block             # scalars: [n_planes], the classes of one value
    cdef u64 *ends              # tags: [n_rows + 1]; row r carries facets [ends[r], ends[r + 1])
    cdef u32 *facets            # tags
    cdef u64 n_rows_room
    cdef u64 n_facets_room
    cdef u64 n_faults_room
    cdef rk_faults faults       # the rows with a bad value, which count as absent
    cdef object given           # the first bad value that is not tolerated, in words
    cdef bint is_strict         # whether no bad value is tolerated
    cdef bint is_broken         # whether some row points outside its buffers

    cdef int append(self, rk_column *column) except -1
    cdef int append_objects(self, list values) except -1
    cdef int read_object(self, object value) except -1
    cdef int read_object_tags(self, object tags) except -1
    cdef int note(self, u32 reason, object words) except -1
    cdef int look_for_words(self, const rk_column *column, u64 before, u64 n_faults) except -1
    cdef int look_up_words(self, rk_column *codes, u64 n_used) except -1
    cdef int place_planes(self) except -1
    cdef object refusal(self, str found)
    cdef object error(self, object rows)
    cdef bint is_tolerated(self, u32 reason)
    cdef tuple bad_rows(self)
    cdef int reserve_rows(self, u64 n) except -1
    cdef int reserve_facets(self, u64 n) except -1
    cdef int reserve_faults(self, u64 n) except -1
    cdef int append_rows(self, const rk_column *column, u64 first, u64 n) except -1

cdef tuple micros_of_column(const rk_column *column)
