/* rk_table.h - numbers of a short reach -> what they mean, without a search or a branch.
 *
 *     cuts      10    13    20
 *     buckets   9 10 | 11 12 | 13 14 | 15 ..     of 1 << shift values, from low on; the last has no end
 *     starts    1      2       3       3         the class of a bucket's first value
 *     before    9      -       -      19         behind this value of the bucket it is one more
 *
 *     tags      a bucket is one value; starts hold its facet, or RK_NO_TAG; the last is everybody else's
 *
 * It says what rk_slots.h says, for columns, where one value follows the other. Many facts have none: their
 * values are looked up one by one. The owner makes the memory that rk_table_plan() asks for, and
 * rk_table_fill() writes it; from then on it is only read, by any number of threads. */
#ifndef RK_TABLE_H
#define RK_TABLE_H

#include <string.h>

#include "rk_program.h"

enum {
  RK_NO_TAG = 0xFFFF,
  RK_MOST_BUCKETS = 1 << 15, /* of numbers: 320 KiB */
  RK_MOST_TAGS = 1 << 17,    /* of tags: 256 KiB */
  RK_FEW_BUCKETS = 1 << 12   /* so many values of a number have a bucket each */
};

typedef struct rk_table {
  i64 low;          /* numbers: below the first cut */
  u64 last;         /* the last bucket */
  u32 shift;
  uint16_t *starts; /* [last + 2]: wide kernels read one beyond */
  i64 *before;      /* [last + 1]; INT64_MAX: nobody is; NULL: the shift is 0 */
} rk_table;

/* The width of the buckets that hold one cut behind their first value, at the most: the distance of the
 * nearest two, as a power of two. */
RK_INLINE u32 rk_table_shift(const i64 *cuts, u32 n) {
  u64 nearest = ~(u64)0;
  u32 shift = 0;
  for (u32 i = 1; i < n; i++) {
    u64 distance = (u64)cuts[i] - (u64)cuts[i - 1];
    if (distance < nearest) nearest = distance;
  }
  while (n > 1 && shift < 62 && nearest >> (shift + 1)) shift++;
  return shift;
}

/* Plans the table of an int or of tags that are ints; 0: it has none. */
RK_INLINE int rk_table_plan(const rk_program *p, const rk_fact *fact, rk_table *table) {
  const i64 *cuts = p->cuts + fact->first_cut;
  u32 n = fact->n_cuts;
  memset(table, 0, sizeof *table);
  if (fact->type == RK_TAGS_INT) {
    if (fact->first_facet + n >= RK_NO_TAG) return 0;
    if (!n) return 1;
    table->low = cuts[0];
    table->last = (u64)cuts[n - 1] - (u64)cuts[0] + 1;
    return table->last && table->last <= RK_MOST_TAGS;
  }
  if (fact->type != RK_INT || n >= RK_NO_TAG - 1) return 0;
  if (!n) return 1;
  table->low = cuts[0] == INT64_MIN ? cuts[0] : cuts[0] - 1;
  u64 reach = (u64)cuts[n - 1] - (u64)table->low;
  if (reach >= RK_FEW_BUCKETS) table->shift = rk_table_shift(cuts, n);
  table->last = (reach >> table->shift) + (table->shift != 0);
  return table->last < RK_MOST_BUCKETS;
}

/* Fills a planned table: `starts`, and `before` where there is a shift. */
RK_INLINE void rk_table_fill(const rk_program *p, const rk_fact *fact, rk_table *table) {
  const i64 *cuts = p->cuts + fact->first_cut;
  table->starts[table->last + 1] = RK_NO_TAG;
  if (fact->type == RK_TAGS_INT) {
    for (u64 i = 0; i <= table->last; i++) table->starts[i] = RK_NO_TAG;
    for (u32 i = 0; i < fact->n_cuts; i++) {
      table->starts[(u64)cuts[i] - (u64)table->low] = (uint16_t)(fact->first_facet + i);
    }
    return;
  }
  for (u64 bucket = 0, n = 0; bucket <= table->last; bucket++) {
    u64 first = bucket << table->shift; /* as a distance from low; of the last, perhaps none of 64 bits */
    if (table->shift && bucket == table->last) n = fact->n_cuts;
    while (n < fact->n_cuts && (u64)cuts[n] - (u64)table->low <= first) n++;
    table->starts[bucket] = (uint16_t)(1 + n);
    if (!table->shift) continue;
    table->before[bucket] = INT64_MAX;
    if (n < fact->n_cuts && (u64)cuts[n] - (u64)table->low - first < (u64)1 << table->shift) {
      table->before[bucket] = cuts[n] - 1;
    }
  }
}

/* The class of a number. INVARIANT: `is_shifted` is whether the table has a shift. */
RK_INLINE u32 rk_table_class(const rk_table *table, i64 value, int is_shifted) {
  u64 distance = value < table->low ? 0 : (u64)value - (u64)table->low;
  u64 bucket = distance >> (is_shifted ? table->shift : 0);
  bucket = bucket < table->last ? bucket : table->last;
  if (!is_shifted) return table->starts[bucket];
  return table->starts[bucket] + (u32)(value > table->before[bucket]);
}

/* The facet of a tag, or RK_NO_TAG. INVARIANT: what is below `low` is, as a distance, beyond the last. */
RK_INLINE u32 rk_table_tag(const rk_table *table, i64 tag) {
  u64 distance = (u64)tag - (u64)table->low;
  return table->starts[distance < table->last ? distance : table->last];
}

#endif
