/* rk_cpu_avx512.h - the kernels of rk_cpu.h for processors with AVX-512 (F, BW, DQ, VL).
 *
 * What each promises stands there. Nothing here runs before rk_has_avx512() said yes. */
#ifndef RK_CPU_AVX512_H
#define RK_CPU_AVX512_H

#include "rk_cpu.h"

#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__)
#define RK_HAS_AVX512 1
#include <immintrin.h>

#define RK_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,popcnt")))

RK_INLINE int rk_has_avx512(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("popcnt");
}

static RK_AVX512 u32 rk_seek_avx512(const u64 *const *rows, u32 n_rows, u32 at, u32 limit, u64 *out) {
  while (at < limit) {
    u32 block = at / RK_BLOCK_BITS, word = at % RK_BLOCK_BITS / 64;
    __m512i left = _mm512_set1_epi64(-1);
    /* Bits before `at` are not asked for. */
    left = _mm512_mask_sll_epi64(left, (__mmask8)(1u << word), left, _mm_cvtsi32_si128((int)(at % 64)));
    left = _mm512_maskz_mov_epi64((__mmask8)(0xFFu << word), left);
    __m512i all = _mm512_set1_epi64(-1);
    for (u32 i = 0; i < n_rows; i++) {
      all = _mm512_and_si512(all, _mm512_loadu_si512(rows[i] + (u64)block * RK_BLOCK));
    }
    __mmask8 some = _mm512_test_epi64_mask(all, left);
    if (some) {
      u32 first = rk_lowest_bit(some);
      _mm512_storeu_si512(out, all);
      u64 bits = first == word ? out[first] >> at % 64 << at % 64 : out[first];
      u32 bit = block * RK_BLOCK_BITS + first * 64 + rk_lowest_bit(bits);
      return bit < limit ? bit : limit;
    }
    at = (block + 1) * RK_BLOCK_BITS;
  }
  return limit;
}

/* Eight candidates at a time: which hold what they ask. */
static RK_AVX512 const u64 *rk_sift_avx512(const u64 *at, const u64 *end, u64 bound,
                                           const rk_sieve *sieve, const rk_row *rows) {
  while (at < end) {
    u64 n = (u64)(end - at);
    __mmask8 there = n < 8 ? (__mmask8)((1u << n) - 1) : 0xFF;
    __m512i words = _mm512_maskz_loadu_epi64(there, at);
    __mmask8 below = _mm512_mask_cmplt_epu64_mask(there, words, _mm512_set1_epi64((i64)bound));
    __mmask8 holds = below;
    for (u32 k = 0; k < sieve->n_fields && holds; k++) {
      const rk_field *field = sieve->fields + k;
      const rk_row *row = rows + field->entity;
      __m512i shifted = _mm512_srl_epi64(words, _mm_cvtsi32_si128((int)field->shift));
      __m512i position = _mm512_and_si512(shifted, _mm512_set1_epi64(field->mask & row->mask));
      __m512i bits = _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), holds,
                                                 _mm512_srli_epi64(position, 6), row->signature, 8);
      __m512i one = _mm512_sllv_epi64(_mm512_set1_epi64(1), _mm512_and_si512(position, _mm512_set1_epi64(63)));
      holds = _mm512_mask_test_epi64_mask(holds, bits, one);
    }
    /* The first that is not below, or that holds. */
    __mmask8 stops = (__mmask8)((there & ~below) | holds);
    if (stops) return at + rk_lowest_bit(stops);
    at += n < 8 ? n : 8;
  }
  return end;
}

/* Eight of them: their facets, and which there are. */
static RK_AVX512 __m256i rk_tags_of_eight(const rk_table *table, const u8 *at, __mmask8 there, __mmask8 *known) {
  __m512i tags = _mm512_maskz_loadu_epi64(there, at);
  __m512i distance = _mm512_sub_epi64(tags, _mm512_set1_epi64(table->low));
  __mmask8 near = _mm512_mask_cmplt_epu64_mask(there, distance, _mm512_set1_epi64((i64)table->last));
  __m256i none = _mm256_set1_epi32(RK_NO_TAG);
  __m256i facets = _mm512_mask_i64gather_epi32(none, near, distance, table->starts, sizeof *table->starts);
  facets = _mm256_and_si256(facets, none);
  *known = _mm256_cmpneq_epu32_mask(facets, none);
  return facets;
}

static RK_AVX512 void rk_tags_avx512(const rk_table *table, const u8 *values, u64 begin, u64 n_rows, u64 *ends,
                                     u32 *facets, u64 at) {
  for (u64 row = 0; row < n_rows; row++) {
    u64 end = ends[row];
    for (; begin < end; begin += end - begin < 8 ? end - begin : 8) {
      __mmask8 there = end - begin < 8 ? (__mmask8)((1u << (end - begin)) - 1) : 0xFF, known;
      __m256i found = rk_tags_of_eight(table, values + begin * sizeof(i64), there, &known);
      _mm256_storeu_si256((__m256i *)(void *)(facets + at), _mm256_maskz_compress_epi32(known, found));
      at += (u64)_mm_popcnt_u32(known);
    }
    ends[row] = at;
  }
}

static const rk_cpu rk_cpu_avx512 = {"avx512", rk_seek_avx512, rk_sift_avx512, rk_tags_avx512};

#endif

/* The widest kernels that this processor runs. */
RK_INLINE const rk_cpu *rk_cpu_widest(void) {
#ifdef RK_HAS_AVX512
  if (rk_has_avx512()) return &rk_cpu_avx512;
#endif
  return &rk_cpu_scalar;
}

#endif
