/* check_probe.c - words, numbers, order: the small kernels against slow and obvious twins. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../rk_cursor.h"
#include "../rk_probe.h"
#include "../rk_row.h"
#include "../rk_utf8.h"

#define EXPECT(condition)                                                         \
  do {                                                                            \
    n_checked++;                                                                  \
    if (!(condition)) {                                                           \
      fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #condition);    \
      abort();                                                                    \
    }                                                                             \
  } while (0)

static u64 n_checked;

/* Decodes one character by arithmetic; 0 bytes: there is none. */
static u32 character_bytes(const u8 *s, u32 n) {
  static const u32 least[5] = {0, 0, 0x80, 0x800, 0x10000};
  u32 length = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
  if (!length || length > n) return 0;
  u32 point = length == 1 ? s[0] : s[0] & (0x7Fu >> length);
  for (u32 i = 1; i < length; i++) {
    if (s[i] >> 6 != 2) return 0;
    point = point << 6 | (s[i] & 0x3F);
  }
  if (point < least[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return 0;
  return length;
}

static int is_utf8_slowly(const u8 *s, u32 n) {
  while (n) {
    u32 length = character_bytes(s, n);
    if (!length) return 0;
    s += length;
    n -= length;
  }
  return 1;
}

/* Every string of up to four bytes at the edges of the table. */
static void check_utf8(void) {
  static const u8 edges[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
                             0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
                             0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
  enum { N = sizeof edges };
  for (u32 i = 0; i < N * N * N * N; i++) {
    u8 s[4] = {edges[i % N], edges[i / N % N], edges[i / N / N % N], edges[i / N / N / N]};
    for (u32 n = 0; n <= 4; n++) EXPECT(rk_is_utf8(s, n) == is_utf8_slowly(s, n));
  }
}

static void check_cuts(void) {
  i64 cuts[20];
  for (u32 n = 0; n <= 20; n++) {
    for (u32 i = 0; i < n; i++) cuts[i] = 10 * (i64)i - 50;
    for (i64 value = -70; value < 170; value++) {
      u32 n_slow = 0;
      for (u32 i = 0; i < n; i++) n_slow += cuts[i] <= value;
      EXPECT(rk_cuts_up_to(cuts, n, value) == n_slow);
    }
  }
}

static int by_value(const void *a, const void *b) {
  u32 x = *(const u32 *)a, y = *(const u32 *)b;
  return (x > y) - (x < y);
}

/* A cursor over random lists against all of them sorted, each term once. */
static void check_cursor(void) {
  enum { N_LISTS = 9, N_TERMS = 40 };
  u32 lists[N_LISTS][N_TERMS], all[N_LISTS * N_TERMS], random = 1;
  u32 heads[2 * RK_HEADS];
  rk_rest rests[N_LISTS];
  for (u32 round = 0; round < 500; round++) {
    u32 n_all = 0, before = RK_NONE;
    rk_cursor cursor;
    rk_cursor_start(&cursor, heads, rests);
    for (u32 i = 0; i < N_LISTS; i++) {
      u32 n = 0, term = 0;
      for (; n < round % N_TERMS; n++) {
        random = random * 1664525u + 1013904223u;
        lists[i][n] = all[n_all++] = term += 1 + (random >> 24) % (1 + round % 7);
      }
      rk_cursor_add(&cursor, lists[i], n);
    }
    rk_cursor_seal(&cursor);
    qsort(all, n_all, sizeof *all, by_value);
    for (u32 i = 0; i < n_all; i++) {
      if (all[i] != before) EXPECT(rk_cursor_next(&cursor) == all[i]);
      before = all[i];
    }
    EXPECT(rk_cursor_next(&cursor) == RK_NONE);
  }
}

/* Blocks of classes as rk_n_steps counts them: a class has a step at every level. */
static void check_steps(void) {
  EXPECT(rk_n_steps(2) == 2 && rk_n_levels(2) == 1);
  EXPECT(rk_n_steps(16) == 16 && rk_n_levels(16) == 1);
  EXPECT(rk_n_steps(17) == 19 && rk_n_levels(17) == 2);
  EXPECT(rk_n_steps(256) == 272 && rk_n_levels(256) == 2);
  EXPECT(rk_n_steps(257) == 276 && rk_n_levels(257) == 3);
  EXPECT(rk_n_levels(0xFFFFFFFFu) == 8 && rk_n_steps(0xFFFFFFFFu) < (u64)0xFFFFFFFFu * 16 / 15 + 9);
}

static void expect_decimal(double x, u32 scale, i64 n) {
  i64 taken = 0;
  EXPECT(rk_decimal_of_double(x, scale, &taken));
  EXPECT(taken == n);
}

static void check_decimals(void) {
  i64 taken = 0;
  volatile double zero = 0;
  expect_decimal(19.9, 2, 1990);
  expect_decimal(-19.9, 2, -1990);
  expect_decimal(0.1 + 0.2, 1, 3);
  expect_decimal(-0.0, 18, 0);
  EXPECT(!rk_decimal_of_double(19.905, 2, &taken));
  EXPECT(!rk_decimal_of_double(9007199254740992.0, 0, &taken));
  EXPECT(!rk_decimal_of_double(1e300, 18, &taken));
  EXPECT(!rk_decimal_of_double(1 / zero, 0, &taken));
  EXPECT(!rk_decimal_of_double(-1 / zero, 0, &taken));
  EXPECT(!rk_decimal_of_double(zero / zero, 0, &taken));
}

int main(void) {
  check_utf8();
  check_cuts();
  check_cursor();
  check_steps();
  check_decimals();
  printf("check_probe: %llu comparisons, all equal\n", (unsigned long long)n_checked);
  return 0;
}
