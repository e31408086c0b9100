/* check_verify.c - no bytes, however damaged, make the kernels misbehave.
 *
 *     check_verify [FILE...]
 *
 * Takes the sample and every artifact named, damages it in thousands of ways, and lets rk_verify
 * judge. What it accepts is used: classes at random, rows, matches, every point. The sanitizers
 * watch every access, and what comes out must hold the promises of the headers. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../rk_fill.h"
#include "../rk_walk.h"
#include "../rk_utf8.h"
#include "../rk_verify.h"
#include "../rk_watch.h"
#include "sample.h"

#define EXPECT(condition)                                                         \
  do {                                                                            \
    if (!(condition)) {                                                           \
      fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #condition);    \
      abort();                                                                    \
    }                                                                             \
  } while (0)

enum { N_REQUESTS = 4, N_RANDOM_DAMAGES = 500000 };

static u64 random_state = 0x9E3779B97F4A7C15u;
static u64 n_judged, n_accepted, n_by_check[RK_N_CHECKS];

/* xorshift64*: the same damage on every run. */
static u64 random_u64(void) {
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return random_state * 0x2545F4914F6CDD1Du;
}

/* Memory of exactly this size, so that the sanitizer sees one byte too many. */
static void *exactly(u64 n_bytes) {
  void *memory = NULL;
  EXPECT(!posix_memalign(&memory, RK_ALIGNMENT, n_bytes ? n_bytes : 1));
  return memory;
}

static u32 random_class(void) {
  static const u32 edges[] = {0, 1, 2, 3, 0x7FFFFFFFu, RK_NONE};
  u64 r = random_u64();
  return r & 8 ? edges[(r >> 8) % 6] : (u32)(r >> 32) % 5;
}

/* The facets beside the value's. */
static void probe_sides(const rk_program *p, const rk_fact *fact) {
  if (fact->type == RK_FLAG || fact->type == RK_TAGS_INT || fact->type == RK_TAGS_STRING) return;
  for (u32 k = 1; k < fact->n_facets; k++) {
    u32 last = 2;
    if (k > fact->n_patterns) {
      last = p->rollouts[fact->first_rollout + k - 1 - fact->n_patterns].n_thresholds + 1;
    }
    u32 class_id = fact->type == RK_STRING
                       ? rk_side_class_of_text(p, fact, k, (const u8 *)"a web b", 7)
                       : rk_side_class_of_int(p, fact, k, -42);
    EXPECT(class_id >= 1 && class_id <= last);
    EXPECT(rk_absent_class(p, fact, k) <= last);
  }
}

static void probe_facts(const rk_program *p) {
  static const i64 values[] = {INT64_MIN, -5, -1, 0, 1, 77, 4199, 10000, INT64_MAX};
  for (u32 i = 0; i < p->n_records[RK_SECTION_FACTS]; i++) {
    const rk_fact *fact = p->facts + i;
    for (u32 j = 0; j < sizeof values / sizeof *values; j++) {
      u32 class_id = rk_class_of_int(p, fact, values[j]);
      EXPECT(class_id >= 1 && class_id <= fact->n_cuts + 1);
      u32 facet = rk_facet_of_tag(p, fact, values[j]);
      EXPECT(facet == RK_NONE || facet - fact->first_facet < fact->n_cuts);
    }
    for (u32 j = 0; j < fact->n_words; j++) {
      u32 n;
      const rk_word *word = p->words + fact->first_word + j;
      const u8 *bytes = rk_string(p, word->string, &n);
      EXPECT(rk_class_of_word(p, fact, bytes, n) == word->class_id);
      EXPECT(rk_facet_of_word(p, fact, bytes, n) == fact->first_facet + j);
    }
    probe_sides(p, fact);
    EXPECT(fact->n_words || rk_class_of_word(p, fact, (const u8 *)"?", 1) == fact->other_class);
  }
}

/* Reads a string to its last byte. */
static void read_string(const rk_program *p, u32 string, int may_be_none) {
  u32 n;
  if (string == RK_NONE && may_be_none) return;
  const u8 *bytes = rk_string(p, string, &n);
  EXPECT(rk_is_utf8(bytes, n));
}

/* Uses every fact as a reader of requests does. */
static void read_facts(const rk_program *p, const rk_entity *e) {
  u32 *classes = exactly(e->n_facets * sizeof(u32));
  read_string(p, e->name, 0);
  EXPECT(e->kind < RK_N_ENTITY_KINDS && e->is_cacheable <= 1);
  for (u32 i = e->first_fact; i < e->first_fact + e->n_facts; i++) {
    const rk_fact *fact = p->facts + i;
    i64 decimal;
    read_string(p, fact->name, 0);
    EXPECT(fact->type < RK_N_FACT_TYPES && fact->presence < RK_N_PRESENCES);
    EXPECT(fact->type == RK_TAGS_INT || fact->type == RK_TAGS_STRING ||
           fact->n_facets == 1 + fact->n_patterns + fact->n_rollouts);
    EXPECT((fact->default_class != 0) == (fact->presence == RK_DEFAULT));
    EXPECT(p->bounds[i].low <= p->bounds[i].high);
    rk_decimal_of_double(0.5, fact->scale, &decimal);
    for (u32 j = 0; j < fact->n_facets; j++) classes[fact->first_facet + j] = RK_NONE;
    for (u32 j = 0; j < fact->n_cuts; j++) {
      i64 cut = p->cuts[fact->first_cut + j];
      EXPECT(rk_class_of_int(p, fact, cut) == j + 2);
      EXPECT(fact->type != RK_TAGS_INT ||
             rk_facet_of_tag(p, fact, cut) == fact->first_facet + j);
    }
    for (u32 j = 0; j < fact->n_words; j++) EXPECT(p->words[fact->first_word + j].class_id);
  }
  free(classes);
}

/* Uses every rule as a reader of decisions does. */
static void read_rules(const rk_program *p) {
  u32 n_definitions = p->n_records[RK_SECTION_DEFINITIONS];
  u32 n_points = p->n_records[RK_SECTION_POINTS];
  u32 n_manifest = p->n_records[RK_SECTION_MANIFEST], sum = 0;
  for (u32 i = 0; i < n_manifest; i++) sum += p->manifest[i];
  EXPECT(sum <= 255 * (u64)n_manifest);
  EXPECT(p->n_products <= n_definitions);
  for (u32 i = 0; i < n_definitions; i++) {
    const rk_definition *d = p->definitions + i;
    read_string(p, d->code, 0);
    read_string(p, d->name, 0);
    read_string(p, d->owner, 0);
    EXPECT(d->scope < RK_N_SCOPES);
    for (u32 j = 0; j < d->n_installs; j++) {
      EXPECT(p->definitions[p->installs[d->first_install + j]].lane == RK_PRODUCT);
    }
    for (u32 j = 0; j < d->n_bindings; j++) {
      const rk_binding *binding = p->bindings + d->first_binding + j;
      EXPECT(p->decisions[binding->decision].definition == i);
    }
  }
  for (u32 i = 0; i < n_points; i++) {
    read_string(p, p->points[i].code, 0);
    read_string(p, p->points[i].ability, 0);
  }
  for (u32 i = 0; i < p->n_records[RK_SECTION_DECISIONS]; i++) {
    const rk_decision *d = p->decisions + i;
    EXPECT(d->point < n_points && (d->definition == RK_NONE || d->definition < n_definitions));
    read_string(p, d->implementation, d->definition == RK_NONE);
    read_string(p, d->mode, 1);
    read_string(p, d->config, 1);
  }
}

/* One entity's facts, its open row and its filled one. */
typedef struct {
  rk_facts facts;
  rk_list *lists, list;
  rk_row open, filled;
} memory;

static void draw_facts(const rk_program *p, const rk_entity *e, rk_facts *facts) {
  u32 n_tags = e->n_facets - e->n_scalars;
  facts->classes = exactly(e->n_scalars * sizeof(u32));
  facts->tags = exactly(rk_tag_words(e) * sizeof(u64));
  facts->touched = exactly(n_tags * sizeof(u32));
  facts->n_touched = 0;
  facts->n_scalars = e->n_scalars;
  memset(facts->tags, 0, rk_tag_words(e) * sizeof(u64));
  for (u32 i = 0; i < e->n_scalars; i++) {
    facts->classes[i] = (u32)(random_u64() >> 32) % p->facets[e->first_facet + i].n_classes;
  }
  for (u32 i = 0; i < n_tags; i++) {
    if (random_u64() & 1 << 9) rk_facts_add(facts, e->n_scalars + random_class() % n_tags);
  }
}

static void make_rows(const rk_program *p, u32 entity, memory *m) {
  const rk_entity *e = p->entities + entity;
  draw_facts(p, e, &m->facts);
  m->lists = exactly(rk_max_lists(p, e) * sizeof(rk_list));
  rk_row_open(p, entity, &m->facts, m->lists, &m->open);
  rk_filling to = {exactly(rk_signature_words(e) * sizeof(u64)),
                   exactly(rk_n_candidates(&m->open) * sizeof(u32)),
                   exactly(rk_flat_words(p) * sizeof(u64)),
                   &m->list,
                   exactly(rk_n_heads(m->open.n_lists) * sizeof(u32)),
                   exactly(m->open.n_lists * sizeof(rk_rest)),
                   exactly(rk_max_flat_rows(e) * sizeof(u64 *))};
  rk_row_fill(p, entity, &m->open, &to, &m->filled);
  for (u32 i = 0; i < m->list.n; i++) {
    EXPECT(m->list.terms[i] < p->n_records[RK_SECTION_TERMS]);
    EXPECT(!i || m->list.terms[i - 1] < m->list.terms[i]);
    EXPECT((i < m->list.n_product) == (m->list.terms[i] < p->n_product_terms));
    EXPECT((i < m->list.n_rule) == (m->list.terms[i] < p->n_rule_terms));
  }
  free(to.rows);
  free(to.rests);
  free(to.heads);
}

static void free_rows(memory *m) {
  free(m->facts.classes);
  free(m->facts.tags);
  free(m->facts.touched);
  free(m->lists);
  free((void *)(uintptr_t)m->filled.signature);
  free((void *)(uintptr_t)m->filled.flat);
  free((void *)(uintptr_t)m->list.terms);
}

static void ask(rk_match *m, const rk_program *p) {
  u32 n_points = p->n_records[RK_SECTION_POINTS], identity = rk_match_identity(m);
  EXPECT(identity == RK_NONE ||
         (identity >= p->n_products && identity < p->n_records[RK_SECTION_DEFINITIONS]));
  for (u32 point = 0; point < n_points; point++) {
    u32 n_scenarios = p->n_records[RK_SECTION_SCENARIOS], n_found = 0, decision;
    u32 scenario = n_scenarios && random_class() % 2 ? random_class() % n_scenarios : RK_NONE;
    u32 strongest = rk_match_resolve(m, point, scenario);
    rk_walk walk;
    rk_walk_start(&walk, m, point, scenario);
    while ((decision = rk_walk_next(&walk)) != RK_NONE) {
      EXPECT(n_found || decision == strongest);
      EXPECT(p->decisions[decision].point == point);
      n_found++;
    }
    EXPECT(n_found && (n_found == 1 || p->points[point].reduce == RK_REDUCE_ALL));
  }
  for (u32 lane = 0; lane < RK_N_LANES; lane++) {
    u32 before = RK_NONE, definition;
    for (u32 i = 0; (definition = rk_match_at(m, lane, i)) != RK_NONE; i++) {
      EXPECT(p->definitions[definition].lane == lane);
      EXPECT(before == RK_NONE || before < definition);
      EXPECT(rk_match_has(m, lane, definition));
      rk_match_is_effective(m, definition);
      before = definition;
    }
  }
}

static u64 smaller(u64 a, u64 b) { return a < b ? a : b; }

/* Asks one request by some rows. */
static void ask_rows(const rk_program *p, const rk_row *rows, i64 as_of) {
  u32 n_definitions = p->n_records[RK_SECTION_DEFINITIONS];
  rk_room room = {0};
  u64 n_rows = 0;
  for (u32 e = 0; e < p->n_records[RK_SECTION_ENTITIES]; e++) {
    room.n_lists += rows[e].n_lists;
    n_rows += rk_max_flat_rows(p->entities + e);
  }
  room.flat_rows = exactly(n_rows * sizeof(u64 *));
  room.heads = exactly(RK_N_LANES * rk_n_heads(room.n_lists) * sizeof(u32));
  room.rests = exactly(RK_N_LANES * room.n_lists * sizeof(rk_rest));
  room.found[RK_PRODUCT] = exactly(p->n_products * sizeof(u32));
  room.found[RK_BUSINESS] = exactly((n_definitions - p->n_products) * sizeof(u32));
  rk_match match;
  rk_match_start(&match, p, rows, as_of, &room);
  ask(&match, p);
  u32 broken = rk_broken_assumption(p, rows);
  EXPECT(broken == RK_NONE || broken < p->n_records[RK_SECTION_ASSUMPTIONS]);
  free(room.found[RK_BUSINESS]);
  free(room.found[RK_PRODUCT]);
  free(room.rests);
  free(room.flat_rows);
  free(room.heads);
}

static void request(const rk_program *p) {
  u32 n_entities = p->n_records[RK_SECTION_ENTITIES];
  memory *memories = exactly(n_entities * sizeof(memory));
  rk_row *open = exactly(n_entities * sizeof(rk_row));
  rk_row *filled = exactly(n_entities * sizeof(rk_row));
  i64 as_of = (i64)random_class() - 3;
  for (u32 e = 0; e < n_entities; e++) {
    make_rows(p, e, memories + e);
    open[e] = memories[e].open;
    filled[e] = memories[e].filled;
  }
  ask_rows(p, open, as_of);
  ask_rows(p, filled, as_of);
  for (u32 e = 0; e < n_entities; e++) free_rows(memories + e);
  free(filled);
  free(open);
  free(memories);
}

static int judge(const u8 *bytes, u64 n_bytes, u64 fingerprint) {
  rk_program program;
  int check = rk_verify(bytes, n_bytes, fingerprint, &program);
  n_judged++;
  n_by_check[check]++;
  if (check) return check;
  n_accepted++;
  EXPECT(program.n_records[RK_SECTION_BOUNDS] == program.n_records[RK_SECTION_FACTS]);
  for (u32 i = 0; i < program.n_records[RK_SECTION_ENTITIES]; i++) {
    read_facts(&program, program.entities + i);
  }
  read_rules(&program);
  probe_facts(&program);
  for (u32 i = 0; i < N_REQUESTS; i++) request(&program);
  return RK_OK;
}

static u32 edge(u32 value, u32 i) {
  static const u32 edges[] = {0,           1,           2,           3,          4,
                              7,           18,          19,          0x7F,       0xFF,
                              0x7FFFFFFFu, 0x80000000u, 0xFFFFFFC0u, 0xFFFFFFF0u, 0xFFFFFFFCu,
                              0xFFFFFFFDu, 0xFFFFFFFEu, 0xFFFFFFFFu};
  enum { N_EDGES = sizeof edges / sizeof *edges };
  return i < N_EDGES ? edges[i] : value + i - N_EDGES - 2; /* value - 2 .. value + 3 */
}

enum { N_EDGE_VALUES = 24 };

/* Every aligned u32 of the file becomes every edge value, one at a time. */
static void damage_each(u8 *bytes, u64 n_bytes, u64 fingerprint) {
  for (u64 at = 0; at + 4 <= n_bytes; at += 4) {
    u32 value;
    memcpy(&value, bytes + at, 4);
    for (u32 i = 0; i < N_EDGE_VALUES; i++) {
      u32 damaged = edge(value, i);
      memcpy(bytes + at, &damaged, 4);
      judge(bytes, n_bytes, fingerprint);
    }
    memcpy(bytes + at, &value, 4);
  }
}

/* A few u32 behind the directory become edge values together. */
static void damage_some(u8 *bytes, u64 n_bytes, u64 fingerprint, u32 n_times) {
  u64 start = sizeof(rk_header) + RK_N_SECTIONS * sizeof(rk_section);
  u8 *intact = exactly(n_bytes);
  memcpy(intact, bytes, n_bytes);
  for (u32 i = 0; i < n_times; i++) {
    u32 n_places = 2 + (u32)(random_u64() >> 62);
    for (u32 j = 0; j < n_places; j++) {
      u64 at = (start + random_u64() % (n_bytes - start - 3)) / 4 * 4;
      u32 value;
      memcpy(&value, bytes + at, 4);
      value = edge(value, (u32)(random_u64() >> 32) % N_EDGE_VALUES);
      memcpy(bytes + at, &value, 4);
    }
    judge(bytes, n_bytes, fingerprint);
    memcpy(bytes, intact, n_bytes);
  }
  free(intact);
}

/* A torn file is refused; one that lies about its length reaches no byte outside. */
static void tear(const u8 *bytes, u64 n_bytes, u64 fingerprint) {
  for (u64 n = 0; n < n_bytes; n += n < 4096 ? 1 : 509) {
    u8 *torn = exactly(n);
    memcpy(torn, bytes, n);
    EXPECT(judge(torn, n, fingerprint) == RK_BAD_SIZE);
    if (n >= sizeof(rk_header)) {
      ((rk_header *)(void *)torn)->file_bytes = n;
      judge(torn, n, fingerprint);
    }
    free(torn);
  }
}

static void damage(u8 *bytes, u64 n_bytes) {
  u64 fingerprint = ((rk_header *)(void *)bytes)->fingerprint;
  EXPECT(judge(bytes, n_bytes, fingerprint) == RK_OK);
  EXPECT(judge(bytes, n_bytes, fingerprint + 1) == RK_BAD_FINGERPRINT);
  tear(bytes, n_bytes, fingerprint);
  if (n_bytes <= RK_SAMPLE_BYTES) damage_each(bytes, n_bytes, fingerprint);
  damage_some(bytes, n_bytes, fingerprint,
              (u32)(N_RANDOM_DAMAGES * smaller(n_bytes, RK_SAMPLE_BYTES) / n_bytes));
}

static void damage_file(const char *path) {
  FILE *file = fopen(path, "rb");
  EXPECT(file && !fseek(file, 0, SEEK_END));
  long n_bytes = ftell(file);
  EXPECT(n_bytes > 0 && !fseek(file, 0, SEEK_SET));
  u8 *bytes = exactly((u64)n_bytes);
  EXPECT(fread(bytes, 1, (size_t)n_bytes, file) == (size_t)n_bytes);
  fclose(file);
  damage(bytes, (u64)n_bytes);
  free(bytes);
}

int main(int n_arguments, char **arguments) {
  _Alignas(RK_ALIGNMENT) static u8 room[RK_SAMPLE_BYTES];
  u64 n_bytes = rk_sample(room);
  u8 *bytes = exactly(n_bytes);
  memcpy(bytes, room, n_bytes);
  damage(bytes, n_bytes);
  free(bytes);
  for (int check = RK_OK; check < RK_N_CHECKS; check++) {
    printf("  %-12s %llu\n", rk_check_name(check), (unsigned long long)n_by_check[check]);
    EXPECT(n_by_check[check]);
  }
  for (int i = 1; i < n_arguments; i++) damage_file(arguments[i]);
  printf("check_verify: %llu files judged, %llu accepted and used, none misbehaved\n",
         (unsigned long long)n_judged, (unsigned long long)n_accepted);
  return 0;
}
