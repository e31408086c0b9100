/* rk_cpu.h - the inner loops that are worth wide code, and which build of them this processor runs.
 *
 *     seek   rows of flat terms, ANDed      the first block that leaves a term
 *     sift   the candidates of a row        the first one of which everything holds that its word asks
 *     tags   a column of lists of ints      the facets that conditions name
 *
 * Every build answers the same; they are twins, and held to it. A program has the table of one
 * (rk_program.cpu): the scalar one, unless its owner sets another. Wide code is compiled for its
 * processor function by function, so no flag of the compiler names one, and no vector is in a signature. */
#ifndef RK_CPU_H
#define RK_CPU_H

#include "rk_row.h"
#include "rk_table.h"

enum { RK_BLOCK = 8, RK_BLOCK_BITS = 64 * RK_BLOCK }; /* words and bits of a block of flat terms */

typedef struct rk_cpu {
  const char *name;

  /* The first bit of [at, limit) that is set in all rows, and `out` gets the AND of its block; or
   * `limit`. Without rows every bit is set. */
  u32 (*seek)(const u64 *const *rows, u32 n_rows, u32 at, u32 limit, u64 *out);

  /* The first of words [at, end) that is not below `bound`, or that asks for nothing its rows do not
   * hold: open rows hold whatever they are asked; or `end`. */
  const u64 *(*sift)(const u64 *at, const u64 *end, u64 bound, const rk_sieve *sieve,
                     const rk_row *rows);

  /* Rows of tags, int64 each, perhaps unaligned: row i holds the values [ends[i - 1], ends[i]), the first
   * one from `begin` on. Writes the facets of those that the table knows from facets[at] on, in their
   * order, and to ends[i] where each row's end. There is room for all values and RK_TAGS_SLACK more. */
  void (*tags)(const rk_table *table, const u8 *values, u64 begin, u64 n_rows, u64 *ends, u32 *facets,
               u64 at);
} rk_cpu;

enum { RK_TAGS_SLACK = 16 };

/* The first bit of a block from bit `at` on that is set; RK_BLOCK_BITS: there is none. */
RK_INLINE u32 rk_block_seek(const u64 *words, u32 at) {
  u32 word = at / 64;
  u64 bits = words[word] >> at % 64;
  if (bits) return at + rk_lowest_bit(bits);
  while (++word < RK_BLOCK) {
    if (words[word]) return word * 64 + rk_lowest_bit(words[word]);
  }
  return RK_BLOCK_BITS;
}

RK_INLINE u32 rk_seek_scalar(const u64 *const *rows, u32 n_rows, u32 at, u32 limit, u64 *out) {
  while (at < limit) {
    u32 block = at / RK_BLOCK_BITS;
    for (u32 j = 0; j < RK_BLOCK; j++) out[j] = ~(u64)0;
    for (u32 i = 0; i < n_rows; i++) {
      const u64 *row = rows[i] + (u64)block * RK_BLOCK;
      for (u32 j = 0; j < RK_BLOCK; j++) out[j] &= row[j];
    }
    u32 bit = rk_block_seek(out, at % RK_BLOCK_BITS);
    at = block * RK_BLOCK_BITS + bit;
    if (bit < RK_BLOCK_BITS) return at < limit ? at : limit;
  }
  return limit;
}

/* Whether the rows hold what a word asks. */
RK_INLINE int rk_word_holds(u64 word, const rk_sieve *sieve, const rk_row *rows) {
  for (u32 k = 0; k < sieve->n_fields; k++) {
    const rk_field *field = sieve->fields + k;
    const rk_row *row = rows + field->entity;
    u32 position = (u32)(word >> field->shift) & field->mask & row->mask;
    if (!(row->signature[position / 64] >> position % 64 & 1)) return 0;
  }
  return 1;
}

RK_INLINE const u64 *rk_sift_scalar(const u64 *at, const u64 *end, u64 bound, const rk_sieve *sieve,
                                    const rk_row *rows) {
  while (at < end && *at < bound && !rk_word_holds(*at, sieve, rows)) at++;
  return at;
}

RK_INLINE void rk_tags_scalar(const rk_table *table, const u8 *values, u64 begin, u64 n_rows, u64 *ends,
                              u32 *facets, u64 at) {
  for (u64 row = 0; row < n_rows; row++) {
    for (; begin < ends[row]; begin++) {
      i64 tag;
      memcpy(&tag, values + begin * sizeof tag, sizeof tag);
      u32 facet = rk_table_tag(table, tag);
      facets[at] = facet; /* in the way of the next one, where it is none */
      at += facet != RK_NO_TAG;
    }
    ends[row] = at;
  }
}

static const rk_cpu rk_cpu_scalar = {"scalar", rk_seek_scalar, rk_sift_scalar, rk_tags_scalar};

#endif
