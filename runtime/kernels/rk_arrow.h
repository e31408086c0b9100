/* rk_arrow.h - an array of the Arrow C data interface -> an rk_column that reads it in place.
 *
 *     ArrowSchema.format   "l"        "u"               "+l"               "i" with a dictionary
 *     ArrowArray.buffers   bits|vals  bits|ends|bytes   bits|ends, child   bits|codes, dictionary
 *     rk_column            INTEGERS   TEXTS             LISTS              CODES
 *
 * The structs are those of the public specification ("The Arrow C data interface", "The Arrow C
 * stream interface"); other libraries declare the same under the same guards.
 *
 * Formats are read to their last character, counts and children are checked; how long a buffer is,
 * the interface does not say, so that lengths and the last end of a text are true is the producer's
 * word. Owns nothing, releases nothing, allocates nothing. */
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
  RK_ARROW_SHAPE, /* counts, children or buffers that contradict the type */
  RK_ARROW_ENDS   /* ends of texts or lists that descend or leave the values */
};

/* Above any array in memory, and small enough that no place, times a width, leaves 64 bits. */
#define RK_ARROW_MAX_LENGTH ((int64_t)1 << 56)

/* Reads a number of at most 4 digits and moves behind it; -1: there is none. */
RK_INLINE int rk_arrow_number(const char **text) {
  int value = 0, n = 0;
  for (; **text >= '0' && **text <= '9' && n < 4; (*text)++, n++) value = value * 10 + **text - '0';
  return n ? value : -1;
}

/* "d:precision,scale[,bits]"; a negative scale, one above 18, or 256 bits are not taken. */
RK_INLINE int rk_arrow_decimal(const char *format, rk_column *out) {
  const char *at = format + 2;
  int bits = 128;
  if (rk_arrow_number(&at) < 0 || *at++ != ',') return RK_ARROW_TYPE;
  int scale = rk_arrow_number(&at);
  if (scale < 0 || scale > 18) return RK_ARROW_TYPE;
  if (*at == ',') {
    at++;
    bits = rk_arrow_number(&at);
  }
  if (*at || (bits != 32 && bits != 64 && bits != 128)) return RK_ARROW_TYPE;
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

/* Fills kind, width, is_signed and scale from a format string. */
RK_INLINE int rk_arrow_type(const char *format, rk_column *out) {
  static const struct {
    char format[3];
    u32 kind, width, is_signed;
  } types[] = {
      {"n", RK_COLUMN_NULLS, 0, 0},    {"b", RK_COLUMN_BITS, 0, 0},
      {"c", RK_COLUMN_INTEGERS, 1, 1}, {"C", RK_COLUMN_INTEGERS, 1, 0},
      {"s", RK_COLUMN_INTEGERS, 2, 1}, {"S", RK_COLUMN_INTEGERS, 2, 0},
      {"i", RK_COLUMN_INTEGERS, 4, 1}, {"I", RK_COLUMN_INTEGERS, 4, 0},
      {"l", RK_COLUMN_INTEGERS, 8, 1}, {"L", RK_COLUMN_INTEGERS, 8, 0},
      {"f", RK_COLUMN_FLOATS, 4, 0},   {"g", RK_COLUMN_FLOATS, 8, 0},
      {"u", RK_COLUMN_TEXTS, 4, 0},    {"U", RK_COLUMN_TEXTS, 8, 0},
      {"+l", RK_COLUMN_LISTS, 4, 0},   {"+L", RK_COLUMN_LISTS, 8, 0},
  };
  if (!format) return RK_ARROW_SHAPE;
  if (format[0] == 'd' && format[1] == ':') return rk_arrow_decimal(format, out);
  if (format[0] == 't' && format[1] == 's') return rk_arrow_time(format, out);
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

/* Points a typed column at the buffers; checks the ends of texts, not those of lists. */
RK_INLINE int rk_arrow_buffers(const struct ArrowArray *array, rk_column *out) {
  if (out->kind == RK_COLUMN_NULLS || !out->n_rows) return RK_ARROW_OK;
  int64_t n_buffers = out->kind == RK_COLUMN_TEXTS ? 3 : 2;
  if (array->n_buffers != n_buffers || !array->buffers || !array->buffers[1]) return RK_ARROW_SHAPE;
  if (array->null_count) out->validity = (const u8 *)array->buffers[0];
  if (out->kind != RK_COLUMN_TEXTS && out->kind != RK_COLUMN_LISTS) {
    out->values = (const u8 *)array->buffers[1];
    return RK_ARROW_OK;
  }
  out->ends = (const u8 *)array->buffers[1];
  if (out->kind == RK_COLUMN_LISTS) return RK_ARROW_OK;
  out->values = (const u8 *)array->buffers[2];
  u64 n_bytes = rk_end_at(out, out->n_rows);
  if (n_bytes > (u64)INT64_MAX || rk_first_bad_end(out, n_bytes) != out->n_rows) {
    return RK_ARROW_ENDS;
  }
  return n_bytes == rk_end_at(out, 0) || out->values ? RK_ARROW_OK : RK_ARROW_SHAPE;
}

/* Binds rows [skip, skip + n_rows) of an array whose children and dictionary are bound already. */
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

RK_INLINE int rk_arrow_bind_list(const struct ArrowSchema *schema, const struct ArrowArray *array,
                                 rk_column *out, rk_column *inner) {
  if (schema->n_children != 1 || array->n_children != 1) return RK_ARROW_SHAPE;
  if (!schema->children || !array->children) return RK_ARROW_SHAPE;
  const struct ArrowSchema *item = schema->children[0];
  const struct ArrowArray *items = array->children[0];
  if (!item || !items || items->length < 0) return RK_ARROW_SHAPE;
  if (item->dictionary) return RK_ARROW_TYPE;
  int fault = rk_arrow_bind_flat(item, items, 0, (u64)items->length, inner);
  if (fault) return fault;
  out->inner = inner;
  return rk_first_bad_end(out, inner->n_rows) == out->n_rows ? RK_ARROW_OK : RK_ARROW_ENDS;
}

RK_INLINE int rk_arrow_bind_codes(const struct ArrowSchema *schema, const struct ArrowArray *array,
                                  rk_column *out, rk_column *inner) {
  const struct ArrowArray *words = array->dictionary;
  if (out->kind != RK_COLUMN_INTEGERS || schema->dictionary->dictionary) return RK_ARROW_TYPE;
  if (!words || words->length < 0) return RK_ARROW_SHAPE;
  int fault = rk_arrow_bind_flat(schema->dictionary, words, 0, (u64)words->length, inner);
  if (fault) return fault;
  out->kind = RK_COLUMN_CODES;
  out->inner = inner;
  return inner->kind == RK_COLUMN_LISTS ? RK_ARROW_TYPE : RK_ARROW_OK;
}

/* Binds rows [skip, skip + n_rows) of an array as a column; `inner` becomes the values of its lists
 * or its dictionary. Codes still need the classes of `inner` before they are classified. */
RK_INLINE int rk_arrow_bind(const struct ArrowSchema *schema, const struct ArrowArray *array,
                            u64 skip, u64 n_rows, rk_column *out, rk_column *inner) {
  memset(inner, 0, sizeof *inner);
  int fault = rk_arrow_bind_flat(schema, array, skip, n_rows, out);
  if (fault) return fault;
  if (schema->dictionary) return rk_arrow_bind_codes(schema, array, out, inner);
  return out->kind == RK_COLUMN_LISTS ? rk_arrow_bind_list(schema, array, out, inner) : RK_ARROW_OK;
}

/* Whether a row of [0, n_rows) of a struct is null as a whole. */
RK_INLINE int rk_arrow_has_null(const struct ArrowArray *array) {
  if (!array->null_count || array->n_buffers < 1 || !array->buffers || !array->buffers[0]) return 0;
  const u8 *bits = (const u8 *)array->buffers[0];
  for (int64_t row = 0; row < array->length; row++) {
    if (!rk_bit(bits, (u64)(array->offset + row))) return 1;
  }
  return 0;
}

#endif
