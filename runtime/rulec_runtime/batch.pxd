# cython: language_level=3
from libc.stdint cimport int32_t

from rulec_runtime.artifact cimport Artifact
from rulec_runtime.kernels cimport (
    i64,
    rk_asked,
    rk_facts,
    rk_filling,
    rk_list,
    rk_memo,
    rk_program,
    rk_room,
    rk_row,
    u8,
    u32,
    u64,
)

cdef extern from "rk_batch.h" nogil:
    enum:
        RK_NEAR

    ctypedef struct rk_batch_scalar:
        const u8 *classes
        u32 width, facet

    ctypedef struct rk_batch_tags:
        const u64 *ends
        const u32 *facets

    ctypedef struct rk_batch_entity:
        rk_batch_scalar *scalars
        rk_batch_tags *tags
        u32 n_scalars, n_tags
        const rk_row **picked
        rk_facts *facts
        rk_list *lists

    ctypedef struct rk_batch:
        const rk_program *program
        const i64 *times
        u64 n_times
        rk_batch_entity *entities
        rk_row *rows
        const rk_room *room
        rk_memo *memo
        const rk_filling *scratch
        rk_asked *asked
        int has_rows
        bint is_far

    void rk_batch_begin(rk_batch *b, u64 first)
    bint rk_batch_next(rk_batch *b, u64 row, u64 end)
    void rk_batch_resolve(rk_batch *b, u64 first, u64 n, const u32 *points, u64 n_points,
                          u32 scenario, int32_t *out, u64 n_rows)
    void rk_batch_identify(rk_batch *b, u64 first, u64 n, int32_t *out)

cdef class Batch:
    """Many requests of one program, read from columns."""

    cdef Artifact artifact
    cdef tuple columns          # FactColumn, in the order of the program's facts
    cdef tuple picked           # Picked, of entities without columns
    cdef readonly u64 n_rows
    cdef const i64[::1] times   # [1] or [n_rows]; None: no time matters
    cdef readonly object refused_rows   # int64, ascending, read-only
    cdef readonly tuple refusals        # Refusal
    cdef readonly tuple tolerated       # Refusal

cdef list read_mapping(Artifact artifact, object columns, bint is_strict)
cdef u64 one_length(list columns) except? 0
