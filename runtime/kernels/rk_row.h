/* rk_row.h - the facts of one entity -> its row: what a match asks of it.
 *
 *     facts   classes [n_scalars] u32     one a scalar
 *             tags    [n_tags]    bits    the named tags the entity carries ...
 *             touched [n_touched] u32     ... and their numbers, each once, in no order
 *
 *     row     open      lists [n_lists]   ascending terms: products' | businesses' | watches
 *             filled    words [n]         the same, in one list, with what each asks elsewhere (rk_word.h)
 *                       signature [W]     bit p set <=> the condition at position p holds
 *
 * A row is *open* or *filled*. Opening one takes no thought: its lists are the runs that its classes
 * and tags bring about, its conditions are evaluated when they are asked, so a request pays for the
 * candidates up to its winner and for nothing else. Filling one (rk_fill.h) is for facts that serve many
 * requests.
 *
 * The caller owns all memory; nothing here allocates, locks or recurses. Reads only the program; safe
 * on any number of threads, each with its own facts and rows. */
#ifndef RK_ROW_H
#define RK_ROW_H

#include <string.h>

#include "rk_program.h"

/* INVARIANT: classes are below the n_classes of their facets; a bit of `tags` is set if and only if its
 * number stands in `touched`, which has room for every tag of the entity. */
typedef struct {
  u32 *classes;
  u64 *tags;
  u32 *touched;
  u32 n_touched;
  u32 n_scalars;
} rk_facts;

typedef struct {
  const u32 *terms; /* ascending */
  u32 n_product, n_rule, n;
} rk_list;

/* One cache line. What an open row holds is found by `facts`, so of its signature every position is
 * the one word rk_all_set. */
typedef struct {
  const u64 *signature;
  u32 mask;              /* of positions; 0: the row is open */
  u32 n_product, n_rule, n;
  u32 n_lists;
  const u64 *words;      /* of a filled row: candidates, ascending, whose own condition holds */
  const u64 *flat;       /* of a filled row: the flat terms that its facts leave; NULL: all */
  const rk_list *lists;  /* of an open row */
  const rk_facts *facts; /* of an open row */
} rk_row;

static const u64 rk_all_set = ~(u64)0;

RK_INLINE int rk_row_is_open(const rk_row *row) { return !row->mask; }

/* Words of `tags`. */
RK_INLINE u32 rk_tag_words(const rk_entity *e) {
  u32 n = e->n_facets - e->n_scalars;
  return n / 64 + (n % 64 != 0);
}

/* Sets a tag, by its facet. */
RK_INLINE void rk_facts_add(rk_facts *facts, u32 facet) {
  u32 tag = facet - facts->n_scalars;
  u64 bit = (u64)1 << tag % 64;
  if (facts->tags[tag / 64] & bit) return;
  facts->tags[tag / 64] |= bit;
  facts->touched[facts->n_touched++] = tag;
}

/* Takes all tags away. */
RK_INLINE void rk_facts_clear(rk_facts *facts) {
  for (u32 i = 0; i < facts->n_touched; i++) facts->tags[facts->touched[i] / 64] = 0;
  facts->n_touched = 0;
}

RK_INLINE u32 rk_facts_class(const rk_facts *facts, u32 facet) {
  if (facet < facts->n_scalars) return facts->classes[facet];
  u32 tag = facet - facts->n_scalars;
  return (u32)(facts->tags[tag / 64] >> tag % 64 & 1);
}

/* Whether a local condition holds for the facts of its entity.
 * INVARIANT: a jump leads forward or out, so this ends after at most n_tests steps. */
RK_INLINE int rk_holds(const rk_program *p, const rk_condition *condition, const rk_facts *facts) {
  const rk_test *tests = p->tests + condition->first_test;
  u32 at = condition->n_tests ? 0 : RK_CONDITION_TRUE;
  while (at < RK_CONDITION_FALSE) {
    const rk_test *test = tests + at;
    u32 value = rk_facts_class(facts, test->facet);
    at = value - test->low <= test->high - test->low ? test->on_true : test->on_false;
  }
  return at == RK_CONDITION_TRUE;
}

/* Whether the condition at a position holds in the row of its entity. */
RK_INLINE int rk_row_holds(const rk_program *p, const rk_row *rows, u32 entity, u32 position) {
  const rk_row *row = rows + entity;
  if (rk_row_is_open(row)) {
    return rk_holds(p, p->conditions + p->entities[entity].first_condition + position, row->facts);
  }
  return (int)(row->signature[position / 64] >> RK_MUTATE(8, position % 63, position % 64) & 1);
}

/* Whether what a term asks besides standing in a list holds: what it asks of other entities first, the
 * least likely first; then its own condition, which candidates of a filled row are known to satisfy. */
RK_INLINE int rk_term_holds(const rk_program *p, const rk_row *rows, const rk_term *term) {
  for (u32 i = RK_MUTATE(2, 1, 0); i < term->n_checks; i++) {
    u32 check = i < RK_N_INLINE ? term->checks[i] : p->checks[term->first_check + i - RK_N_INLINE];
    if (!rk_row_holds(p, rows, rk_check_entity(check), rk_check_position(check))) return 0;
  }
  const rk_row *own = rows + term->entity;
  if (term->condition == RK_NONE || !rk_row_is_open(own)) return 1;
  return RK_MUTATE(1, 1, rk_holds(p, p->conditions + term->condition, own->facts));
}

/* The most lists an open row of this entity can have. */
RK_INLINE u64 rk_max_lists(const rk_program *p, const rk_entity *e) {
  u64 n = 1 + (u64)(e->n_facets - e->n_scalars);
  for (u32 i = 0; i < e->n_scalars; i++) n += rk_n_levels(p->facets[e->first_facet + i].n_classes);
  return n;
}

RK_INLINE u32 rk_list_run(const rk_program *p, u32 run, rk_list *lists, u32 n_lists) {
  const rk_run *r = p->runs + run;
  if (!r->n) return n_lists;
  lists[n_lists].terms = p->candidates + r->first;
  lists[n_lists].n_product = r->n_product;
  lists[n_lists].n_rule = r->n_rule;
  lists[n_lists].n = r->n;
  return n_lists + 1;
}

/* Opens a row. `lists` has room for rk_max_lists(); the row points to it and to the facts. */
RK_INLINE void rk_row_open(const rk_program *p, u32 entity, const rk_facts *facts, rk_list *lists,
                           rk_row *row) {
  const rk_entity *e = p->entities + entity;
  const rk_facet *facets = p->facets + e->first_facet;
  u32 n = e->quiet_run == RK_NONE ? 0 : rk_list_run(p, e->quiet_run, lists, 0);
  for (u32 i = 0; i < e->n_scalars; i++) {
    if (facets[i].first_run == RK_NONE) continue;
    u32 run = facets[i].first_run, step = facts->classes[i], n_steps = facets[i].n_classes;
    for (;; step /= 16) {
      n = rk_list_run(p, run + step, lists, n);
      if (n_steps <= RK_MUTATE(16, 1u << 30, 16u)) break;
      run += n_steps;
      n_steps = n_steps / 16 + (n_steps % 16 != 0);
    }
  }
  for (u32 i = 0; i < facts->n_touched; i++) {
    u32 run = facets[e->n_scalars + facts->touched[i]].first_run;
    if (run != RK_NONE) n = rk_list_run(p, run, lists, n);
  }
  memset(row, 0, sizeof *row);
  row->signature = &rk_all_set;
  row->facts = facts;
  row->lists = lists;
  row->n_lists = n;
}

/* How many candidates the lists of an open row hold, a term of several lists counted in each. */
RK_INLINE u64 rk_n_candidates(const rk_row *row) {
  u64 n = 0;
  for (u32 i = 0; i < row->n_lists; i++) n += row->lists[i].n;
  return n;
}

#endif
