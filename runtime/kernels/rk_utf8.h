/* rk_utf8.h - whether bytes are UTF-8, as Unicode defines it (table 3-7).
 *
 *     lead    00-7F   C2-DF   E0-EF          F0-F4
 *     then    -       1 more  2 more         3 more      each 80-BF, the first one narrower
 *                             E0: from A0    F0: from 90     (shorter forms)
 *                             ED: to 9F      F4: to 8F       (surrogates; above 10FFFF)
 *
 * ASCII, nearly all there is, goes eight bytes at a time. Reads only; safe on any number of
 * threads. */
#ifndef RK_UTF8_H
#define RK_UTF8_H

#include <string.h>

#include "rk_port.h"

/* Where the ASCII ends that starts at `i`, or a little before. */
RK_INLINE u64 rk_skip_ascii(const u8 *bytes, u64 i, u64 n_bytes) {
  u64 word, words[8];
  while (n_bytes - i >= sizeof words) {
    memcpy(words, bytes + i, sizeof words);
    word = words[0] | words[1] | words[2] | words[3] | words[4] | words[5] | words[6] | words[7];
    if (word & 0x8080808080808080u) break;
    i += sizeof words;
  }
  while (n_bytes - i >= sizeof word) {
    memcpy(&word, bytes + i, sizeof word);
    if (word & 0x8080808080808080u) break;
    i += sizeof word;
  }
  return i;
}

RK_INLINE int rk_is_utf8(const u8 *bytes, u64 n_bytes) {
  u64 i = 0;
  while ((i = rk_skip_ascii(bytes, i, n_bytes)) < n_bytes) {
    u8 lead = bytes[i++];
    if (lead < 0x80) continue;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    u64 n_more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    if (n_bytes - i < n_more) return 0;
    u8 low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    u8 high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (bytes[i] < low || bytes[i] > high) return 0;
    for (u64 j = 1; j < n_more; j++) {
      if ((bytes[i + j] & 0xC0) != 0x80) return 0;
    }
    i += n_more;
  }
  return 1;
}

/* Whether a character of UTF-8 may begin with this byte. */
RK_INLINE int rk_begins_character(u8 byte) { return (byte & 0xC0) != 0x80; }

#endif
