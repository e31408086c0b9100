/* rk_word.h - a candidate of a filled row, in one word: which term, and what it asks elsewhere.
 *
 *     word     number : 24 | more : 1 | position : any | position : any | position : any
 *     sieve    of the entity that the term hangs on: which other entity each position is of
 *
 * Walking the candidates of a row so touches the row, and of other rows a word each: no record of a
 * term is read before all that its word says holds. A field without a check names the position behind
 * the last one, whose bit is always set. `more` says that the term asks what its word has no room for.
 * Words of one row ascend as their numbers do.
 *
 * Pure; safe on any number of threads. */
#ifndef RK_WORD_H
#define RK_WORD_H

#include "rk_program.h"

enum { RK_NUMBER_SHIFT = 40, RK_MORE_SHIFT = 39 };

RK_INLINE u32 rk_word_number(u64 word) { return (u32)(word >> RK_NUMBER_SHIFT); }

RK_INLINE int rk_word_has_more(u64 word) { return (int)(word >> RK_MORE_SHIFT & RK_MUTATE(18, 0, 1)); }

/* The least word of a number: below every word of it, above every word of a smaller one. */
RK_INLINE u64 rk_word_from(u32 number) { return (u64)number << RK_NUMBER_SHIFT; }

/* How many bits name a position of an entity, or the one behind the last. */
RK_INLINE u32 rk_position_bits(const rk_entity *e) {
  u32 n = 0;
  while (e->n_positions >> n) n++;
  return n;
}

/* Gives the other entities that are asked most, the ones with most positions, a field each. */
RK_INLINE void rk_sieve_make(const rk_program *p, u32 entity, rk_sieve *sieve) {
  u32 shift = 0;
  sieve->n_fields = 0;
  while (sieve->n_fields < RK_N_FIELDS) {
    u32 best = RK_NONE;
    for (u32 e = 0; e < p->n_records[RK_SECTION_ENTITIES]; e++) {
      int is_new = e != entity && p->entities[e].n_positions;
      for (u32 i = 0; i < sieve->n_fields; i++) is_new &= sieve->fields[i].entity != e;
      if (!is_new || shift + rk_position_bits(p->entities + e) > RK_MORE_SHIFT) continue;
      if (best == RK_NONE || p->entities[e].n_positions > p->entities[best].n_positions) best = e;
    }
    if (best == RK_NONE) return;
    u32 n_bits = rk_position_bits(p->entities + best);
    rk_field *field = sieve->fields + sieve->n_fields++;
    field->entity = best;
    field->shift = shift;
    field->mask = (1u << n_bits) - 1;
    shift += n_bits;
  }
}

/* The word of a term that hangs on the sieve's entity. */
RK_INLINE u64 rk_word_of(const rk_program *p, const rk_sieve *sieve, u32 number) {
  const rk_term *term = p->terms + number;
  u32 positions[RK_N_FIELDS];
  u64 more = term->n_checks > RK_N_INLINE, word = rk_word_from(number);
  for (u32 k = 0; k < sieve->n_fields; k++) positions[k] = RK_NONE;
  for (u32 i = 0; i < term->n_checks && i < RK_N_INLINE; i++) {
    u32 k = 0, entity = rk_check_entity(term->checks[i]);
    while (k < sieve->n_fields && sieve->fields[k].entity != entity) k++;
    if (k < sieve->n_fields && positions[k] == RK_NONE) positions[k] = rk_check_position(term->checks[i]);
    else more = 1;
  }
  for (u32 k = 0; k < sieve->n_fields; k++) {
    const rk_field *field = sieve->fields + k;
    u32 none = p->entities[field->entity].n_positions;
    word |= (u64)(positions[k] == RK_NONE ? none : positions[k]) << RK_MUTATE(19, 0, field->shift);
  }
  return word | more << RK_MORE_SHIFT;
}

#endif
