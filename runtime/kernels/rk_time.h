/* rk_time.h - a time as text -> microseconds since 1970, UTC.
 *
 *     2026-11-11T00:00:00.25+08:00      RFC 3339: the offset is mandatory, a leap second is refused
 *
 * Digits beyond the sixth decimal must be zeros: nothing is rounded. The twin of rulec/instant.py.
 * Reads only its arguments; allocates nothing; safe on any number of threads. */
#ifndef RK_TIME_H
#define RK_TIME_H

#include "rk_port.h"

/* The number that `n` digits at `s` write; -1: they are not digits. */
RK_INLINE i64 rk_time_digits(const u8 *s, u32 n) {
  i64 value = 0;
  for (u32 i = 0; i < n; i++) {
    if (s[i] < '0' || s[i] > '9') return -1;
    value = value * 10 + (s[i] - '0');
  }
  return value;
}

RK_INLINE int rk_is_leap_year(i64 year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days from 1970-01-01 to a date of the years 1 to 9999; INT64_MIN: the calendar has no such day. */
RK_INLINE i64 rk_days_of_date(i64 year, i64 month, i64 day) {
  static const u32 before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  static const u32 length[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1 || month < 1 || month > 12 || day < 1) return INT64_MIN;
  int is_leap = rk_is_leap_year(year);
  if (day > (i64)length[month - 1] + (month == 2 && is_leap)) return INT64_MIN;
  i64 past = year - 1;
  i64 days = past * 365 + past / 4 - past / 100 + past / 400;
  days += (i64)before[month - 1] + (month > 2 && is_leap) + day - 1;
  return days - 719162; /* days from 0001-01-01 to 1970-01-01 */
}

/* Seconds east of UTC that "Z", "+hh:mm" or "-hh:mm" say; INT64_MIN: it says none. */
RK_INLINE i64 rk_time_offset(const u8 *s, u64 n) {
  if (n == 1 && (s[0] == 'Z' || s[0] == 'z')) return 0;
  if (n != 6 || (s[0] != '+' && s[0] != '-') || s[3] != ':') return INT64_MIN;
  i64 hour = rk_time_digits(s + 1, 2), minute = rk_time_digits(s + 4, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return INT64_MIN;
  return (hour * 60 + minute) * (s[0] == '+' ? 60 : -60);
}

/* Reads a time; 0: the text is none. */
RK_INLINE int rk_time_of_text(const u8 *s, u64 n, i64 *out) {
  if (n < 20 || s[4] != '-' || s[7] != '-' || s[13] != ':' || s[16] != ':') return 0;
  if (s[10] != 'T' && s[10] != 't') return 0;
  i64 year = rk_time_digits(s, 4), month = rk_time_digits(s + 5, 2);
  i64 days = rk_days_of_date(year, month, rk_time_digits(s + 8, 2));
  i64 hour = rk_time_digits(s + 11, 2), minute = rk_time_digits(s + 14, 2);
  i64 second = rk_time_digits(s + 17, 2), micros = 0;
  if (days == INT64_MIN || hour < 0 || hour > 23 || minute < 0 || minute > 59) return 0;
  if (second < 0 || second > 59) return 0;
  u64 at = 19;
  if (s[at] == '.') {
    i64 unit = 100000;
    u64 first = ++at;
    for (; at < n && s[at] >= '0' && s[at] <= '9'; at++, unit /= 10) {
      if (!unit && s[at] != '0') return 0;
      micros += (s[at] - '0') * unit;
    }
    if (at == first) return 0;
  }
  i64 offset = rk_time_offset(s + at, n - at);
  if (offset == INT64_MIN) return 0;
  *out = (((days * 24 + hour) * 60 + minute) * 60 + second - offset) * 1000000 + micros;
  return 1;
}

#endif
