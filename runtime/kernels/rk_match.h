/* rk_match.h - one row an entity -> who matches, strongest first.
 *
 *     rows      entity 0   3  17  40 | 51         lists: products' terms | businesses' terms
 *               entity 1   9         | 50  60
 *     cursor    3  9  17  40                      one a lane: rk_cursor.h
 *     found     definitions whose terms hold and that are live, each once: program order
 *
 * A cursor goes no further than it is asked: a resolve stops at its winner, and what was found is
 * kept for the next question. The caller owns all memory:
 *
 *     rows    [n_entities]        one row of every entity, unchanged while the match is used
 *     heads   [2 * lists]         as many as all rows have lists, for each lane
 *     found   [products], [businesses] u32
 *
 * Nothing here allocates, locks, or knows Python. A match is written as it is asked: one thread at
 * a time; the program and the rows are only read. */
#ifndef RK_MATCH_H
#define RK_MATCH_H

#include "rk_row.h"

typedef struct {
  const rk_program *program;
  const rk_row *rows;
  i64 as_of;                     /* the request's time, in microseconds since 1970 */
  rk_cursor cursors[RK_N_LANES]; /* candidates of the lane that are left to look at */
  u32 *found[RK_N_LANES];        /* matched definitions so far, strongest first */
  u32 n_found[RK_N_LANES];
  u32 barrier;     /* the strongest isolated business found so far, or RK_NONE */
  u32 n_looked_at; /* found businesses that were asked whether they are isolated */
} rk_match;

RK_INLINE void rk_match_start(rk_match *m, const rk_program *p, const rk_row *rows, i64 as_of,
                              rk_head *heads, u32 *found_products, u32 *found_businesses) {
  rk_cursor *products = m->cursors + RK_PRODUCT, *businesses = m->cursors + RK_BUSINESS;
  m->program = p;
  m->rows = rows;
  m->as_of = as_of;
  m->barrier = RK_NONE;
  m->n_looked_at = 0;
  m->found[RK_PRODUCT] = found_products;
  m->found[RK_BUSINESS] = found_businesses;
  m->n_found[RK_PRODUCT] = m->n_found[RK_BUSINESS] = 0;
  rk_cursor_start(products, heads);
  for (u32 e = 0; e < p->n_records[RK_SECTION_ENTITIES]; e++) {
    for (u32 i = 0; i < rows[e].n_lists; i++) {
      rk_cursor_add(products, rows[e].lists[i].terms, rows[e].lists[i].n_product);
    }
  }
  rk_cursor_start(businesses, heads + products->n);
  for (u32 e = 0; e < p->n_records[RK_SECTION_ENTITIES]; e++) {
    for (u32 i = 0; i < rows[e].n_lists; i++) {
      const rk_list *list = rows[e].lists + i;
      rk_cursor_add(businesses, list->terms + list->n_product, list->n_rule - list->n_product);
    }
  }
}

/* Whether a definition or a binding of this liveness counts now. */
RK_INLINE int rk_match_is_live(const rk_match *m, u32 liveness) {
  if (liveness == RK_NONE) return 1;
  const rk_liveness *l = m->program->liveness + liveness;
  if (!l->is_enabled) return 0;
  if (l->entity != RK_NONE && !rk_row_holds(m->program, m->rows + l->entity, l->condition)) {
    return 0;
  }
  if (l->window == RK_NONE) return 1;
  const rk_window *window = m->program->windows + l->window;
  return window->start <= m->as_of && m->as_of < window->end;
}

/* Finds one more matched definition of a lane; 0: there is none. Who is not live is not found.
 * INVARIANT: terms ascend by definition, so a definition found twice is found twice in a row. */
RK_INLINE int rk_match_extend(rk_match *m, u32 lane) {
  u32 n = m->n_found[lane], number;
  u32 last = n ? m->found[lane][n - 1] : RK_NONE;
  while ((number = rk_cursor_next(m->cursors + lane)) != RK_NONE) {
    const rk_term *term = m->program->terms + number;
    if (term->definition == last || !rk_term_holds(m->program, m->rows, term)) continue;
    if (!rk_match_is_live(m, m->program->definitions[term->definition].liveness)) continue;
    m->found[lane][n] = term->definition;
    m->n_found[lane] = n + 1;
    return 1;
  }
  return 0;
}

/* The i-th matched definition of a lane, strongest first; RK_NONE past the end. */
RK_INLINE u32 rk_match_at(rk_match *m, u32 lane, u32 i) {
  while (i >= m->n_found[lane]) {
    if (!rk_match_extend(m, lane)) return RK_NONE;
  }
  return m->found[lane][i];
}

/* Whether a definition of a lane matched. */
RK_INLINE int rk_match_has(rk_match *m, u32 lane, u32 definition) {
  const u32 *found = m->found[lane];
  while (!m->n_found[lane] || found[m->n_found[lane] - 1] < definition) {
    if (!rk_match_extend(m, lane)) return 0;
  }
  u32 low = 0, high = m->n_found[lane];
  while (low < high) {
    u32 middle = low + (high - low) / 2;
    if (found[middle] < definition) low = middle + 1;
    else high = middle;
  }
  return found[low] == definition;
}

/* The strongest matched business; RK_NONE: the platform. */
RK_INLINE u32 rk_match_identity(rk_match *m) { return rk_match_at(m, RK_BUSINESS, 0); }

/* Whether an isolated business that matched stands ahead of a business. */
RK_INLINE int rk_match_is_walled(rk_match *m, u32 business) {
  u32 next;
  while (m->barrier == RK_NONE &&
         (next = rk_match_at(m, RK_BUSINESS, m->n_looked_at)) < business) {
    if (m->program->definitions[next].is_isolated) m->barrier = next;
    m->n_looked_at++;
  }
  return m->barrier < business;
}

/* Whether a matched product counts: for everyone, or installed by the identified business. */
RK_INLINE int rk_match_is_installed(rk_match *m, u32 product) {
  const rk_program *p = m->program;
  if (p->definitions[product].scope == RK_SCOPE_ALL) return 1;
  u32 identity = rk_match_identity(m);
  if (identity == RK_NONE) return 0;
  const rk_definition *business = p->definitions + identity;
  const u32 *installs = p->installs + business->first_install;
  u32 low = 0, high = business->n_installs;
  while (low < high) {
    u32 middle = low + (high - low) / 2;
    if (installs[middle] < product) low = middle + 1;
    else high = middle;
  }
  return low < business->n_installs && installs[low] == product;
}

/* Whether a matched definition counts: a product by its installation, a business by the barrier. */
RK_INLINE int rk_match_is_effective(rk_match *m, u32 definition) {
  if (definition < m->program->n_products) return rk_match_is_installed(m, definition);
  return !rk_match_is_walled(m, definition);
}

#endif
