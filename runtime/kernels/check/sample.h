/* sample.h - a small program made in memory, so that the checks need no compiler.
 *
 *     seller  flag isTMSeller, int level             business-first and product-first points
 *     item    tags, decimal price (required),        2 products, 3 businesses, 6 terms
 *             enum kind, string brand (default)
 *
 * `rk_sample` writes it into memory of the caller; the file is RK_SAMPLE_BYTES long at most. */
#ifndef RK_SAMPLE_H
#define RK_SAMPLE_H

#include <string.h>

#include "../rk_format.h"

#define RK_SAMPLE_FINGERPRINT 0x1234u
#define RK_SAMPLE_BYTES 8192u

#define T RK_CONDITION_TRUE
#define F RK_CONDITION_FALSE
#define NO RK_NONE

static const char *const sample_strings[] = {
    "seller", "isTMSeller", "level", "item",     "tags",  "price",  "kind", "brand",   "app",
    "web",    "acme",       "zoo",   "validate", "price", "order",  "own",  "presale", "notice",
    "g20",    "tmall",      "late",  "java",     "{}",    "A.Impl", "\xe6\x97\xa0"};
static const rk_entity sample_entities[] = {
    {0, RK_PEOPLE, 0, 0, 2, 0, 3, 3, 0, 3, 2, 0, 0},
    {3, RK_COMMODITY, 1, 2, 7, 3, 12, 7, 3, 4, 2, 1, NO}};
static const rk_fact sample_facts[] = {
    {1, RK_FLAG, 0, RK_TOTAL, 0, 1, 0, 0, 0, 0, NO, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {2, RK_INT, 0, RK_OPTIONAL, 1, 2, 0, 2, 0, 0, NO, 0, 0, 0, 0, 1, 0, 3, 2, 0},
    {4, RK_TAGS_INT, 0, RK_TOTAL, 7, 3, 2, 3, 0, 0, NO, 0, 0, 0, 0, 0, 3, 4, 0, 1},
    {5, RK_DECIMAL, 2, RK_REQUIRED, 0, 1, 5, 1, 0, 0, NO, 0, 0, 0, 0, 0, 7, 0, 0, 0},
    {6, RK_ENUM, 0, RK_OPTIONAL, 1, 1, 0, 0, 0, 2, NO, 0, 0, 0, 0, 0, 7, 4, 0, 0},
    {7, RK_STRING, 0, RK_DEFAULT, 2, 3, 0, 0, 2, 2, 3, 3, 0, 1, 1, 1, 11, 4, 0, 0},
    {18, RK_TAGS_STRING, 0, RK_TOTAL, 10, 2, 0, 0, 4, 2, NO, 0, 0, 0, 0, 0, 15, 0, 0, 0},
    {19, RK_TREE, 0, RK_OPTIONAL, 5, 1, 0, 0, 6, 1, 1, 0, 0, 0, 0, 0, 15, 0, 0, 0},
    {20, RK_TIME, 0, RK_OPTIONAL, 6, 1, 6, 1, 0, 0, NO, 0, 0, 0, 0, 0, 15, 0, 0, 0}};
static const rk_bound sample_bounds[] = {{0, 0},     {0, 20}, {INT64_MIN, INT64_MAX},
                                         {0, 10000}, {0, 0},  {0, 0}, {0, 0}, {0, 0}, {-9, 9}};
static const i64 sample_cuts[] = {3, 10, -5, 77, 4199, 10000, 0};
static const rk_word sample_words[] = {{8, 1}, {9, 2}, {10, 1}, {11, 2}, {8, 1}, {9, 1}, {3, 2}};
static const u32 sample_slots[] = {0, 1, 2, 2, NO, 0, 1, NO, 1, NO, 0, 1, NO, 0, NO};
static const rk_pattern sample_patterns[] = {{RK_INCLUDES, 9, 1}};
static const rk_rollout sample_rollouts[] = {{18, 0, 2, 0}, {19, 2, 1, 2}};
static const u64 sample_thresholds[] = {1, (u64)1 << 63, 7};
static const rk_facet sample_facets[] = {
    {2, 0, 1, 0, 0},    {4, 0, 3, 2, NO},   {4, 0, NO, NO, NO}, {3, 1, NO, 6, 2},   {3, 0, NO, 9, NO},
    {4, 3, 7, 12, NO},  {3, 1, NO, NO, NO}, {3, 1, NO, NO, NO}, {3, 1, NO, NO, NO}, {3, 0, NO, NO, NO},
    {2, 0, 11, NO, 5},  {2, 0, 12, NO, NO}, {2, 0, 13, 16, NO}, {2, 0, NO, NO, NO}, {2, 0, NO, NO, NO}};
static const u32 sample_flats[] = {1, 3};
static const u32 sample_flat_rows[] = {0, NO, NO, 1, 0, 1};
static const u64 sample_flat_bits[] = {1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0};
static const rk_run sample_runs[] = {
    {0, 1, 1, 1}, {1, 0, 1, 2}, {3, 0, 1, 1}, {4, 0, 0, 0},  {4, 0, 0, 0},
    {4, 0, 1, 2}, {6, 0, 1, 2}, {8, 0, 1, 1}, {9, 0, 0, 0},  {9, 0, 1, 1},
    {10, 0, 1, 1}, {11, 1, 1, 1}, {12, 1, 1, 1}, {13, 0, 1, 1}};
static const u32 sample_candidates[] = {1, 4, 6, 3, 4, 6, 4, 6, 5, 5, 5, 0, 0, 2};
static const rk_trigger sample_triggers[] = {
    {0, 0}, {0, 2}, {2, 0}, {2, 0}, {2, 1}, {3, 1},  {4, 0},  {4, 0}, {4, 1},
    {5, 1}, {6, 1}, {7, 1}, {8, 1}, {9, 1}, {10, 1}, {11, 0}, {11, 1}};
static const u32 sample_triggered[] = {0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0};
static const u64 sample_quiet_bits[] = {2, 2};
static const rk_condition sample_conditions[] = {{0, 1}, {1, 2}, {3, 0}, {3, 1},
                                                 {6, 3}, {4, 2}, {9, 1}};
static const rk_test sample_tests[] = {{0, 1, 1, T, F}, {1, 2, 3, T, 1}, {0, 0, 0, T, F},
                                       {9, 1, 1, T, F}, {7, 1, 1, T, 1}, {8, 1, 1, T, F},
                                       {0, 2, 2, 1, 2}, {1, 1, 2, T, 2}, {2, 3, 3, T, F},
                                       {2, 1, 1, F, T}};
#define CHECK(entity, position) ((u32)(entity) << 24 | (position))
static const rk_term sample_terms[] = {
    {0, NO, 1, 1, {CHECK(0, 0), 0, 0}, 0},
    {1, NO, 0, 0, {0, 0, 0}, 0},
    {2, NO, 1, 1, {CHECK(0, 0), 0, 0}, 0},
    {3, NO, 0, 0, {0, 0, 0}, 0},
    {4, 1, 0, 2, {CHECK(1, 0), CHECK(1, 1), 0}, 0},
    {4, 6, 1, 5, {CHECK(0, 1), CHECK(1, 1), CHECK(0, 1)}, 0},
    {5, 1, 0, 1, {CHECK(1, 1), 0, 0}, 2}};
static const u32 sample_checks[] = {CHECK(0, 1), CHECK(1, 1)};
#undef CHECK
static const u32 sample_assumptions[] = {22};
static const rk_definition sample_definitions[] = {
    {{3, 0}, 10, 0, NO, 0, 2},
    {{2, 0}, 20, 1u << RK_TRAIT_ALL | 1u << RK_TRAIT_TIED, 1, 0, 3},
    {{1, 0}, 1, 0, NO, 1, 4},
    {{3, 0}, 2, 1u << RK_TRAIT_ISOLATED, NO, 3, 6},
    {{2, 0}, 2, 0, NO, 3, 7}};
static const rk_label sample_labels[] = {
    {16, 16, 24, 15, 22}, {17, 17, 24, 15, 22}, {18, 18, 24, 15, 22}, {19, 19, 24, 15, 22},
    {20, 24, 24, 15, 22}};
static const u32 sample_installs[] = {0, 0, 1};
static const rk_binding sample_bindings[] = {
    {0, NO, 0}, {1, NO, 0}, {1, NO, 1}, {0, 0, 2}, {0, NO, NO}, {1, 1, 0}, {1, NO, 0}};
static const rk_proviso sample_provisos[] = {{NO, 1, 0, 0}, {0, NO, NO, 1}};
static const rk_implementation sample_implementations[] = {{23, 21, 22}, {23, NO, 22}, {23, 21, NO}};
static const rk_liveness sample_liveness[] = {{0, NO, NO, NO}, {1, 0, 0, 1}};
static const rk_window sample_windows[] = {{-5, 5}};
static const u32 sample_scenarios[] = {16};
static const rk_point sample_points[] = {
    {12, 14, RK_PRODUCT_FIRST, RK_REDUCE_FIRST, 1, 0, 0, 2},
    {13, 14, RK_BUSINESS_FIRST, RK_REDUCE_ALL, 0, 0, 1, NO}};
static const u32 sample_orders[] = {3};

#undef T
#undef F
#undef NO

static void sample_section(u8 *bytes, u64 *end, u32 section, const void *records, u64 n,
                           u64 record_bytes) {
  rk_section *directory = (rk_section *)(void *)(bytes + sizeof(rk_header));
  u64 offset = (*end + RK_ALIGNMENT - 1) / RK_ALIGNMENT * RK_ALIGNMENT;
  directory[section].offset = offset;
  directory[section].n_records = n;
  memcpy(bytes + offset, records, n * record_bytes);
  *end = offset + n * record_bytes;
}

#define SAMPLE_SECTION(section, records)                                              \
  sample_section(bytes, &end, section, records, sizeof(records) / sizeof *(records), \
                 sizeof *(records))

/* Writes the sample; answers its length. `bytes` has RK_SAMPLE_BYTES and is 64-byte aligned. */
static u64 rk_sample(u8 *bytes) {
  enum { N_STRINGS = sizeof sample_strings / sizeof *sample_strings };
  u64 end = sizeof(rk_header) + RK_N_SECTIONS * sizeof(rk_section);
  u32 string_ends[N_STRINGS];
  char string_bytes[512];
  u32 n = 0;
  memset(bytes, 0, RK_SAMPLE_BYTES);
  for (u32 i = 0; i < N_STRINGS; i++) {
    u32 length = (u32)strlen(sample_strings[i]);
    memcpy(string_bytes + n, sample_strings[i], length);
    string_ends[i] = n += length;
  }
  SAMPLE_SECTION(RK_SECTION_STRING_ENDS, string_ends);
  sample_section(bytes, &end, RK_SECTION_STRING_BYTES, string_bytes, n, 1);
  SAMPLE_SECTION(RK_SECTION_ENTITIES, sample_entities);
  SAMPLE_SECTION(RK_SECTION_FACTS, sample_facts);
  SAMPLE_SECTION(RK_SECTION_BOUNDS, sample_bounds);
  SAMPLE_SECTION(RK_SECTION_CUTS, sample_cuts);
  SAMPLE_SECTION(RK_SECTION_WORDS, sample_words);
  SAMPLE_SECTION(RK_SECTION_SLOTS, sample_slots);
  SAMPLE_SECTION(RK_SECTION_PATTERNS, sample_patterns);
  SAMPLE_SECTION(RK_SECTION_ROLLOUTS, sample_rollouts);
  SAMPLE_SECTION(RK_SECTION_THRESHOLDS, sample_thresholds);
  SAMPLE_SECTION(RK_SECTION_FACETS, sample_facets);
  SAMPLE_SECTION(RK_SECTION_RUNS, sample_runs);
  SAMPLE_SECTION(RK_SECTION_CANDIDATES, sample_candidates);
  SAMPLE_SECTION(RK_SECTION_TRIGGERS, sample_triggers);
  SAMPLE_SECTION(RK_SECTION_TRIGGERED, sample_triggered);
  SAMPLE_SECTION(RK_SECTION_QUIET_BITS, sample_quiet_bits);
  SAMPLE_SECTION(RK_SECTION_FLATS, sample_flats);
  SAMPLE_SECTION(RK_SECTION_FLAT_ROWS, sample_flat_rows);
  SAMPLE_SECTION(RK_SECTION_FLAT_BITS, sample_flat_bits);
  SAMPLE_SECTION(RK_SECTION_CONDITIONS, sample_conditions);
  SAMPLE_SECTION(RK_SECTION_TESTS, sample_tests);
  SAMPLE_SECTION(RK_SECTION_TERMS, sample_terms);
  SAMPLE_SECTION(RK_SECTION_CHECKS, sample_checks);
  SAMPLE_SECTION(RK_SECTION_ASSUMPTIONS, sample_assumptions);
  SAMPLE_SECTION(RK_SECTION_DEFINITIONS, sample_definitions);
  SAMPLE_SECTION(RK_SECTION_LABELS, sample_labels);
  SAMPLE_SECTION(RK_SECTION_INSTALLS, sample_installs);
  SAMPLE_SECTION(RK_SECTION_BINDINGS, sample_bindings);
  SAMPLE_SECTION(RK_SECTION_PROVISOS, sample_provisos);
  SAMPLE_SECTION(RK_SECTION_IMPLEMENTATIONS, sample_implementations);
  SAMPLE_SECTION(RK_SECTION_LIVENESS, sample_liveness);
  SAMPLE_SECTION(RK_SECTION_WINDOWS, sample_windows);
  SAMPLE_SECTION(RK_SECTION_SCENARIOS, sample_scenarios);
  SAMPLE_SECTION(RK_SECTION_POINTS, sample_points);
  SAMPLE_SECTION(RK_SECTION_ORDERS, sample_orders);
  sample_section(bytes, &end, RK_SECTION_MANIFEST, "{}", 2, 1);
  rk_header header = {{0x89, 'R', 'U', 'L', 'E', 'C', '\r', '\n'}, RK_VERSION, RK_BYTE_ORDER,
                      RK_N_SECTIONS, 2, RK_SAMPLE_FINGERPRINT, end, {0}, {0}, 0};
  memcpy(bytes, &header, sizeof header);
  return end;
}

#endif
