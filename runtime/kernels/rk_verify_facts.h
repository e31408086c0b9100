/* rk_verify_facts.h - are entities, facts and what cuts their values in range?
 *
 * Part of rk_verify.h, which tells the contract. Here classes get their bounds: a scalar's values
 * fall into 1 .. rk_last_class(), and words and cuts ascend, so a binary search is right. */
#ifndef RK_VERIFY_FACTS_H
#define RK_VERIFY_FACTS_H

#include "rk_probe.h"
#include "rk_verify_file.h"

/* Entities tile facts, facets, conditions and words of the quiet request in order. */
RK_INLINE int rk_verify_entities(const rk_program *p) {
  u64 n_facts = 0, n_conditions = 0, n_facets = 0, n_quiet = 0;
  if (p->n_records[RK_SECTION_ENTITIES] > RK_MAX_ENTITIES) return RK_BAD_ENTITIES;
  for (u32 i = 0; i < p->n_records[RK_SECTION_ENTITIES]; i++) {
    const rk_entity *e = p->entities + i;
    if (!rk_is_string(p, e->name) || e->kind >= RK_N_ENTITY_KINDS || e->is_cacheable > 1) {
      return RK_BAD_ENTITIES;
    }
    if (e->first_fact != n_facts || e->first_condition != n_conditions) return RK_BAD_ENTITIES;
    n_facts += e->n_facts;
    n_conditions += e->n_conditions;
    if (n_facts > p->n_records[RK_SECTION_FACTS]) return RK_BAD_ENTITIES;
    if (n_conditions > p->n_records[RK_SECTION_CONDITIONS]) return RK_BAD_ENTITIES;
    if (e->n_positions > e->n_conditions || e->n_positions > RK_MAX_POSITIONS) {
      return RK_BAD_ENTITIES;
    }
    if (e->first_facet != n_facets || e->n_scalars > e->n_facets) return RK_BAD_ENTITIES;
    n_facets += e->n_facets;
    if (n_facets > p->n_records[RK_SECTION_FACETS]) return RK_BAD_ENTITIES;
    if (e->first_quiet != n_quiet) return RK_BAD_ENTITIES;
    n_quiet += rk_quiet_words(e);
    if (n_quiet > p->n_records[RK_SECTION_QUIET_BITS]) return RK_BAD_ENTITIES;
  }
  return n_facts == p->n_records[RK_SECTION_FACTS] && n_quiet == p->n_records[RK_SECTION_QUIET_BITS] &&
                 n_facets == p->n_records[RK_SECTION_FACETS] &&
                 n_conditions == p->n_records[RK_SECTION_CONDITIONS]
             ? RK_OK
             : RK_BAD_ENTITIES;
}

/* The highest class a value of a scalar can have. */
RK_INLINE u64 rk_last_class(const rk_fact *fact) {
  if (fact->type == RK_ENUM) return fact->n_words;
  if (fact->type == RK_STRING || fact->type == RK_TREE) return (u64)fact->n_words + 1;
  return fact->type == RK_TAGS_STRING ? 1 : (u64)fact->n_cuts + 1;
}

/* The fields whose meaning hangs on the type of the fact. */
RK_INLINE int rk_is_fact_of_its_type(const rk_fact *fact) {
  int is_open_text = fact->type == RK_STRING || fact->type == RK_TREE;
  int is_text = is_open_text || fact->type == RK_ENUM;
  int is_tags = fact->type == RK_TAGS_INT || fact->type == RK_TAGS_STRING;
  int is_key = fact->type == RK_INT || fact->type == RK_STRING;
  if ((is_tags || fact->type == RK_FLAG) != (fact->presence == RK_TOTAL)) return 0;
  if (fact->n_patterns && fact->type != RK_STRING) return 0;
  if (fact->n_rollouts && !is_key) return 0;
  u64 n_facets = is_tags ? (u64)fact->n_cuts + fact->n_words
                         : (u64)1 + fact->n_patterns + fact->n_rollouts;
  if (fact->n_facets != n_facets) return 0;
  if (fact->n_cuts && (is_text || fact->type == RK_FLAG || fact->type == RK_TAGS_STRING)) return 0;
  if (fact->n_words && !is_text && fact->type != RK_TAGS_STRING) return 0;
  if (fact->scale > (fact->type == RK_DECIMAL ? 18u : 0u)) return 0;
  if (is_open_text) {
    if (!fact->other_class || fact->other_class > rk_last_class(fact)) return 0;
  } else if (fact->other_class != RK_NONE) {
    return 0;
  }
  if (fact->presence != RK_DEFAULT) return fact->default_class == RK_MISSING_CLASS;
  return fact->default_class != RK_MISSING_CLASS && fact->default_class <= rk_last_class(fact);
}

RK_INLINE int rk_verify_cuts(const rk_program *p, const rk_fact *fact) {
  const i64 *cuts = p->cuts + fact->first_cut;
  for (u32 i = 1; i < fact->n_cuts; i++) {
    if (cuts[i - 1] >= cuts[i]) return RK_BAD_CUTS;
  }
  return RK_OK;
}

RK_INLINE int rk_verify_words(const rk_program *p, const rk_fact *fact) {
  const u8 *before = 0;
  u32 n_before = 0;
  for (u32 i = 0; i < fact->n_words; i++) {
    const rk_word *word = p->words + fact->first_word + i;
    if (!rk_is_string(p, word->string)) return RK_BAD_WORDS;
    if (!word->class_id || word->class_id > rk_last_class(fact)) return RK_BAD_WORDS;
    u32 n;
    const u8 *bytes = rk_string(p, word->string, &n);
    if (i && rk_compare_words(before, n_before, bytes, n) >= 0) return RK_BAD_WORDS;
    before = bytes;
    n_before = n;
  }
  return RK_OK;
}

/* Whether a table of numbers narrows every value to the cuts of its own bucket.
 * INVARIANT: cuts and words are verified. */
RK_INLINE int rk_are_buckets(const rk_program *p, const rk_fact *fact) {
  const u32 *slots = p->slots + fact->first_slot;
  if (!fact->n_cuts || fact->n_slots < 2 || fact->shift > 63 || fact->seed) return 0;
  if (slots[0] || slots[fact->n_slots - 1] != fact->n_cuts) return 0;
  for (u32 i = 1; i < fact->n_slots; i++) {
    if (slots[i - 1] > slots[i]) return 0;
  }
  const i64 *cuts = p->cuts + fact->first_cut;
  u64 last = ((u64)cuts[fact->n_cuts - 1] - (u64)cuts[0]) >> fact->shift;
  if (last != fact->n_slots - 2) return 0;
  for (u32 i = 0; i < fact->n_cuts; i++) {
    u64 bucket = ((u64)cuts[i] - (u64)cuts[0]) >> fact->shift;
    if (bucket >= fact->n_slots - 1 || slots[bucket] > i || slots[bucket + 1] <= i) return 0;
  }
  return 1;
}

/* Whether a table of names has a power of two slots, and finds each of `n`. */
RK_INLINE int rk_are_places(const rk_program *p, const rk_fact *fact, u32 n) {
  const u32 *slots = p->slots + fact->first_slot;
  if ((fact->n_slots & (fact->n_slots - 1)) || fact->shift) return 0;
  for (u32 i = 0; i < fact->n_slots; i++) {
    if (slots[i] != RK_NONE && slots[i] >= n) return 0;
  }
  for (u32 i = 0; i < n; i++) {
    u32 found, n_word = 0;
    if (fact->type == RK_TAGS_INT) {
      found = rk_facet_of_tag(p, fact, p->cuts[fact->first_cut + i]) - fact->first_facet;
    } else {
      const u8 *word = rk_string(p, p->words[fact->first_word + i].string, &n_word);
      found = rk_place_of_word(p, fact, word, n_word);
    }
    if (found != i) return 0;
  }
  return 1;
}

RK_INLINE int rk_verify_slots(const rk_program *p, const rk_fact *fact) {
  int is_number = fact->type == RK_INT || fact->type == RK_DECIMAL || fact->type == RK_TIME;
  if (fact->type == RK_TREE && fact->n_slots) return RK_BAD_SLOTS;
  if (!fact->n_slots) return fact->shift || fact->seed ? RK_BAD_SLOTS : RK_OK;
  if (is_number) return rk_are_buckets(p, fact) ? RK_OK : RK_BAD_SLOTS;
  u32 n = fact->type == RK_TAGS_INT ? fact->n_cuts : fact->n_words;
  return n && rk_are_places(p, fact, n) ? RK_OK : RK_BAD_SLOTS;
}

/* Whether a facet beside the value's has a default where the fact has one, up to `last`. */
RK_INLINE int rk_is_default(const rk_fact *fact, u32 default_class, u64 last) {
  if (fact->presence != RK_DEFAULT) return default_class == RK_MISSING_CLASS;
  return default_class != RK_MISSING_CLASS && default_class <= last;
}

RK_INLINE int rk_verify_patterns(const rk_program *p, const rk_fact *fact) {
  for (u32 i = 0; i < fact->n_patterns; i++) {
    const rk_pattern *pattern = p->patterns + fact->first_pattern + i;
    if (pattern->kind >= RK_N_PATTERNS || !rk_is_string(p, pattern->string)) return RK_BAD_PATTERNS;
    if (!rk_is_default(fact, pattern->default_class, 2)) return RK_BAD_PATTERNS;
  }
  return RK_OK;
}

RK_INLINE int rk_verify_rollouts(const rk_program *p, const rk_fact *fact, rk_budget *thresholds) {
  for (u32 i = 0; i < fact->n_rollouts; i++) {
    const rk_rollout *rollout = p->rollouts + fact->first_rollout + i;
    if (!rk_is_string(p, rollout->salt)) return RK_BAD_ROLLOUTS;
    if (!rk_is_default(fact, rollout->default_class, (u64)rollout->n_thresholds + 1)) {
      return RK_BAD_ROLLOUTS;
    }
    if (!rk_take_slice(thresholds, rollout->first_threshold, rollout->n_thresholds)) {
      return RK_BAD_ROLLOUTS;
    }
    const u64 *limits = p->thresholds + rollout->first_threshold;
    for (u32 j = 1; j < rollout->n_thresholds; j++) {
      if (limits[j - 1] >= limits[j]) return RK_BAD_ROLLOUTS;
    }
  }
  return RK_OK;
}

/* Whether every class that a text can have is below `n_classes`. Words may share a class. */
RK_INLINE int rk_are_words_below(const rk_program *p, const rk_fact *fact, u32 n_classes) {
  if (fact->other_class != RK_NONE && fact->other_class >= n_classes) return 0;
  for (u32 i = 0; i < fact->n_words; i++) {
    if (p->words[fact->first_word + i].class_id >= n_classes) return 0;
  }
  return fact->default_class < n_classes;
}

/* Whether facet `k` of a fact has as many classes as its values can have. */
RK_INLINE int rk_has_its_classes(const rk_program *p, const rk_fact *fact, u32 k, u32 n_classes) {
  switch (fact->type) {
    case RK_FLAG:
    case RK_TAGS_INT:
    case RK_TAGS_STRING: return n_classes == 2;
    default: break;
  }
  if (k && k <= fact->n_patterns) return n_classes == 3;
  if (k) {
    const rk_rollout *rollout = p->rollouts + fact->first_rollout + k - 1 - fact->n_patterns;
    return n_classes == (u64)rollout->n_thresholds + 2;
  }
  int is_number = fact->type == RK_INT || fact->type == RK_DECIMAL || fact->type == RK_TIME;
  if (is_number) return n_classes == (u64)fact->n_cuts + 2;
  return rk_are_words_below(p, fact, n_classes);
}

/* Whether the facets of a fact stand among the scalars, or among the tags, of its entity, and have as
 * many classes as they need. */
RK_INLINE int rk_verify_classes(const rk_program *p, const rk_entity *e, const rk_fact *fact) {
  int is_tags = fact->type == RK_TAGS_INT || fact->type == RK_TAGS_STRING;
  u64 end = (u64)fact->first_facet + fact->n_facets;
  if (end > (is_tags ? e->n_facets : e->n_scalars)) return RK_BAD_FACTS;
  if (is_tags && fact->n_facets && fact->first_facet < e->n_scalars) return RK_BAD_FACTS;
  for (u32 k = 0; k < fact->n_facets; k++) {
    u32 n_classes = p->facets[e->first_facet + fact->first_facet + k].n_classes;
    if (!rk_has_its_classes(p, fact, k, n_classes)) return RK_BAD_FACETS;
  }
  return RK_OK;
}

typedef struct {
  rk_budget cuts, words, slots, patterns, rollouts, thresholds;
} rk_fact_budgets;

RK_INLINE int rk_verify_fact(const rk_program *p, const rk_entity *e, u32 number,
                             rk_fact_budgets *left) {
  const rk_fact *fact = p->facts + number;
  if (!rk_is_string(p, fact->name) || fact->type >= RK_N_FACT_TYPES) return RK_BAD_FACTS;
  if (fact->presence >= RK_N_PRESENCES || !rk_is_fact_of_its_type(fact)) return RK_BAD_FACTS;
  if (!rk_take_slice(&left->cuts, fact->first_cut, fact->n_cuts)) return RK_BAD_CUTS;
  if (!rk_take_slice(&left->words, fact->first_word, fact->n_words)) return RK_BAD_WORDS;
  if (!rk_take_slice(&left->slots, fact->first_slot, fact->n_slots)) return RK_BAD_SLOTS;
  if (!rk_take_slice(&left->patterns, fact->first_pattern, fact->n_patterns)) {
    return RK_BAD_PATTERNS;
  }
  if (!rk_take_slice(&left->rollouts, fact->first_rollout, fact->n_rollouts)) {
    return RK_BAD_ROLLOUTS;
  }
  if (p->bounds[number].low > p->bounds[number].high) return RK_BAD_BOUNDS;
  int bad = rk_verify_cuts(p, fact);
  if (!bad) bad = rk_verify_words(p, fact);
  if (!bad) bad = rk_verify_slots(p, fact);
  if (!bad) bad = rk_verify_patterns(p, fact);
  if (!bad) bad = rk_verify_rollouts(p, fact, &left->thresholds);
  if (!bad) bad = rk_verify_classes(p, e, fact);
  return bad;
}

RK_INLINE rk_verdict rk_verify_facts(const rk_program *p) {
  rk_fact_budgets left = {
      rk_budget_of(p, RK_SECTION_CUTS), rk_budget_of(p, RK_SECTION_WORDS),
      rk_budget_of(p, RK_SECTION_SLOTS), rk_budget_of(p, RK_SECTION_PATTERNS), rk_budget_of(p, RK_SECTION_ROLLOUTS),
      rk_budget_of(p, RK_SECTION_THRESHOLDS)};
  if (p->n_records[RK_SECTION_BOUNDS] != p->n_records[RK_SECTION_FACTS]) return RK_BAD_BOUNDS;
  for (u32 i = 0; i < p->n_records[RK_SECTION_ENTITIES]; i++) {
    const rk_entity *e = p->entities + i;
    for (u32 j = e->first_fact; j < e->first_fact + e->n_facts; j++) {
      int bad = rk_verify_fact(p, e, j, &left);
      if (bad) return rk_at(bad, RK_SECTION_FACTS, j);
    }
  }
  return RK_OK;
}

#endif
