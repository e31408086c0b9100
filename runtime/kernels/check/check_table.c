/* check_table.c - tables of numbers and tags, and the kernels that read them, against the search. */
#include "../rk_cpu_avx512.h"
#include "../rk_probe.h"
#include "expect.h"

enum { N_ROUNDS = 4000, MAX_CUTS = 60, MAX_TAG_ROWS = 12, MAX_OF_A_ROW = 40 };

/* Ascending cuts of every kind: near each other, far apart, at both ends of int64. */
static u32 random_cuts(i64 *cuts) {
  u32 n = (u32)random_below(MAX_CUTS + 1), n_kept = 0;
  u64 step = (u64)1 << random_below(12), at = random_below(4) ? random_below(100000) - 50000 : random_u64();
  if (!random_below(8)) at = (u64)INT64_MIN;
  if (!random_below(8)) at = (u64)INT64_MAX - random_below(n * step + 1);
  for (u32 i = 0; i < n; i++) {
    if (n_kept && (i64)at <= cuts[n_kept - 1]) break;
    cuts[n_kept++] = (i64)at;
    at += random_below(3) ? step : 1 + random_below(2 * step);
  }
  if (n_kept && cuts[n_kept - 1] < INT64_MAX && !random_below(8)) cuts[n_kept++] = INT64_MAX;
  return n_kept;
}

/* A value where something may turn: beside a cut, at the ends of int64, anywhere. */
static i64 random_value(const i64 *cuts, u32 n) {
  u64 kind = random_below(8);
  if (kind == 0) return INT64_MIN + (i64)random_below(3);
  if (kind == 1) return INT64_MAX - (i64)random_below(3);
  if (kind == 2) return (i64)random_u64();
  if (!n) return (i64)random_below(100) - 50;
  return (i64)((u64)cuts[random_below(n)] + random_below(5) - 2);
}

/* The table of a fact; 0: it has none. */
static int make_table(const rk_program *p, const rk_fact *fact, rk_table *table) {
  if (!rk_table_plan(p, fact, table)) return 0;
  table->starts = exactly((table->last + 2) * sizeof *table->starts);
  if (table->shift) table->before = exactly((table->last + 1) * sizeof *table->before);
  rk_table_fill(p, fact, table);
  return 1;
}

static void check_numbers(const rk_program *p, const rk_fact *fact, const i64 *cuts, u32 *n_tables) {
  rk_table table;
  if (!make_table(p, fact, &table)) return;
  n_tables[table.shift != 0]++;
  for (u32 i = 0; i < 200; i++) {
    i64 value = random_value(cuts, fact->n_cuts);
    EXPECT(rk_table_class(&table, value, table.shift != 0) == rk_class_of_int(p, fact, value));
  }
  free(table.starts);
  free(table.before);
}

/* Rows of tags by the scalar loop and by this processor's, from every place of their memory. */
static void check_rows(const rk_program *p, const rk_fact *fact, const i64 *cuts, const rk_table *table) {
  const rk_cpu *builds[2] = {&rk_cpu_scalar, rk_cpu_widest()};
  u64 n_rows = random_below(MAX_TAG_ROWS), begin = random_below(3), n = begin, shift = random_below(8);
  u64 ends[MAX_TAG_ROWS], before = random_below(3);
  for (u64 i = 0; i < n_rows; i++) ends[i] = n += random_below(4) ? random_below(MAX_OF_A_ROW) : 0;
  u8 *values = exactly(n * sizeof(i64) + shift);
  for (u64 i = 0; i < n; i++) {
    i64 value = random_value(cuts, fact->n_cuts);
    memcpy(values + shift + i * sizeof value, &value, sizeof value);
  }
  for (u32 build = 0; build < 2; build++) {
    u64 found[MAX_TAG_ROWS], at = before, from = begin;
    u32 *facets = exactly((before + n - begin + RK_TAGS_SLACK) * sizeof *facets);
    memcpy(found, ends, sizeof ends);
    builds[build]->tags(table, values + shift, begin, n_rows, found, facets, before);
    for (u64 row = 0; row < n_rows; row++) {
      for (; from < ends[row]; from++) {
        i64 tag;
        memcpy(&tag, values + shift + from * sizeof tag, sizeof tag);
        u32 facet = rk_facet_of_tag(p, fact, tag);
        EXPECT(facet == RK_NONE || facets[at++] == facet);
      }
      EXPECT(found[row] == at);
    }
    free(facets);
  }
  free(values);
}

static void check_tags(const rk_program *p, const rk_fact *fact, const i64 *cuts) {
  rk_table table;
  if (!make_table(p, fact, &table)) return;
  for (u32 i = 0; i < 200; i++) {
    i64 tag = random_value(cuts, fact->n_cuts);
    u32 facet = rk_facet_of_tag(p, fact, tag);
    EXPECT(rk_table_tag(&table, tag) == (facet == RK_NONE ? RK_NO_TAG : facet));
  }
  for (u32 i = 0; i < 4; i++) check_rows(p, fact, cuts, &table);
  free(table.starts);
}

/* What has no table: too far apart, and too many to number. */
static void check_none(void) {
  i64 far[2] = {INT64_MIN, INT64_MAX}, near[3] = {0, 1, 1 << 30};
  rk_program p = {.cuts = far};
  rk_fact fact = {.type = RK_TAGS_INT, .n_cuts = 2};
  rk_table table;
  EXPECT(!rk_table_plan(&p, &fact, &table));
  fact.n_cuts = 1;
  EXPECT(rk_table_plan(&p, &fact, &table));
  fact.first_facet = RK_NO_TAG - 1;
  EXPECT(!rk_table_plan(&p, &fact, &table));
  p.cuts = near;
  fact = (rk_fact){.type = RK_INT, .n_cuts = 3};
  EXPECT(!rk_table_plan(&p, &fact, &table));
  fact.type = RK_DECIMAL;
  fact.n_cuts = 1;
  EXPECT(!rk_table_plan(&p, &fact, &table));
}

int main(void) {
  i64 cuts[MAX_CUTS + 1];
  u32 n_tables[2] = {0, 0};
  for (u32 i = 0; i < N_ROUNDS; i++) {
    rk_program p = {.cuts = cuts};
    rk_fact fact = {.type = RK_INT, .n_cuts = random_cuts(cuts)};
    check_numbers(&p, &fact, cuts, n_tables);
    fact.type = RK_TAGS_INT;
    fact.first_facet = (u32)random_below(50);
    check_tags(&p, &fact, cuts);
  }
  check_none();
  EXPECT(n_tables[0] > 100 && n_tables[1] > 100);
  printf("check_table: %u tables of a value each, %u of buckets\n", n_tables[0], n_tables[1]);
  return 0;
}
