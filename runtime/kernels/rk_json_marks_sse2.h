/* rk_json_marks_sse2.h - where in 64 bytes those stand that a reader of JSON stops at, a bit each.
 *
 * Every x86-64 has SSE2; elsewhere a loop says the same. Pure; safe on any number of threads. */
#ifndef RK_JSON_MARKS_SSE2_H
#define RK_JSON_MARKS_SSE2_H

#include "rk_port.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

enum { RK_JSON_BLOCK = 64 };

typedef struct {
  u64 quotes, slashes, colons, opened;
} rk_json_marks;

RK_INLINE rk_json_marks rk_json_marks_of(const u8 *block) {
  rk_json_marks marks = {0, 0, 0, 0};
#if defined(__SSE2__)
  for (u32 at = 0; at < RK_JSON_BLOCK; at += 16) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(block + at));
    /* `[` and `{` differ by this bit, and no other byte becomes `{` by it. */
    __m128i raised = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
#define RK_JSON_MARK(in, letter) \
  ((u64)(u32)_mm_movemask_epi8(_mm_cmpeq_epi8(in, _mm_set1_epi8(letter))) << at)
    marks.quotes |= RK_JSON_MARK(bytes, '"');
    marks.slashes |= RK_JSON_MARK(bytes, '\\');
    marks.colons |= RK_JSON_MARK(bytes, ':');
    marks.opened |= RK_JSON_MARK(raised, '{');
#undef RK_JSON_MARK
  }
#else
  for (u32 at = 0; at < RK_JSON_BLOCK; at++) {
    marks.quotes |= (u64)(block[at] == '"') << at;
    marks.slashes |= (u64)(block[at] == '\\') << at;
    marks.colons |= (u64)(block[at] == ':') << at;
    marks.opened |= (u64)((block[at] | 0x20) == '{') << at;
  }
#endif
  return marks;
}

#endif
