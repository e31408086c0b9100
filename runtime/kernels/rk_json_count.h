/* rk_json_count.h - how many members a JSON text has, and how many objects and lists open in it.
 *
 *     text       {"a":[1,"}\\":"]}
 *     inside     .##..  .#####..          between the quotes of a string
 *     members    ....1..........          colons outside; openings likewise
 *
 * 64 bytes at a time become a bit each, and no branch asks what they say: the strings of a request end
 * where no processor foresees it. What is counted up to the first byte that JSON does not allow is
 * right; behind it anything may be. Reads n bytes; allocates nothing; safe on any number of threads. */
#ifndef RK_JSON_COUNT_H
#define RK_JSON_COUNT_H

#include <string.h>

#include "rk_port.h"

#include "rk_json_marks_sse2.h"

typedef struct {
  u64 n_members, n_opened;
} rk_json_counts;

/* The bytes that a backslash stands before: every second one of a row of backslashes, and the one
 * behind an odd row. `*is_escaped`: whether the first byte is one, then whether the next block's is. */
RK_INLINE u64 rk_json_escaped(u64 slashes, u64 *is_escaped) {
  const u64 even = 0x5555555555555555u;
  slashes &= ~*is_escaped;
  u64 behind = slashes << 1 | *is_escaped;
  u64 odd_starts = slashes & ~even & ~behind;
  u64 ends = odd_starts + slashes;
  *is_escaped = ends < slashes;
  return (even ^ ends << 1) & behind;
}

/* A bit is set where an odd number of bits are, up to it. */
RK_INLINE u64 rk_odd_up_to(u64 bits) {
  for (u32 n = 1; n < 64; n *= 2) bits ^= bits << n;
  return bits;
}

RK_INLINE u32 rk_n_bits(u64 bits) {
  bits -= bits >> 1 & 0x5555555555555555u;
  bits = (bits & 0x3333333333333333u) + (bits >> 2 & 0x3333333333333333u);
  return (u32)(((bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0Fu) * 0x0101010101010101u >> 56);
}

RK_INLINE rk_json_counts rk_json_count(const u8 *text, u64 n) {
  rk_json_counts counts = {0, 0};
  u64 inside = 0, is_escaped = 0;
  u8 last[RK_JSON_BLOCK];
  for (u64 at = 0; at < n; at += RK_JSON_BLOCK) {
    const u8 *block = text + at;
    if (n - at < RK_JSON_BLOCK) {
      memset(last, ' ', sizeof last);
      memcpy(last, block, n - at);
      block = last;
    }
    rk_json_marks marks = rk_json_marks_of(block);
    if (marks.slashes | is_escaped) {
      marks.quotes &= ~rk_json_escaped(marks.slashes, &is_escaped);
    }
    /* All ones where the block before ended in a string. */
    inside = rk_odd_up_to(marks.quotes) ^ (0 - (inside >> 63));
    counts.n_members += rk_n_bits(marks.colons & ~inside);
    counts.n_opened += rk_n_bits(marks.opened & ~inside);
  }
  return counts;
}

#endif
