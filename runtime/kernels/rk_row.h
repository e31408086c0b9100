/* rk_row.h - the facts of one entity -> its row: what a match asks of it.
 *
 *     facts   classes [n_scalars] u32     one a scalar
 *             tags    [n_tags]    bits    the named tags the entity carries ...
 *             touched [n_touched] u32     ... and their numbers, each once, in no order
 *
 *     row     signature [W] u64           bit p set <=> the condition at position p holds
 *             lists     [n_lists]         ascending candidates: products' | businesses' | watches
 *
 * A row is *open* or *filled*. Opening one takes no thought: its lists are the runs that its classes
 * and tags bring about, its conditions are evaluated when they are asked, so a request pays for the
 * candidates up to its winner and for nothing else. Filling one is for facts that serve many requests:
 * it starts at the signature of the quiet request, visits the conditions that its classes and tags may turn, and
 * keeps one list, that of the candidates whose own condition holds.
 *
 * The caller owns all memory; nothing here allocates, locks or recurses. Reads only the program; safe
 * on any number of threads, each with its own facts and rows. */
#ifndef RK_ROW_H
#define RK_ROW_H

#include "rk_cursor.h"

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
  const rk_facts *facts; /* of an open row */
  const u64 *signature;  /* of a filled row; NULL: the row is open */
  const u64 *flat;       /* of a filled row: what its facts leave of the flat terms */
  const rk_list *lists;
  u32 n_lists;
  u32 is_checked; /* whether the candidates' own conditions are known to hold */
} rk_row;

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
  if (row->signature) return (int)(row->signature[position / 64] >> RK_MUTATE(8, position % 63, position % 64) & 1);
  return rk_holds(p, p->conditions + p->entities[entity].first_condition + position, row->facts);
}

/* Whether what a term asks besides standing in a list holds: its own condition first, then those of
 * other entities. */
RK_INLINE int rk_term_holds(const rk_program *p, const rk_row *rows, const rk_term *term) {
  if (term->condition != RK_NONE && !rows[term->entity].is_checked &&
      !rk_holds(p, p->conditions + term->condition, rows[term->entity].facts)) {
    return RK_MUTATE(1, 1, 0);
  }
  for (u32 i = RK_MUTATE(2, 1, 0); i < term->n_checks; i++) {
    u32 check = i < RK_N_INLINE ? term->checks[i] : p->checks[term->first_check + i - RK_N_INLINE];
    if (!rk_row_holds(p, rows, rk_check_entity(check), rk_check_position(check))) return 0;
  }
  return 1;
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
  row->facts = facts;
  row->signature = row->flat = NULL;
  row->lists = lists;
  row->n_lists = n;
  row->is_checked = 0;
}

RK_INLINE void rk_pull(const rk_program *p, const rk_entity *e, u32 trigger, const rk_facts *facts,
                       u64 *signature) {
  const rk_trigger *t = p->triggers + trigger;
  for (u32 i = 0; i < t->n; i++) {
    u32 position = p->triggered[t->first + i];
    u64 bit = (u64)1 << position % 64, *word = signature + position / 64;
    int holds = rk_holds(p, p->conditions + e->first_condition + position, facts);
    *word = holds ? *word | bit : *word & ~bit;
  }
}

/* Writes the signature of an entity's facts: rk_signature_words() words. */
RK_INLINE void rk_sign(const rk_program *p, u32 entity, const rk_facts *facts, u64 *signature) {
  const rk_entity *e = p->entities + entity;
  const rk_facet *facets = p->facets + e->first_facet;
  u32 n_words = rk_signature_words(e);
  for (u32 i = 0; i < n_words; i++) signature[i] = p->quiet_bits[e->first_quiet + i];
  for (u32 i = 0; i < e->n_scalars; i++) {
    if (facets[i].first_trigger == RK_NONE || facts->classes[i] == facets[i].quiet_class) continue;
    u32 trigger = facets[i].first_trigger, step = facts->classes[i], n_steps = facets[i].n_classes;
    if (RK_MUTANT == 13) continue;
    for (;; step /= 16) {
      rk_pull(p, e, trigger + step, facts, signature);
      if (n_steps <= 16) break;
      trigger += n_steps;
      n_steps = n_steps / 16 + (n_steps % 16 != 0);
    }
  }
  for (u32 i = 0; i < facts->n_touched; i++) {
    u32 trigger = facets[e->n_scalars + facts->touched[i]].first_trigger;
    if (trigger != RK_NONE) rk_pull(p, e, trigger, facts, signature);
  }
}

/* How many candidates the lists of a row hold, a term of several lists counted in each. */
RK_INLINE u64 rk_n_candidates(const rk_row *row) {
  u64 n = 0;
  for (u32 i = 0; i < row->n_lists; i++) n += row->lists[i].n;
  return n;
}

/* Gathers the candidates of an open row whose own condition holds: rk_n_candidates() at most. `heads`
 * and `rests` have room for the row's lists. */
RK_INLINE void rk_gather(const rk_program *p, const rk_row *open, u32 *heads, rk_rest *rests,
                         u32 *candidates, rk_list *list) {
  rk_cursor cursor;
  u32 number, n = 0, n_product = 0, n_rule = 0;
  rk_cursor_start(&cursor, heads, rests);
  for (u32 i = 0; i < open->n_lists; i++) {
    rk_cursor_add(&cursor, open->lists[i].terms, open->lists[i].n);
  }
  rk_cursor_seal(&cursor);
  while ((number = rk_cursor_next(&cursor)) != RK_NONE) {
    u32 condition = p->terms[number].condition;
    if (condition != RK_NONE && !rk_holds(p, p->conditions + condition, open->facts)) continue;
    candidates[n++] = number;
    n_product += number < p->n_product_terms;
    n_rule += number < p->n_rule_terms;
  }
  list->terms = candidates;
  list->n_product = n_product;
  list->n_rule = n_rule;
  list->n = n;
}

#endif
