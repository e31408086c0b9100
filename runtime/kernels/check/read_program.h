/* read_program.h - uses every record of an accepted program but the rules, as its readers do. */
#ifndef RK_READ_PROGRAM_H
#define RK_READ_PROGRAM_H

#include "../rk_json.h"
#include "../rk_names.h"
#include "../rk_probe.h"
#include "../rk_utf8.h"
#include "expect.h"

/* The facets beside the value's. */
static void probe_sides(const rk_program *p, const rk_fact *fact) {
  if (fact->type == RK_FLAG || fact->type == RK_TAGS_INT || fact->type == RK_TAGS_STRING) return;
  for (u32 k = 1; k < fact->n_facets; k++) {
    u32 last = 2;
    if (k > fact->n_patterns) {
      last = p->rollouts[fact->first_rollout + k - 1 - fact->n_patterns].n_thresholds + 1;
    }
    u32 class_id = fact->type == RK_STRING
                       ? rk_side_class_of_text(p, fact, k, (const u8 *)"a web b", 7)
                       : rk_side_class_of_int(p, fact, k, -42);
    EXPECT(class_id >= 1 && class_id <= last);
    EXPECT(rk_absent_class(p, fact, k) <= last);
  }
}

static int is_number(const rk_fact *fact) {
  return fact->type == RK_INT || fact->type == RK_DECIMAL || fact->type == RK_TIME;
}

/* Many tags at once are as each alone. */
static void probe_tags(const rk_program *p, const rk_fact *fact, const i64 *tags, u32 n) {
  u32 facets[16], n_found = rk_facets_of_tags(p, fact, tags, n, facets), at = 0;
  for (u32 i = 0; i < n; i++) {
    u32 facet = rk_facet_of_tag(p, fact, tags[i]);
    if (facet != RK_NONE) EXPECT(at < n_found && facets[at++] == facet);
  }
  EXPECT(at == n_found);
}

static void probe_facts(const rk_program *p) {
  static const i64 values[] = {INT64_MIN, -5, -1, 0, 1, 77, 4199, 10000, INT64_MAX};
  for (u32 i = 0; i < p->n_records[RK_SECTION_FACTS]; i++) {
    const rk_fact *fact = p->facts + i;
    for (u32 j = 0; is_number(fact) && j < sizeof values / sizeof *values; j++) {
      u32 class_id = rk_class_of_int(p, fact, values[j]);
      EXPECT(class_id == 1 + rk_cuts_up_to(p->cuts + fact->first_cut, fact->n_cuts, values[j]));
    }
    for (u32 j = 0; fact->type == RK_TAGS_INT && j < sizeof values / sizeof *values; j++) {
      u32 facet = rk_facet_of_tag(p, fact, values[j]);
      EXPECT(facet == RK_NONE || facet - fact->first_facet < fact->n_cuts);
    }
    if (fact->type == RK_TAGS_INT) probe_tags(p, fact, values, sizeof values / sizeof *values);
    for (u32 j = 0; j < fact->n_words; j++) {
      u32 n;
      const rk_word *word = p->words + fact->first_word + j;
      const u8 *bytes = rk_string(p, word->string, &n);
      EXPECT(rk_class_of_word(p, fact, bytes, n) == word->class_id);
      EXPECT(rk_facet_of_word(p, fact, bytes, n) == fact->first_facet + j);
    }
    probe_sides(p, fact);
    if (is_number(fact) || fact->type == RK_TAGS_INT) continue;
    EXPECT(fact->n_words || rk_class_of_word(p, fact, (const u8 *)"?", 1) == fact->other_class);
  }
}

/* Reads a string to its last byte. */
static void read_string(const rk_program *p, u32 string, int may_be_none) {
  u32 n;
  if (string == RK_NONE && may_be_none) return;
  const u8 *bytes = rk_string(p, string, &n);
  EXPECT(rk_is_utf8(bytes, n));
}

/* Uses every fact as a reader of requests does. */
static void read_facts(const rk_program *p, const rk_entity *e) {
  u32 *classes = exactly(e->n_facets * sizeof(u32));
  read_string(p, e->name, 0);
  EXPECT(e->kind < RK_N_ENTITY_KINDS && e->is_cacheable <= 1);
  for (u32 i = e->first_fact; i < e->first_fact + e->n_facts; i++) {
    const rk_fact *fact = p->facts + i;
    i64 decimal;
    read_string(p, fact->name, 0);
    EXPECT(fact->type < RK_N_FACT_TYPES && fact->presence < RK_N_PRESENCES);
    EXPECT(fact->type == RK_TAGS_INT || fact->type == RK_TAGS_STRING ||
           fact->n_facets == 1 + fact->n_patterns + fact->n_rollouts);
    EXPECT((fact->default_class != 0) == (fact->presence == RK_DEFAULT));
    EXPECT(p->bounds[i].low <= p->bounds[i].high);
    rk_decimal_of_double(0.5, fact->scale, &decimal);
    for (u32 j = 0; j < fact->n_facets; j++) classes[fact->first_facet + j] = RK_NONE;
    for (u32 j = 0; j < fact->n_cuts; j++) {
      i64 cut = p->cuts[fact->first_cut + j];
      EXPECT(!is_number(fact) || rk_class_of_int(p, fact, cut) == j + 2);
      EXPECT(fact->type != RK_TAGS_INT ||
             rk_facet_of_tag(p, fact, cut) == fact->first_facet + j);
    }
    for (u32 j = 0; j < fact->n_words; j++) EXPECT(p->words[fact->first_word + j].class_id);
  }
  free(classes);
}

/* Uses every rule as a reader of decisions does. */
static void read_rules(const rk_program *p) {
  u32 n_definitions = p->n_records[RK_SECTION_DEFINITIONS];
  u32 n_points = p->n_records[RK_SECTION_POINTS];
  u32 n_manifest = p->n_records[RK_SECTION_MANIFEST], sum = 0;
  for (u32 i = 0; i < n_manifest; i++) sum += p->manifest[i];
  EXPECT(sum <= 255 * (u64)n_manifest);
  EXPECT(p->n_products <= n_definitions);
  for (u32 i = 0; i < n_definitions; i++) {
    const rk_label *label = p->labels + i;
    u32 names[] = {label->code, label->name, label->description, label->owner, label->kpi}, n;
    for (u32 j = 0; j < sizeof names / sizeof *names; j++) read_string(p, names[j], 0);
    EXPECT(p->definitions[i].traits < 1u << RK_N_TRAITS);
    const u32 *installs = rk_installs_of(p, i, &n);
    for (u32 j = 0; j < n; j++) EXPECT(rk_lane_of(p, installs[j]) == RK_PRODUCT);
    const rk_binding *bindings = rk_bindings_of(p, i, &n);
    for (u32 j = 0; j < n; j++) {
      EXPECT(bindings[j].point < n_points);
      EXPECT(rk_decision_of(p, bindings + j) < rk_n_decisions(p));
      EXPECT(rk_binder_of(p, (u32)(bindings + j - p->bindings)) == i);
      EXPECT(rk_proviso_of(p, bindings + j)->is_ordered <= 1);
    }
  }
  for (u32 i = 0; i < n_points; i++) {
    read_string(p, p->points[i].code, 0);
    read_string(p, p->points[i].ability, 0);
  }
  for (u32 i = 0; i < p->n_records[RK_SECTION_IMPLEMENTATIONS]; i++) {
    read_string(p, p->implementations[i].name, 0);
    read_string(p, p->implementations[i].mode, 1);
    read_string(p, p->implementations[i].config, 1);
  }
}

/* What an engine asks of names and configurations before it opens a program. */
static void read_names(const rk_program *p) {
  u32 n = p->n_records[RK_SECTION_DEFINITIONS], stride = sizeof(rk_label) / sizeof(u32);
  u32 *table = calloc(rk_name_slots(n + 1), sizeof(u32));
  EXPECT(table);
  rk_names_differ(p, n ? &p->labels->code : NULL, stride, n, (const u8 *)"platform", 8, table);
  free(table);
  for (u32 i = 0; i < p->n_records[RK_SECTION_IMPLEMENTATIONS]; i++) {
    u32 n_bytes;
    if (p->implementations[i].config == RK_NONE) continue;
    const u8 *text = rk_string(p, p->implementations[i].config, &n_bytes);
    rk_is_plain_json_object(text, n_bytes);
  }
}

static void read_program(const rk_program *p) {
  EXPECT(p->n_records[RK_SECTION_BOUNDS] == p->n_records[RK_SECTION_FACTS]);
  for (u32 i = 0; i < p->n_records[RK_SECTION_ENTITIES]; i++) read_facts(p, p->entities + i);
  read_rules(p);
  probe_facts(p);
  read_names(p);
}

#endif
