/* rk_classify.h - the rows of a column -> the classes of their values.
 *
 *     rk_classify        a scalar fact: one class a row, facet by facet
 *     rk_classify_tags   a tags fact: the facets each row carries, rows one after the other
 *     rk_micros_at       a time, where it is no fact
 *
 * A value that has no class becomes RK_BAD(reason) instead, and counts as absent; rk_faults_note
 * keeps which rows those are. Words of a dictionary are looked up once, and so is a text that
 * repeats the one before it; ints, flags, codes and lists of ints are read by the stretch
 * (rk_stretch.h). Nothing here allocates, locks, or knows Python. */
#ifndef RK_CLASSIFY_H
#define RK_CLASSIFY_H

#include "rk_decimal.h"
#include "rk_stretch.h"
#include "rk_time.h"
#include "rk_utf8.h"
#include "rk_verify_facts.h"

/* The bad values of a column: a row each. The caller keeps room for one in every row it reads. */
typedef struct {
  u64 n;
  i64 *rows;   /* ascending */
  u8 *reasons; /* of each */
} rk_faults;

RK_INLINE void rk_faults_note(rk_faults *faults, u64 row, u32 reason) {
  faults->rows[faults->n] = (i64)row;
  faults->reasons[faults->n++] = (u8)reason;
}

RK_INLINE u32 rk_class_of_number(const rk_program *p, const rk_fact *fact, u32 k, i64 value) {
  const rk_bound *bound = p->bounds + (fact - p->facts);
  if (value < bound->low || value > bound->high) return RK_BAD(RK_VALUE_RANGE);
  return k ? rk_side_class_of_int(p, fact, k, value) : rk_class_of_int(p, fact, value);
}

/* The class of a text: a word, a path, a decimal in digits, or a time of RFC 3339.
 * Bytes that match a word are UTF-8 as the word is: only the others are looked through. */
RK_INLINE u32 rk_class_of_text(const rk_program *p, const rk_fact *fact, u32 k, const u8 *s,
                               u64 n) {
  if (fact->type == RK_DECIMAL) {
    i64 value;
    u32 reason = rk_decimal_of_text(s, n, fact->scale, &value);
    if (reason) return RK_BAD(rk_is_utf8(s, n) ? reason : RK_VALUE_TEXT);
    return rk_class_of_number(p, fact, k, value);
  }
  if (fact->type == RK_TIME) {
    i64 value;
    if (!rk_time_of_text(s, n, &value)) {
      return RK_BAD(rk_is_utf8(s, n) ? RK_VALUE_TIME : RK_VALUE_TEXT);
    }
    return rk_class_of_number(p, fact, k, value);
  }
  if (fact->type == RK_TREE && !rk_is_path(s, n)) {
    return RK_BAD(rk_is_utf8(s, n) ? RK_VALUE_PATH : RK_VALUE_TEXT);
  }
  if (k) return rk_is_utf8(s, n) ? rk_side_class_of_text(p, fact, k, s, n) : RK_BAD(RK_VALUE_TEXT);
  u32 class_id = rk_class_of_word(p, fact, s, n);
  if (fact->type != RK_TREE && class_id != fact->other_class) return class_id;
  if (!rk_is_utf8(s, n)) return RK_BAD(RK_VALUE_TEXT);
  return class_id == RK_NONE ? RK_BAD(RK_VALUE_WORD) : class_id;
}

/* The class of a text as its column stores it. */
RK_INLINE u32 rk_class_of_stored(const rk_program *p, const rk_fact *fact, u32 k,
                                 const rk_column *c, const u8 *s, u64 n) {
  if (c->kind == RK_COLUMN_WIDE_TEXTS) {
    n = rk_narrow_text(s, n, c->scratch);
    s = c->scratch;
    if (n == RK_NONE_ROW) return RK_BAD(RK_VALUE_TEXT);
  }
  return rk_class_of_text(p, fact, k, s, n);
}

RK_INLINE u32 rk_class_of_integer_at(const rk_program *p, const rk_fact *fact, u32 k,
                                     const rk_column *c, u64 row) {
  i64 value;
  if (!rk_integer_at(c, row, &value)) return RK_BAD(RK_VALUE_RANGE);
  if (fact->type == RK_DECIMAL) {
    u32 reason = rk_decimal_of_int(value, fact->scale, &value);
    if (reason) return RK_BAD(reason);
  }
  return rk_class_of_number(p, fact, k, value);
}

RK_INLINE u32 rk_class_of_float_at(const rk_program *p, const rk_fact *fact, const rk_column *c,
                                   u64 row) {
  const u8 *place = c->values + (c->start + row) * c->width;
  i64 value;
  u32 reason;
  if (c->width == 4) {
    float x;
    memcpy(&x, place, sizeof x);
    reason = rk_decimal_of_float(x, fact->scale, &value);
  } else {
    double x;
    memcpy(&x, place, sizeof x);
    reason = rk_decimal_of_double(x, fact->scale, &value) ? RK_VALUE_FINE : RK_VALUE_DECIMAL;
  }
  return reason ? RK_BAD(reason) : rk_class_of_number(p, fact, 0, value);
}

/* The count of 10^-scale in a row of decimals, or of times: those are decimals of seconds. */
RK_INLINE u32 rk_count_at(const rk_column *c, u64 row, u32 scale, i64 *out) {
  u32 reason = rk_decimal_of_wide(c->values + (c->start + row) * c->width, c->width, c->scale,
                                  scale, out);
  return c->kind == RK_COLUMN_TIMES && reason == RK_VALUE_DECIMAL ? RK_VALUE_TIME : reason;
}

/* The class, in facet `k` of its fact, of the value in a row that is not null. */
RK_INLINE u32 rk_class_at(const rk_program *p, const rk_fact *fact, u32 k, const rk_column *c,
                          u64 row) {
  const u8 *s;
  u64 n;
  i64 value;
  u32 reason;
  switch (c->kind) {
    case RK_COLUMN_BITS:
      return (u32)rk_bit(c->values, c->start + row);
    case RK_COLUMN_BYTES:
      return c->values[c->start + row] != 0;
    case RK_COLUMN_INTEGERS:
      return rk_class_of_integer_at(p, fact, k, c, row);
    case RK_COLUMN_FLOATS:
      return rk_class_of_float_at(p, fact, c, row);
    case RK_COLUMN_DECIMALS:
    case RK_COLUMN_TIMES:
      reason = rk_count_at(c, row, c->kind == RK_COLUMN_TIMES ? 6 : fact->scale, &value);
      return reason ? RK_BAD(reason) : rk_class_of_number(p, fact, k, value);
    default:
      if (!rk_stored_text_at(c, row, &s, &n)) return RK_BAD(RK_VALUE_INDEX);
      return rk_class_of_stored(p, fact, k, c, s, n);
  }
}

/* What a row of a scalar fact has that gives no value. */
RK_INLINE u32 rk_class_of_null(const rk_program *p, const rk_fact *fact, u32 k) {
  return fact->presence == RK_REQUIRED ? RK_BAD(RK_VALUE_ABSENT) : rk_absent_class(p, fact, k);
}

/* Texts that repeat the one before them, as sorted and joined columns do, are looked up once. */
RK_INLINE void rk_classify_texts(const rk_program *p, const rk_fact *fact, u32 k,
                                 const rk_column *c, u64 first, u64 n_rows, u32 *out) {
  const u8 *last = 0;
  u64 n_last = 0;
  u32 absent = rk_class_of_null(p, fact, k), last_class = absent;
  for (u64 i = 0; i < n_rows; i++) {
    const u8 *s;
    u64 n;
    out[i] = absent;
    if (rk_is_null(c, first + i)) continue;
    if (!rk_stored_text_at(c, first + i, &s, &n)) {
      out[i] = RK_BAD(RK_VALUE_INDEX);
      continue;
    }
    if (!last || n != n_last || memcmp(s, last, n)) {
      last = s;
      n_last = n;
      last_class = rk_class_of_stored(p, fact, k, c, s, n);
    }
    out[i] = last_class;
  }
}

RK_INLINE void rk_classify_codes(const rk_program *p, const rk_fact *fact, u32 k,
                                 const rk_column *c, u64 first, u64 n, u32 *out) {
  const u32 *classes = c->classes ? c->classes + k * c->inner->n_rows : 0;
  u32 absent = rk_class_of_null(p, fact, k);
  if (classes) {
    rk_stretch_codes(c, classes, first, n, out);
    rk_stretch_nulls(c, first, n, absent, out);
    return;
  }
  for (u64 i = 0; i < n; i++) {
    out[i] = absent;
    if (rk_is_null(c, first + i)) continue;
    u64 code = rk_code_at(c, first + i);
    if (code == RK_NONE_ROW) out[i] = RK_BAD(RK_VALUE_INDEX);
    else if (!rk_is_null(c->inner, code)) out[i] = rk_class_at(p, fact, k, c->inner, code);
  }
}

/* The classes, in facet `k` of a scalar fact, of rows [first, first + n) of its column, bad ones
 * included. INVARIANT: an absent optional fact is class 0, which its absent class is as well. */
RK_INLINE void rk_classify(const rk_program *p, const rk_fact *fact, u32 k, const rk_column *c,
                           u64 first, u64 n, u32 *out) {
  u32 absent = rk_class_of_null(p, fact, k);
  if (rk_is_texts(c->kind)) {
    rk_classify_texts(p, fact, k, c, first, n, out);
  } else if (c->kind == RK_COLUMN_CODES) {
    rk_classify_codes(p, fact, k, c, first, n, out);
  } else if (c->kind == RK_COLUMN_INTEGERS && fact->type == RK_INT && !k) {
    rk_stretch_integers(p, fact, c, first, n, out);
    rk_stretch_nulls(c, first, n, absent, out);
  } else if (c->kind == RK_COLUMN_BITS || c->kind == RK_COLUMN_BYTES) {
    rk_stretch_flags(c, first, n, out);
    rk_stretch_nulls(c, first, n, absent, out);
  } else {
    for (u64 i = 0; i < n; i++) {
      out[i] = rk_is_null(c, first + i) ? absent : rk_class_at(p, fact, k, c, first + i);
    }
  }
}

/* The facet of the tag at a place, or RK_BAD(reason). */
RK_INLINE u32 rk_facet_at(const rk_program *p, const rk_fact *fact, const rk_column *c, u64 place) {
  const u8 *s;
  u64 n;
  i64 tag;
  if (rk_is_null(c, place)) return RK_BAD(RK_VALUE_TAG);
  if (c->kind == RK_COLUMN_CODES) {
    place = rk_code_at(c, place);
    if (place == RK_NONE_ROW) return RK_BAD(RK_VALUE_INDEX);
    if (c->classes) return c->classes[place];
    c = c->inner;
    if (rk_is_null(c, place)) return RK_BAD(RK_VALUE_TAG);
  }
  if (c->kind == RK_COLUMN_INTEGERS) {
    return rk_integer_at(c, place, &tag) ? rk_facet_of_tag(p, fact, tag) : RK_BAD(RK_VALUE_RANGE);
  }
  if (!rk_stored_text_at(c, place, &s, &n)) return RK_BAD(RK_VALUE_INDEX);
  if (c->kind == RK_COLUMN_WIDE_TEXTS) {
    n = rk_narrow_text(s, n, c->scratch);
    s = c->scratch;
    if (n == RK_NONE_ROW) return RK_BAD(RK_VALUE_TEXT);
  }
  u32 facet = rk_facet_of_word(p, fact, s, n);
  return facet != RK_NONE || rk_is_utf8(s, n) ? facet : RK_BAD(RK_VALUE_TEXT);
}

/* The facets of tags [first, first + n) of a dictionary, bad ones included. */
RK_INLINE void rk_classify_words(const rk_program *p, const rk_fact *fact, const rk_column *c,
                                 u64 first, u64 n, u32 *out) {
  for (u64 i = 0; i < n; i++) out[i] = rk_facet_at(p, fact, c, first + i);
}

/* The values [begin, end) of the list in a row, and the column they stand in; or why there is none. */
RK_INLINE u32 rk_tags_at(const rk_column *c, u64 row, const rk_column **values, u64 *begin,
                         u64 *end) {
  *begin = *end = 0;
  if (rk_is_null(c, row)) return RK_VALUE_FINE;
  if (c->kind == RK_COLUMN_CODES) {
    row = rk_code_at(c, row);
    if (row == RK_NONE_ROW) return RK_VALUE_INDEX;
    c = c->inner;
    if (rk_is_null(c, row)) return RK_VALUE_FINE;
  }
  *values = c->inner;
  return rk_list_at(c, row, begin, end) ? RK_VALUE_FINE : RK_VALUE_INDEX;
}

/* The tags of rows [first, first + n): writes the facets that conditions name, from facets[at] on,
 * and where each row's end to ends[i]; room: rk_n_list_values, and RK_TAGS_SLACK. Rows are numbered
 * from `row` in the faults; a bad row carries nothing. Returns the last end. */
RK_INLINE u64 rk_classify_tags(const rk_program *p, const rk_fact *fact, const rk_column *c,
                               u64 first, u64 n, u32 *facets, u64 at, u64 *ends, u64 row,
                               rk_faults *faults) {
  if (n && rk_are_plain_tags(c, first, n)) {
    rk_stretch_tags(p, fact, c, first, n, facets, at, ends);
    return ends[n - 1];
  }
  for (u64 i = 0; i < n; i++) {
    const rk_column *values = 0;
    u64 before = at, place, end;
    u32 reason = rk_tags_at(c, first + i, &values, &place, &end);
    for (; place < end && !reason; place++) {
      u32 facet = rk_facet_at(p, fact, values, place);
      if (!RK_IS_BAD(facet)) facets[at++] = facet;
      else reason = RK_REASON(facet);
    }
    if (reason) {
      rk_faults_note(faults, row + i, reason);
      at = before;
    }
    ends[i] = at;
  }
  return at;
}

/* Bytes that hold every class of facet `k` of a scalar fact: 1, 2 or 4. */
RK_INLINE u32 rk_class_width(const rk_program *p, const rk_fact *fact, u32 k) {
  u64 last = rk_last_class(fact);
  if (k > fact->n_patterns) {
    last = (u64)p->rollouts[fact->first_rollout + k - 1 - fact->n_patterns].n_thresholds + 1;
  } else if (k) {
    last = 2;
  }
  return last < 0x100 ? 1 : last < 0x10000 ? 2 : 4;
}

#define RK_STORE_AS(type)                                \
  for (u64 i = 0; i < n; i++) {                          \
    type value = (type)classes[i];                       \
    memcpy(out + i * sizeof value, &value, sizeof value); \
  }                                                      \
  return

/* Stores n classes `width` (1, 2, 4) bytes wide; a bad one is stored as `absent`, and noted where
 * there are faults to note it in. Bad ones are replaced in `classes` too. */
RK_INLINE void rk_store_classes(u32 *classes, u64 n, u32 width, u32 absent, u8 *out, u64 row,
                                rk_faults *faults) {
  u32 n_bad = 0;
  for (u64 i = 0; i < n; i++) n_bad += RK_IS_BAD(classes[i]);
  for (u64 i = 0; n_bad && i < n; i++) {
    if (!RK_IS_BAD(classes[i])) continue;
    if (faults) rk_faults_note(faults, row + i, RK_REASON(classes[i]));
    classes[i] = absent;
  }
  switch (width) {
    case 1: RK_STORE_AS(u8);
    case 2: RK_STORE_AS(uint16_t);
    default: RK_STORE_AS(u32);
  }
}

/* The microseconds since 1970, UTC, of a row of times; RK_VALUE_FINE, or why it is none. */
RK_INLINE u32 rk_micros_at(const rk_column *c, u64 row, i64 *out) {
  if (rk_is_null(c, row)) return RK_VALUE_ABSENT;
  return rk_count_at(c, row, 6, out);
}

#endif
