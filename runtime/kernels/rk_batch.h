/* rk_batch.h - the classes of many rows -> the decisions of each.
 *
 *     scalar   classes [n_rows] of 1, 2 or 4 bytes         one a fact that has a column
 *     tags     ends [n_rows + 1], facets [...]     row r carries facets [ends[r], ends[r + 1])
 *        |
 *     look ahead        key of each entity: its place, or its hash; ask for the memo's slot
 *     a few rows on     ask for the row that stands there
 *     move to a row     take the rows of those entities whose facts differ from the row before
 *        |
 *     match once, resolve every asked point
 *
 * Traffic comes in runs - one seller, one place, many items - so an entity whose facts stay the
 * same keeps its row, and a row that differs in nothing copies the decisions above it. A row that the
 * memo keeps is found by the columns themselves; facts are written down only for one that it does not.
 *
 * The columns are shared and only read; an rk_batch is one thread's own. The caller owns all
 * memory; nothing here allocates, locks, or knows Python. */
#ifndef RK_BATCH_H
#define RK_BATCH_H

#include <string.h>

#include "rk_memo.h"
#include "rk_points.h"

/* Rows between looking at keys, asking for kept rows, and moving there: what memory takes to answer. */
enum { RK_AHEAD = 16, RK_AHEAD_ROW = 6 };

typedef struct {
  const u8 *classes;
  u32 width; /* 1, 2, 4 */
  u32 facet;
  u64 factor; /* of its class in the entity's place; or its word of the hash */
} rk_batch_scalar;

typedef struct {
  const u64 *ends;
  const u32 *facets;
} rk_batch_tags;

/* INVARIANT: `facts` starts as those of an entity without any; every facet a column speaks of
 * follows the rows, so a required fact, whose start is no class, must have a column. */
typedef struct {
  rk_batch_scalar *scalars;
  rk_batch_tags *tags;
  u32 n_scalars, n_tags;
  u64 base;            /* of a key: what facts without a column add */
  u64 keys[RK_AHEAD];  /* by row: place or hash */
  u64 key;             /* of the row that was reached last */
  rk_facts *facts;     /* classes are those of the row reached last; tags those of the last open row */
  rk_list *lists;      /* [rk_max_lists] */
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
  int has_rows;              /* 0 until the first row is reached */
} rk_batch;

RK_INLINE u32 rk_batch_class(const rk_batch_scalar *scalar, u64 row) {
  if (scalar->width == 1) return scalar->classes[row];
  if (scalar->width == 2) return ((const uint16_t *)(const void *)scalar->classes)[row];
  return ((const u32 *)(const void *)scalar->classes)[row];
}

RK_INLINE int rk_batch_has_places(const rk_batch *b, u32 e) { return b->memo->entities[e].n_places != 0; }

/* The factors of an entity's columns, and what its other facts add to a key. Again for another memo. */
RK_INLINE void rk_batch_begin_entity(rk_batch *b, u32 e) {
  const rk_program *p = b->program;
  const rk_entity *e_record = p->entities + e;
  rk_batch_entity *entity = b->entities + e;
  const rk_facts *facts = entity->facts;
  const u64 *words = b->memo->words + e_record->first_facet;
  int has_places = rk_batch_has_places(b, e);
  entity->base = has_places ? 0 : e_record->first_facet;
  for (u32 facet = 0; facet < e_record->n_scalars; facet++) {
    u64 factor = has_places ? 1 : words[facet];
    for (u32 i = facet + 1; has_places && i < e_record->n_scalars; i++) {
      factor *= p->facets[e_record->first_facet + i].n_classes;
    }
    u32 column = 0;
    while (column < entity->n_scalars && entity->scalars[column].facet != facet) column++;
    if (column < entity->n_scalars) entity->scalars[column].factor = factor;
    else if (has_places) entity->base += factor * facts->classes[facet];
    else entity->base += rk_hash_class(factor, facts->classes[facet]);
  }
}

RK_INLINE u64 rk_batch_place_of(const rk_batch_entity *entity, u64 row) {
  u64 place = entity->base;
  for (u32 i = 0; i < entity->n_scalars; i++) {
    const rk_batch_scalar *scalar = entity->scalars + i;
    place += scalar->factor * rk_batch_class(scalar, row);
  }
  return place;
}

/* The hash of a row's facts, as rk_hash_facts() of them if it names no tag twice. */
RK_INLINE u64 rk_batch_hash_of(const rk_batch_entity *entity, const u64 *words, u64 row) {
  u64 hash = entity->base;
  for (u32 i = 0; i < entity->n_scalars; i++) {
    const rk_batch_scalar *scalar = entity->scalars + i;
    hash += rk_hash_class(scalar->factor, rk_batch_class(scalar, row));
  }
  for (u32 i = 0; i < entity->n_tags; i++) {
    const rk_batch_tags *tags = entity->tags + i;
    for (u64 j = tags->ends[row]; j < tags->ends[row + 1]; j++) hash += words[tags->facets[j]];
  }
  return rk_mix(hash);
}

/* Notes the keys of a row that is reached soon. */
RK_INLINE void rk_batch_look_ahead(rk_batch *b, u64 row) {
  for (u32 e = 0; e < b->program->n_records[RK_SECTION_ENTITIES]; e++) {
    rk_batch_entity *entity = b->entities + e;
    u64 *key = entity->keys + row % RK_AHEAD;
    if (rk_batch_has_places(b, e)) {
      *key = rk_batch_place_of(entity, row);
    } else {
      *key = rk_batch_hash_of(entity, b->memo->words + b->program->entities[e].first_facet, row);
      RK_PREFETCH(rk_memo_slot(b->memo, *key, 0));
    }
  }
}

/* Asks for the kept rows of a row that is reached soon: what a match reads of them first. */
RK_INLINE void rk_batch_ask_ahead(rk_batch *b, u64 row) {
  for (u32 e = 0; e < b->program->n_records[RK_SECTION_ENTITIES]; e++) {
    u64 key = b->entities[e].keys[row % RK_AHEAD];
    if (rk_batch_has_places(b, e) || key == b->entities[e].keys[(row - 1) % RK_AHEAD]) continue;
    const u8 *kept = (const u8 *)RK_LOAD(rk_memo_slot(b->memo, key, 0));
    if (!kept) continue;
    for (u32 i = 0; i < RK_KEPT_LINES; i++) RK_PREFETCH(kept + i * RK_ALIGNMENT);
  }
}

/* Whether an entity has the same facts in a row as in the one before. */
RK_INLINE int rk_batch_is_same(const rk_batch_entity *entity, u64 row) {
  for (u32 i = 0; i < entity->n_scalars; i++) {
    const rk_batch_scalar *scalar = entity->scalars + i;
    if (rk_batch_class(scalar, row) != rk_batch_class(scalar, row - 1)) return 0;
  }
  for (u32 i = 0; i < entity->n_tags; i++) {
    const rk_batch_tags *tags = entity->tags + i;
    u64 before = tags->ends[row - 1], begin = tags->ends[row], n = tags->ends[row + 1] - begin;
    if (n != begin - before) return 0;
    if (n && memcmp(tags->facets + begin, tags->facets + before, n * sizeof *tags->facets)) return 0;
  }
  return 1;
}

RK_INLINE void rk_batch_set_classes(rk_batch_entity *entity, u64 row) {
  for (u32 i = 0; i < entity->n_scalars; i++) {
    const rk_batch_scalar *scalar = entity->scalars + i;
    entity->facts->classes[scalar->facet] = rk_batch_class(scalar, row);
  }
}

RK_INLINE void rk_batch_set_tags(rk_batch_entity *entity, u64 row) {
  if (RK_MUTANT != 15) rk_facts_clear(entity->facts);
  for (u32 i = 0; i < entity->n_tags; i++) {
    const rk_batch_tags *tags = entity->tags + i;
    for (u64 j = tags->ends[row]; j < tags->ends[row + 1]; j++) rk_facts_add(entity->facts, tags->facets[j]);
  }
}

/* Whether a kept row is of an entity's facts in a row, its tags in the very order in which they were kept;
 * the classes are those of the facts. */
RK_INLINE int rk_batch_is_key(const rk_kept *kept, u64 hash, u32 e, const rk_batch_entity *entity, u64 row) {
  const rk_facts *facts = entity->facts;
  u32 n = 0, differs = 0;
  if (kept->hash != hash || kept->entity != e) return 0;
  for (u32 i = 0; i < facts->n_scalars; i++) differs |= kept->classes[i] ^ facts->classes[i];
  for (u32 i = 0; i < entity->n_tags; i++) {
    const rk_batch_tags *tags = entity->tags + i;
    const u32 *facets = tags->facets + tags->ends[row];
    u64 n_own = tags->ends[row + 1] - tags->ends[row];
    if (n_own > kept->n_touched - n) return 0;
    for (u32 j = 0; j < (u32)n_own; j++) differs |= (kept->touched[n + j] + facts->n_scalars) ^ facets[j];
    n += (u32)n_own;
  }
  return !differs && n == kept->n_touched;
}

/* The kept row of an entity's facts, if it is found by the columns; NULL: look by the facts. */
RK_INLINE const rk_kept *rk_batch_find(const rk_batch *b, u32 e, u64 row) {
  const rk_batch_entity *entity = b->entities + e;
  const rk_memo *memo = b->memo;
  if (rk_batch_has_places(b, e)) return RK_LOAD(memo->slots + memo->entities[e].first + entity->key);
  for (u64 way = 0; way < RK_WAYS; way++) {
    const rk_kept *kept = RK_LOAD(rk_memo_slot(memo, entity->key, way));
    if (!kept) return NULL;
    if (rk_batch_is_key(kept, entity->key, e, entity, row)) return kept;
  }
  return NULL;
}

/* Brings an entity to a row; whether its facts differ from the row before. */
RK_INLINE int rk_batch_move_entity(rk_batch *b, u32 e, u64 row) {
  rk_batch_entity *entity = b->entities + e;
  u64 key = entity->keys[row % RK_AHEAD];
  if (b->has_rows && key == entity->key && (rk_batch_has_places(b, e) || rk_batch_is_same(entity, row))) {
    return 0;
  }
  entity->key = key;
  rk_batch_set_classes(entity, row);
  const rk_kept *kept = rk_batch_find(b, e, row);
  if (kept) {
    b->rows[e] = kept->row;
  } else {
    rk_batch_set_tags(entity, row);
    rk_memo_row(b->memo, b->program, e, entity->facts, entity->lists, b->scratch, b->rows + e);
  }
  return 1;
}

/* Brings every entity's row, and the time, to a row; whether any differs from the row before. */
RK_INLINE int rk_batch_move(rk_batch *b, u64 row) {
  i64 as_of = b->times ? b->times[b->n_times > 1 ? row : 0] : 0;
  int has_changed = !b->has_rows || as_of != b->as_of;
  b->as_of = as_of;
  for (u32 e = 0; e < b->program->n_records[RK_SECTION_ENTITIES]; e++) {
    has_changed |= rk_batch_move_entity(b, e, row);
  }
  b->has_rows = 1;
  return has_changed;
}

/* Begins a stretch of rows [first, end). */
RK_INLINE void rk_batch_begin(rk_batch *b, u64 first, u64 end) {
  for (u32 e = 0; e < b->program->n_records[RK_SECTION_ENTITIES]; e++) rk_batch_begin_entity(b, e);
  for (u64 row = first; row < end && row < first + RK_AHEAD - 1; row++) rk_batch_look_ahead(b, row);
}

/* Moves to the next row of a stretch [..., end); whether any fact differs from the row before. */
RK_INLINE int rk_batch_next(rk_batch *b, u64 row, u64 end) {
  if (row + RK_AHEAD - 1 < end) rk_batch_look_ahead(b, row + RK_AHEAD - 1);
  if (row + RK_AHEAD_ROW < end) rk_batch_ask_ahead(b, row + RK_AHEAD_ROW);
  return rk_batch_move(b, row);
}

RK_INLINE void rk_batch_match(rk_batch *b, rk_match *match) {
  rk_match_start(match, b->program, b->rows, b->as_of, b->room);
}

/* Decision numbers of rows [first, first + n): out[i * n_rows + row] is that of points[i] in a
 * scenario, or RK_NONE. Rows are asked for in order, from 0. */
RK_INLINE void rk_batch_resolve(rk_batch *b, u64 first, u64 n, const u32 *points, u64 n_points,
                                u32 scenario, int32_t *out, u64 n_rows) {
  rk_batch_begin(b, first, first + n);
  for (u64 row = first; row < first + n; row++) {
    rk_match match;
    if (rk_batch_next(b, row, first + n)) {
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
  rk_batch_begin(b, first, first + n);
  for (u64 row = first; row < first + n; row++) {
    rk_match match;
    if (rk_batch_next(b, row, first + n)) {
      rk_batch_match(b, &match);
      u32 identity = rk_match_identity(&match);
      out[row] = identity == RK_NONE ? -1 : (int32_t)(identity - b->program->n_products);
    } else {
      out[row] = out[row - 1];
    }
  }
}

#endif
