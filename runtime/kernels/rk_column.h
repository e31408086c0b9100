/* rk_column.h - a column of a batch -> the class of the value in each row.
 *
 *     rk_column   kind  width  start  validity  values  ends  ...      whatever memory it came from
 *        |
 *     rk_classify        a scalar fact: one class a row, facet by facet
 *     rk_classify_tags   a tags fact: the facets each row carries, rows one after the other
 *
 * Every source - NumPy, Arrow, converted objects - is bound to this one struct, so values mean the
 * same wherever they come from. A value that has no class becomes RK_BAD(reason) instead; counting
 * those is rk_fault_note's work. Values may stand unaligned. Nothing here allocates, locks, or
 * knows Python; columns are only read, except for the scratch of RK_COLUMN_WIDE_TEXTS. */
#ifndef RK_COLUMN_H
#define RK_COLUMN_H

#include "rk_decimal.h"
#include "rk_time.h"
#include "rk_utf8.h"
#include "rk_verify_facts.h"

enum {
  RK_COLUMN_NULLS,      /* no values at all */
  RK_COLUMN_BITS,       /* flags, a bit each */
  RK_COLUMN_BYTES,      /* flags, a byte each: zero or not */
  RK_COLUMN_INTEGERS,   /* width 1, 2, 4, 8 */
  RK_COLUMN_FLOATS,     /* width 4, 8 */
  RK_COLUMN_DECIMALS,   /* width 4, 8, 16: counts of 10^-scale */
  RK_COLUMN_TIMES,      /* width 8: counts of 10^-scale seconds since 1970, UTC */
  RK_COLUMN_TEXTS,      /* UTF-8 between ends of width 4, 8 */
  RK_COLUMN_WIDE_TEXTS, /* width / 4 code points each, padded with zeros */
  RK_COLUMN_CODES,      /* width 1, 2, 4, 8: places in a dictionary */
  RK_COLUMN_LISTS,      /* rows of `inner` between ends of width 4, 8 */
  RK_N_COLUMN_KINDS
};

typedef struct rk_column {
  u32 kind;
  u32 width;     /* bytes of a value; texts and lists: bytes of an end */
  u32 is_signed; /* integers and codes */
  u32 scale;     /* decimals: 0..18; times: 0, 3, 6, 9 */
  u64 start;     /* the place of row 0 in every buffer */
  u64 n_rows;
  const u8 *validity; /* bit start + row is 0: null; NULL: no row is */
  const u8 *values;
  const u8 *ends; /* row i is [ends[start + i], ends[start + i + 1]) of the values */
  u8 *scratch;    /* wide texts: room for width bytes */
  const struct rk_column *inner; /* lists: their values; codes: the dictionary */
  const u32 *classes;            /* codes: facet by facet, the class of each row of `inner` */
} rk_column;

/* What stands for a class where a value has none. Real classes stay far below: they count the words
 * or cuts of a file of less than 4 GiB. */
#define RK_BAD(reason) (RK_NONE - (reason))
#define RK_IS_BAD(class_id) ((class_id) > RK_NONE - RK_N_VALUE_REASONS)
#define RK_REASON(class_id) (RK_NONE - (class_id))

typedef struct {
  u64 n_rows; /* with a bad value */
  u64 first_row;
  u32 reason; /* of the first */
} rk_fault;

/* Whether a column of this kind can hold values of a fact of this type. */
RK_INLINE int rk_column_fits(const rk_column *c, u32 fact_type) {
  static const u32 kinds[RK_N_FACT_TYPES] = {
      [RK_FLAG] = 1u << RK_COLUMN_BITS | 1u << RK_COLUMN_BYTES,
      [RK_TAGS_INT] = 1u << RK_COLUMN_LISTS,
      [RK_ENUM] = 1u << RK_COLUMN_TEXTS | 1u << RK_COLUMN_WIDE_TEXTS,
      [RK_INT] = 1u << RK_COLUMN_INTEGERS,
      [RK_DECIMAL] = 1u << RK_COLUMN_INTEGERS | 1u << RK_COLUMN_FLOATS | 1u << RK_COLUMN_DECIMALS |
                     1u << RK_COLUMN_TEXTS | 1u << RK_COLUMN_WIDE_TEXTS,
      [RK_STRING] = 1u << RK_COLUMN_TEXTS | 1u << RK_COLUMN_WIDE_TEXTS,
      [RK_TAGS_STRING] = 1u << RK_COLUMN_LISTS,
      [RK_TREE] = 1u << RK_COLUMN_TEXTS | 1u << RK_COLUMN_WIDE_TEXTS,
      [RK_TIME] = 1u << RK_COLUMN_TIMES | 1u << RK_COLUMN_TEXTS | 1u << RK_COLUMN_WIDE_TEXTS,
  };
  int is_tags = fact_type == RK_TAGS_INT || fact_type == RK_TAGS_STRING;
  const rk_column *values = c;
  if (c->kind == RK_COLUMN_NULLS) return 1;
  if (c->kind == RK_COLUMN_CODES) {
    if (is_tags) return 0;
    values = c->inner;
    if (values->kind == RK_COLUMN_NULLS) return 1;
  }
  if (!(kinds[fact_type] >> values->kind & 1)) return 0;
  if (!is_tags || c->inner->kind == RK_COLUMN_NULLS) return 1;
  if (fact_type == RK_TAGS_INT) return c->inner->kind == RK_COLUMN_INTEGERS;
  return c->inner->kind == RK_COLUMN_TEXTS || c->inner->kind == RK_COLUMN_WIDE_TEXTS;
}

RK_INLINE int rk_bit(const u8 *bits, u64 place) { return bits[place / 8] >> place % 8 & 1; }

RK_INLINE int rk_is_null(const rk_column *c, u64 row) {
  return c->kind == RK_COLUMN_NULLS || (c->validity && !rk_bit(c->validity, c->start + row));
}

/* An integer at `p`, as 64 bits: sign-extended where it is signed. */
RK_INLINE u64 rk_load(const u8 *p, u32 width, u32 is_signed) {
  if (width == 1) return is_signed ? (u64)(i64)(int8_t)p[0] : p[0];
  if (width == 2) {
    uint16_t value;
    memcpy(&value, p, sizeof value);
    return is_signed ? (u64)(i64)(int16_t)value : value;
  }
  if (width == 4) {
    u32 value;
    memcpy(&value, p, sizeof value);
    return is_signed ? (u64)(i64)(int32_t)value : value;
  }
  u64 value;
  memcpy(&value, p, sizeof value);
  return value;
}

/* The integer in a row; 0: it is above int64. */
RK_INLINE int rk_integer_at(const rk_column *c, u64 row, i64 *out) {
  u64 value = rk_load(c->values + (c->start + row) * c->width, c->width, c->is_signed);
  *out = (i64)value;
  return c->is_signed || value <= (u64)INT64_MAX;
}

RK_INLINE u64 rk_end_at(const rk_column *c, u64 row) {
  return rk_load(c->ends + (c->start + row) * c->width, c->width, 1);
}

/* The first row whose text or list is no range of what follows before it, up to `n_values` values;
 * n_rows: none. Texts and lists are classified only after this: later code reads them unchecked. */
RK_INLINE u64 rk_first_bad_end(const rk_column *c, u64 n_values) {
  if (!c->n_rows) return 0;
  u64 last = rk_end_at(c, 0);
  for (u64 row = 0; row < c->n_rows; row++) {
    u64 end = rk_end_at(c, row + 1);
    if (last > end || end > n_values) return row;
    last = end;
  }
  return c->n_rows;
}

/* The UTF-8 of a row of wide text, written to its scratch; its length, or RK_NONE: it holds
 * something that is no Unicode scalar value. */
RK_INLINE u64 rk_narrow_text(const rk_column *c, u64 row) {
  const u8 *units = c->values + (c->start + row) * c->width;
  u8 *out = c->scratch;
  u32 n = c->width / 4;
  while (n && !rk_load(units + 4 * (u64)(n - 1), 4, 0)) n--;
  for (u32 i = 0; i < n; i++) {
    u32 point = (u32)rk_load(units + 4 * (u64)i, 4, 0);
    if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return RK_NONE;
    if (point < 0x80) {
      *out++ = (u8)point;
      continue;
    }
    u32 n_more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    *out++ = (u8)(0xFF00u >> (n_more + 1) | point >> 6 * n_more);
    while (n_more--) *out++ = (u8)(0x80 | (point >> 6 * n_more & 0x3F));
  }
  return (u64)(out - c->scratch);
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

/* A decimal, or a time: that is a decimal of seconds of scale 6. */
RK_INLINE u32 rk_class_of_decimal_at(const rk_program *p, const rk_fact *fact, const rk_column *c,
                                     u64 row) {
  const u8 *place = c->values + (c->start + row) * c->width;
  u64 low = rk_load(place, c->width < 8 ? c->width : 8, 1);
  u64 high = c->width == 16 ? rk_load(place + 8, 8, 1) : (low >> 63 ? ~(u64)0 : 0);
  i64 value;
  u32 scale = c->kind == RK_COLUMN_TIMES ? 6 : fact->scale;
  u32 reason = rk_decimal_of_wide(low, high, c->scale, scale, &value);
  return reason ? RK_BAD(reason) : rk_class_of_number(p, fact, 0, value);
}

/* The class, in facet `k` of its fact, of the value in a row that is not null. */
RK_INLINE u32 rk_class_at(const rk_program *p, const rk_fact *fact, u32 k, const rk_column *c,
                          u64 row) {
  u64 begin, n;
  i64 code;
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
      return rk_class_of_decimal_at(p, fact, c, row);
    case RK_COLUMN_TEXTS:
      begin = rk_end_at(c, row), n = rk_end_at(c, row + 1) - begin;
      return rk_class_of_text(p, fact, k, n ? c->values + begin : (const u8 *)"", n);
    case RK_COLUMN_WIDE_TEXTS:
      n = rk_narrow_text(c, row);
      return n == RK_NONE ? RK_BAD(RK_VALUE_TEXT) : rk_class_of_text(p, fact, k, c->scratch, n);
    default: /* RK_COLUMN_CODES */
      if (!rk_integer_at(c, row, &code) || code < 0 || (u64)code >= c->inner->n_rows) {
        return RK_BAD(RK_VALUE_INDEX);
      }
      return c->classes[k * c->inner->n_rows + (u64)code];
  }
}

/* The classes, in facet `k` of a scalar fact, of rows [first, first + n) of its column, bad ones
 * included. INVARIANT: an absent optional fact is class 0, which its absent class is as well. */
RK_INLINE void rk_classify(const rk_program *p, const rk_fact *fact, u32 k, const rk_column *c,
                           u64 first, u64 n, u32 *out) {
  int is_required = fact->presence == RK_REQUIRED;
  u32 absent = is_required ? RK_BAD(RK_VALUE_ABSENT) : rk_absent_class(p, fact, k);
  for (u64 i = 0; i < n; i++) {
    out[i] = rk_is_null(c, first + i) ? absent : rk_class_at(p, fact, k, c, first + i);
  }
}

RK_INLINE void rk_fault_note(rk_fault *fault, u64 row, u32 reason) {
  if (!fault->n_rows) {
    fault->first_row = row;
    fault->reason = reason;
  }
  fault->n_rows++;
}

/* How many values the lists of rows [first, first + n) hold: the room rk_classify_tags needs. */
RK_INLINE u64 rk_n_list_values(const rk_column *c, u64 first, u64 n) {
  if (c->kind == RK_COLUMN_NULLS || !n) return 0;
  return rk_end_at(c, first + n) - rk_end_at(c, first);
}

/* Reads a tag of a list that is not null: its facet, RK_NONE where no condition names it; returns
 * RK_VALUE_FINE, or why it is no tag of the fact. */
RK_INLINE u32 rk_read_tag(const rk_program *p, const rk_fact *fact, const rk_column *c, u64 place,
                          u32 *facet) {
  i64 tag;
  if (fact->type == RK_TAGS_INT) {
    if (!rk_integer_at(c, place, &tag)) return RK_VALUE_RANGE;
    *facet = rk_facet_of_tag(p, fact, tag);
    return RK_VALUE_FINE;
  }
  const u8 *text = c->scratch;
  u64 n;
  if (c->kind == RK_COLUMN_WIDE_TEXTS) {
    n = rk_narrow_text(c, place);
    if (n == RK_NONE) return RK_VALUE_TEXT;
  } else {
    u64 begin = rk_end_at(c, place);
    n = rk_end_at(c, place + 1) - begin;
    text = n ? c->values + begin : (const u8 *)"";
  }
  *facet = rk_facet_of_word(p, fact, text, n);
  return *facet != RK_NONE || rk_is_utf8(text, n) ? RK_VALUE_FINE : RK_VALUE_TEXT;
}

/* The tags of rows [first, first + n): writes the facets that conditions name, from facets[at] on,
 * and where each row's end to ends[i]. Rows are numbered from `row` in the fault; a bad row carries
 * nothing. Returns the last end. */
RK_INLINE u64 rk_classify_tags(const rk_program *p, const rk_fact *fact, const rk_column *c,
                               u64 first, u64 n, u32 *facets, u64 at, u64 *ends, u64 row,
                               rk_fault *fault) {
  for (u64 i = 0; i < n; i++) {
    u32 reason = RK_VALUE_FINE;
    u64 begin = at;
    int is_empty = rk_is_null(c, first + i);
    u64 place = is_empty ? 0 : rk_end_at(c, first + i);
    u64 last = is_empty ? 0 : rk_end_at(c, first + i + 1);
    for (; place < last && !reason; place++) {
      u32 facet = RK_NONE;
      if (rk_is_null(c->inner, place)) reason = RK_VALUE_TAG;
      else reason = rk_read_tag(p, fact, c->inner, place, &facet);
      if (facet != RK_NONE) facets[at++] = facet;
    }
    if (reason) {
      rk_fault_note(fault, row + i, reason);
      at = begin;
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

/* Stores n classes `width` (1, 2, 4) bytes wide; a bad one is stored as class 0, and noted where
 * there is a fault to note it in. */
RK_INLINE void rk_store_classes(const u32 *classes, u64 n, u32 width, u8 *out, u64 row,
                                rk_fault *fault) {
  for (u64 i = 0; i < n; i++) {
    u32 class_id = classes[i];
    if (RK_IS_BAD(class_id)) {
      if (fault) rk_fault_note(fault, row + i, RK_REASON(class_id));
      class_id = 0;
    }
    if (width == 1) out[i] = (u8)class_id;
    else if (width == 2) {
      uint16_t value = (uint16_t)class_id;
      memcpy(out + 2 * i, &value, sizeof value);
    } else memcpy(out + 4 * i, &class_id, sizeof class_id);
  }
}

#endif
