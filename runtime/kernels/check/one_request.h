/* one_request.h - a request at random on a verified program, with every promise of the headers held.
 *
 * The one place of the checks that knows the calls of matching. */
#ifndef RK_ONE_REQUEST_H
#define RK_ONE_REQUEST_H

#include "../rk_walk.h"
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

static void fill_row(const rk_program *p, u32 entity, rk_row *row) {
  const rk_entity *e = p->entities + entity;
  u32 *classes = exactly(e->n_facets * sizeof(u32));
  for (u32 i = 0; i < e->n_facets; i++) classes[i] = random_class();
  rk_row_fill(p, entity, classes, exactly(rk_signature_words(p, entity) * sizeof(u64)),
              exactly(e->n_hangs * sizeof(u32)), row);
  for (u32 i = 0; i < row->n_watches; i++) {
    EXPECT(row->candidates[row->n_candidates + i] >= p->n_rule_terms);
  }
  for (u32 i = 0; i < row->n_candidates; i++) {
    EXPECT(row->candidates[i] < p->n_records[RK_SECTION_TERMS]);
    EXPECT(!i || row->candidates[i - 1] <= row->candidates[i]);
    EXPECT((i < row->n_product) == (row->candidates[i] < p->n_product_terms));
  }
  free(classes);
}

/* Asks a match everything; answers a digest of what it said. */
static u64 ask(rk_match *m, const rk_program *p) {
  u32 n_points = p->n_records[RK_SECTION_POINTS], identity = rk_match_identity(m);
  u64 digest = mixed(0, identity);
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
      digest = mixed(digest, decision);
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
      digest = mixed(digest, definition + (u64)rk_match_is_effective(m, definition));
      before = definition;
    }
  }
  return digest;
}

static u64 smaller(u64 a, u64 b) { return a < b ? a : b; }

/* A row of every entity, of facts at random; close_rows() frees them. */
static rk_row *open_rows(const rk_program *p) {
  u32 n_entities = p->n_records[RK_SECTION_ENTITIES];
  rk_row *rows = exactly(n_entities * sizeof(rk_row));
  for (u32 e = 0; e < n_entities; e++) fill_row(p, e, rows + e);
  return rows;
}

static void close_rows(const rk_program *p, rk_row *rows) {
  for (u32 e = 0; e < p->n_records[RK_SECTION_ENTITIES]; e++) {
    free((void *)(uintptr_t)rows[e].signature);
    free((void *)(uintptr_t)rows[e].candidates);
  }
  free(rows);
}

/* One request on rows that are only read; answers a digest of every answer. */
static u64 request_on(const rk_program *p, const rk_row *rows) {
  u32 n_entities = p->n_records[RK_SECTION_ENTITIES];
  u64 n_businesses = p->n_records[RK_SECTION_DEFINITIONS] - p->n_products;
  u64 n_product = 0, n_business = 0;
  for (u32 e = 0; e < n_entities; e++) {
    n_product += rows[e].n_product;
    n_business += rows[e].n_candidates - rows[e].n_product;
  }
  u32 *heads = exactly(2 * (u64)n_entities * sizeof(u32));
  u32 *products = exactly(smaller(p->n_products, n_product) * sizeof(u32));
  u32 *businesses = exactly(smaller(n_businesses, n_business) * sizeof(u32));
  rk_match match;
  rk_match_start(&match, p, rows, (i64)random_class() - 3, heads, products, businesses);
  u64 digest = ask(&match, p);
  u32 broken = rk_broken_assumption(p, rows);
  EXPECT(broken == RK_NONE || broken < p->n_records[RK_SECTION_ASSUMPTIONS]);
  free(businesses);
  free(products);
  free(heads);
  return mixed(digest, broken);
}

/* One request at random, from facts to answers. */
static u64 request(const rk_program *p) {
  rk_row *rows = open_rows(p);
  u64 digest = request_on(p, rows);
  close_rows(p, rows);
  return digest;
}

#endif
