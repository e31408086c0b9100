/* damage.h - ways to damage a program that keep it a file: numbers, records, whole sections.
 *
 * Each takes the bytes of a file whose directory is right, and knows of a section only its number
 * and the size of its records, so a new section is damaged like any other. */
#ifndef RK_DAMAGE_H
#define RK_DAMAGE_H

#include "../rk_verify_file.h"
#include "expect.h"

static u32 edge(u32 value, u32 i) {
  static const u32 edges[] = {0,           1,           2,           3,          4,
                              7,           18,          19,          0x7F,       0xFF,
                              0x7FFFFFFFu, 0x80000000u, 0xFFFFFFC0u, 0xFFFFFFF0u, 0xFFFFFFFCu,
                              0xFFFFFFFDu, 0xFFFFFFFEu, 0xFFFFFFFFu};
  enum { N_EDGES = sizeof edges / sizeof *edges };
  return i < N_EDGES ? edges[i] : value + i - N_EDGES - 2; /* value - 2 .. value + 3 */
}

enum { N_EDGE_VALUES = 24 };

static u64 smaller(u64 a, u64 b) { return a < b ? a : b; }

static rk_section *directory_of(u8 *bytes) {
  return (rk_section *)(void *)(bytes + sizeof(rk_header));
}

/* A section that has records, at random. */
static u32 some_section(u8 *bytes) {
  for (;;) {
    u32 section = (u32)random_below(RK_N_SECTIONS);
    if (directory_of(bytes)[section].n_records) return section;
  }
}

static u8 *some_record(u8 *bytes, u32 section) {
  const rk_section *s = directory_of(bytes) + section;
  return bytes + s->offset + random_below(s->n_records) * rk_record_bytes(section);
}

static void flip_bit(u8 *bytes, u32 section) {
  u8 *record = some_record(bytes, section);
  record[random_below(rk_record_bytes(section))] ^= (u8)(1 << random_below(8));
}

/* A number becomes an edge, one close to itself, or one that stands elsewhere in its column. */
static void change_number(u8 *bytes, u32 section) {
  u32 n_bytes = rk_record_bytes(section), value;
  u8 *record = some_record(bytes, section);
  if (n_bytes < sizeof value) {
    *record = (u8)random_u64();
    return;
  }
  u64 at = random_below(n_bytes / sizeof value) * sizeof value;
  memcpy(&value, record + at, sizeof value);
  value = edge(value, (u32)random_below(N_EDGE_VALUES));
  if (random_below(3) == 0) memcpy(&value, some_record(bytes, section) + at, sizeof value);
  memcpy(record + at, &value, sizeof value);
}

static void swap_records(u8 *bytes, u32 section) {
  u8 *one = some_record(bytes, section), *other = some_record(bytes, section);
  for (u32 i = 0; i < rk_record_bytes(section); i++) {
    u8 byte = one[i];
    one[i] = other[i];
    other[i] = byte;
  }
}

static void repeat_record(u8 *bytes, u32 section) {
  u8 *to = some_record(bytes, section), *from = some_record(bytes, section);
  memmove(to, from, rk_record_bytes(section));
}

/* Products and businesses trade places by number. */
static void change_header(u8 *bytes) {
  rk_header *header = (rk_header *)(void *)bytes;
  header->n_products = edge(header->n_products, (u32)random_below(N_EDGE_VALUES));
}

/* A few damages that keep every section as long as it is. */
static void damage_some(u8 *bytes) {
  static void (*const ways[])(u8 *, u32) = {change_number, change_number, change_number,
                                            flip_bit,      swap_records,  repeat_record};
  for (u64 n = 1 + random_below(3); n; n--) {
    u64 way = random_below(sizeof ways / sizeof *ways + 1);
    if (way == sizeof ways / sizeof *ways) change_header(bytes);
    else ways[way](bytes, some_section(bytes));
  }
}

/* The same file, where one section has `n_records`: the first ones, or all and then copies of the
 * last. A whole file, laid out as the format says; the caller frees it. */
static u8 *resized(u8 *bytes, u64 *n_bytes, u32 resized_section, u64 n_records) {
  const rk_section *from = directory_of(bytes);
  u64 record_bytes = rk_record_bytes(resized_section);
  u8 *copy = exactly(*n_bytes + (n_records + 1) * record_bytes + RK_ALIGNMENT * RK_N_SECTIONS);
  u64 end = sizeof(rk_header) + RK_N_SECTIONS * sizeof(rk_section);
  memcpy(copy, bytes, end);
  for (u32 i = 0; i < RK_N_SECTIONS; i++) {
    u64 start = (end + RK_ALIGNMENT - 1) / RK_ALIGNMENT * RK_ALIGNMENT, n = from[i].n_records;
    u64 n_kept = i == resized_section && n_records < n ? n_records : n;
    memset(copy + end, 0, start - end);
    memcpy(copy + start, bytes + from[i].offset, n_kept * rk_record_bytes(i));
    end = start + n_kept * rk_record_bytes(i);
    for (; i == resized_section && n_kept < n_records; n_kept++, end += record_bytes) {
      if (n) memcpy(copy + end, bytes + from[i].offset + (n - 1) * record_bytes, record_bytes);
      else memset(copy + end, 0, record_bytes);
    }
    directory_of(copy)[i].offset = start;
    directory_of(copy)[i].n_records = n_kept;
  }
  ((rk_header *)(void *)copy)->file_bytes = *n_bytes = end;
  u8 *exact = exactly(end);
  memcpy(exact, copy, end);
  free(copy);
  return exact;
}

#endif
