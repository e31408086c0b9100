/* rk_memo.h - filled rows that many requests share, found by the facts themselves.
 *
 *     packed    the scalars' classes as one number, mixed-radix
 *     entity of scalars, few classes     packed is its place: a slot each
 *     any other                          hash of packed and tags: RK_WAYS slots to look in, compared with
 *                                        the whole key; kept at the second sight
 *     slots   [n_slots] -> rows in one stretch of memory, handed out from the front
 *
 * A row never changes or moves once it is published, and nothing is taken out: a reader needs no lock,
 * and two writers of one slot agree by compare-and-swap. When the memory or the slots are used up, new rows are
 * opened as if there were no memo; after RK_STALE of those its owner makes a new one (traffic has
 * changed), and the old one goes when its last reader does. The hash adds one random word a tag, from the operating system's entropy: whoever
 * does not know the words cannot make facts collide, and what collides is told apart by the key.
 *
 * The owner makes all memory, zeroed, and fills `words`. Any number of threads may call rk_memo_row
 * on one memo, each with its own facts, lists and scratch. */
#ifndef RK_MEMO_H
#define RK_MEMO_H

#include <string.h>

#include "rk_fill.h"

/* Cache lines of a kept row that hold itself, its key and the beginning of what it points to. */
enum { RK_KEPT_LINES = 8 };

enum { RK_WAYS = 4, RK_MAX_PLACES = 16384, RK_DOOR_BITS = 15, RK_STALE = 1 << 20 };

/* One row, in front of what it points to and of its key. */
typedef struct {
  rk_row row;
  u64 hash, packed;
  u32 entity;
  u32 n_touched;
  const u32 *classes; /* [n_scalars] */
  const u32 *touched; /* [n_touched] */
} rk_kept;

/* What facts are found by. */
typedef struct {
  u64 packed; /* a place, of an entity that has them */
  u64 hash;   /* of any other */
} rk_key;

typedef struct {
  u64 n_places; /* of an entity whose classes are its place; 0: it is hashed */
  u64 first;    /* slot */
  u64 is_exact; /* whether equal packed numbers mean equal classes: 64 bits hold them all */
} rk_memo_entity;

typedef struct {
  rk_memo_entity *entities; /* [n_entities] */
  const u64 *words;         /* [n_facets of all entities]: random */
  u64 *factors;             /* [n_facets of all entities]: of a scalar, in its entity's packed number */
  rk_kept **slots;
  u64 first_hashed, n_hashed; /* slots of hashed entities; n_hashed is a power of 2 */
  u64 *door;                  /* [1 << RK_DOOR_BITS]: the last four hashes seen, 16 bits of each */
  u8 *memory;                 /* 64-byte aligned */
  u64 n_bytes, n_used;
  u64 n_missed; /* rows it had no room for, roughly: threads may overwrite each other's count */
} rk_memo;

/* How many places the classes of an entity have; 0: too many, or it has tags. */
RK_INLINE u64 rk_n_places(const rk_program *p, const rk_entity *e) {
  u64 n = 1;
  if (e->n_facets != e->n_scalars) return 0;
  for (u32 i = 0; i < e->n_scalars; i++) {
    n *= p->facets[e->first_facet + i].n_classes;
    if (n > RK_MAX_PLACES) return 0;
  }
  return n;
}

/* Whether it is time for a new one. */
RK_INLINE int rk_memo_is_stale(const rk_memo *memo) {
  return RK_LOAD_RELAXED(&memo->n_missed) > RK_STALE;
}

RK_INLINE u64 rk_mix(u64 x) {
  x ^= x >> 32;
  x *= 0x9FB21C651E98DF25u;
  return x ^ x >> 29;
}

/* Gives the scalars of every entity their factors, the last one 1; those of an entity that 64 bits do not
 * hold are random, so that its packed numbers are as good as a hash. */
RK_INLINE void rk_memo_weigh(rk_memo *memo, const rk_program *p) {
  for (u32 number = 0; number < p->n_records[RK_SECTION_ENTITIES]; number++) {
    const rk_entity *e = p->entities + number;
    u64 *factors = memo->factors + e->first_facet, n = 1, is_exact = 1;
    for (u32 i = e->n_scalars; i-- > 0;) {
      u32 n_classes = p->facets[e->first_facet + i].n_classes;
      factors[i] = n;
      if (n > ~(u64)0 / n_classes) is_exact = 0;
      n *= n_classes;
    }
    for (u32 i = 0; i < e->n_scalars && !is_exact; i++) factors[i] = memo->words[e->first_facet + i];
    memo->entities[number].is_exact = is_exact;
  }
}

RK_INLINE u64 rk_pack(const rk_memo *memo, const rk_entity *e, const u32 *classes) {
  const u64 *factors = memo->factors + e->first_facet;
  u64 packed = 0;
  for (u32 i = 0; i < e->n_scalars; i++) packed += factors[i] * classes[i];
  return packed;
}

/* The hash of a packed number and of tags, by the sum of their words. Order does not matter to a sum, so
 * tags need not be sorted. */
RK_INLINE u64 rk_hash_of(const u64 *words, const rk_entity *e, u64 packed, u64 tags) {
  u64 scalars = e->n_scalars ? rk_mix((words[0] | 1) * (packed + 1)) : 0;
  return rk_mix(e->first_facet + scalars + tags);
}

RK_INLINE u64 rk_hash_facts(const rk_memo *memo, const rk_entity *e, const rk_facts *facts, u64 packed) {
  const u64 *words = memo->words + e->first_facet;
  u64 tags = 0;
  for (u32 i = 0; i < facts->n_touched; i++) tags += words[e->n_scalars + facts->touched[i]];
  return rk_hash_of(words, e, packed, tags);
}

RK_INLINE int rk_is_key(const rk_kept *kept, rk_key key, u32 entity, const rk_facts *facts, u64 is_exact) {
  if (RK_MUTATE(7, 0, kept->hash != key.hash) || kept->entity != entity) return 0;
  if (kept->n_touched != facts->n_touched || kept->packed != key.packed) return 0;
  if (!is_exact &&
      memcmp(kept->classes, facts->classes, facts->n_scalars * sizeof *facts->classes)) {
    return 0;
  }
  /* Who comes again mostly names the tags in the same order. Both are sets of one size, so one inside
   * the other is equal to it. */
  if (!kept->n_touched ||
      RK_MUTATE(7, 0, !memcmp(kept->touched, facts->touched, kept->n_touched * sizeof(u32)))) {
    return 1;
  }
  for (u32 i = 0; i < RK_MUTATE(7, 0, kept->n_touched); i++) {
    u32 tag = kept->touched[i];
    if (!(facts->tags[tag / 64] >> tag % 64 & 1)) return 0;
  }
  return 1;
}

RK_INLINE void rk_memo_miss(rk_memo *memo) {
  RK_STORE_RELAXED(&memo->n_missed, RK_LOAD_RELAXED(&memo->n_missed) + 1);
}

/* Memory for a row; NULL: it is used up. */
RK_INLINE u8 *rk_memo_take(rk_memo *memo, u64 n_bytes) {
  u64 n_whole = (n_bytes + 63) / 64 * 64;
  if (RK_LOAD_RELAXED(&memo->n_used) + n_whole <= memo->n_bytes) {
    u64 start = RK_ADD(&memo->n_used, n_whole);
    if (start + n_whole <= memo->n_bytes) return memo->memory + start;
  }
  rk_memo_miss(memo);
  return NULL;
}

/* Gives back the end of what was taken last, if nobody took more since. */
RK_INLINE void rk_memo_return(rk_memo *memo, const u8 *start, u64 n_taken, u64 n_used) {
  u64 first = (u64)(start - memo->memory), end = first + (n_taken + 63) / 64 * 64;
  RK_PUBLISH(&memo->n_used, &end, first + (n_used + 63) / 64 * 64);
}

/* Fills a row in memory of the memo, with its key; NULL: there is no room. */
RK_INLINE rk_kept *rk_memo_fill(rk_memo *memo, const rk_program *p, u32 entity, rk_key key,
                                const rk_row *open, const rk_filling *scratch) {
  const rk_facts *facts = open->facts;
  u32 n_scalars = facts->n_scalars;
  u64 key_bytes = ((u64)n_scalars + facts->n_touched + 1) / 2 * sizeof(u64);
  u64 n_bytes = sizeof(rk_kept) + key_bytes + rk_fill_bytes(p, entity, open);
  rk_kept *kept = (rk_kept *)(void *)rk_memo_take(memo, n_bytes);
  if (!kept) return NULL;
  u32 *classes = (u32 *)(kept + 1), *touched = classes + n_scalars;
  u64 n_used = rk_row_fill(p, entity, open, scratch, (u8 *)classes + key_bytes, &kept->row);
  rk_memo_return(memo, (const u8 *)kept, n_bytes, sizeof(rk_kept) + key_bytes + n_used);
  for (u32 i = 0; i < n_scalars; i++) classes[i] = facts->classes[i];
  for (u32 i = 0; i < facts->n_touched; i++) touched[i] = facts->touched[i];
  kept->hash = key.hash;
  kept->packed = key.packed;
  kept->entity = entity;
  kept->n_touched = facts->n_touched;
  kept->classes = classes;
  kept->touched = touched;
  return kept;
}

/* Whether a hash was seen before, as far as is remembered; it is remembered now. With room for one at a
 * place, two that come in turn would never be known again: of 30,000 a quarter. */
RK_INLINE int rk_memo_knocks(rk_memo *memo, u64 hash) {
  u64 *door = memo->door + (hash >> (64 - RK_DOOR_BITS)), seen = (uint16_t)(hash >> 16 | 1);
  u64 those = RK_LOAD_RELAXED(door), differs = those ^ seen * 0x0001000100010001u;
  /* Some 16 bits of it are zero. */
  if ((differs - 0x0001000100010001u) & ~differs & 0x8000800080008000u) return 1;
  RK_STORE_RELAXED(door, those << 16 | seen);
  return 0;
}

RK_INLINE void rk_memo_keep(rk_memo *memo, const rk_program *p, u32 entity, rk_key key,
                            rk_kept **slot, const rk_row *open, const rk_filling *scratch,
                            rk_row *row) {
  rk_kept *nobody = NULL, *kept = rk_memo_fill(memo, p, entity, key, open, scratch);
  if (!kept) return;
  /* Where another thread was first, its row stands; this one is as good and its memory stays. */
  RK_PUBLISH(slot, &nobody, kept);
  *row = kept->row;
}

/* Where the way-th row of a hash may stand. They are used from the first on, and none is ever freed: behind
 * an empty one there is none. */
RK_INLINE rk_kept **rk_memo_slot(const rk_memo *memo, u64 hash, u64 way) {
  return memo->slots + memo->first_hashed + ((hash + way) & (memo->n_hashed - 1));
}

/* What finds an entity's row. */
RK_INLINE rk_key rk_memo_key(const rk_memo *memo, const rk_program *p, u32 entity, const rk_facts *facts) {
  const rk_entity *e = p->entities + entity;
  rk_key key = {rk_pack(memo, e, facts->classes), 0};
  if (!memo->entities[entity].n_places) key.hash = rk_hash_facts(memo, e, facts, key.packed);
  return key;
}

/* The first slot in which the row of a key may stand. */
RK_INLINE rk_kept **rk_memo_first_slot(const rk_memo *memo, u32 entity, rk_key key) {
  const rk_memo_entity *mine = memo->entities + entity;
  return mine->n_places ? memo->slots + mine->first + key.packed : rk_memo_slot(memo, key.hash, 0);
}

/* The row of an entity's facts, by its key: a kept one, or else an open one. `lists` is for the open
 * one, `scratch` holds what filling works in. */
RK_INLINE void rk_memo_row_of_key(rk_memo *memo, const rk_program *p, u32 entity, rk_key key,
                                  const rk_facts *facts, rk_list *lists,
                                  const rk_filling *scratch, rk_row *row) {
  int is_hashed = !memo->entities[entity].n_places;
  rk_kept **slot = NULL;
  for (u64 way = 0; way < (is_hashed ? RK_WAYS : 1) && !slot; way++) {
    rk_kept **at = way ? rk_memo_slot(memo, key.hash, way) : rk_memo_first_slot(memo, entity, key);
    const rk_kept *kept = RK_LOAD(at);
    if (!kept) slot = at;
    else if (!is_hashed || rk_is_key(kept, key, entity, facts, memo->entities[entity].is_exact)) {
      *row = kept->row;
      return;
    }
  }
  if (!slot) rk_memo_miss(memo);
  else if (is_hashed && !rk_memo_knocks(memo, key.hash)) slot = NULL;
  rk_row_open(p, entity, facts, lists, row);
  if (slot) {
    rk_row open = *row;
    rk_memo_keep(memo, p, entity, key, slot, &open, scratch, row);
  }
}

/* The row of one entity's facts. */
RK_INLINE void rk_memo_row(rk_memo *memo, const rk_program *p, u32 entity, const rk_facts *facts,
                           rk_list *lists, const rk_filling *scratch, rk_row *row) {
  rk_key key = rk_memo_key(memo, p, entity, facts);
  rk_memo_row_of_key(memo, p, entity, key, facts, lists, scratch, row);
}

/* The rows of a request: each waits for memory while the others are asked for. */
RK_INLINE void rk_memo_rows(rk_memo *memo, const rk_program *p, const rk_facts *facts,
                            rk_list *const *lists, const rk_filling *scratch, rk_row *rows) {
  u32 n_entities = p->n_records[RK_SECTION_ENTITIES];
  rk_key keys[RK_MAX_ENTITIES];
  for (u32 e = 0; e < n_entities; e++) {
    keys[e] = rk_memo_key(memo, p, e, facts + e);
    RK_PREFETCH(rk_memo_first_slot(memo, e, keys[e]));
  }
  for (u32 e = 0; e < n_entities; e++) {
    const u8 *kept = (const u8 *)RK_LOAD(rk_memo_first_slot(memo, e, keys[e]));
    for (u32 line = 0; kept && line < RK_KEPT_LINES; line++) RK_PREFETCH(kept + line * RK_ALIGNMENT);
  }
  for (u32 e = 0; e < n_entities; e++) {
    rk_memo_row_of_key(memo, p, e, keys[e], facts + e, lists[e], scratch, rows + e);
  }
}

#endif
