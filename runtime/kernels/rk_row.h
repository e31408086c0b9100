/* rk_row.h - the classes of one entity's facts -> its profile row.
 *
 *     signature   [W] u64          bit p set <=> the condition at position p holds
 *     candidates  [n] u32          terms that hang on a condition that holds, ascending
 *                 |<- n_product ->| the first ones belong to products
 *                 |<- n_candidates ----->|<- n_watches ->| the last ones watch assumptions
 *
 * Every local condition of the entity is evaluated once. The caller owns all memory; nothing here
 * allocates, locks or recurses. Reads only the program; safe on any number of threads, each with
 * its own row. */
#ifndef RK_ROW_H
#define RK_ROW_H

#include "rk_program.h"

typedef struct {
  const u64 *signature;
  const u32 *candidates;
  u32 n_candidates;
  u32 n_product;
  u32 n_watches; /* behind the candidates */
} rk_row;

/* W: words of a signature of this entity. */
RK_INLINE u32 rk_signature_words(const rk_program *p, u32 entity) {
  u32 n = p->entities[entity].n_positions;
  return n / 64 + (n % 64 != 0);
}

/* Whether a local condition holds for the classes of its entity's facets.
 * INVARIANT: a jump leads forward or out, so this ends after at most n_tests steps. */
RK_INLINE int rk_holds(const rk_program *p, const rk_condition *condition, const u32 *classes) {
  const rk_test *tests = p->tests + condition->first_test;
  u32 at = condition->n_tests ? 0 : RK_CONDITION_TRUE;
  while (at < RK_CONDITION_FALSE) {
    const rk_test *test = tests + at;
    u32 value = classes[test->facet];
    at = value - test->low <= test->high - test->low ? test->on_true : test->on_false;
  }
  return at == RK_CONDITION_TRUE;
}

/* Whether the conditions a term tests on other entities than its own hold. */
RK_INLINE int rk_checks_hold(const rk_program *p, const rk_row *rows, const rk_term *term) {
  const rk_check *checks = p->checks + term->first_check;
  for (u32 i = 0; i < term->n_checks; i++) {
    u64 word = rows[checks[i].entity].signature[checks[i].position / 64];
    if (!(word >> checks[i].position % 64 & 1)) return 0;
  }
  return 1;
}

RK_INLINE void rk_sift_down(u32 *heap, u32 root, u32 n) {
  u32 value = heap[root];
  while (root < n / 2) {
    u32 child = 2 * root + 1;
    if (child + 1 < n && heap[child + 1] > heap[child]) child++;
    if (heap[child] <= value) break;
    heap[root] = heap[child];
    root = child;
  }
  heap[root] = value;
}

/* Sorts in place, ascending. Insertion up to 32, heapsort above: qsort may allocate. */
RK_INLINE void rk_sort(u32 *values, u32 n) {
  if (n <= 32) {
    for (u32 i = 1; i < n; i++) {
      u32 value = values[i], j = i;
      for (; j && values[j - 1] > value; j--) values[j] = values[j - 1];
      values[j] = value;
    }
    return;
  }
  for (u32 root = n / 2; root-- > 0;) rk_sift_down(values, root, n);
  for (u32 last = n - 1; last; last--) {
    u32 greatest = values[0];
    values[0] = values[last];
    values[last] = greatest;
    rk_sift_down(values, 0, last);
  }
}

/* Fills a row. `classes` has one class a facet of the entity; `signature` room for
 * rk_signature_words() words; `candidates` for n_hangs of the entity. The row points into both. */
RK_INLINE void rk_row_fill(const rk_program *p, u32 entity, const u32 *classes, u64 *signature,
                           u32 *candidates, rk_row *row) {
  const rk_entity *e = p->entities + entity;
  u32 n_words = rk_signature_words(p, entity), n = 0, n_product = 0, n_watches = 0;
  for (u32 i = 0; i < n_words; i++) signature[i] = 0;
  for (u32 i = 0; i < e->n_conditions; i++) {
    const rk_condition *condition = p->conditions + e->first_condition + i;
    if (!rk_holds(p, condition, classes)) continue;
    if (condition->position != RK_NONE) {
      signature[condition->position / 64] |= (u64)1 << condition->position % 64;
    }
    for (u32 j = 0; j < condition->n_hangs; j++) {
      u32 term = p->hangs[condition->first_hang + j];
      candidates[n++] = term;
      n_product += term < p->n_product_terms;
      n_watches += term >= p->n_rule_terms;
    }
  }
  rk_sort(candidates, n);
  row->signature = signature;
  row->candidates = candidates;
  row->n_candidates = n - n_watches;
  row->n_product = n_product;
  row->n_watches = n_watches;
}

#endif
