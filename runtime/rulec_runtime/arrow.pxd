# cython: language_level=3
from libc.stdint cimport int64_t

from rulec_runtime.artifact cimport Artifact, FactSpec
from rulec_runtime.column_kernels cimport rk_column
from rulec_runtime.columns cimport FactColumn
from rulec_runtime.kernels cimport u8, u64

cdef extern from "rk_arrow.h" nogil:
    enum:
        RK_ARROW_OK
        RK_ARROW_TYPE
        RK_ARROW_SHAPE
    enum:
        RK_ARROW_DEPTH

    struct ArrowSchema:
        const char *format
        const char *name
        int64_t n_children
        ArrowSchema **children
        ArrowSchema *dictionary
        void (*release)(ArrowSchema *) noexcept

    struct ArrowArray:
        int64_t length
        int64_t offset
        int64_t n_children
        ArrowArray **children
        void (*release)(ArrowArray *) noexcept

    struct ArrowArrayStream:
        int (*get_schema)(ArrowArrayStream *, ArrowSchema *) noexcept nogil
        int (*get_next)(ArrowArrayStream *, ArrowArray *) noexcept nogil
        const char *(*get_last_error)(ArrowArrayStream *) noexcept nogil
        void (*release)(ArrowArrayStream *) noexcept

    bint rk_arrow_has_length(const ArrowArray *array)
    bint rk_arrow_has_null(const ArrowArray *array)
    int rk_arrow_validity(const ArrowArray *array, const u8 **out)
    int rk_arrow_bind(const ArrowSchema *schema, const ArrowArray *array, u64 skip, u64 n_rows,
                      rk_column *columns)

cdef bint is_arrow(object source)
cdef int read_arrow_column(FactColumn out, object source) except -1
cdef list read_arrow_entity(Artifact artifact, object name, object source, bint is_strict)
cdef tuple read_arrow_table(Artifact artifact, object source, bint is_strict)
cdef tuple read_arrow_times(object source)
cdef FactSpec spec_of(Artifact artifact, object name, bint is_strict)
