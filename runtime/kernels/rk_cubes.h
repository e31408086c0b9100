/* rk_cubes.h - cubes by number: which a spot lies in, which meet a cube, which lie around one.
 *
 *     cube      a set of classes a facet, for the facets it names; any class on the others
 *     literal   a facet and such a set, stored once; it knows the cubes that name it
 *     spot      one class a facet; most are at rest, and only the others are written down
 *
 * A cube denies the spot at rest on some of its facets. A spot in it is elsewhere on all of those, so
 * each cube is *watched* by one of its literals that deny rest, the rarest when it came: a spot, or
 * a cube inside it, is answered from what the literals of its classes watch, however many there are.
 *
 * Sets are words of 64 classes. A literal keeps its words from the first to the last that is not
 * `outside`, all zeros or all ones, and so a class or all but one is one word. The engine reads
 * none of this. Memory comes from malloc; where there is none a function returns false, and what it
 * was given stays sound. One thread at a time. */
#ifndef RK_CUBES_H
#define RK_CUBES_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "rk_port.h"

typedef struct {
  u32 *items, n, capacity;
} rk_numbers;

typedef struct {
  u64 *words, outside;
  u32 facet, first, n;
  rk_numbers cubes;
  rk_numbers watched; /* those of them that a spot is sought in only where it has this literal */
} rk_literal;

typedef struct {
  u64 *possible;
  u32 n_words, rest;
  u32 at;               /* the class of the spot that is asked about; `rest` between calls */
  const u64 *asked;     /* the set of the cube that is asked about; NULL between calls */
  rk_numbers literals;
  rk_numbers wide;      /* literals without the class at rest that have many classes */
  rk_numbers *by_class; /* the other ones without it, by each class they have */
} rk_cut; /* a facet: a domain, and how it is cut */

typedef struct {
  u32 n_cuts, n_literals, n_cubes, literal_capacity, cube_capacity;
  rk_cut *cuts;
  rk_literal *literals;
  rk_numbers *cubes; /* the literals of each, one a facet */
  u8 *is_in;         /* by cube: whether it was not taken out */
  rk_numbers at_rest; /* cubes that the spot at rest lies in */
  rk_numbers gone;
  rk_numbers found; /* what the last question found */
} rk_cubes;

/* A set of classes that is asked about: all words of a facet's. */
typedef struct {
  u32 facet;
  const u64 *words;
} rk_part;

enum { RK_WIDE = 64 };
#define RK_GONE 0xffffffffu

RK_INLINE bool rk_push(rk_numbers *to, u32 item) {
  if (to->n == to->capacity) {
    u32 capacity = to->capacity ? to->capacity * 2 : 4;
    u32 *items = (u32 *)realloc(to->items, (size_t)capacity * sizeof *items);
    if (!items) return false;
    to->items = items;
    to->capacity = capacity;
  }
  to->items[to->n++] = item;
  return true;
}

/* Room for one more of an array of `n`, whose capacity doubles. */
RK_INLINE bool rk_reserve(void **items, u32 n, u32 *capacity, size_t size) {
  u32 wanted = *capacity ? *capacity * 2 : 64;
  void *larger;
  if (n < *capacity) return true;
  larger = realloc(*items, wanted * size);
  if (!larger) return false;
  *items = larger;
  *capacity = wanted;
  return true;
}

RK_INLINE u64 rk_literal_word(const rk_literal *l, u32 word) {
  return word - l->first < l->n ? l->words[word - l->first] : l->outside;
}

RK_INLINE bool rk_literal_has(const rk_literal *l, u32 each) {
  return rk_literal_word(l, each >> 6) >> (each & 63) & 1;
}

RK_INLINE bool rk_literal_contains(const rk_literal *l, const u64 *set, u32 n_words) {
  for (u32 w = 0; w < n_words; w++)
    if (set[w] & ~rk_literal_word(l, w)) return false;
  return true;
}

RK_INLINE bool rk_literal_meets(const rk_literal *l, const u64 *set, u32 n_words) {
  u32 w = l->outside ? 0 : l->first, end = l->outside ? n_words : l->first + l->n;
  for (; w < end; w++)
    if (set[w] & rk_literal_word(l, w)) return true;
  return false;
}

RK_INLINE void rk_cubes_free(rk_cubes *c) {
  for (u32 i = 0; i < c->n_cuts; i++) {
    rk_cut *cut = c->cuts + i;
    for (u32 each = 0; cut->by_class && each < cut->n_words * 64; each++)
      free(cut->by_class[each].items);
    free(cut->by_class);
    free(cut->possible);
    free(cut->literals.items);
    free(cut->wide.items);
  }
  for (u32 i = 0; i < c->n_literals; i++) {
    free(c->literals[i].words);
    free(c->literals[i].cubes.items);
    free(c->literals[i].watched.items);
  }
  for (u32 i = 0; i < c->n_cubes; i++) free(c->cubes[i].items);
  free(c->cuts);
  free(c->literals);
  free(c->cubes);
  free(c->is_in);
  free(c->at_rest.items);
  free(c->gone.items);
  free(c->found.items);
  memset(c, 0, sizeof *c);
}

/* Makes room for facets; each is filled in by `rk_cut_fill` before anything else. */
RK_INLINE bool rk_cubes_make(rk_cubes *c, u32 n_cuts) {
  memset(c, 0, sizeof *c);
  c->cuts = (rk_cut *)calloc(n_cuts ? n_cuts : 1, sizeof *c->cuts);
  c->n_cuts = c->cuts ? n_cuts : 0;
  return c->cuts != NULL;
}

RK_INLINE bool rk_cut_fill(rk_cut *cut, const u64 *possible, u32 n_words, u32 rest) {
  cut->possible = (u64 *)malloc(n_words * sizeof(u64));
  if (!cut->possible) return false;
  memcpy(cut->possible, possible, n_words * sizeof(u64));
  cut->n_words = n_words;
  cut->rest = cut->at = rest;
  return true;
}

/* Lists a new literal under its classes, if rest is none of them. */
RK_INLINE bool rk_literal_list(rk_cubes *c, u32 number) {
  rk_literal *l = c->literals + number;
  rk_cut *cut = c->cuts + l->facet;
  u32 own[RK_WIDE], n = 0;
  if (rk_literal_has(l, cut->rest)) return true;
  if (!cut->by_class) {
    cut->by_class = (rk_numbers *)calloc((size_t)cut->n_words * 64, sizeof *cut->by_class);
    if (!cut->by_class) return false;
  }
  for (u32 w = 0; w < cut->n_words; w++)
    for (u64 bits = rk_literal_word(l, w) & cut->possible[w]; bits; bits &= bits - 1) {
      if (n == RK_WIDE) return rk_push(&cut->wide, number);
      own[n++] = w * 64 + rk_lowest_bit(bits);
    }
  for (u32 i = 0; i < n; i++)
    if (!rk_push(cut->by_class + own[i], number)) return false;
  return true;
}

/* One more literal, `words` as many as the facet has; its number in `*number`. */
RK_INLINE bool rk_literal_add(rk_cubes *c, u32 facet, const u64 *words, u32 *number) {
  rk_cut *cut = c->cuts + facet;
  u32 n = cut->n_words, low[2] = {0, 0}, high[2] = {n, n}, k;
  rk_literal *l;
  void *literals = c->literals;
  if (!rk_reserve(&literals, c->n_literals, &c->literal_capacity, sizeof *l)) return false;
  c->literals = (rk_literal *)literals;
  for (k = 0; k < 2; k++) { /* the span of what is not all zeros, and not all ones */
    u64 outside = k ? ~(u64)0 : 0;
    while (low[k] < n && words[low[k]] == outside) low[k]++;
    while (high[k] > low[k] && words[high[k] - 1] == outside) high[k]--;
  }
  k = high[1] - low[1] < high[0] - low[0];
  l = c->literals + c->n_literals;
  memset(l, 0, sizeof *l);
  l->facet = facet;
  l->outside = k ? ~(u64)0 : 0;
  l->first = low[k];
  l->n = high[k] - low[k];
  l->words = (u64 *)malloc((l->n ? l->n : 1) * sizeof(u64));
  if (!l->words) return false;
  memcpy(l->words, words + l->first, l->n * sizeof(u64));
  *number = c->n_literals++;
  return rk_push(&cut->literals, *number) && rk_literal_list(c, *number);
}

/* One more cube, of literals of different facets; its number in `*number`. */
RK_INLINE bool rk_cube_add(rk_cubes *c, const u32 *literals, u32 n, u32 *number) {
  u32 capacity = c->cube_capacity;
  rk_numbers *watching = &c->at_rest;
  if (c->n_cubes == capacity) {
    void *cubes = c->cubes, *in = c->is_in;
    u32 same[2] = {capacity, capacity};
    bool is_done = rk_reserve(&cubes, capacity, same, sizeof *c->cubes) &&
                   rk_reserve(&in, capacity, same + 1, sizeof *c->is_in);
    c->cubes = (rk_numbers *)cubes;
    c->is_in = (u8 *)in;
    if (!is_done) return false;
    c->cube_capacity = same[0];
  }
  *number = c->n_cubes++;
  memset(c->cubes + *number, 0, sizeof *c->cubes);
  c->is_in[*number] = 0;
  for (u32 i = 0, fewest = RK_GONE; i < n; i++) {
    rk_literal *l = c->literals + literals[i];
    if (!rk_push(&l->cubes, *number) || !rk_push(c->cubes + *number, literals[i])) return false;
    if (l->cubes.n >= fewest || rk_literal_has(l, c->cuts[l->facet].rest)) continue;
    fewest = l->cubes.n;
    watching = &l->watched;
  }
  if (!rk_push(watching, *number)) return false;
  c->is_in[*number] = 1;
  return true;
}

/* Takes a cube out: no question finds it again. */
RK_INLINE bool rk_cube_remove(rk_cubes *c, u32 number) {
  if (!c->is_in[number]) return true;
  c->is_in[number] = 0;
  return rk_push(&c->gone, number);
}

/* Which cubes a question is about: those of a smaller place than `limit`, and those that `also`
 * marks. `place` NULL: all. */
typedef struct {
  const u32 *place;
  const u8 *also;
  u32 limit;
} rk_among;

RK_INLINE bool rk_is_among(const rk_among *a, u32 cube) {
  return !a->place || a->place[cube] < a->limit || (a->also && a->also[cube]);
}

/* Whether the spot that the cuts are `at` lies in a cube. */
RK_INLINE bool rk_cube_has(const rk_cubes *c, u32 cube) {
  const rk_numbers *own = c->cubes + cube;
  for (u32 i = 0; i < own->n; i++) {
    const rk_literal *l = c->literals + own->items[i];
    if (!rk_literal_has(l, c->cuts[l->facet].at)) return false;
  }
  return c->is_in[cube];
}

RK_INLINE bool rk_cubes_try(rk_cubes *c, const rk_numbers *cubes, const rk_among *among) {
  for (u32 i = 0; i < cubes->n; i++) {
    u32 cube = cubes->items[i];
    if (rk_is_among(among, cube) && rk_cube_has(c, cube) && !rk_push(&c->found, cube))
      return false;
  }
  return true;
}

/* The cubes that a spot lies in, in `found`, in no order; the spot is at rest where it says
 * nothing. */
RK_INLINE bool rk_cubes_at(
  rk_cubes *c, const u32 *facets, const u32 *classes, u32 n, const rk_among *among) {
  bool is_done;
  c->found.n = 0;
  for (u32 i = 0; i < n; i++) c->cuts[facets[i]].at = classes[i];
  is_done = rk_cubes_try(c, &c->at_rest, among);
  for (u32 i = 0; i < n && is_done; i++) {
    const rk_cut *cut = c->cuts + facets[i];
    const rk_numbers *lists[2] = {cut->by_class ? cut->by_class + classes[i] : NULL, &cut->wide};
    if (classes[i] == cut->rest) continue;
    for (u32 k = 0; k < 2; k++)
      for (u32 j = 0; lists[k] && j < lists[k]->n && is_done; j++) {
        const rk_literal *l = c->literals + lists[k]->items[j];
        if (l->watched.n && rk_literal_has(l, classes[i]))
          is_done = rk_cubes_try(c, &l->watched, among);
      }
  }
  for (u32 i = 0; i < n; i++) c->cuts[facets[i]].at = c->cuts[facets[i]].rest;
  return is_done;
}

/* Whether a cube contains the one that the cuts are asked about. */
RK_INLINE bool rk_cube_contains(const rk_cubes *c, u32 cube) {
  const rk_numbers *own = c->cubes + cube;
  for (u32 i = 0; i < own->n; i++) {
    const rk_literal *l = c->literals + own->items[i];
    const rk_cut *cut = c->cuts + l->facet;
    if (!cut->asked || !rk_literal_contains(l, cut->asked, cut->n_words)) return false;
  }
  return c->is_in[cube];
}

RK_INLINE bool rk_cubes_try_around(rk_cubes *c, const rk_numbers *cubes) {
  for (u32 i = 0; i < cubes->n; i++)
    if (rk_cube_contains(c, cubes->items[i]) && !rk_push(&c->found, cubes->items[i]))
      return false;
  return true;
}

/* The cubes that contain one, in `found`, in no order; no part of it is without classes. */
RK_INLINE bool rk_cubes_around(rk_cubes *c, const rk_part *parts, u32 n) {
  bool is_done;
  c->found.n = 0;
  for (u32 i = 0; i < n; i++) c->cuts[parts[i].facet].asked = parts[i].words;
  is_done = rk_cubes_try_around(c, &c->at_rest);
  for (u32 i = 0; i < n && is_done; i++) {
    const rk_cut *cut = c->cuts + parts[i].facet;
    const rk_numbers *lists[2] = {NULL, &cut->wide};
    u32 w = 0;
    while (w < cut->n_words && !parts[i].words[w]) w++;
    if (cut->by_class && w < cut->n_words)
      lists[0] = cut->by_class + w * 64 + rk_lowest_bit(parts[i].words[w]);
    for (u32 k = 0; k < 2; k++)
      for (u32 j = 0; lists[k] && j < lists[k]->n && is_done; j++)
        is_done = rk_cubes_try_around(c, &c->literals[lists[k]->items[j]].watched);
  }
  for (u32 i = 0; i < n; i++) c->cuts[parts[i].facet].asked = NULL;
  return is_done;
}

/* The cubes that meet one, as a row of (n_cubes + 63) / 64 words. */
RK_INLINE void rk_cubes_meeting(const rk_cubes *c, const rk_part *parts, u32 n, u64 *row) {
  u32 n_words = (c->n_cubes + 63) / 64;
  memset(row, 0xff, n_words * sizeof(u64));
  if (c->n_cubes & 63) row[n_words - 1] = ((u64)1 << (c->n_cubes & 63)) - 1;
  for (u32 i = 0; i < n; i++) {
    const rk_cut *cut = c->cuts + parts[i].facet;
    for (u32 j = 0; j < cut->literals.n; j++) {
      const rk_literal *l = c->literals + cut->literals.items[j];
      if (rk_literal_meets(l, parts[i].words, cut->n_words)) continue;
      for (u32 k = 0; k < l->cubes.n; k++)
        row[l->cubes.items[k] >> 6] &= ~((u64)1 << (l->cubes.items[k] & 63));
    }
  }
  for (u32 i = 0; i < c->gone.n; i++)
    row[c->gone.items[i] >> 6] &= ~((u64)1 << (c->gone.items[i] & 63));
}

#endif
