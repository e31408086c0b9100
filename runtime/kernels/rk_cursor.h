/* rk_cursor.h - many ascending lists of terms -> their union, ascending, one term at a time.
 *
 *     list      3  17  40              products' terms | businesses' | watch terms
 *               9  17
 *     cursor    3   9  17  40          the least head, again and again; a term of two lists once
 *
 * Lists are few (one a tag, one a level of a scalar) and mostly short, and a match seldom reads them to
 * the end: a row of heads and a look at each beats a heap and a sort.
 *
 * The caller owns all memory; nothing here allocates or locks. One thread at a time. */
#ifndef RK_CURSOR_H
#define RK_CURSOR_H

#include "rk_program.h"

typedef struct {
  const u32 *terms; /* ascending */
  u32 n_product, n_rule, n;
} rk_list;

typedef struct {
  const u32 *at, *end; /* at < end */
} rk_head;

typedef struct {
  rk_head *heads; /* room for every list that is added */
  u32 n;
} rk_cursor;

RK_INLINE void rk_cursor_start(rk_cursor *c, rk_head *heads) {
  c->heads = heads;
  c->n = 0;
}

RK_INLINE void rk_cursor_add(rk_cursor *c, const u32 *terms, u32 n) {
  if (!n) return;
  c->heads[c->n].at = terms;
  c->heads[c->n].end = terms + n;
  c->n++;
}

/* The least term left, taken from every list that has it; RK_NONE: there is none. */
RK_INLINE u32 rk_cursor_next(rk_cursor *c) {
  u32 least = RK_NONE;
  for (u32 i = 0; i < c->n; i++) {
    if (*c->heads[i].at < least) least = *c->heads[i].at;
  }
  for (u32 i = 0; i < c->n;) {
    rk_head *head = c->heads + i;
    if (*head->at != least) {
      i++;
    } else if (++head->at < head->end) {
      i++;
    } else {
      *head = c->heads[--c->n];
    }
  }
  return least;
}

#endif
