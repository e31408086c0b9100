/* rk_flat.h - the flat terms that a request leaves, in order.
 *
 *     flat terms        0  1  2  3  4  5  6 ...      ascending numbers of terms
 *     price, class 7    1  1  0  1  1  0  1
 *     channel, web      1  0  1  1  1  0  1          AND, 512 bits at a time, as far as it is asked
 *     tag 77            1  1  1  1  0  1  1
 *                       1        1        1
 *
 * A row is what one class of one facet, or all facts of one entity, leave. Only rows that take
 * something away are ANDed: so a request without such a class costs nothing.
 *
 * Reads only the program and rows; allocates nothing; one thread at a time. */
#ifndef RK_FLAT_H
#define RK_FLAT_H

#include "rk_cpu.h"

typedef struct {
  const u64 **rows; /* room for rk_max_flat_rows() of every entity */
  u32 n_rows;
} rk_flat;

/* A stretch of flat terms that is read in order. */
typedef struct {
  u64 words[RK_BLOCK]; /* the AND of the block that the last one found lies in */
  u32 at, end;         /* the bit to look at next; the end of the stretch */
  u32 has_block;       /* whether `at` lies in it */
} rk_flat_reader;

/* The most rows that an entity's facts can bring about. */
RK_INLINE u64 rk_max_flat_rows(const rk_entity *e) { return (u64)e->n_facets + 1; }

RK_INLINE u32 rk_flat_add(const rk_program *p, u32 row, const u64 **rows, u32 n) {
  if (row == RK_NONE) return n;
  rows[n] = p->flat_bits + rk_flat_words(p) * row;
  return n + 1;
}

/* The rows of an entity's facts; their number. */
RK_INLINE u32 rk_flat_of_facts(const rk_program *p, u32 entity, const rk_facts *facts,
                               const u64 **rows) {
  const rk_entity *e = p->entities + entity;
  const rk_facet *facets = p->facets + e->first_facet;
  u32 n = 0;
  for (u32 i = 0; i < e->n_scalars; i++) {
    if (facets[i].first_flat == RK_NONE) continue;
    n = rk_flat_add(p, p->flat_rows[facets[i].first_flat + facts->classes[i]], rows, n);
  }
  for (u32 i = 0; i < facts->n_touched; i++) {
    u32 first = facets[e->n_scalars + facts->touched[i]].first_flat;
    if (first != RK_NONE && RK_MUTANT != 14) n = rk_flat_add(p, p->flat_rows[first], rows, n);
  }
  return n;
}

/* Writes the AND of rows: rk_flat_words(). */
RK_INLINE void rk_flat_and(const rk_program *p, const u64 *const *rows, u32 n_rows, u64 *out) {
  for (u64 j = 0; j < rk_flat_words(p); j++) {
    u64 word = ~(u64)0;
    for (u32 i = 0; i < n_rows; i++) word &= rows[i][j];
    out[j] = word;
  }
}

RK_INLINE void rk_flat_read(rk_flat_reader *reader, u32 start, u32 end) {
  reader->at = start;
  reader->end = end;
  reader->has_block = 0;
}

/* The number of the next flat term that is left before bit `limit`; RK_NONE: there is none. */
RK_INLINE u32 rk_flat_next(const rk_program *p, const rk_flat *flat, rk_flat_reader *reader, u32 limit) {
  u32 block = reader->at / RK_BLOCK_BITS * RK_BLOCK_BITS, bit = RK_BLOCK_BITS;
  if (reader->at >= limit) return RK_NONE;
  if (reader->has_block) bit = rk_block_seek(reader->words, reader->at - block);
  if (bit < RK_BLOCK_BITS) bit += block;
  else bit = p->cpu->seek(flat->rows, flat->n_rows, reader->has_block ? block + RK_BLOCK_BITS : reader->at, limit, reader->words);
  reader->at = bit + 1;
  reader->has_block = reader->at % RK_BLOCK_BITS != 0;
  if (bit < limit) return p->flats[bit];
  reader->at = limit;
  reader->has_block = 0;
  return RK_NONE;
}

#endif
