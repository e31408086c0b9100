/* rk_verify_rules.h - are conditions, terms, definitions, points and decisions in range?
 *
 * Part of rk_verify.h, which tells the contract. Needs entities that were verified. */
#ifndef RK_VERIFY_RULES_H
#define RK_VERIFY_RULES_H

#include "rk_verify_file.h"

/* INVARIANT: a jump leads forward within the condition, or out of it. */
RK_INLINE int rk_is_target(u32 target, u32 own, u32 n_tests) {
  return target == RK_CONDITION_TRUE || target == RK_CONDITION_FALSE ||
         (target > own && target < n_tests);
}

RK_INLINE int rk_verify_tests(const rk_program *p, const rk_entity *e, const rk_condition *c) {
  for (u32 i = 0; i < c->n_tests; i++) {
    const rk_test *test = p->tests + c->first_test + i;
    if (test->facet >= e->n_facets || test->low > test->high) return RK_BAD_TESTS;
    if (!rk_is_target(test->on_true, i, c->n_tests)) return RK_BAD_TESTS;
    if (!rk_is_target(test->on_false, i, c->n_tests)) return RK_BAD_TESTS;
  }
  return RK_OK;
}

RK_INLINE int rk_verify_conditions(const rk_program *p) {
  rk_budget tests = rk_budget_of(p, RK_SECTION_TESTS);
  for (u32 i = 0; i < p->n_records[RK_SECTION_ENTITIES]; i++) {
    const rk_entity *e = p->entities + i;
    for (u32 j = e->first_condition; j < e->first_condition + e->n_conditions; j++) {
      const rk_condition *condition = p->conditions + j;
      if (!rk_take_slice(&tests, condition->first_test, condition->n_tests)) return RK_BAD_TESTS;
      int bad = rk_verify_tests(p, e, condition);
      if (bad) return bad;
    }
  }
  return RK_OK;
}

RK_INLINE int rk_is_condition_of(const rk_program *p, u32 entity, u32 condition) {
  if (entity >= p->n_records[RK_SECTION_ENTITIES]) return 0;
  const rk_entity *e = p->entities + entity;
  return condition >= e->first_condition && condition - e->first_condition < e->n_conditions;
}

RK_INLINE int rk_is_position(const rk_program *p, u32 entity, u32 position) {
  return entity < p->n_records[RK_SECTION_ENTITIES] && position < p->entities[entity].n_positions;
}

RK_INLINE int rk_is_check(const rk_program *p, u32 check) {
  return rk_is_position(p, rk_check_entity(check), rk_check_position(check));
}

/* Terms stand in program order; counts those of products, and those before the watch terms. */
RK_INLINE int rk_verify_terms(rk_program *p) {
  rk_budget checks = rk_budget_of(p, RK_SECTION_CHECKS);
  u32 n_definitions = p->n_records[RK_SECTION_DEFINITIONS];
  if (p->n_products > n_definitions) return RK_BAD_DEFINITIONS;
  u64 n_owners = (u64)n_definitions + p->n_records[RK_SECTION_ASSUMPTIONS];
  p->n_product_terms = p->n_rule_terms = 0;
  if (p->n_records[RK_SECTION_TERMS] > RK_MAX_TERMS) return RK_BAD_TERMS;
  for (u32 i = 0; i < p->n_records[RK_SECTION_ASSUMPTIONS]; i++) {
    if (!rk_is_string(p, p->assumptions[i])) return RK_BAD_ASSUMPTIONS;
  }
  for (u32 i = 0; i < p->n_records[RK_SECTION_TERMS]; i++) {
    const rk_term *term = p->terms + i;
    if (term->definition >= n_owners) return RK_BAD_TERMS;
    if (i && term->definition < p->terms[i - 1].definition) return RK_BAD_TERMS;
    if (term->entity >= p->n_records[RK_SECTION_ENTITIES]) return RK_BAD_TERMS;
    if (term->condition != RK_NONE && !rk_is_condition_of(p, term->entity, term->condition)) {
      return RK_BAD_TERMS;
    }
    u32 n_inline = term->n_checks < RK_N_INLINE ? term->n_checks : RK_N_INLINE;
    for (u32 j = 0; j < n_inline; j++) {
      if (!rk_is_check(p, term->checks[j])) return RK_BAD_CHECKS;
    }
    if (!rk_take_slice(&checks, term->first_check, term->n_checks - n_inline)) {
      return RK_BAD_CHECKS;
    }
    p->n_product_terms += term->definition < p->n_products;
    p->n_rule_terms += term->definition < n_definitions;
  }
  for (u32 i = 0; i < p->n_records[RK_SECTION_CHECKS]; i++) {
    if (!rk_is_check(p, p->checks[i])) return RK_BAD_CHECKS;
  }
  return RK_OK;
}

RK_INLINE int rk_verify_scenarios(const rk_program *p) {
  for (u32 i = 0; i < p->n_records[RK_SECTION_SCENARIOS]; i++) {
    if (!rk_is_string(p, p->scenarios[i])) return RK_BAD_SCENARIOS;
  }
  return RK_OK;
}

RK_INLINE int rk_verify_liveness(const rk_program *p) {
  for (u32 i = 0; i < p->n_records[RK_SECTION_LIVENESS]; i++) {
    const rk_liveness *l = p->liveness + i;
    if (l->is_enabled > 1) return RK_BAD_LIVENESS;
    if (l->window != RK_NONE && l->window >= p->n_records[RK_SECTION_WINDOWS]) {
      return RK_BAD_LIVENESS;
    }
    if (l->entity != RK_NONE && !rk_is_position(p, l->entity, l->position)) return RK_BAD_LIVENESS;
  }
  return RK_OK;
}

RK_INLINE int rk_is_liveness_or_none(const rk_program *p, u32 liveness) {
  return liveness == RK_NONE || liveness < p->n_records[RK_SECTION_LIVENESS];
}

RK_INLINE int rk_verify_binding(const rk_program *p, u32 number, const rk_binding *b) {
  if (b->point >= p->n_records[RK_SECTION_POINTS]) return RK_BAD_BINDINGS;
  if (b->scenario != RK_NONE && b->scenario >= p->n_records[RK_SECTION_SCENARIOS]) {
    return RK_BAD_BINDINGS;
  }
  if (!rk_is_liveness_or_none(p, b->liveness) || b->is_ordered > 1) return RK_BAD_BINDINGS;
  if (b->before != RK_NONE && b->before >= p->n_products) return RK_BAD_BINDINGS;
  if (b->decision >= p->n_records[RK_SECTION_DECISIONS]) return RK_BAD_BINDINGS;
  const rk_decision *decision = p->decisions + b->decision;
  if (decision->definition != number || decision->point != b->point) return RK_BAD_BINDINGS;
  return RK_OK;
}

/* Ascending by point, and as the Bloom word says. */
RK_INLINE int rk_verify_bindings(const rk_program *p, u32 number) {
  const rk_definition *d = p->definitions + number;
  const rk_binding *bindings = p->bindings + d->first_binding;
  u64 points = 0;
  for (u32 i = 0; i < d->n_bindings; i++) {
    if (i && bindings[i - 1].point > bindings[i].point) return RK_BAD_BINDINGS;
    int bad = rk_verify_binding(p, number, bindings + i);
    if (bad) return bad;
    points |= (u64)1 << bindings[i].point % 64;
  }
  return points == rk_points_of(d) ? RK_OK : RK_BAD_BINDINGS;
}

RK_INLINE int rk_verify_installs(const rk_program *p, const rk_definition *d) {
  const u32 *installs = p->installs + d->first_install;
  for (u32 i = 0; i < d->n_installs; i++) {
    if (installs[i] >= p->n_products || (i && installs[i - 1] >= installs[i])) {
      return RK_BAD_INSTALLS;
    }
  }
  return RK_OK;
}

/* Products first, then businesses; in each lane the ranks ascend. */
RK_INLINE int rk_verify_definitions(const rk_program *p) {
  rk_budget installs = rk_budget_of(p, RK_SECTION_INSTALLS);
  rk_budget bindings = rk_budget_of(p, RK_SECTION_BINDINGS);
  u32 n = p->n_records[RK_SECTION_DEFINITIONS];
  for (u32 i = 0; i < n; i++) {
    const rk_definition *d = p->definitions + i;
    if (!rk_is_string(p, d->code) || !rk_is_string(p, d->name) || !rk_is_string(p, d->owner) ||
        d->lane != (i < p->n_products ? RK_PRODUCT : RK_BUSINESS) || d->scope >= RK_N_SCOPES) {
      return RK_BAD_DEFINITIONS;
    }
    if (i && d[-1].lane == d->lane && d[-1].rank > d->rank) return RK_BAD_DEFINITIONS;
    if (d->is_isolated > (d->lane == RK_BUSINESS)) return RK_BAD_DEFINITIONS;
    if (!rk_is_liveness_or_none(p, d->liveness)) return RK_BAD_DEFINITIONS;
    if (d->n_installs && d->lane == RK_PRODUCT) return RK_BAD_INSTALLS;
    if (!rk_take_slice(&installs, d->first_install, d->n_installs)) return RK_BAD_INSTALLS;
    if (!rk_take_slice(&bindings, d->first_binding, d->n_bindings)) return RK_BAD_BINDINGS;
    int bad = rk_verify_installs(p, d);
    if (!bad) bad = rk_verify_bindings(p, i);
    if (bad) return bad;
  }
  return RK_OK;
}

RK_INLINE int rk_verify_points(const rk_program *p) {
  rk_budget orders = rk_budget_of(p, RK_SECTION_ORDERS);
  for (u32 i = 0; i < p->n_records[RK_SECTION_POINTS]; i++) {
    const rk_point *point = p->points + i;
    if (!rk_is_string(p, point->code) || !rk_is_string(p, point->ability) ||
        point->lane_order >= RK_N_LANE_ORDERS || point->reduce >= RK_N_REDUCES ||
        point->has_before > 1 || point->decision >= p->n_records[RK_SECTION_DECISIONS]) {
      return RK_BAD_POINTS;
    }
    const rk_decision *decision = p->decisions + point->decision;
    if (decision->definition != RK_NONE || decision->point != i) return RK_BAD_POINTS;
    if (!rk_take_slice(&orders, point->first_order, point->n_orders)) return RK_BAD_ORDERS;
  }
  for (u32 i = 0; i < p->n_records[RK_SECTION_ORDERS]; i++) {
    if (p->orders[i] >= p->n_records[RK_SECTION_DEFINITIONS]) return RK_BAD_ORDERS;
  }
  return RK_OK;
}

/* Only where the platform's default runs may an implementation lack; then nothing is said at all.
 * A default is the platform's, everything else a definition's. */
RK_INLINE int rk_verify_decisions(const rk_program *p) {
  for (u32 i = 0; i < p->n_records[RK_SECTION_DECISIONS]; i++) {
    const rk_decision *d = p->decisions + i;
    if (d->point >= p->n_records[RK_SECTION_POINTS] || d->reason >= RK_N_REASONS) {
      return RK_BAD_DECISIONS;
    }
    if ((d->definition == RK_NONE) != (d->reason == RK_REASON_DEFAULT)) return RK_BAD_DECISIONS;
    if (d->definition != RK_NONE && d->definition >= p->n_records[RK_SECTION_DEFINITIONS]) {
      return RK_BAD_DECISIONS;
    }
    if (!rk_is_string_or_none(p, d->implementation) || !rk_is_string_or_none(p, d->mode) ||
        !rk_is_string_or_none(p, d->config)) {
      return RK_BAD_DECISIONS;
    }
    int is_platform = d->reason == RK_REASON_DEFAULT || d->reason == RK_REASON_BLOCKED;
    if (d->implementation == RK_NONE &&
        (!is_platform || d->mode != RK_NONE || d->config != RK_NONE)) {
      return RK_BAD_DECISIONS;
    }
  }
  return RK_OK;
}

#endif
