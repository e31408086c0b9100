# cython: language_level=3
"""The C kernels of columns as Cython sees them. The contracts stand in runtime/kernels/*.h."""

from rulec_runtime.kernels cimport i64, rk_fact, rk_program, u8, u32, u64

cdef extern from "rk_bad.h" nogil:
    enum:
        RK_VALUE_FINE
        RK_VALUE_ABSENT
        RK_VALUE_RANGE
        RK_VALUE_DECIMAL
        RK_VALUE_WORD
        RK_VALUE_TEXT
        RK_VALUE_TAG
        RK_VALUE_INDEX
        RK_VALUE_TIME
        RK_VALUE_PATH
        RK_VALUE_TYPE
        RK_N_VALUE_REASONS

cdef extern from "rk_table.h" nogil:
    ctypedef struct rk_table:
        i64 low
        u64 last
        u32 shift
        unsigned short *starts
        i64 *before

    bint rk_table_plan(const rk_program *p, const rk_fact *fact, rk_table *table)
    void rk_table_fill(const rk_program *p, const rk_fact *fact, rk_table *table)

cdef extern from "rk_column.h" nogil:
    enum:
        RK_COLUMN_NULLS
        RK_COLUMN_BYTES
        RK_COLUMN_INTEGERS
        RK_COLUMN_FLOATS
        RK_COLUMN_DECIMALS
        RK_COLUMN_TIMES
        RK_COLUMN_NARROW_TEXTS
        RK_COLUMN_WIDE_TEXTS
        RK_COLUMN_CODES
        RK_COLUMN_LISTS

    ctypedef struct rk_column:
        u32 kind, width, is_signed, scale
        u64 start, n_rows
        const u8 *validity
        const u8 *outer_validity
        u64 outer_start
        const u8 *values
        const u8 *ends
        u8 *scratch
        const rk_column *inner
        const u32 *classes
        const rk_table *table

    u64 RK_NONE_ROW
    u64 RK_MANY

    bint rk_is_texts(u32 kind)
    bint rk_is_lists(u32 kind)
    bint rk_column_fits(const rk_column *c, u32 fact_type)
    bint rk_is_null(const rk_column *c, u64 row)
    u64 rk_code_at(const rk_column *c, u64 row)
    bint rk_list_at(const rk_column *c, u64 row, u64 *begin, u64 *end)
    u64 rk_n_list_values(const rk_column *c, u64 first, u64 n)
    bint rk_stored_text_at(const rk_column *c, u64 row, const u8 **s, u64 *n)

cdef extern from "rk_cpu.h" nogil:
    enum:
        RK_TAGS_SLACK

cdef extern from "rk_classify.h" nogil:
    ctypedef struct rk_faults:
        u64 n
        i64 *rows
        u8 *reasons

    bint RK_IS_BAD(u32 class_id)
    u32 RK_BAD(u32 reason)
    void rk_classify(const rk_program *p, const rk_fact *fact, u32 k, const rk_column *c,
                     u64 first, u64 n, u32 *out)
    u32 rk_facet_at(const rk_program *p, const rk_fact *fact, const rk_column *c, u64 place)
    void rk_classify_words(const rk_program *p, const rk_fact *fact, const rk_column *c, u64 first,
                           u64 n, u32 *out)
    u64 rk_classify_tags(const rk_program *p, const rk_fact *fact, const rk_column *c, u64 first,
                         u64 n, u32 *facets, u64 at, u64 *ends, u64 row, rk_faults *faults)
    u32 rk_class_width(const rk_program *p, const rk_fact *fact, u32 k)
    void rk_faults_note(rk_faults *faults, u64 row, u32 reason)
    void rk_store_classes(u32 *classes, u64 n, u32 width, u32 absent, u8 *out, u64 row,
                          rk_faults *faults)
    u32 rk_micros_at(const rk_column *c, u64 row, i64 *out)
