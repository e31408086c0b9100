/* rk_match.h - one row an entity -> who matches, strongest first.
 *
 *     rows      entity 0   3  17  40 | 51         candidates: products' terms | businesses' terms
 *               entity 1   9         | 50  60
 *               flat       5  22     | 70
 *     streams   17, 9, 22                         the first of each that holds, none weaker than the first
 *     found     definitions whose terms hold and that are live, each once: program order
 *
 * Every list is a *stream*, walked on its own to the first candidate that holds or that is weaker than one
 * found already: so candidates are not merged, only those that hold. A match goes no further than it is
 * asked: a resolve stops at its winner, and what was found is kept for the next question. The caller
 * owns all memory: one row of every entity, unchanged while the match is used, and an rk_room.
 *
 * Nothing here allocates, locks, or knows Python. A match is written as it is asked: one thread at
 * a time; the program and the rows are only read. */
#ifndef RK_MATCH_H
#define RK_MATCH_H

#include "rk_flat.h"
#include "rk_word.h"

/* Flat terms are read so many bits ahead of the streams. */
enum { RK_WINDOW_BITS = 4 * RK_BLOCK_BITS };

/* So many candidates of a list are tried one by one before the kernel for many. */
#define RK_N_FEW 8u

/* The candidates of a filled row, or those of one list of an open one, in one lane. */
typedef struct {
  const u64 *words, *words_end; /* of a filled row */
  const u32 *terms, *terms_end; /* of an open one */
  u32 entity;
  u32 head; /* the number of the first one left, if it holds; RK_NONE: nobody looked yet */
} rk_stream;

/* Memory for one match at a time. */
typedef struct {
  const u64 **flat_rows;  /* [rk_max_flat_rows] of every entity */
  u64 n_streams;          /* rk_max_streams() of every entity */
  rk_stream *streams;     /* [RK_N_LANES * n_streams] */
  u32 *found[RK_N_LANES]; /* [products], [businesses] */
} rk_room;

/* What is left of a lane. */
typedef struct {
  rk_stream *streams;
  u32 n_streams;
  u32 is_started;
  rk_flat_reader reader;
  u32 window;    /* flat terms are looked for before this bit */
  u32 flat_head; /* the number of the first flat term left that holds; RK_NONE: not found yet */
  u32 end;       /* behind the numbers of the lane's terms; RK_NONE: nobody has asked yet */
  u32 after;     /* terms up to here were looked at before there were streams: 1 + the last number */
} rk_lane;

typedef struct {
  const rk_program *program;
  const rk_row *rows;
  const rk_room *room;
  i64 as_of;    /* the request's time, in microseconds since 1970 */
  u32 is_started;
  u32 has_open; /* whether a row is open */
  rk_flat flat;
  rk_lane lanes[RK_N_LANES];
  u32 n_found[RK_N_LANES]; /* matched definitions so far: room->found, strongest first */
  u32 barrier;             /* the strongest isolated business found so far, or RK_NONE */
  u32 n_looked_at;         /* found businesses that were asked whether they are isolated */
} rk_match;

/* The most streams that a row of this entity can have in a lane. */
RK_INLINE u64 rk_max_streams(const rk_program *p, const rk_entity *e) { return rk_max_lists(p, e); }

RK_INLINE void rk_match_start(rk_match *m, const rk_program *p, const rk_row *rows, i64 as_of,
                              const rk_room *room) {
  m->program = p;
  m->rows = rows;
  m->room = room;
  m->as_of = as_of;
  m->is_started = m->lanes[RK_PRODUCT].is_started = m->lanes[RK_BUSINESS].is_started = 0;
  m->lanes[RK_PRODUCT].end = m->lanes[RK_BUSINESS].end = RK_NONE;
  m->n_found[RK_PRODUCT] = m->n_found[RK_BUSINESS] = 0;
  m->barrier = RK_NONE;
  m->n_looked_at = 0;
}

/* Collects the rows of flat terms, and whether a row is open: once a match. */
RK_INLINE void rk_match_start_rows(rk_match *m) {
  const rk_program *p = m->program;
  const u64 **rows = m->room->flat_rows;
  u32 n = 0;
  m->is_started = 1;
  m->has_open = 0;
  for (u32 e = 0; e < p->n_records[RK_SECTION_ENTITIES]; e++) {
    const rk_row *row = m->rows + e;
    if (rk_row_is_open(row)) {
      m->has_open = 1;
      n += rk_flat_of_facts(p, e, row->facts, rows + n);
    } else {
      rows[n] = row->flat;
      n += row->flat != NULL;
    }
  }
  m->flat.rows = rows;
  m->flat.n_rows = n;
}

/* Adds the stream of a filled row. */
RK_INLINE void rk_lane_add_words(rk_lane *l, u32 entity, const rk_row *row, u32 lane) {
  u32 start = lane == RK_PRODUCT ? 0 : row->n_product;
  u32 end = lane == RK_PRODUCT ? row->n_product : row->n_rule;
  end -= RK_MUTATE(5, end > start, 0);
  while (start < end && row->words[start] < rk_word_from(l->after)) start++;
  if (start == end) return;
  rk_stream *s = l->streams + l->n_streams++;
  s->words = row->words + start;
  s->words_end = row->words + end;
  s->terms = NULL;
  s->entity = entity;
  s->head = RK_NONE;
}

/* Adds the stream of one list of an open row. */
RK_INLINE void rk_lane_add_terms(rk_lane *l, u32 entity, const rk_list *list, u32 lane) {
  u32 start = lane == RK_PRODUCT ? 0 : list->n_product;
  u32 end = lane == RK_PRODUCT ? list->n_product : list->n_rule;
  if (start == end) return;
  rk_stream *s = l->streams + l->n_streams++;
  s->terms = list->terms + start;
  s->terms_end = list->terms + end;
  s->entity = entity;
  s->head = RK_NONE;
}

/* Moves the window of flat terms on. */
RK_INLINE void rk_lane_open_window(rk_lane *l) {
  u32 end = l->reader.end;
  u32 start = l->window / RK_BLOCK_BITS * RK_BLOCK_BITS;
  l->window = end - start > RK_WINDOW_BITS ? start + RK_WINDOW_BITS : end;
}

/* The stretch of flat terms of a lane. */
RK_INLINE void rk_lane_reset(const rk_program *p, rk_lane *l, u32 lane) {
  u32 n_products = p->n_product_flats, n_flats = p->n_records[RK_SECTION_FLATS];
  l->after = 0;
  l->flat_head = RK_NONE;
  l->end = lane == RK_PRODUCT ? p->n_product_terms : p->n_rule_terms;
  rk_flat_read(&l->reader, lane == RK_PRODUCT ? 0 : n_products, lane == RK_PRODUCT ? n_products : n_flats);
  l->window = l->reader.at;
  rk_lane_open_window(l);
}

/* Gives a lane its streams. */
RK_INLINE void rk_match_start_streams(rk_match *m, u32 lane) {
  const rk_program *p = m->program;
  rk_lane *l = m->lanes + lane;
  l->is_started = 1;
  l->streams = m->room->streams + lane * m->room->n_streams;
  l->n_streams = 0;
  for (u32 e = 0; e < p->n_records[RK_SECTION_ENTITIES]; e++) {
    const rk_row *row = m->rows + e;
    if (row->n) rk_lane_add_words(l, e, row, lane);
    for (u32 i = 0; i < row->n_lists; i++) rk_lane_add_terms(l, e, row->lists + i, lane);
  }
}

/* Walks the stream of a filled row to its first candidate below `bound` that holds; stops there. */
RK_INLINE void rk_stream_sift(const rk_match *m, rk_stream *s, u32 bound) {
  const rk_program *p = m->program;
  u64 limit = rk_word_from(bound);
  for (;; s->words++) {
    s->words = p->cpu->sift(s->words, s->words_end, limit, p->sieves + s->entity, m->rows);
    if (s->words == s->words_end || *s->words >= limit) return;
    u32 number = rk_word_number(*s->words);
    if ((m->has_open || rk_word_has_more(*s->words)) && !rk_term_holds(p, m->rows, p->terms + number)) continue;
    s->head = number;
    return;
  }
}

/* The same in a list of an open row. */
RK_INLINE void rk_stream_try(const rk_match *m, rk_stream *s, u32 bound) {
  const rk_program *p = m->program;
  while (s->terms < s->terms_end && *s->terms < bound) {
    if (rk_term_holds(p, m->rows, p->terms + *s->terms)) {
      s->head = *s->terms;
      return;
    }
    s->terms++;
  }
}

/* Finds the first flat term left that holds, as far as the window goes. */
RK_INLINE void rk_match_look_at_flat(rk_match *m, rk_lane *l) {
  const rk_program *p = m->program;
  u32 number;
  if (l->flat_head != RK_NONE) return;
  while ((number = rk_flat_next(p, &m->flat, &l->reader, l->window)) != RK_NONE) {
    const rk_term *term = p->terms + number;
    if (term->n_checks && !rk_term_holds(p, m->rows, term)) continue;
    l->flat_head = number;
    return;
  }
}

/* Takes the strongest candidate left in the streams of a lane that holds; RK_NONE: there is none. One
 * that stands in two lists may come twice in a row. */
RK_INLINE u32 rk_match_take_term(rk_match *m, rk_lane *l) {
  const rk_program *p = m->program;
  for (;;) {
    rk_stream *who = NULL;
    rk_match_look_at_flat(m, l);
    u32 best = l->flat_head;
    if (best == RK_NONE) best = l->window < l->reader.end ? p->flats[l->window] : l->end;
    for (u32 i = 0; i < l->n_streams; i++) {
      rk_stream *s = l->streams + i;
      if (s->head == RK_NONE) {
        if (s->terms) rk_stream_try(m, s, best);
        else rk_stream_sift(m, s, best);
      }
      if (s->head < best) {
        best = s->head;
        who = s;
      }
    }
    if (who) {
      who->head = RK_NONE;
      if (who->terms) who->terms++;
      else who->words++;
      return best;
    }
    if (l->flat_head != RK_NONE) {
      l->flat_head = RK_NONE;
      return best;
    }
    if (l->window == l->reader.end) return RK_NONE;
    rk_lane_open_window(l);
  }
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

/* The first candidate of a filled row, of words [at, end), that is below `bound` and holds; RK_NONE: there is
 * none. Few are tried one by one, many as the processor likes. INVARIANT: every row is filled. */
RK_INLINE u32 rk_match_first_word(const rk_match *m, u32 entity, const u64 *at, const u64 *end, u32 bound) {
  const rk_program *p = m->program;
  const rk_sieve *sieve = p->sieves + entity;
  u64 limit = rk_word_from(bound);
  for (u32 i = 0;; i++, at++) {
    if (i >= RK_N_FEW) at = p->cpu->sift(at, end, limit, sieve, m->rows);
    if (at >= end || *at >= limit) return RK_NONE;
    if (i < RK_N_FEW && !rk_word_holds(*at, sieve, m->rows)) continue;
    u32 number = rk_word_number(*at);
    if (!rk_word_has_more(*at) || rk_term_holds(p, m->rows, p->terms + number)) return number;
  }
}

/* Looks for the strongest term of a lane that holds, as far as the first window of flat terms goes;
 * RK_NONE: there it is not. Most requests ask no more, so nothing is written down but how far it came.
 * INVARIANT: every row is filled. */
RK_INLINE u32 rk_match_first_term(rk_match *m, u32 lane) {
  const rk_program *p = m->program;
  rk_lane *l = m->lanes + lane;
  if (l->reader.at < l->window) rk_match_look_at_flat(m, l);
  u32 best = l->flat_head, is_listed = 0;
  if (best == RK_NONE) best = l->window < l->reader.end ? p->flats[l->window] : l->end;
  for (u32 e = 0; e < p->n_records[RK_SECTION_ENTITIES]; e++) {
    const rk_row *row = m->rows + e;
    const u64 *at = row->words + (lane == RK_PRODUCT ? 0 : row->n_product);
    const u64 *end = row->words + (lane == RK_PRODUCT ? row->n_product : row->n_rule);
    u32 number = rk_match_first_word(m, e, at, end, best);
    if (number == RK_NONE) continue;
    best = number;
    is_listed = 1;
  }
  if (is_listed) {
    l->after = best + RK_MUTATE(17, 2, 1);
    return best;
  }
  l->after = best;
  if (l->flat_head == RK_NONE) return RK_NONE;
  l->flat_head = RK_NONE;
  return best;
}

/* Takes the strongest term left in a lane that holds; RK_NONE: there is none. */
RK_INLINE u32 rk_match_next_term(rk_match *m, u32 lane) {
  const rk_program *p = m->program;
  rk_lane *l = m->lanes + lane;
  if (lane == RK_PRODUCT ? !p->n_product_terms : p->n_product_terms == p->n_rule_terms) return RK_NONE;
  if (!l->is_started) {
    if (!m->is_started) rk_match_start_rows(m);
    if (l->end == RK_NONE) {
      rk_lane_reset(p, l, lane);
      u32 number = m->has_open ? RK_NONE : rk_match_first_term(m, lane);
      if (number != RK_NONE) return number;
    }
    rk_match_start_streams(m, lane);
  }
  return rk_match_take_term(m, l);
}

/* Finds one more matched definition of a lane; 0: there is none. Who is not live is not found.
 * INVARIANT: terms ascend by definition, so a definition found twice is found twice in a row. */
RK_INLINE int rk_match_extend(rk_match *m, u32 lane) {
  u32 n = m->n_found[lane], number;
  u32 last = n ? m->room->found[lane][n - 1] : RK_NONE;
  while ((number = rk_match_next_term(m, lane)) != RK_NONE) {
    u32 definition = m->program->terms[number].definition;
    if (definition == last) continue;
    if (!rk_match_is_live(m, m->program->definitions[definition].liveness)) continue;
    m->room->found[lane][n] = definition;
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
    if (rk_has_trait(m->program->definitions + next, RK_TRAIT_ISOLATED)) m->barrier = next;
    m->n_looked_at++;
  }
  return RK_MUTATE(9, 0, m->barrier < business);
}

/* Whether a matched product counts: for everyone, or installed by the identified business. */
RK_INLINE int rk_match_is_installed(rk_match *m, u32 product) {
  const rk_program *p = m->program;
  if (rk_has_trait(p->definitions + product, RK_TRAIT_ALL)) return 1;
  if (RK_MUTANT == 10) return 1;
  u32 identity = rk_match_identity(m);
  if (identity == RK_NONE) return 0;
  u32 n, low = 0;
  const u32 *installs = rk_installs_of(p, identity, &n);
  u32 high = n;
  while (low < high) {
    u32 middle = low + (high - low) / 2;
    if (installs[middle] < product) low = middle + 1;
    else high = middle;
  }
  return low < n && installs[low] == product;
}

/* Whether a matched definition counts: a product by its installation, a business by the barrier. */
RK_INLINE int rk_match_is_effective(rk_match *m, u32 definition) {
  if (definition < m->program->n_products) return rk_match_is_installed(m, definition);
  return !rk_match_is_walled(m, definition);
}

#endif
