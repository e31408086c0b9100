/* rk_batch.h - the classes of many rows -> the decisions of each.
 *
 *     scalar   classes [n_rows] of 1, 2 or 4 bytes         one a fact that has a column
 *     tags     ends [n_rows + 1], facets [...]     row r carries facets [ends[r], ends[r + 1])
 *        |
 *     move to a row: set what differs from the row before, refill the profiles of those entities
 *        |
 *     match once, resolve every asked point
 *
 * Traffic comes in runs - one seller, one place, many items - so an entity whose facts stay the
 * same keeps its profile, and a row that differs in nothing copies the decisions above it.
 *
 * The columns are shared and only read; an rk_batch is one thread's own. The caller owns all
 * memory; nothing here allocates, locks, or knows Python. */
#ifndef RK_BATCH_H
#define RK_BATCH_H

#include <string.h>

#include "rk_walk.h"

typedef struct {
  const u8 *classes;
  u32 width; /* 1, 2, 4 */
  u32 facet;
} rk_batch_scalar;

typedef struct {
  const u64 *ends;
  const u32 *facets;
  u64 begin, end; /* the facets that are set now */
} rk_batch_tags;

/* INVARIANT: `classes` starts as those of an entity without facts; every facet a column speaks of
 * follows the rows, so a required fact, whose start is no class, must have a column. */
typedef struct {
  rk_batch_scalar *scalars;
  rk_batch_tags *tags;
  u32 n_scalars, n_tags;
  u32 *classes;    /* [n_facets] */
  u64 *signature;  /* [rk_signature_words] */
  u32 *candidates; /* [n_hangs] */
} rk_batch_entity;

typedef struct {
  const rk_program *program;
  const i64 *times;          /* [n_rows] or, where n_times is 1, [1]; NULL: no time matters */
  u64 n_times;
  i64 as_of;                 /* of the row that was reached last */
  rk_batch_entity *entities; /* [n_entities], as are rows */
  rk_row *rows;
  u32 *heads; /* [2 * n_entities] */
  u32 *found_products, *found_businesses; /* as rk_match.h says */
  int has_rows;                           /* 0 until the first row is reached */
} rk_batch;

RK_INLINE u32 rk_batch_class(const rk_batch_scalar *scalar, u64 row) {
  if (scalar->width == 1) return scalar->classes[row];
  if (scalar->width == 2) return ((const uint16_t *)(const void *)scalar->classes)[row];
  return ((const u32 *)(const void *)scalar->classes)[row];
}

/* Sets the tags of a row in place of those set now; whether that changes anything. */
RK_INLINE int rk_batch_set_tags(rk_batch_tags *tags, u32 *classes, u64 row) {
  const u32 *facets = tags->facets;
  u64 begin = tags->ends[row], end = tags->ends[row + 1], n = end - begin;
  if (n == tags->end - tags->begin) {
    if (!n || !memcmp(facets + begin, facets + tags->begin, n * sizeof *facets)) return 0;
  }
  for (u64 i = tags->begin; i < tags->end; i++) classes[facets[i]] = 0;
  for (u64 i = begin; i < end; i++) classes[facets[i]] = 1;
  tags->begin = begin;
  tags->end = end;
  return 1;
}

/* Brings every entity's profile, and the time, to a row; whether any differs from the row before. */
RK_INLINE int rk_batch_move(rk_batch *b, u64 row) {
  i64 as_of = b->times ? b->times[b->n_times > 1 ? row : 0] : 0;
  int has_changed = !b->has_rows || as_of != b->as_of;
  b->as_of = as_of;
  for (u32 e = 0; e < b->program->n_records[RK_SECTION_ENTITIES]; e++) {
    rk_batch_entity *entity = b->entities + e;
    int is_stale = !b->has_rows;
    for (u32 i = 0; i < entity->n_scalars; i++) {
      const rk_batch_scalar *scalar = entity->scalars + i;
      u32 class_id = rk_batch_class(scalar, row);
      is_stale |= entity->classes[scalar->facet] != class_id;
      entity->classes[scalar->facet] = class_id;
    }
    for (u32 i = 0; i < entity->n_tags; i++) {
      is_stale |= rk_batch_set_tags(entity->tags + i, entity->classes, row);
    }
    if (!is_stale) continue;
    rk_row_fill(b->program, e, entity->classes, entity->signature, entity->candidates, b->rows + e);
    has_changed = 1;
  }
  b->has_rows = 1;
  return has_changed;
}

RK_INLINE void rk_batch_match(rk_batch *b, rk_match *match) {
  rk_match_start(match, b->program, b->rows, b->as_of, b->heads, b->found_products,
                 b->found_businesses);
}

/* Decision numbers of rows [first, first + n): out[i * n_rows + row] is that of points[i] in a
 * scenario, or RK_NONE. Rows are asked for in order, from 0. */
RK_INLINE void rk_batch_resolve(rk_batch *b, u64 first, u64 n, const u32 *points, u64 n_points,
                                u32 scenario, int32_t *out, u64 n_rows) {
  for (u64 row = first; row < first + n; row++) {
    rk_match match;
    if (rk_batch_move(b, row)) {
      rk_batch_match(b, &match);
      for (u64 i = 0; i < n_points; i++) {
        out[i * n_rows + row] = (int32_t)rk_match_resolve(&match, points[i], scenario);
      }
    } else {
      for (u64 i = 0; i < n_points; i++) out[i * n_rows + row] = out[i * n_rows + row - 1];
    }
  }
}

/* Identities of rows [first, first + n): a business's place among the businesses; -1: the platform.
 * Rows are asked for in order, from 0. */
RK_INLINE void rk_batch_identify(rk_batch *b, u64 first, u64 n, int32_t *out) {
  for (u64 row = first; row < first + n; row++) {
    rk_match match;
    if (rk_batch_move(b, row)) {
      rk_batch_match(b, &match);
      u32 identity = rk_match_identity(&match);
      out[row] = identity == RK_NONE ? -1 : (int32_t)(identity - b->program->n_products);
    } else {
      out[row] = out[row - 1];
    }
  }
}

#endif
