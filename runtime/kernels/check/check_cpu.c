/* check_cpu.c - the kernels of this processor answer as their scalar twins do, on rows at random. */
#include "../rk_cpu_avx512.h"
#include "../rk_word.h"
#include "expect.h"

enum { N_ROUNDS = 20000, MAX_ROWS = 12, MAX_BLOCKS = 6, MAX_POSITIONS = 700, MAX_WORDS = 40 };

/* Words of bits, the rarer the more of `n_draws` are ANDed. */
static u64 *random_bits(u64 n_words, u64 n_draws) {
  u64 *words = exactly(n_words * sizeof(u64));
  for (u64 i = 0; i < n_words; i++) {
    words[i] = ~(u64)0;
    for (u64 j = 0; j < n_draws; j++) words[i] &= random_u64();
  }
  return words;
}

static void check_seek(const rk_cpu *wide) {
  const u64 *rows[MAX_ROWS];
  u32 n_rows = (u32)random_below(MAX_ROWS + 1), n_blocks = 1 + (u32)random_below(MAX_BLOCKS);
  u32 limit = (u32)random_below(n_blocks * RK_BLOCK_BITS + 1), at = (u32)random_below(limit + 1);
  for (u32 i = 0; i < n_rows; i++) rows[i] = random_bits(n_blocks * RK_BLOCK, random_below(4));
  while (at < limit) {
    u64 by_scalar[RK_BLOCK] = {0}, by_wide[RK_BLOCK] = {0};
    u32 bit = rk_seek_scalar(rows, n_rows, at, limit, by_scalar);
    EXPECT(wide->seek(rows, n_rows, at, limit, by_wide) == bit && bit >= at && bit <= limit);
    EXPECT(bit == limit || !memcmp(by_scalar, by_wide, sizeof by_scalar));
    for (u32 i = 0; i < n_rows; i++) {
      EXPECT(bit == limit || rows[i][bit / 64] >> bit % 64 & 1);
    }
    at = bit + 1;
  }
  for (u32 i = 0; i < n_rows; i++) free((void *)(uintptr_t)rows[i]);
}

/* Two to five entities with positions at random; every other row may be open. */
static void check_sift(const rk_cpu *wide) {
  rk_entity entities[5] = {{0}};
  rk_row rows[5] = {{0}};
  rk_sieve sieve;
  rk_program p = {.entities = entities};
  u32 n_entities = p.n_records[RK_SECTION_ENTITIES] = 2 + (u32)random_below(4);
  for (u32 e = 0; e < n_entities; e++) {
    entities[e].n_positions = (u32)random_below(MAX_POSITIONS);
    rows[e].signature = &rk_all_set;
    if (random_below(4) == 0) continue;
    rows[e].mask = RK_NONE;
    rows[e].signature = random_bits(rk_signature_words(entities + e), random_below(3));
  }
  rk_sieve_make(&p, 0, &sieve);
  EXPECT(sieve.n_fields <= RK_N_FIELDS);
  u64 n = random_below(MAX_WORDS), *words = exactly(n * sizeof(u64));
  for (u64 i = 0; i < n; i++) {
    words[i] = rk_word_from((u32)i * 3 + (u32)random_below(3)) | random_below(2) << RK_MORE_SHIFT;
    for (u32 k = 0; k < sieve.n_fields; k++) {
      const rk_field *field = sieve.fields + k;
      EXPECT(field->shift + rk_position_bits(entities + field->entity) <= RK_MORE_SHIFT);
      words[i] |= random_below((u64)entities[field->entity].n_positions + 1) << field->shift;
    }
  }
  u64 bound = rk_word_from((u32)random_below(3 * MAX_WORDS + 2));
  for (const u64 *at = words; at <= words + n; at++) {
    const u64 *found = rk_sift_scalar(at, words + n, bound, &sieve, rows);
    EXPECT(wide->sift(at, words + n, bound, &sieve, rows) == found);
    EXPECT(found == words + n || *found >= bound || rk_word_holds(*found, &sieve, rows));
  }
  free(words);
  for (u32 e = 0; e < n_entities; e++) {
    if (!rk_row_is_open(rows + e)) free((void *)(uintptr_t)rows[e].signature);
  }
}

int main(void) {
  const rk_cpu *wide = rk_cpu_widest();
  for (u32 i = 0; i < N_ROUNDS; i++) {
    check_seek(wide);
    check_sift(wide);
  }
  printf("check_cpu: %s answers as scalar does\n", wide->name);
  return 0;
}
