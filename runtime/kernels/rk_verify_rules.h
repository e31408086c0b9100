/* rk_verify_rules.h - are conditions, terms, definitions, points and decisions in range?
 *
 * Part of rk_verify.h, which tells the contract. Needs entities that were verified. */
#ifndef RK_VERIFY_RULES_H
#define RK_VERIFY_RULES_H

#include <string.h>

#include "rk_verify_file.h"

/* A reference that may be RK_NONE, one higher: 0 names nothing, and what is in range is at most the
 * number of records. Loops that compare this way have no branch, and take several records a step. */
RK_INLINE u32 rk_or_none(u32 number) { return number + 1; }

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

RK_INLINE int rk_is_position(const rk_program *p, u32 entity, u32 position) {
  return entity < p->n_records[RK_SECTION_ENTITIES] && position < p->entities[entity].n_positions;
}

/* What terms may name of each entity; nothing of one that is not there. */
typedef struct {
  u32 n_positions[256], first_condition[256], n_conditions[256];
} rk_nameable;

RK_INLINE void rk_make_nameable(const rk_program *p, rk_nameable *of) {
  memset(of, 0, sizeof *of);
  for (u32 e = 0; e < p->n_records[RK_SECTION_ENTITIES]; e++) {
    of->n_positions[e] = p->entities[e].n_positions;
    of->first_condition[e] = p->entities[e].first_condition;
    of->n_conditions[e] = p->entities[e].n_conditions;
  }
}

RK_INLINE u32 rk_is_bad_check(const rk_nameable *of, u32 check) {
  return rk_check_position(check) >= of->n_positions[rk_check_entity(check)];
}

/* Terms stand in program order; counts those of products, and those before the watch terms. */
RK_INLINE int rk_verify_terms(rk_program *p) {
  rk_budget checks = rk_budget_of(p, RK_SECTION_CHECKS);
  u32 n_definitions = p->n_records[RK_SECTION_DEFINITIONS], n_bad = 0, before = 0;
  if (p->n_products > n_definitions) return RK_BAD_DEFINITIONS;
  u64 n_owners = (u64)n_definitions + p->n_records[RK_SECTION_ASSUMPTIONS];
  p->n_product_terms = p->n_rule_terms = 0;
  if (p->n_records[RK_SECTION_TERMS] > RK_MAX_TERMS) return RK_BAD_TERMS;
  for (u32 i = 0; i < p->n_records[RK_SECTION_ASSUMPTIONS]; i++) {
    if (!rk_is_string(p, p->assumptions[i])) return RK_BAD_ASSUMPTIONS;
  }
  rk_nameable of;
  rk_make_nameable(p, &of);
  for (u32 i = 0; i < p->n_records[RK_SECTION_TERMS]; i++) {
    const rk_term *term = p->terms + i;
    if (term->definition >= n_owners || term->definition < before) return RK_BAD_TERMS;
    before = term->definition;
    if (term->entity >= p->n_records[RK_SECTION_ENTITIES]) return RK_BAD_TERMS;
    u32 condition = term->condition - of.first_condition[term->entity];
    if (term->condition != RK_NONE && condition >= of.n_conditions[term->entity]) return RK_BAD_TERMS;
    for (u32 j = 0; j < RK_N_INLINE; j++) {
      n_bad += (j < term->n_checks) & rk_is_bad_check(&of, term->checks[j]);
    }
    u32 n_more = term->n_checks > RK_N_INLINE ? term->n_checks - RK_N_INLINE : 0;
    if (!rk_take_slice(&checks, term->first_check, n_more)) return RK_BAD_CHECKS;
    p->n_product_terms += term->definition < p->n_products;
    p->n_rule_terms += term->definition < n_definitions;
  }
  for (u32 i = 0; i < p->n_records[RK_SECTION_CHECKS]; i++) {
    n_bad += rk_is_bad_check(&of, p->checks[i]);
  }
  return n_bad ? RK_BAD_CHECKS : RK_OK;
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

RK_INLINE int rk_verify_provisos(const rk_program *p) {
  for (u32 i = 0; i < p->n_records[RK_SECTION_PROVISOS]; i++) {
    const rk_proviso *proviso = p->provisos + i;
    if (proviso->scenario != RK_NONE &&
        proviso->scenario >= p->n_records[RK_SECTION_SCENARIOS]) {
      return RK_BAD_PROVISOS;
    }
    if (!rk_is_liveness_or_none(p, proviso->liveness)) return RK_BAD_PROVISOS;
    if (proviso->before != RK_NONE && proviso->before >= p->n_products) return RK_BAD_PROVISOS;
    if (proviso->is_ordered > 1) return RK_BAD_PROVISOS;
  }
  return RK_OK;
}

/* What runs has a name. Whether a configuration is a JSON object is for the caller to see. */
RK_INLINE int rk_verify_implementations(const rk_program *p) {
  u32 n_strings = p->n_records[RK_SECTION_STRING_ENDS], n_bad = 0;
  for (u32 i = 0; i < p->n_records[RK_SECTION_IMPLEMENTATIONS]; i++) {
    const rk_implementation *one = p->implementations + i;
    n_bad += (one->name >= n_strings) | (rk_or_none(one->mode) > n_strings) |
             (rk_or_none(one->config) > n_strings);
  }
  return n_bad ? RK_BAD_IMPLEMENTATIONS : RK_OK;
}

/* A label a definition, of strings throughout. */
RK_INLINE int rk_verify_labels(const rk_program *p) {
  u64 n = p->n_records[RK_SECTION_LABELS];
  if (n != p->n_records[RK_SECTION_DEFINITIONS]) return RK_BAD_LABELS;
  const u32 *strings = &p->labels->code;
  u32 last = 0;
  for (u64 i = 0; i < n * (sizeof(rk_label) / sizeof(u32)); i++) {
    last = strings[i] > last ? strings[i] : last;
  }
  return !n || rk_is_string(p, last) ? RK_OK : RK_BAD_LABELS;
}

/* Every number of a binding, wherever it stands. */
RK_INLINE int rk_verify_numbers_of_bindings(const rk_program *p) {
  u32 n_points = p->n_records[RK_SECTION_POINTS], n_bad = 0;
  u32 n_provisos = p->n_records[RK_SECTION_PROVISOS];
  u32 n_implementations = p->n_records[RK_SECTION_IMPLEMENTATIONS];
  for (u32 i = 0; i < p->n_records[RK_SECTION_BINDINGS]; i++) {
    const rk_binding *b = p->bindings + i;
    n_bad += (b->point >= n_points) | (rk_or_none(b->proviso) > n_provisos) |
             (rk_or_none(b->implementation) > n_implementations);
  }
  return n_bad ? RK_BAD_BINDINGS : RK_OK;
}

/* Ascending by point, and as the Bloom word says. */
RK_INLINE int rk_verify_bindings(const rk_program *p, u32 number) {
  u32 n;
  const rk_binding *bindings = rk_bindings_of(p, number, &n);
  u64 points = 0;
  for (u32 i = 0; i < n; i++) {
    if (i && bindings[i - 1].point > bindings[i].point) return RK_BAD_BINDINGS;
    points |= (u64)1 << bindings[i].point % 64;
  }
  return points == rk_points_of(p->definitions + number) ? RK_OK : RK_BAD_BINDINGS;
}

RK_INLINE int rk_verify_installs(const rk_program *p, u32 number) {
  u32 n;
  const u32 *installs = rk_installs_of(p, number, &n);
  if (n && number < p->n_products) return RK_BAD_INSTALLS;
  for (u32 i = 0; i < n; i++) {
    if (installs[i] >= p->n_products || (i && installs[i - 1] >= installs[i])) {
      return RK_BAD_INSTALLS;
    }
  }
  return RK_OK;
}

RK_INLINE int rk_is_end(u32 end, u32 start, u32 n) { return end >= start && end <= n; }

/* Products first, then businesses; in each lane the ranks ascend. Installs and bindings are theirs, all
 * of them. */
RK_INLINE rk_verdict rk_verify_definitions(const rk_program *p) {
  u32 n = p->n_records[RK_SECTION_DEFINITIONS];
  u32 n_installs = p->n_records[RK_SECTION_INSTALLS], n_bindings = p->n_records[RK_SECTION_BINDINGS];
  const rk_definition *definitions = p->definitions;
  if (n ? definitions[n - 1].end_install != n_installs : n_installs) return RK_BAD_INSTALLS;
  if (n ? definitions[n - 1].end_binding != n_bindings : n_bindings) return RK_BAD_BINDINGS;
  int bad = rk_verify_numbers_of_bindings(p);
  for (u32 i = 0; i < n && !bad; i++) {
    const rk_definition *d = definitions + i;
    u32 own = 1u << RK_TRAIT_TIED | 1u << (i < p->n_products ? RK_TRAIT_ALL : RK_TRAIT_ISOLATED);
    if (d->traits & ~own || !rk_is_liveness_or_none(p, d->liveness)) bad = RK_BAD_DEFINITIONS;
    else if (i && i != p->n_products && d[-1].rank > d->rank) bad = RK_BAD_DEFINITIONS;
    else if (!rk_is_end(d->end_install, i ? d[-1].end_install : 0, n_installs)) bad = RK_BAD_INSTALLS;
    else if (!rk_is_end(d->end_binding, i ? d[-1].end_binding : 0, n_bindings)) bad = RK_BAD_BINDINGS;
    if (!bad) bad = rk_verify_installs(p, i);
    if (!bad) bad = rk_verify_bindings(p, i);
    if (bad) return rk_at(bad, RK_SECTION_DEFINITIONS, i);
  }
  return bad;
}

RK_INLINE int rk_verify_points(const rk_program *p) {
  rk_budget orders = rk_budget_of(p, RK_SECTION_ORDERS);
  for (u32 i = 0; i < p->n_records[RK_SECTION_POINTS]; i++) {
    const rk_point *point = p->points + i;
    if (!rk_is_string(p, point->code) || !rk_is_string(p, point->ability) ||
        point->lane_order >= RK_N_LANE_ORDERS || point->reduce >= RK_N_REDUCES ||
        point->has_before > 1 ||
        rk_or_none(point->implementation) > p->n_records[RK_SECTION_IMPLEMENTATIONS]) {
      return RK_BAD_POINTS;
    }
    if (!rk_take_slice(&orders, point->first_order, point->n_orders)) return RK_BAD_ORDERS;
  }
  for (u32 i = 0; i < p->n_records[RK_SECTION_ORDERS]; i++) {
    if (p->orders[i] >= p->n_records[RK_SECTION_DEFINITIONS]) return RK_BAD_ORDERS;
  }
  return RK_OK;
}

#endif
