/* rk_watch.h - one row an entity -> the first assumption the request breaks.
 *
 * A watch term holds where an assumption is broken. It hangs on its access entity like any other
 * term, behind those of the rules, and costs nothing on rows it does not stand in.
 *
 * Reads only; allocates nothing; safe on any number of threads. */
#ifndef RK_WATCH_H
#define RK_WATCH_H

#include "rk_row.h"
#include "rk_word.h"

/* Lowers `*first` to the definition number of a watch term that holds. */
RK_INLINE void rk_watch_look(const rk_program *p, const rk_row *rows, u32 number, u32 *first) {
  const rk_term *term = p->terms + number;
  if (term->definition < *first && rk_term_holds(p, rows, term)) *first = term->definition;
}

/* The number of the first broken assumption; RK_NONE: none is. */
RK_INLINE u32 rk_broken_assumption(const rk_program *p, const rk_row *rows) {
  u32 first = RK_NONE;
  for (u32 e = 0; e < p->n_records[RK_SECTION_ENTITIES]; e++) {
    const rk_row *row = rows + e;
    for (u32 j = row->n_rule; j < row->n; j++) {
      rk_watch_look(p, rows, rk_word_number(row->words[j]), &first);
    }
    for (u32 i = 0; i < row->n_lists; i++) {
      const rk_list *list = row->lists + i;
      for (u32 j = list->n_rule; j < list->n; j++) rk_watch_look(p, rows, list->terms[j], &first);
    }
  }
  return first == RK_NONE ? RK_NONE : first - p->n_records[RK_SECTION_DEFINITIONS];
}

#endif
