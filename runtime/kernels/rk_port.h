/* rk_port.h - the few words every kernel speaks.
 *
 * Fixed-width names, inlining, and nothing else: no allocation, no I/O, no Python. */
#ifndef RK_PORT_H
#define RK_PORT_H

#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t i64;

#if defined(_MSC_VER) && !defined(__clang__)
#define RK_INLINE static __inline
#else
#define RK_INLINE static inline
#endif

/* The number of the lowest bit set; `bits` is not 0. */
RK_INLINE u32 rk_lowest_bit(u64 bits) {
#if defined(__GNUC__) || defined(__clang__)
  return (u32)__builtin_ctzll(bits);
#else
  u32 n = 0;
  while (!(bits >> n & 1)) n++;
  return n;
#endif
}

#endif
