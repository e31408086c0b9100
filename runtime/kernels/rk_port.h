/* rk_port.h - the few words every kernel speaks.
 *
 * Fixed-width names, inlining, a few bit and atomic operations, and nothing else: no allocation, no
 * I/O, no Python. */
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

/* A fault to plant, by number; 0: none. `make mutants` builds each and shows that tests notice. */
#ifndef RK_MUTANT
#define RK_MUTANT 0
#endif
#define RK_MUTATE(number, fault, right) (RK_MUTANT == (number) ? (fault) : (right))

/* What one thread publishes and others read without a lock (gcc, clang). */
#define RK_LOAD(at) __atomic_load_n(at, __ATOMIC_ACQUIRE)
#define RK_LOAD_RELAXED(at) __atomic_load_n(at, __ATOMIC_RELAXED)
#define RK_STORE_RELAXED(at, value) __atomic_store_n(at, value, __ATOMIC_RELAXED)
#define RK_ADD(at, n) __atomic_fetch_add(at, n, __ATOMIC_RELAXED)
#define RK_PUBLISH(at, expected, value) \
  __atomic_compare_exchange_n(at, expected, value, 0, __ATOMIC_RELEASE, __ATOMIC_ACQUIRE)

/* Asks for a cache line that is read soon. */
#if defined(__GNUC__) || defined(__clang__)
#define RK_PREFETCH(at) __builtin_prefetch(at)
#else
#define RK_PREFETCH(at) ((void)(at))
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
