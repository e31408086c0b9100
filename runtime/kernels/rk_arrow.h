/* rk_arrow.h - an array of the Arrow C data interface -> an rk_column that reads it in place.
 *
 *     ArrowSchema.format   "l"        "u"               "+l"               "i" with a dictionary
 *     ArrowArray.buffers   bits|vals  bits|ends|bytes   bits|ends, child   bits|codes, dictionary
 *     rk_column            INTEGERS   TEXTS             LISTS              CODES
 *
 *     "vu"  bits|views|bytes ...|sizes     "+vl"  bits|places|sizes, child     "+w:n"  bits, child
 *
 * The structs are those of the public specification ("The Arrow C data interface", "The Arrow C
 * stream interface"); other libraries declare the same under the same guards.
 *
 * Formats are read to their last character; counts, children and the presence of buffers are
 * checked here, ends, places and codes when they are read. What the interface does not
 * say, and so is the producer's word: how long a buffer is, but for those of views. Buffers that
 * are shorter than `length` values, or than the last end of a text, are read beyond their end.
 * Owns nothing, releases nothing, allocates nothing. */
#ifndef RK_ARROW_H
#define RK_ARROW_H

#include "rk_column.h"

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#endif

enum {
  RK_ARROW_OK,
  RK_ARROW_TYPE,  /* a type no fact takes */
  RK_ARROW_SHAPE  /* counts, children or buffers that contradict the type */
};

/* Above any array in memory, and small enough that no place, times a width, leaves 64 bits. */
#define RK_ARROW_MAX_LENGTH ((int64_t)1 << 56)

/* Columns in one: codes of lists of codes of texts are the deepest a fact takes. */
#define RK_ARROW_DEPTH 4

/* Reads a number of at most 9 digits and moves behind it; -1: there is none. */
RK_INLINE int rk_arrow_number(const char **text) {
  int value = 0, n = 0;
  for (; **text >= '0' && **text <= '9' && n < 9; (*text)++, n++) value = value * 10 + **text - '0';
  return n ? value : -1;
}

/* "d:precision,scale[,bits]"; a negative scale is not taken. */
RK_INLINE int rk_arrow_decimal(const char *format, rk_column *out) {
  const char *at = format + 2;
  int bits = 128;
  if (rk_arrow_number(&at) < 0 || *at++ != ',') return RK_ARROW_TYPE;
  int scale = rk_arrow_number(&at);
  if (scale < 0 || scale > 76) return RK_ARROW_TYPE;
  if (*at == ',') {
    at++;
    bits = rk_arrow_number(&at);
  }
  if (*at || (bits != 32 && bits != 64 && bits != 128 && bits != 256)) return RK_ARROW_TYPE;
  out->kind = RK_COLUMN_DECIMALS;
  out->width = (u32)bits / 8;
  out->scale = (u32)scale;
  return RK_ARROW_OK;
}

/* "ts" unit ":" zone: counts since 1970, UTC, where a zone is named; naive ones are not taken. */
RK_INLINE int rk_arrow_time(const char *format, rk_column *out) {
  static const char units[] = "smun";
  const char *unit = format[2] ? strchr(units, format[2]) : 0;
  if (!unit || format[3] != ':' || !format[4]) return RK_ARROW_TYPE;
  out->kind = RK_COLUMN_TIMES;
  out->width = 8;
  out->is_signed = 1;
  out->scale = 3 * (u32)(unit - units);
  return RK_ARROW_OK;
}

/* "+w:n": lists of n values each. */
RK_INLINE int rk_arrow_fixed_list(const char *format, rk_column *out) {
  const char *at = format + 3;
  int n = rk_arrow_number(&at);
  if (n < 0 || *at) return RK_ARROW_TYPE;
  out->kind = RK_COLUMN_FIXED_LISTS;
  out->width = (u32)n;
  return RK_ARROW_OK;
}

/* Fills kind, width, is_signed and scale from a format string. */
RK_INLINE int rk_arrow_type(const char *format, rk_column *out) {
  static const struct {
    char format[4];
    u32 kind, width, is_signed;
  } types[] = {
      {"n", RK_COLUMN_NULLS, 0, 0},        {"b", RK_COLUMN_BITS, 0, 0},
      {"c", RK_COLUMN_INTEGERS, 1, 1},     {"C", RK_COLUMN_INTEGERS, 1, 0},
      {"s", RK_COLUMN_INTEGERS, 2, 1},     {"S", RK_COLUMN_INTEGERS, 2, 0},
      {"i", RK_COLUMN_INTEGERS, 4, 1},     {"I", RK_COLUMN_INTEGERS, 4, 0},
      {"l", RK_COLUMN_INTEGERS, 8, 1},     {"L", RK_COLUMN_INTEGERS, 8, 0},
      {"f", RK_COLUMN_FLOATS, 4, 0},       {"g", RK_COLUMN_FLOATS, 8, 0},
      {"u", RK_COLUMN_TEXTS, 4, 0},        {"U", RK_COLUMN_TEXTS, 8, 0},
      {"vu", RK_COLUMN_VIEWS, 16, 0},      {"+l", RK_COLUMN_LISTS, 4, 0},
      {"+L", RK_COLUMN_LISTS, 8, 0},       {"+vl", RK_COLUMN_LIST_VIEWS, 4, 0},
      {"+vL", RK_COLUMN_LIST_VIEWS, 8, 0},
  };
  if (!format) return RK_ARROW_SHAPE;
  if (format[0] == 'd' && format[1] == ':') return rk_arrow_decimal(format, out);
  if (format[0] == 't' && format[1] == 's') return rk_arrow_time(format, out);
  if (!strncmp(format, "+w:", 3)) return rk_arrow_fixed_list(format, out);
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    if (strcmp(format, types[i].format)) continue;
    out->kind = types[i].kind;
    out->width = types[i].width;
    out->is_signed = types[i].is_signed;
    return RK_ARROW_OK;
  }
  return RK_ARROW_TYPE;
}

RK_INLINE int rk_arrow_has_length(const struct ArrowArray *array) {
  return array->length >= 0 && array->offset >= 0 && array->length <= RK_ARROW_MAX_LENGTH &&
         array->offset <= RK_ARROW_MAX_LENGTH;
}

/* Points at an array's validity bits, from its offset on; NULL: it says that no row is null. */
RK_INLINE int rk_arrow_validity(const struct ArrowArray *array, const u8 **out) {
  *out = 0;
  if (!array->null_count) return RK_ARROW_OK;
  if (array->n_buffers < 1 || !array->buffers) return RK_ARROW_SHAPE;
  *out = (const u8 *)array->buffers[0];
  return *out || array->null_count < 0 ? RK_ARROW_OK : RK_ARROW_SHAPE;
}

RK_INLINE int rk_arrow_texts(const struct ArrowArray *array, rk_column *out) {
  out->ends = (const u8 *)array->buffers[1];
  out->values = (const u8 *)array->buffers[2];
  out->n_bytes = rk_end_at(out, out->n_rows);
  if (out->n_bytes > (u64)INT64_MAX) return RK_ARROW_SHAPE;
  return !out->n_bytes || out->values ? RK_ARROW_OK : RK_ARROW_SHAPE;
}

/* Points at the buffers of a typed column. */
RK_INLINE int rk_arrow_buffers(const struct ArrowArray *array, rk_column *out) {
  static const u8 n_buffers[RK_N_COLUMN_KINDS] = {
      [RK_COLUMN_TEXTS] = 3,
      [RK_COLUMN_LIST_VIEWS] = 3,
      [RK_COLUMN_FIXED_LISTS] = 1,
  };
  int64_t n_wanted = n_buffers[out->kind] ? n_buffers[out->kind] : 2;
  if (out->kind == RK_COLUMN_NULLS || !out->n_rows) return RK_ARROW_OK;
  if (!array->buffers) return RK_ARROW_SHAPE;
  if (out->kind == RK_COLUMN_VIEWS ? array->n_buffers < 3 : array->n_buffers != n_wanted) {
    return RK_ARROW_SHAPE;
  }
  if (n_wanted > 1 && !array->buffers[1]) return RK_ARROW_SHAPE;
  if (rk_arrow_validity(array, &out->validity)) return RK_ARROW_SHAPE;
  switch (out->kind) {
    case RK_COLUMN_TEXTS:
      return rk_arrow_texts(array, out);
    case RK_COLUMN_VIEWS:
      out->values = (const u8 *)array->buffers[1];
      out->n_buffers = (u64)array->n_buffers - 3;
      out->buffers = array->buffers + 2;
      out->buffer_sizes = (const u8 *)array->buffers[array->n_buffers - 1];
      return out->n_buffers && !out->buffer_sizes ? RK_ARROW_SHAPE : RK_ARROW_OK;
    case RK_COLUMN_LIST_VIEWS:
      out->sizes = (const u8 *)array->buffers[2];
      out->ends = (const u8 *)array->buffers[1];
      return out->sizes ? RK_ARROW_OK : RK_ARROW_SHAPE;
    case RK_COLUMN_LISTS:
      out->ends = (const u8 *)array->buffers[1];
      return RK_ARROW_OK;
    case RK_COLUMN_FIXED_LISTS:
      return RK_ARROW_OK;
    default:
      out->values = (const u8 *)array->buffers[1];
      return RK_ARROW_OK;
  }
}

/* Binds rows [skip, skip + n_rows) of an array, without what it nests. */
RK_INLINE int rk_arrow_bind_flat(const struct ArrowSchema *schema, const struct ArrowArray *array,
                                 u64 skip, u64 n_rows, rk_column *out) {
  memset(out, 0, sizeof *out);
  int fault = rk_arrow_type(schema->format, out);
  if (fault) return fault;
  if (!rk_arrow_has_length(array) || skip + n_rows > (u64)array->length) return RK_ARROW_SHAPE;
  out->start = (u64)array->offset + skip;
  out->n_rows = n_rows;
  return rk_arrow_buffers(array, out);
}

/* Whether lists of a fixed size stay within their values; others are checked as they are read. */
RK_INLINE int rk_arrow_fixed_lists_fit(const rk_column *c) {
  if (c->kind != RK_COLUMN_FIXED_LISTS || !c->width || !c->n_rows) return 1;
  return c->start + c->n_rows <= c->inner->n_rows / c->width;
}

/* Binds rows [skip, skip + n_rows) of an array as columns[0]; the values of its lists and the words
 * of its dictionary as the columns behind: [RK_ARROW_DEPTH] in all. */
RK_INLINE int rk_arrow_bind(const struct ArrowSchema *schema, const struct ArrowArray *array,
                            u64 skip, u64 n_rows, rk_column *columns) {
  for (u32 i = 0; i < RK_ARROW_DEPTH; i++) {
    rk_column *out = columns + i;
    int fault = rk_arrow_bind_flat(schema, array, skip, n_rows, out);
    if (fault) return fault;
    if (schema->dictionary) {
      if (out->kind != RK_COLUMN_INTEGERS) return RK_ARROW_TYPE;
      out->kind = RK_COLUMN_CODES;
      schema = schema->dictionary;
      array = array->dictionary;
    } else if (rk_is_lists(out->kind)) {
      if (schema->n_children != 1 || array->n_children != 1) return RK_ARROW_SHAPE;
      if (!schema->children || !array->children) return RK_ARROW_SHAPE;
      schema = schema->children[0];
      array = array->children[0];
    } else {
      for (out = columns; out->inner; out++) {
        if (!rk_arrow_fixed_lists_fit(out)) return RK_ARROW_SHAPE;
      }
      return RK_ARROW_OK;
    }
    if (!schema || !array || !rk_arrow_has_length(array)) return RK_ARROW_SHAPE;
    out->inner = out + 1;
    skip = 0;
    n_rows = (u64)array->length;
  }
  return RK_ARROW_TYPE;
}

/* Whether a row of [0, length) of a struct is null as a whole. */
RK_INLINE int rk_arrow_has_null(const struct ArrowArray *array) {
  const u8 *bits;
  if (rk_arrow_validity(array, &bits) || !bits) return 0;
  for (int64_t row = 0; row < array->length; row++) {
    if (!rk_bit(bits, (u64)(array->offset + row))) return 1;
  }
  return 0;
}

#endif
