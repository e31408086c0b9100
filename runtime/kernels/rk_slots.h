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

/* The first slot to look in for a hash, before it is cut to the table's size. */
RK_INLINE u32 rk_slot_of_hash(u64 hash, u32 seed) {
  return (u32)(hash * (0x9E3779B97F4A7C15u + 2 * (u64)seed) >> 32);
}

RK_INLINE u32 rk_slot_of_tag(i64 tag, u32 seed) {
  return rk_slot_of_hash((u64)tag ^ (u64)tag >> 32, seed);
}

RK_INLINE u32 rk_slot_of_word(const u8 *s, u64 n, u32 seed) {
  return rk_slot_of_hash(rk_hash_name(s, n), seed);
}

/* Where a number's cuts begin and end: `*low` of them are certainly <= value, those from `*high` on
 * are certainly not. */
RK_INLINE void rk_narrow_cuts(const rk_program *p, const rk_fact *fact, i64 value, u32 *low,
                              u32 *high) {
  const u32 *slots = p->slots + fact->first_slot;
  *low = 0;
  *high = fact->n_cuts;
  if (!fact->n_slots) return;
  i64 first = p->cuts[fact->first_cut];
  if (value < first) {
    *high = 0;
    return;
  }
  u64 bucket = ((u64)value - (u64)first) >> fact->shift;
  if (bucket >= fact->n_slots - 1) {
    *low = fact->n_cuts;
    return;
  }
  *low = slots[bucket];
  *high = slots[bucket + 1];
}

#endif
