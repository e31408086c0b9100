/* rk_names.h - do the names of some records differ?
 *
 * Names of different hashes do. Where two hashes are alike, by chance (once in 250,000 programs of
 * 100,000 names) or by design, the answer is "not sure", and the caller looks with something that
 * nobody can flood. The caller owns all memory; nothing
 * here allocates. Safe on any number of threads, each with its own table. */
#ifndef RK_NAMES_H
#define RK_NAMES_H

#include <string.h>

#include "rk_program.h"

RK_INLINE u64 rk_hash_step(u64 hash, u64 word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
  return hash ^ hash >> 32;
}

/* The hash of a name: of its length and its words of eight bytes, the last of which reaches back over
 * the one before it. The twin of rulec/layout/slots.py. */
RK_INLINE u64 rk_hash_name(const u8 *bytes, u64 n_bytes) {
  u64 hash = n_bytes * 0xD6E8FEB86659FD93u, word = 0;
  u32 low, high;
  if (n_bytes >= sizeof word) {
    for (u64 at = 0; at < n_bytes - sizeof word; at += sizeof word) {
      memcpy(&word, bytes + at, sizeof word);
      hash = rk_hash_step(hash, word);
    }
    memcpy(&word, bytes + n_bytes - sizeof word, sizeof word);
  } else if (n_bytes >= sizeof low) {
    memcpy(&low, bytes, sizeof low);
    memcpy(&high, bytes + n_bytes - sizeof high, sizeof high);
    word = low | (u64)high << 32;
  } else if (n_bytes) {
    word = bytes[0] | (u64)bytes[n_bytes / 2] << 8 | (u64)bytes[n_bytes - 1] << 16;
  }
  return rk_hash_step(hash, word);
}

/* The first slot to look in for a hash, before it is cut to the table's size. Names that end
 * otherwise differ at the top of their hashes: the multiplication brings that down. */
RK_INLINE u32 rk_slot_of_hash(u64 hash, u32 seed) {
  return (u32)(hash * (0x9E3779B97F4A7C15u + 2 * (u64)seed) >> 32);
}

/* The slots for n names: a power of two, at least twice as many. */
RK_INLINE u64 rk_name_slots(u32 n) {
  u64 n_slots = 8;
  while (n_slots < 2 * (u64)n) n_slots *= 2;
  return n_slots;
}

/* Names that are hashed before the first of them is looked up: their slots come meanwhile. */
enum { RK_NAMES_AHEAD = 32 };

/* Whether n names certainly differ, from each other and from `other`. `names` is the string of the
 * first; the next ones stand `stride` u32 apart. `table` has rk_name_slots(n + 1) zeros: a slot takes
 * the upper half of a hash, and `rk_slot_of_hash` says where to look, so no name is read twice.
 * INVARIANT: every name is a string. */
RK_INLINE int rk_names_differ(const rk_program *p, const u32 *names, u32 stride, u32 n,
                              const u8 *other, u32 n_other, u32 *table) {
  u64 last = rk_name_slots(n + 1) - 1, n_looks_left = 8 * ((u64)n + 1);
  u64 hashes[RK_NAMES_AHEAD], hash = rk_hash_name(other, n_other);
  table[rk_slot_of_hash(hash, 0) & last] = (u32)(hash >> 32) | 1;
  for (u32 start = 0; start < n; start += RK_NAMES_AHEAD) {
    u32 n_now = n - start < RK_NAMES_AHEAD ? n - start : RK_NAMES_AHEAD;
    for (u32 i = 0; i < n_now; i++) {
      u32 n_bytes;
      const u8 *bytes = rk_string(p, names[(u64)(start + i) * stride], &n_bytes);
      hashes[i] = rk_hash_name(bytes, n_bytes);
      RK_PREFETCH(table + (rk_slot_of_hash(hashes[i], 0) & last));
    }
    for (u32 i = 0; i < n_now; i++) {
      u64 slot = rk_slot_of_hash(hashes[i], 0) & last;
      u32 half = (u32)(hashes[i] >> 32) | 1;
      for (; table[slot]; slot = (slot + 1) & last) {
        if (table[slot] == half || !n_looks_left--) return 0;
      }
      table[slot] = half;
    }
  }
  return 1;
}

#endif
