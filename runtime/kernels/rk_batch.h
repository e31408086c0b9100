/* rk_batch.h - the classes of many rows -> the decisions of each.
 *
 *     scalar   classes [n_rows] of 1, 2 or 4 bytes         one a fact that has a column
 *     tags     ends [n_rows + 1], facets [...]     row r carries facets [ends[r], ends[r + 1])
 *        |
 *     move to a row: set what differs from the row before, open the rows of those entities anew
 *        |
 *     match once, resolve every asked point
 *
 * Traffic comes in runs - one seller, one place, many items - so an entity whose facts stay the
 * same keeps its row, and a row that differs in nothing copies the decisions above it.
 *
 * The columns are shared and only read; an rk_batch is one thread's own. The caller owns all
 * memory; nothing here allocates, locks, or knows Python. */
#ifndef RK_BATCH_H
#define RK_BATCH_H

#include <string.h>

#include "rk_memo.h"
#include "rk_points.h"

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

/* INVARIANT: `facts` starts as those of an entity without any; every facet a column speaks of
 * follows the rows, so a required fact, whose start is no class, must have a column. */
typedef struct {
  rk_batch_scalar *scalars;
  rk_batch_tags *tags;
  u32 n_scalars, n_tags;
  rk_facts *facts;
  rk_list *lists; /* [rk_max_lists] */
} rk_batch_entity;

typedef struct {
  const rk_program *program;
  const i64 *times;          /* [n_rows] or, where n_times is 1, [1]; NULL: no time matters */
  u64 n_times;
  i64 as_of;                 /* of the row that was reached last */
  rk_batch_entity *entities; /* [n_entities], as are rows */
  rk_row *rows;
  const rk_room *room;       /* for one match */
  rk_memo *memo;
  const rk_filling *scratch; /* what filling works in */
  rk_asked *asked;           /* the points that are asked, where they are more than one; or NULL */
  int has_rows;                           /* 0 until the first row is reached */
} rk_batch;

RK_INLINE u32 rk_batch_class(const rk_batch_scalar *scalar, u64 row) {
  if (scalar->width == 1) return scalar->classes[row];
  if (scalar->width == 2) return ((const uint16_t *)(const void *)scalar->classes)[row];
  return ((const u32 *)(const void *)scalar->classes)[row];
}

/* Whether a row has other tags than those that are set now. */
RK_INLINE int rk_batch_has_other_tags(const rk_batch_tags *tags, u64 row) {
  u64 begin = tags->ends[row], n = tags->ends[row + 1] - begin;
  if (n != tags->end - tags->begin) return 1;
  return n && memcmp(tags->facets + begin, tags->facets + tags->begin, n * sizeof *tags->facets);
}

RK_INLINE void rk_batch_set_tags(rk_batch_entity *entity, u64 row) {
  if (RK_MUTANT != 15) rk_facts_clear(entity->facts);
  for (u32 i = 0; i < entity->n_tags; i++) {
    rk_batch_tags *tags = entity->tags + i;
    tags->begin = tags->ends[row];
    tags->end = tags->ends[row + 1];
    for (u64 j = tags->begin; j < tags->end; j++) rk_facts_add(entity->facts, tags->facets[j]);
  }
}

/* Brings an entity's facts to a row; whether any differs from the row before. */
RK_INLINE int rk_batch_move_entity(rk_batch_entity *entity, u64 row) {
  int has_changed = 0, has_other_tags = 0;
  for (u32 i = 0; i < entity->n_scalars; i++) {
    const rk_batch_scalar *scalar = entity->scalars + i;
    u32 class_id = rk_batch_class(scalar, row);
    has_changed |= entity->facts->classes[scalar->facet] != class_id;
    entity->facts->classes[scalar->facet] = class_id;
  }
  for (u32 i = 0; i < entity->n_tags; i++) {
    has_other_tags |= rk_batch_has_other_tags(entity->tags + i, row);
  }
  if (has_other_tags) rk_batch_set_tags(entity, row);
  return has_changed | has_other_tags;
}

/* Brings every entity's row, and the time, to a row; whether any differs from the row before. */
RK_INLINE int rk_batch_move(rk_batch *b, u64 row) {
  i64 as_of = b->times ? b->times[b->n_times > 1 ? row : 0] : 0;
  int has_changed = !b->has_rows || as_of != b->as_of;
  b->as_of = as_of;
  for (u32 e = 0; e < b->program->n_records[RK_SECTION_ENTITIES]; e++) {
    rk_batch_entity *entity = b->entities + e;
    if (!rk_batch_move_entity(entity, row) && b->has_rows) continue;
    rk_memo_row(b->memo, b->program, e, entity->facts, entity->lists, b->scratch, b->rows + e);
    has_changed = 1;
  }
  b->has_rows = 1;
  return has_changed;
}

RK_INLINE void rk_batch_match(rk_batch *b, rk_match *match) {
  rk_match_start(match, b->program, b->rows, b->as_of, b->room);
}

/* Decision numbers of rows [first, first + n): out[i * n_rows + row] is that of points[i] in a
 * scenario, or RK_NONE. Rows are asked for in order, from 0. */
RK_INLINE void rk_batch_resolve(rk_batch *b, u64 first, u64 n, const u32 *points, u64 n_points,
                                u32 scenario, int32_t *out, u64 n_rows) {
  for (u64 row = first; row < first + n; row++) {
    rk_match match;
    if (rk_batch_move(b, row)) {
      rk_batch_match(b, &match);
      if (b->asked) {
        rk_asked_resolve(b->asked, &match, scenario, out + row, n_rows);
        continue;
      }
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
