/* loops.h - the engine's kernels asked from C: what a decision costs where no Python is called.
 *
 *     rb_open     an artifact, which is copied and verified
 *     rb_add_rows rows of one entity from classes: each as a profile keeps it, in memory of its size
 *     rb_resolve  a stream of requests, each one row an entity: winners of one point
 *     rb_points   the same, every point in one pass
 *     rb_raw      the same from facts: rows are opened and not filled, nothing is remembered
 *
 * `numbers` names requests: request r has row numbers[r * n_entities + e] of entity e. A stream is
 * a ring: it goes on at its start. Every call answers a digest of the decisions, so that no work can
 * be optimised away and two builds can be compared.
 *
 * Everything that knows the calls of the kernels stands in loops.c. */
#ifndef RB_LOOPS_H
#define RB_LOOPS_H

#include <stdint.h>

typedef struct rb_engine rb_engine;

/* NULL where there is no memory, or the bytes are no artifact of this build. */
rb_engine *rb_open(const uint8_t *bytes, uint64_t n_bytes, uint64_t fingerprint);
void rb_close(rb_engine *engine);

uint32_t rb_n_entities(const rb_engine *engine);

/* Rows of one entity, behind those it has: `classes` is [n_rows * n_scalars], the tags of row r are
 * facets[ends[r - 1] .. ends[r]). `keeps_facts`: for rb_raw, which nothing else needs. 0 where there
 * is no memory. */
int rb_add_rows(rb_engine *engine, uint32_t entity, uint64_t n_rows, const uint32_t *classes,
                const uint64_t *ends, const uint32_t *facets, int keeps_facts);

/* Bytes that the filled rows of an entity take. */
uint64_t rb_row_bytes(const rb_engine *engine, uint32_t entity);

uint64_t rb_resolve(rb_engine *engine, const uint32_t *numbers, uint64_t n_stream, uint64_t first,
                    uint64_t n, uint32_t point);
uint64_t rb_points(rb_engine *engine, const uint32_t *numbers, uint64_t n_stream, uint64_t first,
                   uint64_t n);
/* Parts of rb_resolve: the rows alone; and up to the strongest business that matches, its walk left
 * out. */
uint64_t rb_rows(rb_engine *engine, const uint32_t *numbers, uint64_t n_stream, uint64_t first,
                 uint64_t n);
uint64_t rb_identify(rb_engine *engine, const uint32_t *numbers, uint64_t n_stream, uint64_t first,
                     uint64_t n);
uint64_t rb_raw(rb_engine *engine, const uint32_t *numbers, uint64_t n_stream, uint64_t first,
                uint64_t n, uint32_t point);

/* The decision of each request of a stream, by filled rows or by open ones. */
void rb_winners(rb_engine *engine, const uint32_t *numbers, uint64_t n, uint32_t point, int is_raw,
                uint32_t *out);

#endif
