/* rk_fill.h - an open row -> a filled one, for facts that serve many requests.
 *
 *     signature   the quiet request's, with the positions evaluated that classes and tags may turn
 *     words       the candidates of all lists, ascending, whose own condition holds (rk_word.h)
 *     flat        the AND of the rows of flat terms that the facts bring about
 *
 * All of it stands in one stretch of memory, in the order in which a match reads it:
 *
 *     flat | signature | words
 *
 * The caller owns all memory; nothing here allocates or locks. */
#ifndef RK_FILL_H
#define RK_FILL_H

#include "rk_cursor.h"
#include "rk_flat.h"
#include "rk_word.h"

/* What filling works in. */
typedef struct {
  u32 *heads;       /* [rk_n_heads] of the open row's lists */
  rk_rest *rests;   /* [n_lists] */
  const u64 **rows; /* [rk_max_flat_rows] */
} rk_filling;

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

/* Writes the signature of an entity's facts: rk_signature_words() words. It starts as the quiet
 * request's; only the positions are evaluated that classes and tags may turn. */
RK_INLINE void rk_sign(const rk_program *p, u32 entity, const rk_facts *facts, u64 *signature) {
  const rk_entity *e = p->entities + entity;
  const rk_facet *facets = p->facets + e->first_facet;
  u32 n_words = rk_quiet_words(e);
  signature[e->n_positions / 64] = 0;
  for (u32 i = 0; i < n_words; i++) signature[i] = p->quiet_bits[e->first_quiet + i];
  signature[e->n_positions / 64] |= (u64)1 << e->n_positions % 64;
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

/* Gathers the candidates of an open row whose own condition holds: rk_n_candidates() at most. */
RK_INLINE void rk_gather(const rk_program *p, u32 entity, const rk_row *open,
                         const rk_filling *scratch, u64 *words, rk_row *row) {
  rk_cursor cursor;
  u32 number;
  rk_cursor_start(&cursor, scratch->heads, scratch->rests);
  for (u32 i = 0; i < open->n_lists; i++) {
    rk_cursor_add(&cursor, open->lists[i].terms, open->lists[i].n);
  }
  rk_cursor_seal(&cursor);
  while ((number = rk_cursor_next(&cursor)) != RK_NONE) {
    u32 condition = p->terms[number].condition;
    if (condition != RK_NONE && !rk_holds(p, p->conditions + condition, open->facts)) continue;
    words[row->n++] = rk_word_of(p, p->sieves + entity, number);
    row->n_product += number < p->n_product_terms;
    row->n_rule += number < p->n_rule_terms;
  }
  row->words = words;
}

/* Bytes that filling an open row takes at the most. */
RK_INLINE u64 rk_fill_bytes(const rk_program *p, u32 entity, const rk_row *open) {
  const rk_entity *e = p->entities + entity;
  return (rk_flat_words(p) + rk_signature_words(e) + rk_n_candidates(open)) * sizeof(u64);
}

/* Fills a row from an open one of the same entity; answers how many bytes of `block` it took. The row
 * points into the block, which is aligned for u64. */
RK_INLINE u64 rk_row_fill(const rk_program *p, u32 entity, const rk_row *open,
                          const rk_filling *scratch, void *block, rk_row *row) {
  u64 *signature = (u64 *)block;
  u32 n_rows = rk_flat_of_facts(p, entity, open->facts, scratch->rows);
  memset(row, 0, sizeof *row);
  row->mask = RK_NONE;
  if (n_rows) {
    rk_flat_and(p, scratch->rows, n_rows, signature);
    row->flat = signature;
    signature += rk_flat_words(p);
  }
  rk_sign(p, entity, open->facts, signature);
  row->signature = signature;
  rk_gather(p, entity, open, scratch, signature + rk_signature_words(p->entities + entity), row);
  return (u64)((const u8 *)(row->words + row->n) - (const u8 *)block);
}

/* Lets a filled row point into a copy of its block; `from` is where it was, and may be gone. */
RK_INLINE void rk_row_rebase(rk_row *row, const void *from, const void *to) {
  uintptr_t offset = (uintptr_t)to - (uintptr_t)from;
  if (row->flat) row->flat = (const u64 *)((uintptr_t)row->flat + offset);
  row->signature = (const u64 *)((uintptr_t)row->signature + offset);
  row->words = (const u64 *)((uintptr_t)row->words + offset);
}

#endif
