/* rk_column.h - a column of a batch, bound to whatever memory it came from, read row by row.
 *
 *     scalars    validity | values                      flags, numbers, times
 *     texts      validity | ends, or views | bytes      or a fixed width each
 *     codes      validity | codes   -> inner: the words of a dictionary
 *     lists      validity | ends, or places and sizes   -> inner: their values
 *
 * Every source - NumPy, Arrow, converted objects - is bound to this one struct, so values mean the
 * same wherever they come from. Columns nest: codes of lists of codes of texts are three of them.
 *
 * Values may stand unaligned. A place is checked when it is read, so that no number in a column
 * leads out of its buffers; how long a buffer is, the one who binds it must know. Nothing here
 * allocates, locks, or knows Python; columns are only read, except for `scratch`. */
#ifndef RK_COLUMN_H
#define RK_COLUMN_H

#include <string.h>

#include "rk_format.h"
#include "rk_port.h"

enum {
  RK_COLUMN_NULLS,        /* no values at all */
  RK_COLUMN_BITS,         /* flags, a bit each */
  RK_COLUMN_BYTES,        /* flags, a byte each: zero or not */
  RK_COLUMN_INTEGERS,     /* width 1, 2, 4, 8 */
  RK_COLUMN_FLOATS,       /* width 4, 8 */
  RK_COLUMN_DECIMALS,     /* width 4, 8, 16, 32: counts of 10^-scale */
  RK_COLUMN_TIMES,        /* width 8: counts of 10^-scale seconds since 1970, UTC */
  RK_COLUMN_TEXTS,        /* UTF-8 between ends of width 4, 8 */
  RK_COLUMN_VIEWS,        /* UTF-8 in views of 16 bytes: short ones inside, long ones in buffers */
  RK_COLUMN_NARROW_TEXTS, /* UTF-8 of width bytes each, padded with zeros */
  RK_COLUMN_WIDE_TEXTS,   /* width / 4 code points each, padded with zeros */
  RK_COLUMN_CODES,        /* width 1, 2, 4, 8: places in a dictionary */
  RK_COLUMN_LISTS,        /* rows of `inner` between ends of width 4, 8 */
  RK_COLUMN_LIST_VIEWS,   /* rows of `inner`: first places and sizes of width 4, 8 */
  RK_COLUMN_FIXED_LISTS,  /* rows of `inner`: width values each */
  RK_N_COLUMN_KINDS
};

typedef struct rk_column {
  u32 kind;
  u32 width;     /* bytes of a value; texts and lists: bytes of an end; fixed lists: values */
  u32 is_signed; /* integers and codes */
  u32 scale;     /* decimals: 0..76; times: 0, 3, ... 18 */
  u64 start;     /* the place of row 0 in every buffer */
  u64 n_rows;
  const u8 *validity;       /* bit start + row is 0: null; NULL: no row is */
  const u8 *outer_validity; /* the same of the struct around it, from outer_start on */
  u64 outer_start;
  const u8 *values;
  u64 n_bytes;    /* texts: of the values, up to the last end */
  const u8 *ends;  /* row i is [ends[start + i], ends[start + i + 1]) of the values, or begins at
                      ends[start + i] where there are sizes */
  const u8 *sizes; /* list views: how many values of each row */
  const void *const *buffers; /* views: [n_buffers], and how many bytes each has */
  const u8 *buffer_sizes;
  u64 n_buffers;
  u8 *scratch;                   /* wide texts: room for width bytes */
  const struct rk_column *inner; /* lists: their values; codes: the dictionary */
  const u32 *classes;            /* codes: facet by facet, the class (of a tag: the facet) of each
                                    row of `inner`; NULL: looked up where they are used */
  const struct rk_table *table;  /* integers: of their fact (rk_table.h); NULL: there is none */
} rk_column;

RK_INLINE int rk_is_texts(u32 kind) {
  return kind >= RK_COLUMN_TEXTS && kind <= RK_COLUMN_WIDE_TEXTS;
}

RK_INLINE int rk_is_lists(u32 kind) { return kind >= RK_COLUMN_LISTS; }

/* Whether a column of this kind can hold values of a fact of this type. */
RK_INLINE int rk_column_fits(const rk_column *c, u32 fact_type) {
  enum {
    TEXTS = 1u << RK_COLUMN_TEXTS | 1u << RK_COLUMN_VIEWS | 1u << RK_COLUMN_NARROW_TEXTS |
            1u << RK_COLUMN_WIDE_TEXTS
  };
  static const u32 kinds[RK_N_FACT_TYPES] = {
      [RK_FLAG] = 1u << RK_COLUMN_BITS | 1u << RK_COLUMN_BYTES,
      [RK_TAGS_INT] = 1u << RK_COLUMN_INTEGERS,
      [RK_ENUM] = TEXTS,
      [RK_INT] = 1u << RK_COLUMN_INTEGERS,
      [RK_DECIMAL] = 1u << RK_COLUMN_INTEGERS | 1u << RK_COLUMN_FLOATS | 1u << RK_COLUMN_DECIMALS |
                     TEXTS,
      [RK_STRING] = TEXTS,
      [RK_TAGS_STRING] = TEXTS,
      [RK_TREE] = TEXTS,
      [RK_TIME] = 1u << RK_COLUMN_TIMES | TEXTS,
  };
  if (c->kind == RK_COLUMN_CODES) c = c->inner;
  if (c->kind == RK_COLUMN_NULLS) return 1;
  if (fact_type == RK_TAGS_INT || fact_type == RK_TAGS_STRING) {
    if (!rk_is_lists(c->kind)) return 0;
    c = c->inner;
    if (c->kind == RK_COLUMN_CODES) c = c->inner;
    if (c->kind == RK_COLUMN_NULLS) return 1;
  }
  return kinds[fact_type] >> c->kind & 1;
}

RK_INLINE int rk_bit(const u8 *bits, u64 place) { return bits[place / 8] >> place % 8 & 1; }

RK_INLINE int rk_is_null(const rk_column *c, u64 row) {
  return c->kind == RK_COLUMN_NULLS || (c->validity && !rk_bit(c->validity, c->start + row)) ||
         (c->outer_validity && !rk_bit(c->outer_validity, c->outer_start + row));
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

/* The place in the dictionary that a row of codes names; RK_NONE_ROW: there is no such place. */
#define RK_NONE_ROW (~(u64)0)
RK_INLINE u64 rk_code_at(const rk_column *c, u64 row) {
  i64 code;
  if (!rk_integer_at(c, row, &code) || code < 0 || (u64)code >= c->inner->n_rows) {
    return RK_NONE_ROW;
  }
  return (u64)code;
}

RK_INLINE u64 rk_end_at(const rk_column *c, u64 row) {
  return rk_load(c->ends + (c->start + row) * c->width, c->width, 1);
}

/* The values [begin, end) of `inner` that a row of lists holds; 0: it leaves them. */
RK_INLINE int rk_list_at(const rk_column *c, u64 row, u64 *begin, u64 *end) {
  if (c->kind == RK_COLUMN_FIXED_LISTS) {
    *begin = (c->start + row) * c->width;
    *end = *begin + c->width;
  } else if (c->kind == RK_COLUMN_LISTS) {
    *begin = rk_end_at(c, row);
    *end = rk_end_at(c, row + 1);
  } else {
    u64 size = rk_load(c->sizes + (c->start + row) * c->width, c->width, 1);
    *begin = rk_end_at(c, row);
    *end = *begin + size;
    if (size > c->inner->n_rows) return 0;
  }
  return *begin <= *end && *end <= c->inner->n_rows;
}

/* Whether rows [first, first + n) are lists one behind the other, none of them null or out of its place.
 * INVARIANT: n > 0. */
RK_INLINE int rk_lists_are_plain(const rk_column *c, u64 first, u64 n) {
  if (c->kind != RK_COLUMN_LISTS || c->validity || c->outer_validity) return 0;
  u64 before = rk_end_at(c, first), n_wrong = before > c->inner->n_rows;
  for (u64 row = first + 1; row <= first + n; row++) {
    u64 end = rk_end_at(c, row);
    n_wrong += before > end;
    before = end;
  }
  return !n_wrong && before <= c->inner->n_rows;
}

/* How many values rows [first, first + n) of lists hold, or RK_MANY: views may share values, so
 * that a few bytes of them name more than any memory holds. */
#define RK_MANY ((u64)1 << 56)
RK_INLINE u64 rk_n_list_values(const rk_column *c, u64 first, u64 n) {
  u64 total = 0;
  if (n && rk_lists_are_plain(c, first, n)) return rk_end_at(c, first + n) - rk_end_at(c, first);
  for (u64 row = first; row < first + n; row++) {
    const rk_column *lists = c;
    u64 place = row, begin, end;
    if (rk_is_null(c, row)) continue;
    if (c->kind == RK_COLUMN_CODES) {
      lists = c->inner;
      place = rk_code_at(c, row);
      if (place == RK_NONE_ROW || rk_is_null(lists, place)) continue;
    }
    if (!rk_list_at(lists, place, &begin, &end)) continue;
    total += end - begin;
    if (total > RK_MANY) return RK_MANY;
  }
  return total;
}

/* A view: its length, then up to 12 bytes of text; or 4 of them, a buffer, a place in that. */
RK_INLINE int rk_view_at(const rk_column *c, u64 row, const u8 **s, u64 *n) {
  const u8 *view = c->values + (c->start + row) * 16;
  *n = rk_load(view, 4, 1);
  *s = view + 4;
  if (*n <= 12) return 1;
  u64 buffer = rk_load(view + 8, 4, 1), place = rk_load(view + 12, 4, 1);
  if (*n > INT32_MAX || place > INT32_MAX || buffer >= c->n_buffers || !c->buffers[buffer]) return 0;
  if ((i64)(place + *n) > (i64)rk_load(c->buffer_sizes + 8 * buffer, 8, 1)) return 0;
  *s = (const u8 *)c->buffers[buffer] + place;
  return 1;
}

/* The bytes of a row of texts as they are stored, padding left out; 0: they leave their buffers. */
RK_INLINE int rk_stored_text_at(const rk_column *c, u64 row, const u8 **s, u64 *n) {
  if (c->kind == RK_COLUMN_VIEWS) return rk_view_at(c, row, s, n);
  if (c->kind == RK_COLUMN_TEXTS) {
    u64 begin = rk_end_at(c, row), end = rk_end_at(c, row + 1);
    if (begin > end || end > c->n_bytes) return 0;
    *n = end - begin;
    *s = *n ? c->values + begin : (const u8 *)"";
    return 1;
  }
  u32 unit = c->kind == RK_COLUMN_WIDE_TEXTS ? 4 : 1;
  *s = c->values + (c->start + row) * c->width;
  *n = c->width;
  while (*n && !rk_load(*s + *n - unit, unit, 0)) *n -= unit;
  return 1;
}

/* The UTF-8 of `n` bytes of code points, written to `out`; its length, or RK_NONE_ROW: one of them
 * is no Unicode scalar value. */
RK_INLINE u64 rk_narrow_text(const u8 *units, u64 n, u8 *out) {
  const u8 *start = out;
  for (u64 i = 0; i < n; i += 4) {
    u32 point = (u32)rk_load(units + i, 4, 0);
    if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return RK_NONE_ROW;
    if (point < 0x80) {
      *out++ = (u8)point;
      continue;
    }
    u32 n_more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    *out++ = (u8)(0xFF00u >> (n_more + 1) | point >> 6 * n_more);
    while (n_more--) *out++ = (u8)(0x80 | (point >> 6 * n_more & 0x3F));
  }
  return (u64)(out - start);
}

#endif
