/* rk_rollout.h - a salt and a key -> the key's bucket, 64 bits.
 *
 *     XXH64, seed 0, of    salt  NUL  "int"     NUL  decimal digits
 *                          salt  NUL  "string"  NUL  UTF-8
 *
 * The twin of rulec/rollout.py, held to the same vectors (tests/rollout/vectors.tsv): frozen, since
 * a changed bucket moves customers. The hash takes its input in parts, so keys of any length need no
 * memory. Reads only its arguments; safe on any number of threads. */
#ifndef RK_ROLLOUT_H
#define RK_ROLLOUT_H

#include <string.h>

#include "rk_port.h"

#define RK_XXH_PRIME_1 0x9E3779B185EBCA87u
#define RK_XXH_PRIME_2 0xC2B2AE3D27D4EB4Fu
#define RK_XXH_PRIME_3 0x165667B19E3779F9u
#define RK_XXH_PRIME_4 0x85EBCA77C2B2AE63u
#define RK_XXH_PRIME_5 0x27D4EB2F165667C5u

/* A hash on its way. */
typedef struct {
  u64 lanes[4];
  u64 n_bytes;  /* so far */
  u8 block[32]; /* the last n_bytes % 32 of them */
} rk_hash;

RK_INLINE u64 rk_hash_rotate(u64 value, u32 n) { return value << n | value >> (64 - n); }

/* Little-endian whatever the machine. */
RK_INLINE u64 rk_hash_word(const u8 *p, u32 n_bytes) {
  u64 word = 0;
  for (u32 i = n_bytes; i-- > 0;) word = word << 8 | p[i];
  return word;
}

RK_INLINE u64 rk_hash_round(u64 lane, u64 word) {
  return rk_hash_rotate(lane + word * RK_XXH_PRIME_2, 31) * RK_XXH_PRIME_1;
}

RK_INLINE void rk_hash_block(rk_hash *h, const u8 *block) {
  for (u32 i = 0; i < 4; i++) {
    h->lanes[i] = rk_hash_round(h->lanes[i], rk_hash_word(block + 8 * i, 8));
  }
}

RK_INLINE void rk_hash_start(rk_hash *h) {
  h->lanes[0] = RK_XXH_PRIME_1 + RK_XXH_PRIME_2;
  h->lanes[1] = RK_XXH_PRIME_2;
  h->lanes[2] = 0;
  h->lanes[3] = 0 - RK_XXH_PRIME_1;
  h->n_bytes = 0;
}

RK_INLINE void rk_hash_add(rk_hash *h, const u8 *bytes, u64 n) {
  u64 held = h->n_bytes % 32;
  h->n_bytes += n;
  if (held) {
    u64 part = n < 32 - held ? n : 32 - held;
    memcpy(h->block + held, bytes, part);
    bytes += part;
    n -= part;
    if (held + part < 32) return;
    rk_hash_block(h, h->block);
  }
  for (; n >= 32; bytes += 32, n -= 32) rk_hash_block(h, bytes);
  if (n) memcpy(h->block, bytes, n);
}

RK_INLINE u64 rk_hash_end(const rk_hash *h) {
  const u8 *at = h->block;
  u64 left = h->n_bytes % 32, found = RK_XXH_PRIME_5;
  if (h->n_bytes >= 32) {
    found = rk_hash_rotate(h->lanes[0], 1) + rk_hash_rotate(h->lanes[1], 7) +
            rk_hash_rotate(h->lanes[2], 12) + rk_hash_rotate(h->lanes[3], 18);
    for (u32 i = 0; i < 4; i++) {
      found = (found ^ rk_hash_round(0, h->lanes[i])) * RK_XXH_PRIME_1 + RK_XXH_PRIME_4;
    }
  }
  found += h->n_bytes;
  for (; left >= 8; at += 8, left -= 8) {
    found = rk_hash_rotate(found ^ rk_hash_round(0, rk_hash_word(at, 8)), 27) * RK_XXH_PRIME_1 +
            RK_XXH_PRIME_4;
  }
  if (left >= 4) {
    found = rk_hash_rotate(found ^ rk_hash_word(at, 4) * RK_XXH_PRIME_1, 23) * RK_XXH_PRIME_2 +
            RK_XXH_PRIME_3;
    at += 4;
    left -= 4;
  }
  for (; left; at++, left--) {
    found = rk_hash_rotate(found ^ *at * RK_XXH_PRIME_5, 11) * RK_XXH_PRIME_1;
  }
  found = (found ^ found >> 33) * RK_XXH_PRIME_2;
  found = (found ^ found >> 29) * RK_XXH_PRIME_3;
  return found ^ found >> 32;
}

/* The bucket of `n` bytes of UTF-8. */
RK_INLINE u64 rk_rollout_bucket_of_text(const u8 *salt, u64 n_salt, const u8 *key, u64 n) {
  rk_hash hash;
  rk_hash_start(&hash);
  rk_hash_add(&hash, salt, n_salt);
  rk_hash_add(&hash, (const u8 *)"\0string", 8);
  rk_hash_add(&hash, key, n);
  return rk_hash_end(&hash);
}

RK_INLINE u64 rk_rollout_bucket_of_int(const u8 *salt, u64 n_salt, i64 key) {
  rk_hash hash;
  u8 digits[20]; /* "-9223372036854775808" */
  u64 magnitude = key < 0 ? 0 - (u64)key : (u64)key;
  u32 at = sizeof digits;
  do {
    digits[--at] = (u8)('0' + magnitude % 10);
    magnitude /= 10;
  } while (magnitude);
  if (key < 0) digits[--at] = '-';
  rk_hash_start(&hash);
  rk_hash_add(&hash, salt, n_salt);
  rk_hash_add(&hash, (const u8 *)"\0int", 5);
  rk_hash_add(&hash, digits + at, sizeof digits - at);
  return rk_hash_end(&hash);
}

#endif
