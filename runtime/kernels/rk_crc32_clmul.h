/* rk_crc32_clmul.h - rk_crc32() by carry-less multiplication: 16 bytes a step, four steps at once.
 *
 *     a = a.low * (x^(d+64) mod P) + a.high * (x^d mod P) + the 16 bytes that lie d bits behind
 *
 * folds a message without changing its remainder by P; what is left, 16 bytes, goes through the
 * scalar twin. (Gopal and others, Fast CRC Computation for Generic Polynomials Using PCLMULQDQ,
 * Intel 2009.) Call only where rk_has_clmul() says so. Reads only; safe on any number of threads. */
#ifndef RK_CRC32_CLMUL_H
#define RK_CRC32_CLMUL_H

#include "rk_crc32.h"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#include <immintrin.h>

#define RK_CLMUL __attribute__((target("sse2,pclmul")))

RK_INLINE int rk_has_clmul(void) { return __builtin_cpu_supports("pclmul") != 0; }

RK_CLMUL RK_INLINE __m128i rk_crc32_load(const u8 *bytes) {
  return _mm_loadu_si128((const __m128i *)(const void *)bytes);
}

RK_CLMUL RK_INLINE __m128i rk_crc32_fold(__m128i a, __m128i factors, __m128i behind) {
  __m128i low = _mm_clmulepi64_si128(a, factors, 0x00);
  __m128i high = _mm_clmulepi64_si128(a, factors, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), behind);
}

RK_CLMUL RK_INLINE u32 rk_crc32_clmul(u32 crc, const u8 *bytes, u64 n_bytes) {
  const __m128i by_64 = _mm_set_epi64x(0x01C6E41596, 0x0154442BD4); /* d = 512 bits, reflected */
  const __m128i by_16 = _mm_set_epi64x(0x00CCAA009E, 0x01751997D0); /* d = 128 bits */
  u8 rest[16];
  if (n_bytes < 64) return rk_crc32(crc, bytes, n_bytes);
  __m128i a = _mm_xor_si128(rk_crc32_load(bytes), _mm_cvtsi32_si128((int)~crc));
  __m128i b = rk_crc32_load(bytes + 16), c = rk_crc32_load(bytes + 32);
  __m128i d = rk_crc32_load(bytes + 48);
  for (bytes += 64, n_bytes -= 64; n_bytes >= 64; bytes += 64, n_bytes -= 64) {
    a = rk_crc32_fold(a, by_64, rk_crc32_load(bytes));
    b = rk_crc32_fold(b, by_64, rk_crc32_load(bytes + 16));
    c = rk_crc32_fold(c, by_64, rk_crc32_load(bytes + 32));
    d = rk_crc32_fold(d, by_64, rk_crc32_load(bytes + 48));
  }
  a = rk_crc32_fold(rk_crc32_fold(rk_crc32_fold(a, by_16, b), by_16, c), by_16, d);
  for (; n_bytes >= 16; bytes += 16, n_bytes -= 16) {
    a = rk_crc32_fold(a, by_16, rk_crc32_load(bytes));
  }
  _mm_storeu_si128((__m128i *)(void *)rest, a);
  return ~rk_crc32_raw(rk_crc32_raw(0, rest, sizeof rest), bytes, n_bytes);
}

#else

RK_INLINE int rk_has_clmul(void) { return 0; }

RK_INLINE u32 rk_crc32_clmul(u32 crc, const u8 *bytes, u64 n_bytes) {
  return rk_crc32(crc, bytes, n_bytes);
}

#endif
#endif
