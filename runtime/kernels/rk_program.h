/* rk_program.h - a verified program: the sections of a file as typed, bounded arrays.
 *
 * Filled by rk_verify() and by nothing else. It owns nothing: it points into the caller's bytes,
 * which must be 64-byte aligned, stay in place and stay unchanged as long as it is used.
 *
 * INVARIANT: every index found in a section of an rk_program is below the count of the section it
 * points into (or RK_NONE where the format allows it). The other kernels read without checking. */
#ifndef RK_PROGRAM_H
#define RK_PROGRAM_H

#include "rk_format.h"

/* Where the word of a candidate (rk_word.h) names a position, and whose: made from the entities. */
enum { RK_N_FIELDS = 3 };
typedef struct {
  u32 entity;
  u32 shift, mask;
} rk_field;

typedef struct {
  u32 n_fields;
  rk_field fields[RK_N_FIELDS];
} rk_sieve;

typedef struct {
  const u32 *string_ends;
  const u8 *string_bytes;
  const rk_entity *entities;
  const rk_fact *facts;
  const rk_bound *bounds; /* one a fact */
  const i64 *cuts;
  const rk_word *words;
  const u32 *slots;
  const rk_pattern *patterns;
  const rk_rollout *rollouts;
  const u64 *thresholds;
  const rk_facet *facets;
  const rk_run *runs;
  const u32 *candidates;
  const rk_trigger *triggers;
  const u32 *triggered;
  const u64 *quiet_bits;
  const u32 *flats;
  const u32 *flat_rows;
  const u64 *flat_bits;
  const rk_condition *conditions;
  const rk_test *tests;
  const rk_term *terms;
  const u32 *checks;
  const u32 *assumptions;
  const rk_definition *definitions;
  const rk_label *labels; /* one a definition */
  const u32 *installs;
  const rk_binding *bindings;
  const rk_proviso *provisos;
  const rk_implementation *implementations;
  const rk_liveness *liveness;
  const rk_window *windows;
  const u32 *scenarios;
  const rk_point *points;
  const u32 *orders;
  const u8 *manifest;
  u32 n_records[RK_N_SECTIONS]; /* by section number */
  u32 n_products;
  u32 n_product_terms; /* terms [0, n_product_terms) belong to products */
  u32 n_rule_terms;    /* terms [n_rule_terms, ...) watch assumptions */
  u32 n_product_flats; /* flats [0, n_product_flats) are terms of products */
  const struct rk_cpu *cpu;          /* the kernels of this processor */
  rk_sieve sieves[RK_MAX_ENTITIES];  /* [n_entities] */
} rk_program;

/* The UTF-8 bytes of string `i`; `*n` gets their number. */
RK_INLINE const u8 *rk_string(const rk_program *p, u32 i, u32 *n) {
  u32 start = i ? p->string_ends[i - 1] : 0;
  *n = p->string_ends[i] - start;
  return p->string_bytes + start;
}

/* A check is one number: the entity in the upper 8 bits, the position in the lower 24. */
RK_INLINE u32 rk_check_entity(u32 check) { return check >> 24; }
RK_INLINE u32 rk_check_position(u32 check) { return check & 0xFFFFFFu; }

/* The Bloom word of a definition: bit `point % 64` of every point it binds. */
RK_INLINE u64 rk_points_of(const rk_definition *d) {
  return (u64)d->points[1] << 32 | d->points[0];
}

RK_INLINE u32 rk_has_trait(const rk_definition *d, u32 trait) { return d->traits >> trait & 1; }

RK_INLINE u32 rk_lane_of(const rk_program *p, u32 definition) {
  return definition < p->n_products ? RK_PRODUCT : RK_BUSINESS;
}

/* The products that a business installs: `*n` of them. */
RK_INLINE const u32 *rk_installs_of(const rk_program *p, u32 definition, u32 *n) {
  u32 first = definition ? p->definitions[definition - 1].end_install : 0;
  *n = p->definitions[definition].end_install - first;
  return p->installs + first;
}

/* The bindings of a definition: `*n` of them. */
RK_INLINE const rk_binding *rk_bindings_of(const rk_program *p, u32 definition, u32 *n) {
  u32 first = definition ? p->definitions[definition - 1].end_binding : 0;
  *n = p->definitions[definition].end_binding - first;
  return p->bindings + first;
}

RK_INLINE const rk_proviso *rk_proviso_of(const rk_program *p, const rk_binding *binding) {
  static const rk_proviso always = {RK_NONE, RK_NONE, RK_NONE, 0};
  return binding->proviso == RK_NONE ? &always : p->provisos + binding->proviso;
}

/* The decision of a binding; those of points, whose defaults they are, stand in front. */
RK_INLINE u32 rk_decision_of(const rk_program *p, const rk_binding *binding) {
  return p->n_records[RK_SECTION_POINTS] + (u32)(binding - p->bindings);
}

/* How many decisions a program has. */
RK_INLINE u64 rk_n_decisions(const rk_program *p) {
  return (u64)p->n_records[RK_SECTION_POINTS] + p->n_records[RK_SECTION_BINDINGS];
}

/* The definition of a binding, by its number. */
RK_INLINE u32 rk_binder_of(const rk_program *p, u32 binding) {
  u32 low = 0, high = p->n_records[RK_SECTION_DEFINITIONS];
  while (low < high) {
    u32 middle = low + (high - low) / 2;
    if (p->definitions[middle].end_binding <= binding) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* Words of the quiet request's signature of this entity. */
RK_INLINE u32 rk_quiet_words(const rk_entity *e) {
  return e->n_positions / 64 + (e->n_positions % 64 != 0);
}

/* W: words of a filled row's signature. The bit behind the last position is always set. */
RK_INLINE u32 rk_signature_words(const rk_entity *e) { return e->n_positions / 64 + 1; }

/* Words of a row of flat terms: whole blocks of 512 bits. */
RK_INLINE u64 rk_flat_words(const rk_program *p) {
  u64 n = p->n_records[RK_SECTION_FLATS];
  return (n + 511) / 512 * 8;
}

/* How many runs, or triggers, a scalar with this many classes has: one a class, one a block of 16,
 * one a block of 256, ... */
RK_INLINE u64 rk_n_steps(u32 n_classes) {
  u64 n = n_classes, n_steps = n;
  while (n > 16) {
    n = (n + 15) / 16;
    n_steps += n;
  }
  return n_steps;
}

/* How many of them one class is subject to. */
RK_INLINE u32 rk_n_levels(u32 n_classes) {
  u32 n = n_classes, n_levels = 1;
  while (n > 16) {
    n = n / 16 + (n % 16 != 0);
    n_levels++;
  }
  return n_levels;
}

#endif
