/* rk_slots.h - tables that find a value without a search.
 *
 *     numbers   cuts       10 11      30        40        slots count the cuts below each bucket
 *               buckets   | 10..17 | 18..25 | 26..33 |     (of 1 << shift values), and end with all
 *               slots     0        2        2        3  4
 *     names     slot = hash of the tag or word, or one of the next; it holds a place, or RK_NONE
 *
 * A table is the compiler's work: slots may be missing (n_slots is 0), and what reads them searches
 * instead. A name stands at most RK_PROBES slots behind its hash, so nobody who chooses values to look
 * for makes a look-up long; a place that is found is compared with the value.
 *
 * Reads only; allocates nothing; safe on any number of threads. */
#ifndef RK_SLOTS_H
#define RK_SLOTS_H

#include "rk_names.h"

enum { RK_PROBES = 16 };

/* How many of `n` ascending cuts are <= value. */
RK_INLINE u32 rk_cuts_up_to(const i64 *cuts, u32 n, i64 value) {
  const i64 *base = cuts;
  if (!n) return 0;
  while (n > 1) {
    u32 half = n / 2;
    base = base[half] <= value ? base + half : base;
    n -= half;
  }
  return (u32)(base - cuts) + (*base <= value);
}

RK_INLINE u32 rk_slot_of_tag(i64 tag, u32 seed) {
  return rk_slot_of_hash((u64)tag ^ (u64)tag >> 32, seed);
}

RK_INLINE u32 rk_slot_of_word(const u8 *s, u64 n, u32 seed) {
  return rk_slot_of_hash(rk_hash_name(s, n), seed);
}

/* How many of a number's cuts are <= value: at least those below its bucket, at most those below the
 * next one. Most buckets hold one cut or none, and which is up to the value: no branch asks.
 * INVARIANT: the last bucket holds the last cut, so a bucket's first cut can be read. */
RK_INLINE u32 rk_cuts_by_slots(const rk_program *p, const rk_fact *fact, i64 value) {
  const u32 *slots = p->slots + fact->first_slot;
  const i64 *cuts = p->cuts + fact->first_cut;
  u64 bucket = ((u64)value - (u64)cuts[0]) >> fact->shift;
  if (value < cuts[0]) return 0;
  if (bucket >= fact->n_slots - 1) return fact->n_cuts;
  u32 low = slots[bucket], n = slots[bucket + 1] - low;
  if (n > 1) return low + rk_cuts_up_to(cuts + low, n, value);
  return low + (n & (u32)(cuts[low] <= value));
}

#endif
