/* rk_json.h - is a text certainly a JSON object, as a compiler writes one?
 *
 *     {"perBuyer":200,"steps":[1,{"deep":true}],"text":"a \u0022word\u0022"}
 *
 * Without spaces, up to RK_JSON_DEPTH levels, keys without escapes that differ from those beside
 * them, numbers of up to RK_JSON_DIGITS characters. Whatever passes is an object for every reader
 * of JSON; what does not may still be one, and the caller asks a whole reader. The text is UTF-8.
 * No recursion, no allocation; time is linear in the text, times the keys open at once. Safe on any
 * number of threads. */
#ifndef RK_JSON_H
#define RK_JSON_H

#include <string.h>

#include "rk_port.h"

enum { RK_JSON_DEPTH = 32, RK_JSON_KEYS = 64, RK_JSON_DIGITS = 64 };

typedef struct {
  const u8 *at, *end;
  u32 depth, n_keys;
  u8 closer[RK_JSON_DEPTH];      /* of each open level: '}' or ']' */
  u32 first_key[RK_JSON_DEPTH];  /* of each open level */
  const u8 *keys[RK_JSON_KEYS];  /* of all open levels, quotes included */
  u64 key_bytes[RK_JSON_KEYS];
} rk_json;

/* Takes one byte if it comes next. */
RK_INLINE int rk_json_take(rk_json *j, u8 byte) {
  if (j->at == j->end || *j->at != byte) return 0;
  j->at++;
  return 1;
}

RK_INLINE int rk_json_escape(rk_json *j) {
  if (j->at == j->end) return 0;
  u8 letter = *j->at++;
  if (letter != 'u') return letter && strchr("\"\\/bfnrt", letter) != NULL;
  if (j->end - j->at < 4) return 0;
  for (u32 i = 0; i < 4; i++, j->at++) {
    u8 digit = *j->at | 0x20;
    if (!(*j->at >= '0' && *j->at <= '9') && !(digit >= 'a' && digit <= 'f')) return 0;
  }
  return 1;
}

/* A string, from its first quote to its last. */
RK_INLINE int rk_json_string(rk_json *j, int may_escape) {
  if (!rk_json_take(j, '"')) return 0;
  while (j->at < j->end) {
    u8 byte = *j->at++;
    if (byte == '"') return 1;
    if (byte < 0x20) return 0;
    if (byte == '\\' && !(may_escape && rk_json_escape(j))) return 0;
  }
  return 0;
}

RK_INLINE int rk_json_digits(rk_json *j) {
  const u8 *first = j->at;
  while (j->at < j->end && *j->at >= '0' && *j->at <= '9') j->at++;
  return j->at > first;
}

RK_INLINE int rk_json_number(rk_json *j) {
  const u8 *first = j->at;
  rk_json_take(j, '-');
  if (!rk_json_take(j, '0') && !rk_json_digits(j)) return 0;
  if (rk_json_take(j, '.') && !rk_json_digits(j)) return 0;
  if (rk_json_take(j, 'e') || rk_json_take(j, 'E')) {
    if (!rk_json_take(j, '+')) rk_json_take(j, '-');
    if (!rk_json_digits(j)) return 0;
  }
  return j->at - first <= RK_JSON_DIGITS;
}

RK_INLINE int rk_json_word(rk_json *j, const char *word) {
  while (*word) {
    if (!rk_json_take(j, (u8)*word++)) return 0;
  }
  return 1;
}

RK_INLINE int rk_json_scalar(rk_json *j) {
  switch (*j->at) {
    case '"': return rk_json_string(j, 1);
    case 't': return rk_json_word(j, "true");
    case 'f': return rk_json_word(j, "false");
    case 'n': return rk_json_word(j, "null");
    default: return rk_json_number(j);
  }
}

/* A key and its colon; the key is none of this object's so far. */
RK_INLINE int rk_json_key(rk_json *j) {
  const u8 *key = j->at;
  if (j->n_keys == RK_JSON_KEYS || !rk_json_string(j, 0)) return 0;
  u64 n_bytes = (u64)(j->at - key);
  for (u32 i = j->first_key[j->depth - 1]; i < j->n_keys; i++) {
    if (j->key_bytes[i] == n_bytes && !memcmp(j->keys[i], key, n_bytes)) return 0;
  }
  j->keys[j->n_keys] = key;
  j->key_bytes[j->n_keys++] = n_bytes;
  return rk_json_take(j, ':');
}

/* What opens a level, and where it is not empty the key of its first value. */
RK_INLINE int rk_json_open(rk_json *j) {
  if (j->depth == RK_JSON_DEPTH) return 0;
  j->closer[j->depth] = *j->at++ == '{' ? '}' : ']';
  j->first_key[j->depth++] = j->n_keys;
  return 1;
}

/* Behind a value: closes the levels that end here. 1: another value follows, or none at all. */
RK_INLINE int rk_json_close(rk_json *j) {
  while (j->depth && rk_json_take(j, j->closer[j->depth - 1])) {
    j->n_keys = j->first_key[--j->depth];
  }
  if (!j->depth) return 1;
  return rk_json_take(j, ',') && (j->closer[j->depth - 1] == ']' || rk_json_key(j));
}

RK_INLINE int rk_is_plain_json_object(const u8 *text, u64 n_bytes) {
  rk_json j;
  if (!n_bytes || *text != '{') return 0;
  j.at = text;
  j.end = text + n_bytes;
  j.depth = j.n_keys = 0;
  do {
    if (j.at == j.end) return 0;
    if (*j.at == '{' || *j.at == '[') {
      if (!rk_json_open(&j)) return 0;
      u8 closer = j.closer[j.depth - 1];
      if (j.at == j.end) return 0;
      if (*j.at != closer) {
        if (closer == '}' && !rk_json_key(&j)) return 0;
        continue;
      }
    } else if (!rk_json_scalar(&j)) {
      return 0;
    }
    if (!rk_json_close(&j)) return 0;
  } while (j.depth);
  return j.at == j.end;
}

#endif
