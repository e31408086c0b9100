/* rk_verify_runs.h - are facets, runs and triggers in range?
 *
 * Part of rk_verify.h, which tells the contract. Needs entities, facts, conditions and terms that were
 * verified. Whether every term stands where it must is not asked: a program that forgets one answers
 * wrongly, and safely. */
#ifndef RK_VERIFY_RUNS_H
#define RK_VERIFY_RUNS_H

#include "rk_verify_file.h"

/* Ascending terms of one entity, split into lanes where it says. INVARIANT: `number` is of a slice
 * that was taken. */
RK_INLINE int rk_verify_run(const rk_program *p, u32 entity, u32 number, rk_budget *candidates) {
  const rk_run *run = p->runs + number;
  if (run->n_product > run->n_rule || run->n_rule > run->n) return RK_BAD_RUNS;
  if (!rk_take_slice(candidates, run->first, run->n)) return RK_BAD_RUNS;
  if (!run->n) return RK_OK;
  const u32 *terms = p->candidates + run->first;
  u32 n_bad = 0, last = terms[run->n - 1];
  for (u32 i = 1; i < run->n; i++) n_bad += terms[i - 1] >= terms[i];
  if (n_bad || last >= p->n_records[RK_SECTION_TERMS]) return RK_BAD_CANDIDATES;
  /* They ascend: where a lane ends, two of them say. */
  u32 ends[] = {run->n_product, run->n_rule}, limits[] = {p->n_product_terms, p->n_rule_terms};
  for (u32 k = 0; k < 2; k++) {
    if (ends[k] && terms[ends[k] - 1] >= limits[k]) return RK_BAD_CANDIDATES;
    if (ends[k] < run->n && terms[ends[k]] < limits[k]) return RK_BAD_CANDIDATES;
  }
  for (u32 i = 0; i < run->n; i++) n_bad += p->terms[terms[i]].entity != entity;
  return n_bad ? RK_BAD_CANDIDATES : RK_OK;
}

/* Positions of one entity. */
RK_INLINE int rk_verify_trigger(const rk_program *p, const rk_entity *e, u32 number,
                                rk_budget *triggered) {
  const rk_trigger *trigger = p->triggers + number;
  if (!rk_take_slice(triggered, trigger->first, trigger->n)) return RK_BAD_TRIGGERS;
  u32 n_bad = 0;
  for (u32 i = 0; i < trigger->n; i++) n_bad += p->triggered[trigger->first + i] >= e->n_positions;
  return n_bad ? RK_BAD_TRIGGERS : RK_OK;
}

/* Ascending terms of rules, without own conditions; rows of whole blocks, empty behind the last term. */
RK_INLINE int rk_verify_flats(rk_program *p) {
  u32 n = p->n_records[RK_SECTION_FLATS];
  u64 n_words = rk_flat_words(p), n_bits = p->n_records[RK_SECTION_FLAT_BITS];
  p->n_product_flats = 0;
  for (u32 i = 0; i < n; i++) {
    u32 term = p->flats[i];
    if (term >= p->n_rule_terms || (i && p->flats[i - 1] >= term)) return RK_BAD_FLATS;
    if (p->terms[term].condition != RK_NONE) return RK_BAD_FLATS;
    p->n_product_flats += term < p->n_product_terms;
  }
  if (n_words ? n_bits % n_words : n_bits) return RK_BAD_FLATS;
  for (u64 row = 0; row < n_bits; row += n_words) {
    u64 behind = n % 64 ? p->flat_bits[row + n / 64] >> n % 64 : 0;
    for (u64 word = ((u64)n + 63) / 64; word < n_words; word++) behind |= p->flat_bits[row + word];
    if (behind) return RK_BAD_FLATS;
  }
  for (u32 i = 0; i < p->n_records[RK_SECTION_FLAT_ROWS]; i++) {
    u32 row = p->flat_rows[i];
    if (row != RK_NONE && (!n || row >= n_bits / n_words)) return RK_BAD_FLATS;
  }
  return RK_OK;
}

/* The steps of one facet: `budgets` are those of runs, candidates, triggers, triggered
 * and rows of flat terms. */
RK_INLINE int rk_verify_facet(const rk_program *p, u32 entity, u32 number, rk_budget budgets[5]) {
  const rk_entity *e = p->entities + entity;
  const rk_facet *facet = p->facets + e->first_facet + number;
  u64 n = number < e->n_scalars ? rk_n_steps(facet->n_classes) : 1;
  if (facet->quiet_class >= facet->n_classes) return RK_BAD_FACETS;
  if (facet->first_flat != RK_NONE) {
    u32 n_rows = number < e->n_scalars ? facet->n_classes : 1;
    if (!rk_take_slice(budgets + 4, facet->first_flat, n_rows)) return RK_BAD_FLATS;
  }
  if (facet->first_run != RK_NONE) {
    if (n > RK_NONE || !rk_take_slice(budgets, facet->first_run, (u32)n)) return RK_BAD_RUNS;
    for (u32 i = 0; i < n; i++) {
      int bad = rk_verify_run(p, entity, facet->first_run + i, budgets + 1);
      if (bad) return bad;
    }
  }
  if (facet->first_trigger != RK_NONE) {
    if (n > RK_NONE || !rk_take_slice(budgets + 2, facet->first_trigger, (u32)n)) {
      return RK_BAD_TRIGGERS;
    }
    for (u32 i = 0; i < n; i++) {
      int bad = rk_verify_trigger(p, e, facet->first_trigger + i, budgets + 3);
      if (bad) return bad;
    }
  }
  return RK_OK;
}

RK_INLINE int rk_verify_runs(rk_program *p) {
  rk_budget budgets[5] = {
      rk_budget_of(p, RK_SECTION_RUNS), rk_budget_of(p, RK_SECTION_CANDIDATES),
      rk_budget_of(p, RK_SECTION_TRIGGERS), rk_budget_of(p, RK_SECTION_TRIGGERED),
      rk_budget_of(p, RK_SECTION_FLAT_ROWS)};
  int bad_flats = rk_verify_flats(p);
  if (bad_flats) return bad_flats;
  for (u32 i = 0; i < p->n_records[RK_SECTION_ENTITIES]; i++) {
    const rk_entity *e = p->entities + i;
    if (e->quiet_run != RK_NONE) {
      int bad = rk_take_slice(budgets, e->quiet_run, 1) ? rk_verify_run(p, i, e->quiet_run, budgets + 1)
                                                       : RK_BAD_RUNS;
      if (bad) return bad;
    }
    for (u32 j = 0; j < e->n_facets; j++) {
      int bad = rk_verify_facet(p, i, j, budgets);
      if (bad) return bad;
    }
  }
  return RK_OK;
}

#endif
