/* rk_crc32.h - the checksum of a file: CRC-32 as in zlib (polynomial 04C11DB7, reflected).
 *
 * Half a byte a step: for the ends that rk_crc32_clmul.h leaves, and its twin in tests. Where there
 * is no carry-less multiplication, the caller does better with zlib. Reads only; safe on any number
 * of threads. */
#ifndef RK_CRC32_H
#define RK_CRC32_H

#include "rk_port.h"

/* Goes on from a remainder that is neither inverted before nor after. */
RK_INLINE u32 rk_crc32_raw(u32 crc, const u8 *bytes, u64 n_bytes) {
  static const u32 by_nibble[16] = {
      0x00000000u, 0x1DB71064u, 0x3B6E20C8u, 0x26D930ACu, 0x76DC4190u, 0x6B6B51F4u,
      0x4DB26158u, 0x5005713Cu, 0xEDB88320u, 0xF00F9344u, 0xD6D6A3E8u, 0xCB61B38Cu,
      0x9B64C2B0u, 0x86D3D2D4u, 0xA00AE278u, 0xBDBDF21Cu};
  for (u64 i = 0; i < n_bytes; i++) {
    crc ^= bytes[i];
    crc = crc >> 4 ^ by_nibble[crc & 15];
    crc = crc >> 4 ^ by_nibble[crc & 15];
  }
  return crc;
}

/* The checksum of bytes that follow others whose checksum is `crc`; 0 before the first. */
RK_INLINE u32 rk_crc32(u32 crc, const u8 *bytes, u64 n_bytes) {
  return ~rk_crc32_raw(~crc, bytes, n_bytes);
}

#endif
