/* rk_verify_file.h - is this a whole file of ours, and where are its sections?
 *
 * Part of rk_verify.h, which tells the contract: header, directory, strings, and the list of
 * checks that can fail. */
#ifndef RK_VERIFY_FILE_H
#define RK_VERIFY_FILE_H

#include "rk_program.h"
#include "rk_utf8.h"

enum {
  RK_OK,
  RK_BAD_SIZE,
  RK_BAD_MAGIC,
  RK_BAD_BYTE_ORDER,
  RK_BAD_VERSION,
  RK_BAD_FINGERPRINT,
  RK_BAD_HEADER,
  RK_BAD_DIRECTORY,
  RK_BAD_STRINGS,
  RK_BAD_ENTITIES,
  RK_BAD_FACTS,
  RK_BAD_BOUNDS,
  RK_BAD_CUTS,
  RK_BAD_WORDS,
  RK_BAD_SLOTS,
  RK_BAD_PATTERNS,
  RK_BAD_ROLLOUTS,
  RK_BAD_FACETS,
  RK_BAD_RUNS,
  RK_BAD_CANDIDATES,
  RK_BAD_TRIGGERS,
  RK_BAD_FLATS,
  RK_BAD_TESTS,
  RK_BAD_TERMS,
  RK_BAD_CHECKS,
  RK_BAD_ASSUMPTIONS,
  RK_BAD_DEFINITIONS,
  RK_BAD_LABELS,
  RK_BAD_INSTALLS,
  RK_BAD_BINDINGS,
  RK_BAD_PROVISOS,
  RK_BAD_IMPLEMENTATIONS,
  RK_BAD_LIVENESS,
  RK_BAD_SCENARIOS,
  RK_BAD_POINTS,
  RK_BAD_ORDERS,
  RK_N_CHECKS
};

/* What a check answers: RK_OK, or what failed and, where it is known, in which record.
 *
 *     bits 0..7 RK_BAD_FACTS ...  |  8..15 the section + 1, or 0  |  16..47 the record
 */
typedef u64 rk_verdict;

RK_INLINE rk_verdict rk_at(int check, u32 section, u32 record) {
  return (u64)check | (u64)(section + 1) << 8 | (u64)record << 16;
}

RK_INLINE int rk_verdict_check(rk_verdict fault) { return (int)(fault & 0xFF); }

/* The section of the record; RK_NONE: none is known. */
RK_INLINE u32 rk_verdict_section(rk_verdict fault) { return (u32)(fault >> 8 & 0xFF) - 1; }

RK_INLINE u32 rk_verdict_record(rk_verdict fault) { return (u32)(fault >> 16); }

/* The words shown to users for a failed check. */
RK_INLINE const char *rk_check_name(int check) {
  static const char *const names[RK_N_CHECKS] = {
      "ok",       "size",        "magic",      "byte order", "version",    "fingerprint",
      "header",   "directory",   "strings",    "entities",   "facts",      "bounds",
      "cuts",     "words",       "slots",      "patterns",   "rollouts",   "facets",     "runs",
      "candidates", "triggers",  "flats",  "tests",      "terms",      "checks",
      "assumptions", "definitions", "labels",   "installs",  "bindings",   "provisos",
      "implementations", "liveness", "scenarios", "points",  "orders"};
  return check >= 0 && check < RK_N_CHECKS ? names[check] : "unknown";
}

RK_INLINE int rk_is_zero(const u8 *bytes, u64 n_bytes) {
  for (u64 i = 0; i < n_bytes; i++) {
    if (bytes[i]) return 0;
  }
  return 1;
}

/* Looks at the first sizeof(rk_header) bytes only, if there are as many. */
RK_INLINE int rk_verify_header(const u8 *bytes, u64 n_bytes, u64 fingerprint) {
  static const u8 magic[8] = {0x89, 'R', 'U', 'L', 'E', 'C', '\r', '\n'};
  const rk_header *header = (const rk_header *)(const void *)bytes;
  for (u32 i = 0; i < 8 && i < n_bytes; i++) {
    if (bytes[i] != magic[i]) return RK_BAD_MAGIC;
  }
  if (n_bytes < sizeof(rk_header)) return RK_BAD_SIZE;
  if (header->byte_order != RK_BYTE_ORDER) return RK_BAD_BYTE_ORDER;
  if (header->version != RK_VERSION) return RK_BAD_VERSION;
  if (header->fingerprint != fingerprint) return RK_BAD_FINGERPRINT;
  if (header->file_bytes != n_bytes) return RK_BAD_SIZE;
  if (header->n_sections != RK_N_SECTIONS) return RK_BAD_HEADER;
  return rk_is_zero(header->reserved, sizeof header->reserved) ? RK_OK : RK_BAD_HEADER;
}

RK_INLINE u32 rk_record_bytes(u32 section) {
  static const u32 record_bytes[RK_N_SECTIONS] = {
      sizeof(u32),        sizeof(u8),         sizeof(rk_entity),    sizeof(rk_fact),
      sizeof(rk_bound),   sizeof(i64),        sizeof(rk_word),      sizeof(u32),
      sizeof(rk_pattern),
      sizeof(rk_rollout), sizeof(u64),        sizeof(rk_facet),     sizeof(rk_run),
      sizeof(u32),        sizeof(rk_trigger), sizeof(u32),          sizeof(u64),
      sizeof(u32),        sizeof(u32),        sizeof(u64),          sizeof(rk_condition),
      sizeof(rk_test),    sizeof(rk_term),    sizeof(u32),          sizeof(u32),
      sizeof(rk_definition), sizeof(rk_label), sizeof(u32),         sizeof(rk_binding),
      sizeof(rk_proviso), sizeof(rk_implementation), sizeof(rk_liveness), sizeof(rk_window),
      sizeof(u32),        sizeof(rk_point),   sizeof(u32),          sizeof(u8)};
  return record_bytes[section];
}

/* Sections lie in order, each at the first place that is aligned, zeros between them, and fill the
 * file; records are counted in u32. */
RK_INLINE rk_verdict rk_verify_directory(const u8 *bytes, u64 n_bytes, rk_program *p) {
  u64 end = sizeof(rk_header) + RK_N_SECTIONS * sizeof(rk_section);
  const void *at[RK_N_SECTIONS];
  if (n_bytes < end) return RK_BAD_DIRECTORY;
  const rk_section *directory = (const rk_section *)(const void *)(bytes + sizeof(rk_header));
  for (u32 i = 0; i < RK_N_SECTIONS; i++) {
    u64 offset = directory[i].offset, n = directory[i].n_records;
    u64 start = (end + RK_ALIGNMENT - 1) / RK_ALIGNMENT * RK_ALIGNMENT;
    if (offset != start || offset > n_bytes) return rk_at(RK_BAD_DIRECTORY, i, 0);
    if (n >= RK_CONDITION_FALSE || n > (n_bytes - offset) / rk_record_bytes(i)) {
      return rk_at(RK_BAD_DIRECTORY, i, 0);
    }
    if (!rk_is_zero(bytes + end, offset - end)) return rk_at(RK_BAD_DIRECTORY, i, 0);
    end = offset + n * rk_record_bytes(i);
    at[i] = bytes + offset;
    p->n_records[i] = (u32)n;
  }
  if (end != n_bytes) return RK_BAD_DIRECTORY;
  p->string_ends = at[RK_SECTION_STRING_ENDS];
  p->string_bytes = at[RK_SECTION_STRING_BYTES];
  p->entities = at[RK_SECTION_ENTITIES];
  p->facts = at[RK_SECTION_FACTS];
  p->bounds = at[RK_SECTION_BOUNDS];
  p->cuts = at[RK_SECTION_CUTS];
  p->words = at[RK_SECTION_WORDS];
  p->slots = at[RK_SECTION_SLOTS];
  p->patterns = at[RK_SECTION_PATTERNS];
  p->rollouts = at[RK_SECTION_ROLLOUTS];
  p->thresholds = at[RK_SECTION_THRESHOLDS];
  p->facets = at[RK_SECTION_FACETS];
  p->runs = at[RK_SECTION_RUNS];
  p->candidates = at[RK_SECTION_CANDIDATES];
  p->triggers = at[RK_SECTION_TRIGGERS];
  p->triggered = at[RK_SECTION_TRIGGERED];
  p->quiet_bits = at[RK_SECTION_QUIET_BITS];
  p->flats = at[RK_SECTION_FLATS];
  p->flat_rows = at[RK_SECTION_FLAT_ROWS];
  p->flat_bits = at[RK_SECTION_FLAT_BITS];
  p->conditions = at[RK_SECTION_CONDITIONS];
  p->tests = at[RK_SECTION_TESTS];
  p->terms = at[RK_SECTION_TERMS];
  p->checks = at[RK_SECTION_CHECKS];
  p->assumptions = at[RK_SECTION_ASSUMPTIONS];
  p->definitions = at[RK_SECTION_DEFINITIONS];
  p->labels = at[RK_SECTION_LABELS];
  p->installs = at[RK_SECTION_INSTALLS];
  p->bindings = at[RK_SECTION_BINDINGS];
  p->provisos = at[RK_SECTION_PROVISOS];
  p->implementations = at[RK_SECTION_IMPLEMENTATIONS];
  p->liveness = at[RK_SECTION_LIVENESS];
  p->windows = at[RK_SECTION_WINDOWS];
  p->scenarios = at[RK_SECTION_SCENARIOS];
  p->points = at[RK_SECTION_POINTS];
  p->orders = at[RK_SECTION_ORDERS];
  p->manifest = at[RK_SECTION_MANIFEST];
  return RK_OK;
}

/* The bytes are UTF-8 as a whole, and every string ends where a character does. */
RK_INLINE rk_verdict rk_verify_strings(const rk_program *p) {
  u32 n_bytes = p->n_records[RK_SECTION_STRING_BYTES], start = 0;
  if (!rk_is_utf8(p->string_bytes, n_bytes)) return RK_BAD_STRINGS;
  for (u32 i = 0; i < p->n_records[RK_SECTION_STRING_ENDS]; i++) {
    u32 end = p->string_ends[i];
    int is_inside = end >= start && end <= n_bytes;
    if (!is_inside || (end < n_bytes && !rk_begins_character(p->string_bytes[end]))) {
      return rk_at(RK_BAD_STRINGS, RK_SECTION_STRING_ENDS, i);
    }
    start = end;
  }
  return RK_OK;
}

/* What the slices of one section still may take of its records. */
typedef struct {
  u32 n_records;
  u64 left;
} rk_budget;

RK_INLINE rk_budget rk_budget_of(const rk_program *p, u32 section) {
  rk_budget budget = {p->n_records[section], p->n_records[section]};
  return budget;
}

RK_INLINE int rk_take_slice(rk_budget *budget, u32 first, u32 n) {
  if ((u64)first + n > budget->n_records || n > budget->left) return 0;
  budget->left -= n;
  return 1;
}

RK_INLINE int rk_is_string(const rk_program *p, u32 string) {
  return string < p->n_records[RK_SECTION_STRING_ENDS];
}

#endif
