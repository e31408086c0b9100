/* one_request.h - a request at random on a verified program, with every promise of the headers held.
 *
 * The one place of the checks that knows the calls of matching. */
#ifndef RK_ONE_REQUEST_H
#define RK_ONE_REQUEST_H

#include "../rk_cpu_avx512.h"
#include "../rk_memo.h"
#include "../rk_points.h"
#include "../rk_watch.h"
#include "expect.h"

/* A class that some facet may have, or none ever has. */
static u32 random_class(void) {
  static const u32 edges[] = {0, 1, 2, 3, 0x7FFFFFFFu, RK_NONE};
  u64 r = random_u64();
  return r & 8 ? edges[(r >> 8) % 6] : (u32)(r >> 32) % 5;
}

static u64 mixed(u64 digest, u64 value) {
  digest = (digest ^ value) * 0x9E3779B97F4A7C15u;
  return digest ^ digest >> 29;
}

/* One entity's facts, its open row and its filled one. */
typedef struct {
  rk_facts facts;
  rk_list *lists;
  void *block; /* of the filled row */
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

/* What filling an open row of an entity works in. */
static rk_filling make_scratch(const rk_entity *e, const rk_row *open) {
  rk_filling scratch = {exactly(rk_n_heads(open->n_lists) * sizeof(u32)),
                        exactly(open->n_lists * sizeof(rk_rest)),
                        exactly(rk_max_flat_rows(e) * sizeof(u64 *))};
  return scratch;
}

static void free_scratch(rk_filling *scratch) {
  free(scratch->heads);
  free(scratch->rests);
  free(scratch->rows);
}

static void make_rows(const rk_program *p, u32 entity, memory *m) {
  const rk_entity *e = p->entities + entity;
  draw_facts(p, e, &m->facts);
  m->lists = exactly(rk_max_lists(p, e) * sizeof(rk_list));
  rk_row_open(p, entity, &m->facts, m->lists, &m->open);
  rk_filling scratch = make_scratch(e, &m->open);
  u64 n_bytes = rk_fill_bytes(p, entity, &m->open);
  void *block = exactly(n_bytes);
  u64 n_used = rk_row_fill(p, entity, &m->open, &scratch, block, &m->filled);
  EXPECT(n_used <= n_bytes);
  /* A copy of exactly what it took, as a profile keeps it. */
  m->block = exactly(n_used);
  memcpy(m->block, block, n_used);
  rk_row_rebase(&m->filled, block, m->block);
  free(block);
  for (u32 i = 0; i < m->filled.n; i++) {
    u32 number = rk_word_number(m->filled.words[i]);
    EXPECT(number < p->n_records[RK_SECTION_TERMS]);
    EXPECT(!i || m->filled.words[i - 1] < m->filled.words[i]);
    EXPECT((i < m->filled.n_product) == (number < p->n_product_terms));
    EXPECT((i < m->filled.n_rule) == (number < p->n_rule_terms));
  }
  free_scratch(&scratch);
}

static void free_rows(memory *m) {
  free(m->facts.classes);
  free(m->facts.tags);
  free(m->facts.touched);
  free(m->lists);
  free(m->block);
}

/* Asks a match all points together, some twice, and one by one: the answers are the same. */
static void ask_together(rk_match *m, const rk_program *p) {
  u32 n_points = p->n_records[RK_SECTION_POINTS], n_scenarios = p->n_records[RK_SECTION_SCENARIOS];
  u32 scenario = n_scenarios && random_class() % 2 ? random_class() % n_scenarios : RK_NONE;
  u64 n_words = rk_point_words(p), n = n_points ? random_below(4) + n_points : 0;
  u32 *points = exactly(n * sizeof(u32));
  int32_t *found = exactly(n * sizeof(int32_t));
  rk_asked asked = {.points = points,
                    .n_points = n,
                    .wanted = {exactly(n_words * sizeof(u64)), exactly(n_words * sizeof(u64))},
                    .open = exactly(n_words * sizeof(u64)),
                    .decided = exactly(n_points * sizeof(u32))};
  for (u64 i = 0; i < n; i++) points[i] = (u32)(i < n_points ? n_points - 1 - i : random_class() % n_points);
  for (u64 i = 0; i < n_words; i++) asked.wanted[0][i] = asked.wanted[1][i] = 0;
  rk_asked_prepare(&asked, p);
  rk_asked_resolve(&asked, m, scenario, found, 1);
  for (u64 i = 0; i < n; i++) EXPECT((u32)found[i] == rk_match_resolve(m, points[i], scenario));
  free(points);
  free(found);
  free(asked.wanted[0]);
  free(asked.wanted[1]);
  free(asked.open);
  free(asked.decided);
}

/* Asks a match everything; answers a digest of what it said. */
static u64 ask(rk_match *m, const rk_program *p) {
  u32 n_points = p->n_records[RK_SECTION_POINTS], identity = rk_match_identity(m);
  u64 digest = mixed(0, identity);
  EXPECT(identity == RK_NONE ||
         (identity >= p->n_products && identity < p->n_records[RK_SECTION_DEFINITIONS]));
  ask_together(m, p);
  for (u32 point = 0; point < n_points; point++) {
    u32 n_scenarios = p->n_records[RK_SECTION_SCENARIOS], n_found = 0, decision;
    u32 scenario = n_scenarios && random_class() % 2 ? random_class() % n_scenarios : RK_NONE;
    u32 strongest = rk_match_resolve(m, point, scenario);
    rk_walk walk;
    rk_walk_start(&walk, m, point, scenario);
    while ((decision = rk_walk_next(&walk)) != RK_NONE) {
      EXPECT(n_found || decision == strongest);
      EXPECT(decision == point ||
             p->bindings[decision - p->n_records[RK_SECTION_POINTS]].point == point);
      digest = mixed(digest, decision);
      n_found++;
    }
    EXPECT(n_found && (n_found == 1 || p->points[point].reduce == RK_REDUCE_ALL));
  }
  for (u32 lane = 0; lane < RK_N_LANES; lane++) {
    u32 before = RK_NONE, definition;
    for (u32 i = 0; (definition = rk_match_at(m, lane, i)) != RK_NONE; i++) {
      EXPECT(rk_lane_of(p, definition) == lane);
      EXPECT(before == RK_NONE || before < definition);
      EXPECT(rk_match_has(m, lane, definition));
      digest = mixed(digest, definition + (u64)rk_match_is_effective(m, definition));
      before = definition;
    }
  }
  return digest;
}

/* The rows of one request at random, open ones and filled ones of the same facts. */
typedef struct {
  memory *memories;
  rk_row *open, *filled;
} request_rows;

static request_rows make_request(const rk_program *p) {
  u32 n_entities = p->n_records[RK_SECTION_ENTITIES];
  request_rows rows = {exactly(n_entities * sizeof(memory)), exactly(n_entities * sizeof(rk_row)),
                       exactly(n_entities * sizeof(rk_row))};
  for (u32 e = 0; e < n_entities; e++) {
    make_rows(p, e, rows.memories + e);
    rows.open[e] = rows.memories[e].open;
    rows.filled[e] = rows.memories[e].filled;
  }
  return rows;
}

static void free_request(const rk_program *p, request_rows *rows) {
  for (u32 e = 0; e < p->n_records[RK_SECTION_ENTITIES]; e++) free_rows(rows->memories + e);
  free(rows->memories);
  free(rows->open);
  free(rows->filled);
}

/* Asks rows, which are only read; answers a digest of every answer. */
static u64 ask_rows(const rk_program *p, const rk_row *rows) {
  u32 n_definitions = p->n_records[RK_SECTION_DEFINITIONS];
  rk_room room = {0};
  u64 n_rows = 0;
  for (u32 e = 0; e < p->n_records[RK_SECTION_ENTITIES]; e++) {
    room.n_streams += rk_row_is_open(rows + e) ? rows[e].n_lists : 1;
    n_rows += rk_max_flat_rows(p->entities + e);
  }
  room.flat_rows = exactly(n_rows * sizeof(u64 *));
  room.streams = exactly(RK_N_LANES * room.n_streams * sizeof(rk_stream));
  room.found[RK_PRODUCT] = exactly(p->n_products * sizeof(u32));
  room.found[RK_BUSINESS] = exactly((n_definitions - p->n_products) * sizeof(u32));
  rk_match match;
  rk_match_start(&match, p, rows, (i64)random_class() - 3, &room);
  u64 digest = ask(&match, p);
  u32 broken = rk_broken_assumption(p, rows);
  EXPECT(broken == RK_NONE || broken < p->n_records[RK_SECTION_ASSUMPTIONS]);
  free(room.found[RK_BUSINESS]);
  free(room.found[RK_PRODUCT]);
  free(room.streams);
  free(room.flat_rows);
  return mixed(digest, broken);
}

/* Requests whose rows, or kernels, gave different answers: none, where nobody damaged anything. */
static _Thread_local u64 n_disagreements;

/* Asks a request by its open and by its filled rows, and these by the kernels of this processor; answers a
 * digest of every answer. */
static u64 ask_request(const rk_program *p, const request_rows *rows) {
  u64 chance = random_state, by_open = ask_rows(p, rows->open);
  random_state = chance;
  u64 by_filled = ask_rows(p, rows->filled);
  n_disagreements += by_open != by_filled;
  rk_program wide = *p;
  wide.cpu = rk_cpu_widest();
  random_state = chance;
  n_disagreements += by_filled != ask_rows(&wide, rows->filled);
  return mixed(by_open, by_filled);
}

/* A memo with room for a few rows, or for none; few hashed slots, so that rows collide. */
static rk_memo make_memo(const rk_program *p, u64 n_bytes, u64 n_hashed) {
  u32 n_entities = p->n_records[RK_SECTION_ENTITIES];
  u64 n_words = p->n_records[RK_SECTION_FACETS], *words = exactly(n_words * sizeof(u64));
  rk_memo memo = {.entities = exactly(n_entities * sizeof(rk_memo_entity)),
                  .words = words,
                  .factors = exactly(n_words * sizeof(u64)),
                  .n_hashed = n_hashed,
                  .door = calloc(1 << RK_DOOR_BITS, sizeof(u64)),
                  .memory = exactly(n_bytes),
                  .n_bytes = n_bytes};
  for (u64 i = 0; i < n_words; i++) words[i] = random_u64();
  for (u32 e = 0; e < n_entities; e++) {
    memo.entities[e].n_places = rk_n_places(p, p->entities + e);
    memo.entities[e].first = memo.first_hashed;
    memo.first_hashed += memo.entities[e].n_places;
  }
  rk_memo_weigh(&memo, p);
  memo.slots = calloc(memo.first_hashed + n_hashed, sizeof(rk_kept *));
  EXPECT(memo.door && memo.slots);
  return memo;
}

static void free_memo(rk_memo *memo) {
  free(memo->entities);
  free((void *)(uintptr_t)memo->words);
  free(memo->factors);
  free(memo->door);
  free(memo->memory);
  free(memo->slots);
}

/* One request at random by rows of a memo; they must answer as open ones do. */
static u64 request_by_memo(const rk_program *p, rk_memo *memo) {
  u32 n_entities = p->n_records[RK_SECTION_ENTITIES];
  request_rows rows = make_request(p);
  for (u32 e = 0; e < n_entities; e++) {
    const rk_entity *entity = p->entities + e;
    const rk_row *open = rows.open + e;
    rk_filling scratch = make_scratch(entity, open);
    rk_list *lists = rows.memories[e].lists;
    rk_memo_row(memo, p, e, &rows.memories[e].facts, lists, &scratch, rows.filled + e);
    free_scratch(&scratch);
  }
  u64 digest = ask_request(p, &rows);
  free_request(p, &rows);
  return digest;
}

/* One request at random, from facts to answers. */
static u64 request(const rk_program *p) {
  request_rows rows = make_request(p);
  u64 digest = ask_request(p, &rows);
  free_request(p, &rows);
  return digest;
}

#endif
