/* rk_decimal.h - a number as a column stores it -> a decimal fact's count of its smallest unit.
 *
 *     decimal(2)    7 -> 700    19.9f -> 1990    1990 e-3 -> 199    "19.900" -> 1990
 *
 * Exact or refused: nothing is rounded, nothing wraps. Each function returns RK_VALUE_FINE and
 * writes `*out`, or the reason why the value is none of the scale. Scales are 0..18. Reads only its
 * arguments; safe on any number of threads. */
#ifndef RK_DECIMAL_H
#define RK_DECIMAL_H

#include <string.h>

#include "rk_probe.h"

/* Why a value of a column has no class. */
enum {
  RK_VALUE_FINE,
  RK_VALUE_ABSENT,  /* null, and the fact is required */
  RK_VALUE_RANGE,   /* beyond int64 or the declared range */
  RK_VALUE_DECIMAL, /* no decimal of the scale */
  RK_VALUE_WORD,    /* outside an enum's words */
  RK_VALUE_TEXT,    /* not Unicode */
  RK_VALUE_TAG,     /* a null among tags */
  RK_VALUE_INDEX,   /* outside the column's dictionary, values or buffers: the producer's fault */
  RK_VALUE_TIME,    /* no time with an offset, or finer than a microsecond */
  RK_VALUE_PATH,    /* no node of a tree */
  RK_VALUE_TYPE,    /* an object of another type */
  RK_N_VALUE_REASONS
};

RK_INLINE i64 rk_power_of_ten(u32 exponent) {
  static const i64 powers[19] = {
      1,
      10,
      100,
      1000,
      10000,
      100000,
      1000000,
      10000000,
      100000000,
      1000000000,
      10000000000,
      100000000000,
      1000000000000,
      10000000000000,
      100000000000000,
      1000000000000000,
      10000000000000000,
      100000000000000000,
      1000000000000000000,
  };
  return powers[exponent];
}

/* Whole units. */
RK_INLINE u32 rk_decimal_of_int(i64 value, u32 scale, i64 *out) {
  i64 unit = rk_power_of_ten(scale);
  if (value > INT64_MAX / unit || value < INT64_MIN / unit) return RK_VALUE_RANGE;
  *out = value * unit;
  return RK_VALUE_FINE;
}

/* A count of 10^-of_scale, `width` (4, 8, 16, 32) bytes in two's complement; of_scale up to 76. */
RK_INLINE u32 rk_decimal_of_wide(const u8 *place, u32 width, u32 of_scale, u32 scale, i64 *out) {
  u32 limbs[8], n_limbs = width / 4, n_high = 0;
  memcpy(limbs, place, width);
  int is_negative = limbs[n_limbs - 1] >> 31 != 0;
  u64 carry = 1;
  for (u32 i = 0; is_negative && i < n_limbs; i++) {
    carry += ~limbs[i];
    limbs[i] = (u32)carry;
    carry >>= 32;
  }
  /* Dividing by at most 10^9 at a time keeps a remainder and a limb within 64 bits. */
  for (u32 places = of_scale > scale ? of_scale - scale : 0; places;) {
    u32 step = places < 9 ? places : 9, divisor = (u32)rk_power_of_ten(step);
    u64 remainder = 0;
    for (u32 i = n_limbs; i-- > 0;) {
      u64 part = remainder << 32 | limbs[i];
      limbs[i] = (u32)(part / divisor);
      remainder = part % divisor;
    }
    if (remainder) return RK_VALUE_DECIMAL;
    places -= step;
  }
  for (u32 i = 2; i < n_limbs; i++) n_high += limbs[i] != 0;
  u64 magnitude = (n_limbs > 1 ? (u64)limbs[1] << 32 : 0) | limbs[0];
  u64 greatest = (u64)INT64_MAX + (u64)is_negative;
  if (n_high || magnitude > greatest) return RK_VALUE_RANGE;
  i64 value = is_negative && magnitude ? -1 - (i64)(magnitude - 1) : (i64)magnitude;
  return rk_decimal_of_int(value, scale > of_scale ? scale - of_scale : 0, out);
}

/* The float `n_steps` representable steps from x, the infinities the last ones. */
RK_INLINE float rk_float_step(float x, i64 n_steps) {
  i64 bits = 0, last = 0x7F800000;
  int32_t pattern;
  memcpy(&pattern, &x, sizeof pattern);
  bits = (pattern < 0 ? (i64)INT32_MIN - pattern : pattern) + n_steps;
  bits = bits > last ? last : bits < -last ? -last : bits;
  pattern = (int32_t)(bits < 0 ? (i64)INT32_MIN - bits : bits);
  memcpy(&x, &pattern, sizeof x);
  return x;
}

/* A float is taken if exactly one count n has its nearest double to n / 10^scale no further from x
 * than 4 floats away: rk_decimal_of_double with the narrower type's own steps.
 *
 * INVARIANT: from 2^24 up, neighbouring n are at most a float apart, so several qualify; below, n
 * and 10^scale are exact doubles, one division rounds correctly, and since only neighbours of the
 * nearest n can qualify beside it, three tries decide. */
RK_INLINE u32 rk_decimal_of_float(float x, u32 scale, i64 *out) {
  double unit = (double)rk_power_of_ten(scale), y = (double)x * unit;
  if (!(y > -0x1p24 && y < 0x1p24)) return RK_VALUE_DECIMAL;
  double low = rk_float_step(x, -4), high = rk_float_step(x, 4);
  i64 nearest = (i64)(y < 0 ? y - 0.5 : y + 0.5);
  u32 n_found = 0;
  for (i64 n = nearest - 1; n <= nearest + 1; n++) {
    double value = (double)n / unit;
    if (value < low || value > high) continue;
    *out = n;
    n_found++;
  }
  return n_found == 1 ? RK_VALUE_FINE : RK_VALUE_DECIMAL;
}

/* The text `-?digits[.digits]`, ASCII: no exponent, no spaces, no plus. */
RK_INLINE u32 rk_decimal_of_text(const u8 *s, u64 n, u32 scale, i64 *out) {
  u64 i = n && s[0] == '-', start = i, point = n;
  int is_negative = (int)i, is_exact = 1, is_small = 1;
  /* Counted downwards: the least int64 has no positive twin. */
  i64 value = 0;
  u32 n_places = 0;
  for (; i < n; i++) {
    if (s[i] == '.' && point == n && i > start) {
      point = i;
      continue;
    }
    if (s[i] < '0' || s[i] > '9') return RK_VALUE_DECIMAL;
    i64 unit = s[i] - '0';
    if (point < n && n_places == scale) {
      is_exact = is_exact && !unit;
      continue;
    }
    is_small = is_small && value >= (INT64_MIN + unit) / 10;
    if (is_small) value = value * 10 - unit;
    n_places += point < n;
  }
  if (n == start || point + 1 == n || !is_exact) return RK_VALUE_DECIMAL;
  if (!is_small || rk_decimal_of_int(value, scale - n_places, &value)) return RK_VALUE_RANGE;
  if (!is_negative && value == INT64_MIN) return RK_VALUE_RANGE;
  *out = is_negative ? value : -value;
  return RK_VALUE_FINE;
}

#endif
