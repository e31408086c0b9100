/* rk_match.h - one row an entity -> who matches, strongest first.
 *
 *     rows      entity 0   3  17  40 | 51         lists: products' terms | businesses' terms
 *               entity 1   9         | 50  60
 *     cursor    3  9  17  40                      one a lane: rk_cursor.h
 *     found     definitions whose terms hold and that are live, each once: program order
 *
 * A cursor goes no further than it is asked: a resolve stops at its winner, and what was found is
 * kept for the next question. The caller owns all memory: one row of every entity, unchanged while
 * the match is used, and an rk_room.
 *
 * Nothing here allocates, locks, or knows Python. A match is written as it is asked: one thread at
 * a time; the program and the rows are only read. */
#ifndef RK_MATCH_H
#define RK_MATCH_H

#include "rk_flat.h"

/* Memory for one match at a time. */
typedef struct {
  const u64 **flat_rows;     /* [rk_max_flat_rows] of every entity */
  u64 n_lists;               /* of all rows, at the most */
  u32 *heads;                /* [RK_N_LANES * rk_n_heads(n_lists)] */
  rk_rest *rests;            /* [RK_N_LANES * n_lists] */
  u32 *found[RK_N_LANES];    /* [products], [businesses] */
} rk_room;

typedef struct {
  const rk_program *program;
  const rk_row *rows;
  const rk_room *room;
  i64 as_of;                     /* the request's time, in microseconds since 1970 */
  rk_cursor cursors[RK_N_LANES]; /* candidates of the lane that are left to look at */
  rk_flat flat;
  rk_flat_reader readers[RK_N_LANES]; /* flat terms of the lane that are left to look at */
  u32 next_listed[RK_N_LANES], next_flat[RK_N_LANES]; /* the head of each; RK_NONE: at the end */
  u32 is_started[RK_N_LANES];
  u32 n_found[RK_N_LANES]; /* matched definitions so far: room->found, strongest first */
  u32 barrier;             /* the strongest isolated business found so far, or RK_NONE */
  u32 n_looked_at;         /* found businesses that were asked whether they are isolated */
} rk_match;

RK_INLINE void rk_match_start(rk_match *m, const rk_program *p, const rk_row *rows, i64 as_of,
                              const rk_room *room) {
  m->program = p;
  m->rows = rows;
  m->room = room;
  m->as_of = as_of;
  m->is_started[RK_PRODUCT] = m->is_started[RK_BUSINESS] = 0;
  m->n_found[RK_PRODUCT] = m->n_found[RK_BUSINESS] = 0;
  m->barrier = RK_NONE;
  m->n_looked_at = 0;
}

/* Collects the rows of flat terms, once a match. */
RK_INLINE void rk_match_start_flat(rk_match *m) {
  const rk_program *p = m->program;
  rk_flat *flat = &m->flat;
  flat->rows = m->room->flat_rows;
  flat->n_rows = 0;
  if (!p->n_records[RK_SECTION_FLATS]) return;
  for (u32 e = 0; e < p->n_records[RK_SECTION_ENTITIES]; e++) {
    const rk_row *row = m->rows + e;
    if (row->signature) flat->rows[flat->n_rows++] = row->flat;
    else flat->n_rows += rk_flat_of_facts(p, e, row->facts, flat->rows + flat->n_rows);
  }
}

/* Gives a lane's cursor its lists, and its reader its flat terms. */
RK_INLINE void rk_match_start_lane(rk_match *m, u32 lane) {
  u32 n_products = m->program->n_product_flats, n_flats = m->program->n_records[RK_SECTION_FLATS];
  if (!m->is_started[!lane]) rk_match_start_flat(m);
  rk_cursor *cursor = m->cursors + lane;
  const rk_room *room = m->room;
  rk_cursor_start(cursor, room->heads + lane * rk_n_heads(room->n_lists),
                  room->rests + lane * room->n_lists);
  for (u32 e = 0; e < m->program->n_records[RK_SECTION_ENTITIES]; e++) {
    for (u32 i = 0; i < m->rows[e].n_lists; i++) {
      const rk_list *list = m->rows[e].lists + i;
      u32 start = lane == RK_PRODUCT ? 0 : list->n_product;
      u32 end = lane == RK_PRODUCT ? list->n_product : list->n_rule;
      rk_cursor_add(cursor, list->terms + start, end - start - RK_MUTATE(5, end > start, 0));
    }
  }
  rk_cursor_seal(cursor);
  rk_flat_read(m->readers + lane, lane == RK_PRODUCT ? 0 : n_products,
               lane == RK_PRODUCT ? n_products : n_flats);
  m->next_listed[lane] = rk_cursor_next(cursor);
  m->next_flat[lane] = rk_flat_next(m->program, &m->flat, m->readers + lane);
  m->is_started[lane] = 1;
}

/* Takes the strongest candidate left in a lane; RK_NONE: there is none. No term is both listed and
 * flat. */
RK_INLINE u32 rk_match_next_candidate(rk_match *m, u32 lane) {
  u32 listed = m->next_listed[lane], flat = m->next_flat[lane];
  if (listed < flat) {
    m->next_listed[lane] = rk_cursor_next(m->cursors + lane);
    return listed;
  }
  if (flat != RK_NONE) m->next_flat[lane] = rk_flat_next(m->program, &m->flat, m->readers + lane);
  return flat;
}

/* Whether a definition or a binding of this liveness counts now. */
RK_INLINE int rk_match_is_live(const rk_match *m, u32 liveness) {
  if (liveness == RK_NONE) return 1;
  const rk_liveness *l = m->program->liveness + liveness;
  if (!l->is_enabled) return RK_MUTATE(3, 1, 0);
  if (l->entity != RK_NONE && !rk_row_holds(m->program, m->rows, l->entity, l->position)) {
    return 0;
  }
  if (l->window == RK_NONE) return 1;
  const rk_window *window = m->program->windows + l->window;
  return RK_MUTATE(4, 1, window->start <= m->as_of && m->as_of < window->end);
}

/* Finds one more matched definition of a lane; 0: there is none. Who is not live is not found.
 * INVARIANT: terms ascend by definition, so a definition found twice is found twice in a row. */
RK_INLINE int rk_match_extend(rk_match *m, u32 lane) {
  u32 n = m->n_found[lane], number;
  u32 last = n ? m->room->found[lane][n - 1] : RK_NONE;
  if (!m->is_started[lane]) rk_match_start_lane(m, lane);
  while ((number = rk_match_next_candidate(m, lane)) != RK_NONE) {
    const rk_term *term = m->program->terms + number;
    if (term->definition == last || !rk_term_holds(m->program, m->rows, term)) continue;
    if (!rk_match_is_live(m, m->program->definitions[term->definition].liveness)) continue;
    m->room->found[lane][n] = term->definition;
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
  return m->room->found[lane][i];
}

/* Whether a definition of a lane matched. */
RK_INLINE int rk_match_has(rk_match *m, u32 lane, u32 definition) {
  const u32 *found = m->room->found[lane];
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
  return RK_MUTATE(9, 0, m->barrier < business);
}

/* Whether a matched product counts: for everyone, or installed by the identified business. */
RK_INLINE int rk_match_is_installed(rk_match *m, u32 product) {
  const rk_program *p = m->program;
  if (p->definitions[product].scope == RK_SCOPE_ALL) return 1;
  if (RK_MUTANT == 10) return 1;
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
