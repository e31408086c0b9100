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

enum { RK_BLOCK_BITS = 64 * RK_BLOCK };

typedef struct {
  const u64 **rows; /* room for rk_max_flat_rows() of every entity */
  u32 n_rows;
} rk_flat;

/* A stretch of flat terms that is read in order. */
typedef struct {
  u64 words[RK_BLOCK]; /* of the block that `at` lies in */
  u32 at, end;         /* the bit to look at next; the end of the stretch */
  int has_block;
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

RK_INLINE void rk_flat_read(rk_flat_reader *reader, u32 start, u32 end) {
  reader->at = start;
  reader->end = end;
  reader->has_block = 0;
}

/* The number of the next flat term that is left before bit `limit`, which is the end of a block or of
 * the stretch; RK_NONE: there is none. */
RK_INLINE u32 rk_flat_next(const rk_program *p, const rk_flat *flat, rk_flat_reader *reader, u32 limit) {
  while (reader->at < limit) {
    u32 block = reader->at / RK_BLOCK_BITS, end = (limit - 1) / RK_BLOCK_BITS + 1;
    if (!reader->has_block) {
      u32 found = (u32)p->cpu->seek(flat->rows, flat->n_rows, block, end, reader->words);
      if (found == end) break;
      if (found != block) reader->at = found * RK_BLOCK_BITS;
      reader->has_block = 1;
    }
    u64 bits = reader->words[reader->at / 64 % RK_BLOCK] >> reader->at % 64;
    u32 bit = bits ? reader->at + rk_lowest_bit(bits) : (reader->at / 64 + 1) * 64;
    if (bit >= limit) break;
    reader->at = bit + (bits != 0);
    reader->has_block = reader->at % RK_BLOCK_BITS != 0;
    if (bits) return p->flats[bit];
  }
  reader->at = reader->at > limit ? reader->at : limit;
  reader->has_block = 0;
  return RK_NONE;
}

#endif
