/* rk_escape.h - is there a spot in a cube that lies in none of the cubes before a place?
 *
 * The search that learns as it goes, as analysis/hunt.py has it, over cubes alone:
 *
 *     narrow     each known cube must be left on some facet; where one is left, there
 *     branch     on the known cube with the fewest facets left, each denying those before it
 *     look       nothing open: the spot nearest to rest; the cubes it lies in become known
 *
 * No cube: an escape. Nothing left: the known cubes cover, and stay in `known` until the next
 * search. The budget counts cubes looked at, so an
 * answer depends on nothing but the question. `place` orders the cubes: those with a smaller place
 * than `limit` stand in the way, and those that `also` marks. */
#ifndef RK_ESCAPE_H
#define RK_ESCAPE_H

#include "rk_cubes.h"

typedef enum { RK_COVERED, RK_ESCAPED, RK_OVER_BUDGET, RK_NO_MEMORY } rk_escape_end;

enum { RK_HEARD = 16, RK_BLOCK_WORDS = 1 << 15, RK_PER_LOOK = 16 /* cubes at rest that cost one */ };

typedef struct rk_block {
  struct rk_block *next;
  u32 used, capacity;
  u64 words[];
} rk_block;

typedef struct {
  u32 facet;
  u64 *before;
} rk_narrowed;

typedef struct {
  u32 n_narrowed, n_choices, first_choice, at; /* at: the choice that is tried */
} rk_fork;

typedef struct {
  rk_cubes *cubes;
  rk_among among; /* who stands in the way */
  u64 budget;
  u64 **now;              /* by facet: the classes left; NULL: all that are possible */
  rk_narrowed *trail;
  rk_fork *forks;
  rk_block *blocks;       /* the last one first */
  u32 n_trail, trail_capacity, n_forks, fork_capacity;
  rk_numbers known, choices, facets, classes;
} rk_escape;

RK_INLINE bool rk_escape_make(rk_escape *e, rk_cubes *cubes) {
  memset(e, 0, sizeof *e);
  e->cubes = cubes;
  e->now = (u64 **)calloc(cubes->n_cuts ? cubes->n_cuts : 1, sizeof *e->now);
  return e->now != NULL;
}

RK_INLINE void rk_escape_drop_blocks(rk_escape *e) {
  while (e->blocks) {
    rk_block *next = e->blocks->next;
    free(e->blocks);
    e->blocks = next;
  }
}

RK_INLINE void rk_escape_free(rk_escape *e) {
  rk_escape_drop_blocks(e);
  free(e->now);
  free(e->trail);
  free(e->forks);
  free(e->known.items);
  free(e->choices.items);
  free(e->facets.items);
  free(e->classes.items);
  memset(e, 0, sizeof *e);
}

RK_INLINE const u64 *rk_escape_now(const rk_escape *e, u32 facet) {
  return e->now[facet] ? e->now[facet] : e->cubes->cuts[facet].possible;
}

/* Words that live until the search goes back before them: sets lie one behind the other, so going
 * back to a set gives back all after it. */
RK_INLINE u64 *rk_escape_words(rk_escape *e, u32 n) {
  rk_block *b = e->blocks;
  if (!b || b->capacity - b->used < n) {
    u32 capacity = n > RK_BLOCK_WORDS ? n : RK_BLOCK_WORDS;
    b = (rk_block *)malloc(sizeof *b + capacity * sizeof(u64));
    if (!b) return NULL;
    b->next = e->blocks;
    b->used = 0;
    b->capacity = capacity;
    e->blocks = b;
  }
  b->used += n;
  return b->words + b->used - n;
}

/* Goes back to what the trail said when it was `n` long. */
RK_INLINE void rk_escape_back(rk_escape *e, u32 n) {
  while (e->n_trail > n) {
    rk_narrowed *last = e->trail + --e->n_trail;
    u32 n_words = e->cubes->cuts[last->facet].n_words;
    if (e->blocks->used == 0) {
      rk_block *next = e->blocks->next;
      free(e->blocks);
      e->blocks = next;
    }
    e->blocks->used -= n_words;
    e->now[last->facet] = last->before;
  }
}

RK_INLINE void rk_escape_spend(rk_escape *e, u64 looks) {
  e->budget -= looks < e->budget ? looks : e->budget;
}

typedef enum { RK_EMPTY, RK_NARROWED, RK_OUT_OF_MEMORY } rk_narrow_end;

/* Lets only the classes of a literal, or only the others, be left. */
RK_INLINE rk_narrow_end rk_escape_narrow(rk_escape *e, u32 literal, bool is_inside) {
  const rk_literal *l = e->cubes->literals + literal;
  u32 n_words = e->cubes->cuts[l->facet].n_words;
  const u64 *before = rk_escape_now(e, l->facet);
  u64 any = 0, *after;
  void *trail = e->trail;
  if (!rk_reserve(&trail, e->n_trail, &e->trail_capacity, sizeof *e->trail))
    return RK_OUT_OF_MEMORY;
  e->trail = (rk_narrowed *)trail;
  after = rk_escape_words(e, n_words);
  if (!after) return RK_OUT_OF_MEMORY;
  for (u32 w = 0; w < n_words; w++) {
    u64 word = rk_literal_word(l, w);
    after[w] = before[w] & (is_inside ? word : ~word);
    any |= after[w];
  }
  e->trail[e->n_trail].facet = l->facet;
  e->trail[e->n_trail++].before = e->now[l->facet];
  e->now[l->facet] = after;
  return any ? RK_NARROWED : RK_EMPTY;
}

/* How many facets are left on which a known cube can be left, the last of them in `*literal`;
 * RK_GONE: it is left already. */
RK_INLINE u32 rk_escape_left(const rk_escape *e, u32 cube, u32 *literal) {
  const rk_numbers *own = e->cubes->cubes + cube;
  u32 n = 0;
  for (u32 i = 0; i < own->n; i++) {
    const rk_literal *l = e->cubes->literals + own->items[i];
    const u64 *now = rk_escape_now(e, l->facet);
    u32 n_words = e->cubes->cuts[l->facet].n_words;
    if (!rk_literal_meets(l, now, n_words)) return RK_GONE;
    if (!rk_literal_contains(l, now, n_words)) {
      *literal = own->items[i];
      n++;
    }
  }
  return n;
}

/* Narrows as far as the known cubes ask for it. The cube to branch on in `*shortest`, or RK_GONE. */
RK_INLINE rk_narrow_end rk_escape_settle(rk_escape *e, u32 *shortest) {
  for (;;) {
    bool has_changed = false;
    u32 fewest = RK_GONE;
    *shortest = RK_GONE;
    for (u32 i = 0; i < e->known.n; i++) {
      u32 literal = 0, n = rk_escape_left(e, e->known.items[i], &literal);
      rk_escape_spend(e, 1);
      if (n == 0) return RK_EMPTY;
      if (n == 1) {
        rk_narrow_end end = rk_escape_narrow(e, literal, false);
        if (end != RK_NARROWED) return end;
        has_changed = true;
      } else if (n < fewest) {
        fewest = n;
        *shortest = e->known.items[i];
      }
    }
    if (!has_changed || !e->budget) return RK_NARROWED;
  }
}

/* A fork at a cube: the facets on which it can be left, those first that can stay at rest. */
RK_INLINE bool rk_escape_fork(rk_escape *e, u32 cube) {
  const rk_numbers *own = e->cubes->cubes + cube;
  void *forks = e->forks;
  rk_fork *fork;
  if (!rk_reserve(&forks, e->n_forks, &e->fork_capacity, sizeof *e->forks)) return false;
  e->forks = (rk_fork *)forks;
  fork = e->forks + e->n_forks++;
  fork->n_narrowed = e->n_trail;
  fork->first_choice = e->choices.n;
  fork->at = 0;
  for (u32 moves = 0; moves < 2; moves++)
    for (u32 i = 0; i < own->n; i++) {
      const rk_literal *l = e->cubes->literals + own->items[i];
      const rk_cut *cut = e->cubes->cuts + l->facet;
      const u64 *now = rk_escape_now(e, l->facet);
      bool stays = (now[cut->rest >> 6] >> (cut->rest & 63) & 1) && !rk_literal_has(l, cut->rest);
      if (rk_literal_contains(l, now, cut->n_words) || stays != !moves) continue;
      if (!rk_push(&e->choices, own->items[i])) return false;
    }
  fork->n_choices = e->choices.n - fork->first_choice;
  return true;
}

/* Tries the choice of the last fork, those before it denied; from fork to fork where none is left.
 * RK_EMPTY: the whole cube has been looked at. */
RK_INLINE rk_narrow_end rk_escape_try(rk_escape *e) {
  while (e->n_forks) {
    rk_fork *fork = e->forks + e->n_forks - 1;
    rk_narrow_end end = RK_NARROWED;
    rk_escape_back(e, fork->n_narrowed);
    for (u32 i = 0; i <= fork->at && i < fork->n_choices && end == RK_NARROWED; i++)
      end = rk_escape_narrow(e, e->choices.items[fork->first_choice + i], i < fork->at);
    if (end == RK_OUT_OF_MEMORY) return end;
    if (end == RK_NARROWED && fork->at < fork->n_choices) {
      fork->at++;
      return RK_NARROWED;
    }
    rk_escape_back(e, fork->n_narrowed);
    e->choices.n = fork->first_choice;
    e->n_forks--;
  }
  return RK_EMPTY;
}

/* The spot of what is left that is nearest to rest. */
RK_INLINE bool rk_escape_spot(rk_escape *e) {
  e->facets.n = e->classes.n = 0;
  for (u32 i = 0; i < e->n_trail; i++) {
    u32 facet = e->trail[i].facet, rest = e->cubes->cuts[facet].rest, w = 0;
    const u64 *now = e->now[facet];
    if (e->trail[i].before || (now[rest >> 6] >> (rest & 63) & 1)) continue;
    while (!now[w]) w++;
    if (!rk_push(&e->facets, facet)) return false;
    if (!rk_push(&e->classes, w * 64 + rk_lowest_bit(now[w]))) return false;
  }
  return true;
}

/* Makes those that stand in the way at the last spot known, the broadest of them; their number. */
RK_INLINE u32 rk_escape_hear(rk_escape *e) {
  const rk_numbers *found = &e->cubes->found;
  u32 heard[RK_HEARD], n = 0;
  for (u32 i = 0; i < found->n; i++) {
    u32 cube = found->items[i], n_literals = e->cubes->cubes[cube].n, at = n;
    while (at > 0 && e->cubes->cubes[heard[at - 1]].n > n_literals) at--;
    if (at == RK_HEARD) continue;
    if (n < RK_HEARD) n++;
    memmove(heard + at + 1, heard + at, (n - 1 - at) * sizeof *heard);
    heard[at] = cube;
  }
  for (u32 i = 0; i < n; i++)
    if (!rk_push(&e->known, heard[i])) return RK_GONE;
  return n;
}

RK_INLINE void rk_escape_clear(rk_escape *e) {
  rk_escape_back(e, 0);
  e->n_forks = e->choices.n = 0;
}

RK_INLINE rk_escape_end rk_escape_search(rk_escape *e) {
  for (;;) {
    u32 shortest, n;
    rk_narrow_end end = rk_escape_settle(e, &shortest);
    if (end == RK_OUT_OF_MEMORY) return RK_NO_MEMORY;
    if (!e->budget) return RK_OVER_BUDGET;
    if (end == RK_EMPTY || shortest != RK_GONE) {
      if (end != RK_EMPTY && !rk_escape_fork(e, shortest)) return RK_NO_MEMORY;
      end = rk_escape_try(e);
      if (end != RK_NARROWED) return end == RK_EMPTY ? RK_COVERED : RK_NO_MEMORY;
      continue;
    }
    if (!rk_escape_spot(e)) return RK_NO_MEMORY;
    if (!rk_cubes_at(e->cubes, e->facets.items, e->classes.items, e->facets.n, &e->among))
      return RK_NO_MEMORY;
    rk_escape_spend(e, 1 + e->cubes->found.n + e->cubes->at_rest.n / RK_PER_LOOK);
    n = rk_escape_hear(e);
    if (n == RK_GONE) return RK_NO_MEMORY;
    if (!n) return RK_ESCAPED;
  }
}

/* Looks for an escape inside all of some literals; a spot of one is in `facets` and `classes`. */
RK_INLINE rk_escape_end rk_escape_run(rk_escape *e, const u32 *literals, u32 n) {
  rk_escape_end end = RK_COVERED;
  rk_narrow_end narrow = RK_NARROWED;
  e->known.n = 0;
  for (u32 i = 0; i < n && narrow == RK_NARROWED; i++)
    narrow = rk_escape_narrow(e, literals[i], true);
  if (narrow == RK_OUT_OF_MEMORY) end = RK_NO_MEMORY;
  if (narrow == RK_NARROWED) end = rk_escape_search(e);
  rk_escape_clear(e);
  return end;
}

#endif
