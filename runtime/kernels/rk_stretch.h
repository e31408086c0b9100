/* rk_stretch.h - whole stretches of a column at once: numbers, codes, flags, lists of tags.
 *
 * What rk_classify.h says value by value, for those columns that can be read without asking each value
 * what it is: the same classes, in loops without calls, where a bad value is one more class and not a
 * branch. Whoever calls asked before whether a column is one of them.
 *
 * Nothing here allocates, locks, or knows Python. */
#ifndef RK_STRETCH_H
#define RK_STRETCH_H

#include "rk_bad.h"
#include "rk_column.h"
#include "rk_cpu.h"
#include "rk_probe.h"

enum { RK_STRETCH = 256 }; /* values read at once: 2 KiB of the stack */

#define RK_READ_AS(type)                                 \
  for (u64 i = 0; i < n; i++) {                          \
    type value;                                          \
    memcpy(&value, at + i * sizeof value, sizeof value); \
    out[i] = (i64)value;                                 \
  }                                                      \
  return

/* `n` integers, signed or not, of 1, 2, 4 or 8 bytes. What is above int64 comes out negative. */
RK_INLINE void rk_read_integers(const u8 *at, u32 width, u32 is_signed, u64 n, i64 *out) {
  switch (is_signed ? width : width + 8) {
    case 1: RK_READ_AS(int8_t);
    case 2: RK_READ_AS(int16_t);
    case 4: RK_READ_AS(int32_t);
    case 9: RK_READ_AS(u8);
    case 10: RK_READ_AS(uint16_t);
    case 12: RK_READ_AS(u32);
    default: RK_READ_AS(i64);
  }
}

/* Whether some row of a column may be null. */
RK_INLINE int rk_has_nulls(const rk_column *c) { return c->validity || c->outer_validity; }

RK_INLINE void rk_stretch_nulls(const rk_column *c, u64 first, u64 n, u32 absent, u32 *out) {
  if (!rk_has_nulls(c)) return;
  for (u64 i = 0; i < n; i++) out[i] = rk_is_null(c, first + i) ? absent : out[i];
}

/* Ints: their classes, by the column's table where it has one. */
RK_INLINE void rk_stretch_integers(const rk_program *p, const rk_fact *fact, const rk_column *c, u64 first,
                                   u64 n, u32 *out) {
  const rk_bound *bound = p->bounds + (fact - p->facts);
  const rk_table *table = c->table;
  i64 values[RK_STRETCH];
  /* A negative one in a column without a sign is above int64. */
  i64 low = !c->is_signed && bound->low < 0 ? 0 : bound->low, high = bound->high;
  for (u64 done = 0, m; done < n; done += m) {
    m = n - done < RK_STRETCH ? n - done : RK_STRETCH;
    const u8 *at = c->values + (c->start + first + done) * c->width;
    rk_read_integers(at, c->width, c->is_signed, m, values);
    for (u64 i = 0; i < m; i++) {
      u32 class_id;
      if (!table) class_id = rk_class_of_int(p, fact, values[i]);
      else if (table->shift) class_id = rk_table_class(table, values[i], 1);
      else class_id = rk_table_class(table, values[i], 0);
      u32 is_bad = (u32)(values[i] < low) | (u32)(values[i] > high);
      out[done + i] = is_bad ? RK_BAD(RK_VALUE_RANGE) : class_id;
    }
  }
}

/* Codes of a dictionary whose words were looked up: `classes` are those of the words. */
RK_INLINE void rk_stretch_codes(const rk_column *c, const u32 *classes, u64 first, u64 n, u32 *out) {
  u64 n_words = c->inner->n_rows;
  i64 codes[RK_STRETCH];
  if (!n_words) {
    for (u64 i = 0; i < n; i++) out[i] = RK_BAD(RK_VALUE_INDEX);
    return;
  }
  for (u64 done = 0, m; done < n; done += m) {
    m = n - done < RK_STRETCH ? n - done : RK_STRETCH;
    const u8 *at = c->values + (c->start + first + done) * c->width;
    rk_read_integers(at, c->width, c->is_signed, m, codes);
    for (u64 i = 0; i < m; i++) {
      u64 code = (u64)codes[i];
      u32 class_id = classes[code < n_words ? code : 0];
      out[done + i] = code < n_words ? class_id : RK_BAD(RK_VALUE_INDEX);
    }
  }
}

RK_INLINE void rk_stretch_flags(const rk_column *c, u64 first, u64 n, u32 *out) {
  u64 place = c->start + first;
  if (c->kind == RK_COLUMN_BYTES) {
    for (u64 i = 0; i < n; i++) out[i] = c->values[place + i] != 0;
  } else {
    for (u64 i = 0; i < n; i++) out[i] = (u32)rk_bit(c->values, place + i);
  }
}

/* Whether rows [first, first + n) are lists of ints that no value of can be bad. INVARIANT: n > 0. */
RK_INLINE int rk_are_plain_tags(const rk_column *c, u64 first, u64 n) {
  if (!rk_lists_are_plain(c, first, n)) return 0;
  const rk_column *values = c->inner;
  if (values->kind != RK_COLUMN_INTEGERS || rk_has_nulls(values)) return 0;
  return values->is_signed || values->width < 8;
}

/* The facets of such rows, from facets[at] on, and where each row's end. Room: all their values, and
 * RK_TAGS_SLACK. */
RK_INLINE void rk_stretch_tags(const rk_program *p, const rk_fact *fact, const rk_column *c, u64 first, u64 n,
                               u32 *facets, u64 at, u64 *ends) {
  const rk_column *values = c->inner;
  const u8 *start = values->values + values->start * values->width;
  const rk_table *table = values->table;
  u64 begin = rk_end_at(c, first);
  for (u64 i = 0; i < n; i++) ends[i] = rk_end_at(c, first + i + 1);
  if (table && values->width == sizeof(i64)) {
    p->cpu->tags(table, start, begin, n, ends, facets, at);
    return;
  }
  for (u64 i = 0; i < n; i++) {
    for (; begin < ends[i]; begin++) {
      i64 tag = (i64)rk_load(start + begin * values->width, values->width, values->is_signed);
      u32 facet = table ? rk_table_tag(table, tag) : rk_facet_of_tag(p, fact, tag);
      facets[at] = facet;
      at += facet != (table ? RK_NO_TAG : RK_NONE);
    }
    ends[i] = at;
  }
}

#endif
