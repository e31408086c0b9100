# cython: language_level=3
from libc.stdint cimport int32_t
"""The C kernels as Cython sees them. The contracts stand in runtime/kernels/*.h."""

cdef extern from "rk_port.h" nogil:
    ctypedef unsigned char u8
    ctypedef unsigned int u32
    ctypedef unsigned long long u64
    ctypedef long long i64

cdef extern from "rk_format.h" nogil:
    enum:
        RK_NONE
        RK_MAX_ENTITIES
    enum:
        RK_FLAG
        RK_TAGS_INT
        RK_ENUM
        RK_INT
        RK_DECIMAL
        RK_STRING
        RK_TAGS_STRING
        RK_TREE
        RK_TIME
    enum:
        RK_TOTAL
        RK_REQUIRED
        RK_OPTIONAL
        RK_DEFAULT
    enum:
        RK_PRODUCT
        RK_BUSINESS
        RK_N_LANES
        RK_TRAIT_TIED
    enum:
        RK_SECTION_STRING_ENDS
        RK_SECTION_ENTITIES
        RK_SECTION_FACTS
        RK_SECTION_FACETS
        RK_SECTION_ASSUMPTIONS
        RK_SECTION_DEFINITIONS
        RK_SECTION_WINDOWS
        RK_SECTION_SCENARIOS
        RK_SECTION_POINTS
        RK_SECTION_IMPLEMENTATIONS
        RK_SECTION_MANIFEST
        RK_N_SECTIONS

    ctypedef struct rk_header:
        u32 version
        u64 file_bytes
        u8 hash[32]
        u32 checksum

    ctypedef struct rk_entity:
        u32 name, kind, is_cacheable
        u32 first_fact, n_facts
        u32 first_facet, n_facets, n_scalars
        u32 n_positions

    ctypedef struct rk_fact:
        u32 name, type, scale, presence
        u32 first_facet, n_facets
        u32 first_cut, n_cuts
        u32 first_word, n_words
        u32 other_class, default_class
        u32 first_pattern, n_patterns
        u32 first_rollout, n_rollouts

    ctypedef struct rk_bound:
        i64 low, high

    ctypedef struct rk_word:
        u32 string, class_id

    ctypedef struct rk_definition:
        pass

    ctypedef struct rk_label:
        u32 code, name, description, owner, kpi

    ctypedef struct rk_binding:
        u32 point, implementation

    ctypedef struct rk_implementation:
        u32 name, mode, config

    ctypedef struct rk_point:
        u32 code, ability, lane_order, implementation

cdef extern from "rk_cpu.h" nogil:
    ctypedef struct rk_cpu:
        const char *name

    const rk_cpu rk_cpu_scalar

cdef extern from "rk_program.h" nogil:
    ctypedef struct rk_program:
        const rk_entity *entities
        const rk_fact *facts
        const rk_bound *bounds
        const rk_word *words
        const u32 *assumptions
        const rk_definition *definitions
        const rk_label *labels
        const rk_binding *bindings
        const rk_implementation *implementations
        const u32 *scenarios
        const rk_point *points
        const u8 *manifest
        u32 n_records[RK_N_SECTIONS]
        u32 n_products
        u32 n_product_terms
        const rk_cpu *cpu

    const u8 *rk_string(const rk_program *p, u32 i, u32 *n)
    bint rk_has_trait(const rk_definition *d, u32 trait)
    u32 rk_lane_of(const rk_program *p, u32 definition)
    u32 rk_binder_of(const rk_program *p, u32 binding)
    u64 rk_n_decisions(const rk_program *p)

cdef extern from "rk_verify.h" nogil:
    ctypedef u64 rk_verdict
    int rk_verify_header(const u8 *bytes, u64 n_bytes, u64 fingerprint)
    rk_verdict rk_verify_sections(const u8 *bytes, u64 n_bytes, rk_program *out)
    const char *rk_check_name(int check)
    int rk_verdict_check(rk_verdict verdict)
    u32 rk_verdict_section(rk_verdict verdict)
    u32 rk_verdict_record(rk_verdict verdict)

cdef extern from "rk_crc32_clmul.h" nogil:
    bint rk_has_clmul()
    u32 rk_crc32_clmul(u32 crc, const u8 *bytes, u64 n_bytes)

cdef extern from "rk_names.h" nogil:
    u64 rk_name_slots(u32 n)
    bint rk_names_differ(
        const rk_program *p, const u32 *names, u32 stride, u32 n,
        const u8 *other, u32 n_other, u32 *table
    )

cdef extern from "rk_json.h" nogil:
    bint rk_is_plain_json_object(const u8 *text, u64 n_bytes)

cdef extern from "rk_json_count.h" nogil:
    ctypedef struct rk_json_counts:
        u64 n_members, n_opened

    rk_json_counts rk_json_count(const u8 *text, u64 n)

cdef extern from "rk_probe.h" nogil:
    u32 rk_class_of_int(const rk_program *p, const rk_fact *fact, i64 value)
    u32 rk_facet_of_tag(const rk_program *p, const rk_fact *fact, i64 tag)
    u32 rk_facets_of_tags(const rk_program *p, const rk_fact *fact, const i64 *tags, u32 n, u32 *out)
    u32 rk_facet_of_word(const rk_program *p, const rk_fact *fact, const u8 *s, u64 n)
    bint rk_is_path(const u8 *s, u64 n)
    u32 rk_class_of_word(const rk_program *p, const rk_fact *fact, const u8 *s, u64 n)
    u32 rk_side_class_of_text(const rk_program *p, const rk_fact *fact, u32 k, const u8 *s, u64 n)
    u32 rk_side_class_of_int(const rk_program *p, const rk_fact *fact, u32 k, i64 value)
    u32 rk_absent_class(const rk_program *p, const rk_fact *fact, u32 k)
    bint rk_decimal_of_double(double x, u32 scale, i64 *out)

cdef extern from "rk_time.h" nogil:
    bint rk_time_of_text(const u8 *s, u64 n, i64 *out)

cdef extern from "rk_row.h" nogil:
    ctypedef struct rk_list:
        pass

    ctypedef struct rk_facts:
        u32 *classes
        u64 *tags
        u32 *touched
        u32 n_touched, n_scalars

    ctypedef struct rk_row:
        pass

    u32 rk_tag_words(const rk_entity *e)
    u64 rk_max_lists(const rk_program *p, const rk_entity *e)
    void rk_facts_add(rk_facts *facts, u32 facet)
    void rk_facts_clear(rk_facts *facts)
    void rk_row_open(const rk_program *p, u32 entity, const rk_facts *facts, rk_list *lists,
                     rk_row *row)

cdef extern from "rk_flat.h" nogil:
    u64 rk_max_flat_rows(const rk_entity *e)

cdef extern from "rk_cursor.h" nogil:
    ctypedef struct rk_rest:
        pass

    u64 rk_n_heads(u64 n_lists)

cdef extern from "rk_fill.h" nogil:
    ctypedef struct rk_filling:
        u32 *heads
        rk_rest *rests
        const u64 **rows

    u64 rk_fill_bytes(const rk_program *p, u32 entity, const rk_row *open)
    u64 rk_row_fill(const rk_program *p, u32 entity, const rk_row *open, const rk_filling *scratch,
                    void *block, rk_row *row)
    void rk_row_rebase(rk_row *row, const void *old, const void *new)

cdef extern from "rk_memo.h" nogil:
    enum:
        RK_DOOR_BITS

    ctypedef struct rk_kept:
        pass

    ctypedef struct rk_memo_entity:
        u64 n_places, first

    ctypedef struct rk_memo:
        rk_memo_entity *entities
        const u64 *words
        u64 *factors
        rk_kept **slots
        u64 first_hashed, n_hashed
        u64 *door
        u8 *memory
        u64 n_bytes, n_used

    u64 rk_n_places(const rk_program *p, const rk_entity *e)
    void rk_memo_weigh(rk_memo *memo, const rk_program *p)
    bint rk_memo_is_stale(const rk_memo *memo)
    void rk_memo_rows(rk_memo *memo, const rk_program *p, const rk_facts *facts, rk_list **lists,
                      const rk_filling *scratch, rk_row *rows)
    void rk_memo_row(rk_memo *memo, const rk_program *p, u32 entity, const rk_facts *facts,
                     rk_list *lists, const rk_filling *scratch, rk_row *row)

cdef extern from "rk_watch.h" nogil:
    u32 rk_broken_assumption(const rk_program *p, const rk_row *rows)

cdef extern from "rk_match.h" nogil:
    ctypedef struct rk_stream:
        pass

    ctypedef struct rk_room:
        const u64 **flat_rows
        u64 n_streams
        rk_stream *streams
        u32 *found[2]

    ctypedef struct rk_match:
        pass

    u64 rk_max_streams(const rk_program *p, const rk_entity *e)

    void rk_match_start(rk_match *m, const rk_program *p, const rk_row *rows, i64 as_of,
                        const rk_room *room)
    u32 rk_match_at(rk_match *m, u32 lane, u32 i)
    u32 rk_match_identity(rk_match *m)
    bint rk_match_is_effective(rk_match *m, u32 definition)

cdef extern from "rk_walk.h" nogil:
    ctypedef struct rk_walk:
        pass

    void rk_walk_start(rk_walk *w, rk_match *m, u32 point, u32 scenario)
    u32 rk_walk_next(rk_walk *w)
    u32 rk_match_resolve(rk_match *m, u32 point, u32 scenario)

cdef extern from "rk_points.h" nogil:
    ctypedef struct rk_asked:
        const u32 *points
        u64 n_points
        u64 *wanted[2]
        u64 *open
        u32 *decided

    u64 rk_point_words(const rk_program *p)
    void rk_asked_prepare(rk_asked *asked, const rk_program *p)
    void rk_asked_resolve(rk_asked *asked, rk_match *m, u32 scenario, int32_t *out, u64 stride)
