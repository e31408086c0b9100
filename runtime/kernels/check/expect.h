/* expect.h - what the checks share: a promise, chance that repeats, memory of exact size. */
#ifndef RK_EXPECT_H
#define RK_EXPECT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../rk_format.h"

#define EXPECT(condition)                                                         \
  do {                                                                            \
    if (!(condition)) {                                                           \
      fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #condition);    \
      abort();                                                                    \
    }                                                                             \
  } while (0)

/* xorshift64*: the same chance on every run; one a thread. */
static _Thread_local u64 random_state = 0x9E3779B97F4A7C15u;

static u64 random_u64(void) {
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return random_state * 0x2545F4914F6CDD1Du;
}

static u64 random_below(u64 n) { return (random_u64() >> 11) % n; }

/* Memory of exactly this size, so that the sanitizer sees one byte too many. */
static void *exactly(u64 n_bytes) {
  void *memory = NULL;
  EXPECT(!posix_memalign(&memory, RK_ALIGNMENT, n_bytes ? n_bytes : 1));
  return memory;
}

/* The bytes of a file; the caller frees them. */
static u8 *read_file(const char *path, u64 *n_bytes) {
  FILE *file = fopen(path, "rb");
  EXPECT(file && !fseek(file, 0, SEEK_END));
  long n = ftell(file);
  EXPECT(n > 0 && !fseek(file, 0, SEEK_SET));
  u8 *bytes = exactly((u64)n);
  EXPECT(fread(bytes, 1, (size_t)n, file) == (size_t)n);
  fclose(file);
  *n_bytes = (u64)n;
  return bytes;
}

#endif
