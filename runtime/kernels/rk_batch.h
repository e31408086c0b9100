/* rk_batch.h - the classes of many rows -> the decisions of each.
 *
 *     scalar   classes [n_rows] of 1, 2 or 4 bytes         one a fact that has a column
 *     tags     ends [n_rows + 1], facets [...]     row r carries facets [ends[r], ends[r + 1])
 *     picked   rows [n_rows]                               of an entity whose rows the caller keeps
 *        |
 *     a block of rows   the key of each, column by column; ask for the memo's slots, then take them
 *     a few rows ahead  ask for the kept row that stands there, unless all that is kept is near
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

enum {
  RK_BATCH_BLOCK = 128,
  RK_AHEAD = 6,      /* rows between asking for a kept row and moving there: what memory takes to answer */
  RK_NEAR = 1 << 20, /* bytes of kept rows that a core's own caches hold: asking for them costs, and gains nothing */
  RK_PICKED_LINES = 4
};

typedef struct {
  const u8 *classes;
  u32 width; /* 1, 2, 4 */
  u32 facet;
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
  const rk_row *const *picked; /* [n_rows]; NULL: rows are found by columns */
  u32 has_places, is_exact;    /* as the memo says */
  u64 base;                    /* what facts without a column add to a packed number */
  rk_key key;                  /* of the row that was reached last */
  rk_facts *facts;             /* those of the last row that the memo was asked for */
  rk_list *lists;              /* [rk_max_lists] */
  u64 packed[RK_BATCH_BLOCK];  /* of the block's rows, as are the next two */
  u64 hashes[RK_BATCH_BLOCK];
  const void *kept[RK_BATCH_BLOCK]; /* rk_kept that stands first where a row's may, or what is picked; or NULL */
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
  int is_far;                /* whether picked rows are more than RK_NEAR */
  int asks;                  /* whether kept rows are asked for ahead */
  u64 block, block_end;      /* the rows whose keys are known */
} rk_batch;

RK_INLINE u32 rk_batch_class(const rk_batch_scalar *scalar, u64 row) {
  if (scalar->width == 1) return scalar->classes[row];
  if (scalar->width == 2) return ((const uint16_t *)(const void *)scalar->classes)[row];
  return ((const u32 *)(const void *)scalar->classes)[row];
}

/* What an entity's keys depend on beside its columns: again for another memo. */
RK_INLINE void rk_batch_begin_entity(rk_batch *b, u32 e) {
  const rk_entity *e_record = b->program->entities + e;
  rk_batch_entity *entity = b->entities + e;
  const u64 *factors = b->memo->factors + e_record->first_facet;
  entity->base = 0;
  entity->has_places = b->memo->entities[e].n_places != 0;
  entity->is_exact = b->memo->entities[e].is_exact != 0;
  if (entity->picked) return;
  for (u32 facet = 0; facet < e_record->n_scalars; facet++) {
    u32 column = 0;
    while (column < entity->n_scalars && entity->scalars[column].facet != facet) column++;
    if (column == entity->n_scalars) entity->base += factors[facet] * entity->facts->classes[facet];
  }
}

#define RK_PACK_AS(type) \
  for (u64 i = 0; i < n; i++) packed[i] += factor * ((const type *)(const void *)scalar->classes)[row + i]

/* The packed numbers of n rows. */
RK_INLINE void rk_batch_pack(rk_batch_entity *entity, const u64 *factors, u64 row, u64 n) {
  u64 *packed = entity->packed;
  for (u64 i = 0; i < n; i++) packed[i] = entity->base;
  for (u32 k = 0; k < entity->n_scalars; k++) {
    const rk_batch_scalar *scalar = entity->scalars + k;
    u64 factor = factors[scalar->facet];
    if (scalar->width == 1) RK_PACK_AS(u8);
    else if (scalar->width == 2) RK_PACK_AS(uint16_t);
    else RK_PACK_AS(u32);
  }
}

/* The hashes of n rows: those of their facts, if a row names no tag twice. */
RK_INLINE void rk_batch_hash(rk_batch_entity *entity, const rk_entity *e_record, const u64 *words, u64 row, u64 n) {
  u64 *hashes = entity->hashes;
  for (u64 i = 0; i < n; i++) hashes[i] = 0;
  for (u32 k = 0; k < entity->n_tags; k++) {
    const rk_batch_tags *tags = entity->tags + k;
    u64 at = tags->ends[row];
    for (u64 i = 0; i < n; i++) {
      u64 sum = 0;
      for (u64 end = tags->ends[row + i + 1]; at < end; at++) sum += words[tags->facets[at]];
      hashes[i] += sum;
    }
  }
  for (u64 i = 0; i < n; i++) hashes[i] = rk_hash_of(words, e_record, entity->packed[i], hashes[i]);
}

/* Notes the keys of n rows, and asks for what they lead to. */
RK_INLINE void rk_batch_look(rk_batch *b, u32 e, u64 row, u64 n) {
  const rk_entity *e_record = b->program->entities + e;
  rk_batch_entity *entity = b->entities + e;
  if (entity->picked) {
    for (u64 i = 0; i < n; i++) {
      entity->kept[i] = entity->picked[row + i];
      if (b->asks) RK_PREFETCH(entity->kept[i]);
    }
    return;
  }
  rk_batch_pack(entity, b->memo->factors + e_record->first_facet, row, n);
  if (entity->has_places) return;
  rk_batch_hash(entity, e_record, b->memo->words + e_record->first_facet, row, n);
  for (u64 i = 0; i < n; i++) RK_PREFETCH(rk_memo_slot(b->memo, entity->hashes[i], 0));
}

/* Takes what stands in the slots. */
RK_INLINE void rk_batch_take(rk_batch *b, u32 e, u64 n) {
  const rk_memo *memo = b->memo;
  rk_batch_entity *entity = b->entities + e;
  if (entity->picked) return;
  if (entity->has_places) {
    rk_kept **slots = memo->slots + memo->entities[e].first;
    for (u64 i = 0; i < n; i++) entity->kept[i] = RK_LOAD(slots + entity->packed[i]);
  } else {
    for (u64 i = 0; i < n; i++) entity->kept[i] = RK_LOAD(rk_memo_slot(memo, entity->hashes[i], 0));
  }
}

/* Asks for what a match reads first of the rows of the i-th row of the block. */
RK_INLINE void rk_batch_ask(const rk_batch *b, u64 i) {
  for (u32 e = 0; e < b->program->n_records[RK_SECTION_ENTITIES]; e++) {
    const rk_batch_entity *entity = b->entities + e;
    const u8 *kept = (const u8 *)entity->kept[i];
    if (!kept || (i && kept == entity->kept[i - 1])) continue;
    if (!entity->picked) {
      if (entity->has_places) continue;
      for (u32 line = 0; line < RK_KEPT_LINES; line++) RK_PREFETCH(kept + line * RK_ALIGNMENT);
      continue;
    }
    const rk_row *row = (const rk_row *)(const void *)kept;
    const u8 *at = (const u8 *)(row->flat ? row->flat : row->signature);
    for (u32 line = 0; line < RK_PICKED_LINES; line++) RK_PREFETCH(at + line * RK_ALIGNMENT);
    RK_PREFETCH(row->words);
  }
}

/* Reads the next rows up to `end`, a block of them at the most. */
RK_INLINE void rk_batch_read(rk_batch *b, u64 row, u64 end) {
  u32 n_entities = b->program->n_records[RK_SECTION_ENTITIES];
  u64 n = end - row < RK_BATCH_BLOCK ? end - row : RK_BATCH_BLOCK;
  b->block = row;
  b->block_end = row + n;
  b->asks = b->is_far || RK_LOAD_RELAXED(&b->memo->n_used) > RK_NEAR;
  for (u32 e = 0; e < n_entities; e++) rk_batch_look(b, e, row, n);
  for (u32 e = 0; e < n_entities; e++) rk_batch_take(b, e, n);
  for (u64 i = 0; b->asks && i < n && i < RK_AHEAD; i++) rk_batch_ask(b, i);
}

/* Whether an entity has the same facts in a row as in the one before, which has the same key. */
RK_INLINE int rk_batch_is_same(const rk_batch_entity *entity, u64 row) {
  for (u32 i = 0; i < entity->n_scalars && !entity->is_exact; i++) {
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

/* Writes an entity's facts in a row down; how many of its tags were named again. */
RK_INLINE u64 rk_batch_set_facts(rk_batch_entity *entity, u64 row) {
  u64 n = 0;
  for (u32 i = 0; i < entity->n_scalars; i++) {
    const rk_batch_scalar *scalar = entity->scalars + i;
    entity->facts->classes[scalar->facet] = rk_batch_class(scalar, row);
  }
  if (RK_MUTANT != 15) rk_facts_clear(entity->facts);
  for (u32 i = 0; i < entity->n_tags; i++) {
    const rk_batch_tags *tags = entity->tags + i;
    for (u64 j = tags->ends[row]; j < tags->ends[row + 1]; j++) rk_facts_add(entity->facts, tags->facets[j]);
    n += tags->ends[row + 1] - tags->ends[row];
  }
  return n - entity->facts->n_touched;
}

/* Whether a kept row is of an entity's facts in a row, its tags in the very order in which they were kept. */
RK_INLINE int rk_batch_is_key(const rk_batch_entity *entity, const rk_kept *kept, rk_key key, u32 e, u64 row) {
  u32 n = 0, differs = 0, n_scalars = entity->facts->n_scalars;
  if (kept->hash != key.hash || kept->packed != key.packed || kept->entity != e) return 0;
  for (u32 i = 0; i < entity->n_scalars && !entity->is_exact; i++) {
    const rk_batch_scalar *scalar = entity->scalars + i;
    differs |= kept->classes[scalar->facet] ^ rk_batch_class(scalar, row);
  }
  for (u32 i = 0; i < entity->n_tags; i++) {
    const rk_batch_tags *tags = entity->tags + i;
    const u32 *facets = tags->facets + tags->ends[row];
    u64 n_own = tags->ends[row + 1] - tags->ends[row];
    if (n_own > kept->n_touched - n) return 0;
    for (u32 j = 0; j < (u32)n_own; j++) differs |= (kept->touched[n + j] + n_scalars) ^ facets[j];
    n += (u32)n_own;
  }
  return !differs && n == kept->n_touched;
}

/* The kept row of an entity's facts, if it is found by the columns; NULL: look by the facts. */
RK_INLINE const rk_kept *rk_batch_find(const rk_batch *b, u32 e, rk_key key, u64 row) {
  const rk_kept *kept = (const rk_kept *)b->entities[e].kept[row - b->block];
  if (!kept || b->entities[e].has_places) return kept;
  for (u64 way = 1; !rk_batch_is_key(b->entities + e, kept, key, e, row); way++) {
    kept = way < RK_WAYS ? RK_LOAD(rk_memo_slot(b->memo, key.hash, way)) : NULL;
    if (!kept) return NULL;
  }
  return kept;
}

/* Finds an entity's row by its facts. */
RK_INLINE void rk_batch_look_by_facts(rk_batch *b, u32 e, rk_key key, u64 row) {
  rk_batch_entity *entity = b->entities + e;
  if (rk_batch_set_facts(entity, row)) key = rk_memo_key(b->memo, b->program, e, entity->facts);
  rk_memo_row_of_key(b->memo, b->program, e, key, entity->facts, entity->lists, b->scratch, b->rows + e);
}

/* Brings an entity to a row; whether its facts differ from the row before. */
RK_INLINE int rk_batch_move_entity(rk_batch *b, u32 e, u64 row) {
  rk_batch_entity *entity = b->entities + e;
  u64 i = row - b->block;
  if (entity->picked) {
    if (b->has_rows && entity->picked[row] == entity->picked[row - 1]) return 0;
    b->rows[e] = *entity->picked[row];
    return 1;
  }
  rk_key key = {entity->packed[i], entity->has_places ? 0 : entity->hashes[i]};
  if (b->has_rows && key.packed == entity->key.packed && key.hash == entity->key.hash) {
    if (entity->has_places || rk_batch_is_same(entity, row)) return 0;
  }
  entity->key = key;
  const rk_kept *kept = rk_batch_find(b, e, key, row);
  if (kept) b->rows[e] = kept->row;
  else rk_batch_look_by_facts(b, e, key, row);
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

/* Begins a stretch of rows that starts at `first`. */
RK_INLINE void rk_batch_begin(rk_batch *b, u64 first) {
  for (u32 e = 0; e < b->program->n_records[RK_SECTION_ENTITIES]; e++) rk_batch_begin_entity(b, e);
  b->block_end = first;
}

/* Moves to the next row of a stretch [..., end); whether any fact differs from the row before. */
RK_INLINE int rk_batch_next(rk_batch *b, u64 row, u64 end) {
  if (row == b->block_end) rk_batch_read(b, row, end);
  if (b->asks && row + RK_AHEAD < b->block_end) rk_batch_ask(b, row + RK_AHEAD - b->block);
  return rk_batch_move(b, row);
}

RK_INLINE void rk_batch_match(rk_batch *b, rk_match *match) {
  rk_match_start(match, b->program, b->rows, b->as_of, b->room);
}

/* Decision numbers of rows [first, first + n): out[i * n_rows + row] is that of points[i] in a
 * scenario, or RK_NONE. Rows are asked for in order, from 0. */
RK_INLINE void rk_batch_resolve(rk_batch *b, u64 first, u64 n, const u32 *points, u64 n_points,
                                u32 scenario, int32_t *out, u64 n_rows) {
  rk_batch_begin(b, first);
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
  rk_batch_begin(b, first);
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
