/* rk_probe.h - a value of a fact -> the class it falls into.
 *
 *     cuts        10      20      30
 *     int    1  |  2   |   3   |   4      class 1 + the number of cuts <= value
 *
 * Class 0 is *missing* and never comes from a value. Reads only a verified program; allocates
 * nothing; safe on any number of threads. A value costs a look into its fact's slots, or one binary
 * search where there are none; a path one a segment; a string is searched once for each of its fact's
 * patterns. */
#ifndef RK_PROBE_H
#define RK_PROBE_H

#include <string.h>

#include "rk_rollout.h"
#include "rk_slots.h"

/* How two words order by their bytes, the shorter first where one begins the other:
 * negative, zero, positive. */
RK_INLINE int rk_compare_words(const u8 *a, u32 n_a, const u8 *b, u32 n_b) {
  u32 n = n_a < n_b ? n_a : n_b;
  for (u32 i = 0; i < n; i++) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return (n_a > n_b) - (n_a < n_b);
}

/* Whether two words of `n` bytes are equal: most are too short for a call to pay. */
RK_INLINE int rk_is_same(const u8 *a, const u8 *b, u64 n) {
  u64 one, other;
  u32 low, high, other_low, other_high;
  if (n > sizeof one) {
    for (u64 at = 0; at < n - sizeof one; at += sizeof one) {
      memcpy(&one, a + at, sizeof one);
      memcpy(&other, b + at, sizeof other);
      if (one != other) return 0;
    }
  }
  if (n >= sizeof one) {
    memcpy(&one, a + n - sizeof one, sizeof one);
    memcpy(&other, b + n - sizeof other, sizeof other);
    return one == other;
  }
  if (n >= sizeof low) {
    memcpy(&low, a, sizeof low);
    memcpy(&high, a + n - sizeof high, sizeof high);
    memcpy(&other_low, b, sizeof low);
    memcpy(&other_high, b + n - sizeof high, sizeof high);
    return low == other_low && high == other_high;
  }
  return !n || (a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1]);
}

/* The class of an int, a time, or a decimal counted in its smallest unit. */
RK_INLINE u32 rk_class_of_int(const rk_program *p, const rk_fact *fact, i64 value) {
  if (fact->n_slots) return 1 + rk_cuts_by_slots(p, fact, value);
  return 1 + rk_cuts_up_to(p->cuts + fact->first_cut, fact->n_cuts, value);
}

/* The facet, numbered in the entity, of a tag; RK_NONE: no condition names it. */
RK_INLINE u32 rk_facet_of_tag(const rk_program *p, const rk_fact *fact, i64 tag) {
  const i64 *cuts = p->cuts + fact->first_cut;
  if (fact->n_slots) {
    const u32 *slots = p->slots + fact->first_slot;
    u32 slot = rk_slot_of_tag(tag, fact->seed), place = 0;
    for (u32 i = 0; i < RK_PROBES && place != RK_NONE; i++, slot++) {
      place = slots[slot & (fact->n_slots - 1)];
      if (place != RK_NONE && cuts[place] == tag) return fact->first_facet + place;
    }
    return RK_NONE;
  }
  u32 n = rk_cuts_up_to(cuts, fact->n_cuts, tag);
  return n && cuts[n - 1] == tag ? fact->first_facet + n - 1 : RK_NONE;
}

/* The facets of those of `n` tags that conditions name, in their order; how many. `out` has room for n.
 * Which tags are named no processor foresees, so two slots are looked at before a branch asks: what is and
 * what is not is all ones and zeros, since a compiler makes branches of choices. */
RK_INLINE u32 rk_facets_of_tags(const rk_program *p, const rk_fact *fact, const i64 *tags, u32 n,
                                u32 *out) {
  const i64 *cuts = p->cuts + fact->first_cut;
  const u32 *slots = p->slots + fact->first_slot;
  u32 n_found = 0, last = fact->n_slots - 1;
  for (u32 i = 0; i < n; i++) {
    u32 facet;
    if (fact->n_slots && fact->n_cuts) {
      u32 slot = rk_slot_of_tag(tags[i], fact->seed);
      u32 first = slots[slot & last], second = slots[(slot + 1) & last];
      u32 has_first = 0 - (u32)(first != RK_NONE);
      u32 has_second = has_first & (0 - (u32)(second != RK_NONE));
      u32 is_first = has_first & (0 - (u32)(cuts[first & has_first] == tags[i]));
      u32 is_second = has_second & (0 - (u32)(cuts[second & has_second] == tags[i])) & ~is_first;
      u32 is_found = is_first | is_second;
      if (!(has_second & ~is_found)) {
        out[n_found] = fact->first_facet + ((first & is_first) | (second & is_second));
        n_found += is_found & 1;
        continue;
      }
    }
    facet = rk_facet_of_tag(p, fact, tags[i]);
    out[n_found] = facet;
    n_found += facet != RK_NONE;
  }
  return n_found;
}

/* The place of `n` bytes of UTF-8 among the words of a fact; RK_NONE: they are none. */
RK_INLINE u32 rk_place_of_word(const rk_program *p, const rk_fact *fact, const u8 *s, u64 n) {
  const rk_word *words = p->words + fact->first_word;
  if (fact->n_slots) {
    const u32 *slots = p->slots + fact->first_slot;
    u32 slot = rk_slot_of_word(s, n, fact->seed), place = 0, n_word;
    for (u32 i = 0; i < RK_PROBES && place != RK_NONE; i++, slot++) {
      place = slots[slot & (fact->n_slots - 1)];
      if (place == RK_NONE) return RK_NONE;
      const u8 *word = rk_string(p, words[place].string, &n_word);
      if (n_word == n && rk_is_same(word, s, n)) return place;
    }
    return RK_NONE;
  }
  u32 low = 0, high = n < RK_NONE ? fact->n_words : 0;
  while (low < high) {
    u32 middle = low + (high - low) / 2, n_word;
    const u8 *word = rk_string(p, words[middle].string, &n_word);
    int order = rk_compare_words(word, n_word, s, (u32)n);
    if (!order) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return RK_NONE;
}

/* The facet, numbered in the entity, of a tag that is text; RK_NONE: no condition names it. */
RK_INLINE u32 rk_facet_of_word(const rk_program *p, const rk_fact *fact, const u8 *s, u64 n) {
  u32 place = rk_place_of_word(p, fact, s, n);
  return place == RK_NONE ? RK_NONE : fact->first_facet + place;
}

/* Whether `n` bytes are a node of a tree: segments that are not empty, joined by `/`. */
RK_INLINE int rk_is_path(const u8 *s, u64 n) {
  for (u64 i = 0; i < n; i++) {
    if (s[i] == '/' && (!i || i + 1 == n || s[i - 1] == '/')) return 0;
  }
  return 1;
}

/* The class of `n` bytes of UTF-8, for a tree of a path. What no condition names falls into
 * other_class; for an enum that is RK_NONE: the word is out of the declared domain. */
RK_INLINE u32 rk_class_of_word(const rk_program *p, const rk_fact *fact, const u8 *s, u64 n) {
  u32 place = rk_place_of_word(p, fact, s, n);
  if (fact->type == RK_TREE) {
    for (; place == RK_NONE && n; n--) {
      if (s[n - 1] == '/') place = rk_place_of_word(p, fact, s, n);
    }
  }
  return place == RK_NONE ? fact->other_class : p->words[fact->first_word + place].class_id;
}

/* Whether a pattern finds its text in `n` bytes of UTF-8. */
RK_INLINE int rk_pattern_finds(const rk_program *p, const rk_pattern *pattern, const u8 *s, u64 n) {
  u32 n_text;
  const u8 *text = rk_string(p, pattern->string, &n_text);
  if (n_text > n) return 0;
  if (!n_text) return 1;
  if (pattern->kind == RK_STARTS_WITH) return !memcmp(s, text, n_text);
  if (pattern->kind == RK_ENDS_WITH) return !memcmp(s + (n - n_text), text, n_text);
  for (u64 last = n - n_text, at = 0; at <= last; at++) {
    const u8 *next = memchr(s + at, text[0], last - at + 1);
    if (!next) return 0;
    at = (u64)(next - s);
    if (!memcmp(next, text, n_text)) return 1;
  }
  return 0;
}

/* The class of a bucket: 1 + the number of thresholds <= bucket. */
RK_INLINE u32 rk_class_of_bucket(const rk_program *p, const rk_rollout *rollout, u64 bucket) {
  const u64 *limits = p->thresholds + rollout->first_threshold;
  u32 low = 0, high = rollout->n_thresholds;
  while (low < high) {
    u32 middle = low + (high - low) / 2;
    if (limits[middle] <= bucket) low = middle + 1;
    else high = middle;
  }
  return 1 + low;
}

/* The class of a string in facet `k` of its fact, which is no facet of the value itself (k > 0). */
RK_INLINE u32 rk_side_class_of_text(const rk_program *p, const rk_fact *fact, u32 k, const u8 *s,
                                    u64 n) {
  if (k <= fact->n_patterns) {
    return 1 + (u32)rk_pattern_finds(p, p->patterns + fact->first_pattern + k - 1, s, n);
  }
  const rk_rollout *rollout = p->rollouts + fact->first_rollout + k - 1 - fact->n_patterns;
  u32 n_salt;
  const u8 *salt = rk_string(p, rollout->salt, &n_salt);
  return rk_class_of_bucket(p, rollout, rk_rollout_bucket_of_text(salt, n_salt, s, n));
}

/* The same of an int. */
RK_INLINE u32 rk_side_class_of_int(const rk_program *p, const rk_fact *fact, u32 k, i64 value) {
  const rk_rollout *rollout = p->rollouts + fact->first_rollout + k - 1;
  u32 n_salt;
  const u8 *salt = rk_string(p, rollout->salt, &n_salt);
  return rk_class_of_bucket(p, rollout, rk_rollout_bucket_of_int(salt, n_salt, value));
}

/* The class of an absent value in facet `k`: the default's, or missing. */
RK_INLINE u32 rk_absent_class(const rk_program *p, const rk_fact *fact, u32 k) {
  if (!k) return fact->default_class;
  if (k <= fact->n_patterns) return p->patterns[fact->first_pattern + k - 1].default_class;
  return p->rollouts[fact->first_rollout + k - 1 - fact->n_patterns].default_class;
}

/* Doubles as integers whose difference counts the representable steps between them. */
RK_INLINE i64 rk_double_step(double x) {
  union {
    double number;
    i64 bits;
  } u;
  u.number = x;
  return u.bits < 0 ? INT64_MIN - u.bits : u.bits;
}

RK_INLINE int rk_is_near_decimal(i64 n, double unit, i64 step_of_x) {
  i64 step = rk_double_step((double)n / unit);
  u64 distance = step > step_of_x ? (u64)step - (u64)step_of_x : (u64)step_of_x - (u64)step;
  return distance <= 4;
}

/* Takes a double as a decimal: 1 and `*out` if exactly one int64 n has its nearest double to
 * n / 10^scale within 4 representable steps of x; else 0. NaN and infinities never.
 *
 * INVARIANT: |n| < 2^53 and 10^scale (scale <= 18) are exact doubles, so one division rounds
 * n / 10^scale correctly. From 2^52 up neighbouring n lie at most 2 steps apart, so several
 * qualify and none is tried. Up to 2^46 they lie at least 64 steps apart: only the nearest can
 * qualify. In between every n within 9 of x * 10^scale may. */
RK_INLINE int rk_decimal_of_double(double x, u32 scale, i64 *out) {
  static const double units[19] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                   1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
  double unit = units[scale], y = x * unit;
  if (!(y > -0x1p52 && y < 0x1p52)) return 0;
  i64 nearest = (i64)(y < 0 ? y - 0.5 : y + 0.5), step = rk_double_step(x);
  i64 reach = y > -0x1p46 && y < 0x1p46 ? 0 : 10;
  u32 n_found = 0;
  for (i64 n = nearest - reach; n <= nearest + reach; n++) {
    if (!rk_is_near_decimal(n, unit, step)) continue;
    *out = n;
    n_found++;
  }
  return n_found == 1;
}

#endif
