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

#include "rk_bad.h"
#include "rk_probe.h"

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

/* A number in digits as it is counted before it is read. */
typedef struct {
  const u8 *digits; /* behind the sign, with the point among them */
  u64 n;            /* bytes of them */
  u64 n_digits;
  i64 exponent; /* of the last digit, a power of ten */
  int is_negative;
} rk_digits;

/* Finds the digits of `-?digits[.digits]`, ASCII; 0: the text is none such. */
RK_INLINE int rk_find_digits(const u8 *s, u64 n, rk_digits *out) {
  u64 i = n && s[0] == '-', point = n;
  out->is_negative = (int)i;
  out->digits = s + i;
  out->n = n - i;
  for (; i < n; i++) {
    if (s[i] == '.' && point == n) point = i;
    else if (s[i] < '0' || s[i] > '9') return 0;
  }
  out->n_digits = out->n - (point < n);
  out->exponent = point < n ? -(i64)(n - point - 1) : 0;
  return out->n && point != (u64)out->is_negative && point + 1 != n;
}

/* Digits as a count of 10^-scale. One that is no decimal of the scale is RK_VALUE_DECIMAL, however
 * large it is; RK_VALUE_RANGE is only what would be one in more than 64 bits. */
RK_INLINE u32 rk_decimal_of_digits(const rk_digits *d, u32 scale, i64 *out) {
  i64 shift = d->exponent + scale;
  u64 n_beyond = shift < 0 ? (u64)-shift : 0;
  u64 n_kept = n_beyond < d->n_digits ? d->n_digits - n_beyond : 0;
  /* Counted downwards: the least int64 has no positive twin. */
  i64 value = 0;
  int is_small = 1;
  for (u64 i = 0, place = 0; i < d->n; i++) {
    if (d->digits[i] == '.') continue;
    i64 unit = d->digits[i] - '0';
    if (place++ >= n_kept) {
      if (unit) return RK_VALUE_DECIMAL;
      continue;
    }
    is_small = is_small && value >= (INT64_MIN + unit) / 10;
    if (is_small) value = value * 10 - unit;
  }
  if (shift > 18) {
    is_small = is_small && !value;
    shift = 0;
  }
  if (!is_small || rk_decimal_of_int(value, shift > 0 ? (u32)shift : 0, &value)) {
    return RK_VALUE_RANGE;
  }
  if (!d->is_negative && value == INT64_MIN) return RK_VALUE_RANGE;
  *out = d->is_negative ? value : -value;
  return RK_VALUE_FINE;
}

/* The text `-?digits[.digits]`, ASCII: no exponent, no spaces, no plus. */
RK_INLINE u32 rk_decimal_of_text(const u8 *s, u64 n, u32 scale, i64 *out) {
  rk_digits d;
  return rk_find_digits(s, n, &d) ? rk_decimal_of_digits(&d, scale, out) : RK_VALUE_DECIMAL;
}

/* The same with an exponent, `E+5` say, behind it where there is one: how Python writes a Decimal.
 * INVARIANT: an exponent is held far within 64 bits, and far beyond what any digits in memory can
 * make up for. */
RK_INLINE u32 rk_decimal_of_scientific(const u8 *s, u64 n, u32 scale, i64 *out) {
  const i64 most = (i64)1 << 60;
  i64 exponent = 0;
  u64 end = 0;
  rk_digits d;
  while (end < n && s[end] != 'E' && s[end] != 'e') end++;
  if (!rk_find_digits(s, end, &d)) return RK_VALUE_DECIMAL;
  if (end < n) {
    int is_negative = end + 1 < n && s[end + 1] == '-';
    u64 i = end + 1 + (end + 1 < n && (is_negative || s[end + 1] == '+'));
    if (i == n) return RK_VALUE_DECIMAL;
    for (; i < n; i++) {
      if (s[i] < '0' || s[i] > '9') return RK_VALUE_DECIMAL;
      exponent = exponent >= most / 10 ? most : exponent * 10 + (s[i] - '0');
    }
    d.exponent += is_negative ? -exponent : exponent;
  }
  return rk_decimal_of_digits(&d, scale, out);
}

#endif
