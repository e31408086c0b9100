# cython: language_level=3
from rulec_runtime.artifact cimport FactSpec
from rulec_runtime.kernels cimport i64, rk_fact, rk_program, u8, u32, u64

cdef extern from "rk_decimal.h" nogil:
    enum:
        RK_VALUE_RANGE
        RK_VALUE_INDEX

cdef extern from "rk_column.h" nogil:
    enum:
        RK_COLUMN_BYTES
        RK_COLUMN_INTEGERS
        RK_COLUMN_FLOATS
        RK_COLUMN_DECIMALS
        RK_COLUMN_TIMES
        RK_COLUMN_TEXTS
        RK_COLUMN_WIDE_TEXTS
        RK_COLUMN_CODES
        RK_COLUMN_LISTS

    ctypedef struct rk_column:
        u32 kind, width, is_signed, scale
        u64 start, n_rows
        const u8 *validity
        const u8 *values
        const u8 *ends
        u8 *scratch
        const rk_column *inner
        const u32 *classes

    ctypedef struct rk_fault:
        u64 n_rows, first_row
        u32 reason

    bint rk_column_fits(const rk_column *c, u32 fact_type)
    bint rk_is_null(const rk_column *c, u64 row)
    bint rk_integer_at(const rk_column *c, u64 row, i64 *out)
    u64 rk_end_at(const rk_column *c, u64 row)
    u64 rk_first_bad_end(const rk_column *c, u64 n_values)
    void rk_classify(const rk_program *p, const rk_fact *fact, u32 k, const rk_column *c,
                     u64 first, u64 n, u32 *out)
    u64 rk_n_list_values(const rk_column *c, u64 first, u64 n)
    u64 rk_classify_tags(const rk_program *p, const rk_fact *fact, const rk_column *c, u64 first,
                         u64 n, u32 *facets, u64 at, u64 *ends, u64 row, rk_fault *fault)
    u32 rk_class_width(const rk_program *p, const rk_fact *fact, u32 k)
    void rk_fault_note(rk_fault *fault, u64 row, u32 reason)
    void rk_store_classes(const u32 *classes, u64 n, u32 width, u8 *out, u64 row,
                          rk_fault *fault)

cdef enum:
    N_SLAB = 1 << 16        # rows between two looks at Ctrl-C

cdef struct plane:
    u32 width                   # bytes of a class
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
    cdef rk_fault fault
    cdef object given           # the first bad value, in words

    cdef int append(self, const rk_column *column) except -1
    cdef int append_objects(self, list values) except -1
    cdef int read_or_note(self, object value) except -1
    cdef object error(self)
    cdef int place_planes(self) except -1
    cdef object refusal(self, str found)
    cdef int reserve_rows(self, u64 n) except -1
    cdef int reserve_facets(self, u64 n) except -1
    cdef int append_rows(self, const rk_column *column, u64 first, u64 n) except -1
