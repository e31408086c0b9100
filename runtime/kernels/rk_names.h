/* rk_names.h - do the names of some records differ?
 *
 * Hashing says so at once; where it goes badly, by chance or by design, the answer is "not sure"
 * and the caller looks with something that nobody can flood. The caller owns all memory; nothing
 * here allocates. Safe on any number of threads, each with its own table. */
#ifndef RK_NAMES_H
#define RK_NAMES_H

#include <string.h>

#include "rk_program.h"

RK_INLINE u64 rk_hash_name(const u8 *bytes, u32 n_bytes) {
  u64 hash = n_bytes, word;
  for (; n_bytes >= sizeof word; bytes += sizeof word, n_bytes -= (u32)sizeof word) {
    memcpy(&word, bytes, sizeof word);
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 32;
  }
  word = 0;
  memcpy(&word, bytes, n_bytes);
  hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
  return hash ^ hash >> 32;
}

/* The slots for n names: a power of two, at least twice as many. */
RK_INLINE u64 rk_name_slots(u32 n) {
  u64 n_slots = 8;
  while (n_slots < 2 * (u64)n) n_slots *= 2;
  return n_slots;
}

/* Whether n names certainly differ. `names` is the string of the first; the next ones stand
 * `stride` u32 apart. `table` has rk_name_slots(n) zeros. INVARIANT: every name is a string. */
RK_INLINE int rk_names_differ(const rk_program *p, const u32 *names, u32 stride, u32 n,
                              u32 *table) {
  u64 last = rk_name_slots(n) - 1, n_looks_left = 8 * (u64)n;
  for (u32 i = 0; i < n; i++) {
    u32 n_bytes, n_other;
    const u8 *bytes = rk_string(p, names[(u64)i * stride], &n_bytes);
    u64 slot = rk_hash_name(bytes, n_bytes) & last;
    for (; table[slot]; slot = (slot + 1) & last) {
      const u8 *other = rk_string(p, names[(u64)(table[slot] - 1) * stride], &n_other);
      if (n_other == n_bytes && !memcmp(other, bytes, n_bytes)) return 0;
      if (!n_looks_left--) return 0;
    }
    table[slot] = i + 1;
  }
  return 1;
}

#endif
