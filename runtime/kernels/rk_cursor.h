/* rk_cursor.h - many ascending lists of terms -> their union, ascending, one term at a time.
 *
 *     list      3  17  40
 *               9  17
 *     cursor    3   9  17  40          the least head, again and again; a term of two lists once
 *
 * What filling a row reads (rk_fill.h). Lists are few (one a tag, one a level of a scalar) and mostly
 * short: a row of heads and a look at each beats a heap and a sort.
 *
 * The caller owns all memory; nothing here allocates or locks. One thread at a time. */
#ifndef RK_CURSOR_H
#define RK_CURSOR_H

#include "rk_program.h"

typedef struct {
  const u32 *next, *end; /* behind the head */
} rk_rest;

/* INVARIANT: heads [n, n rounded up to RK_HEADS) are RK_NONE. */
typedef struct {
  u32 *heads; /* the first term left of every list; room for a multiple of RK_HEADS */
  rk_rest *rests;
  u32 n;
} rk_cursor;

enum { RK_HEADS = 8 };

/* How many heads a cursor over so many lists needs. */
RK_INLINE u64 rk_n_heads(u64 n_lists) { return (n_lists + RK_HEADS - 1) / RK_HEADS * RK_HEADS; }

RK_INLINE void rk_cursor_start(rk_cursor *c, u32 *heads, rk_rest *rests) {
  c->heads = heads;
  c->rests = rests;
  c->n = 0;
}

RK_INLINE void rk_cursor_add(rk_cursor *c, const u32 *terms, u32 n) {
  if (!n) return;
  c->heads[c->n] = terms[0];
  c->rests[c->n].next = terms + 1;
  c->rests[c->n].end = terms + n;
  c->n++;
}

/* Ends adding. */
RK_INLINE void rk_cursor_seal(rk_cursor *c) {
  for (u32 i = c->n; i % RK_HEADS; i++) c->heads[i] = RK_NONE;
}

/* The least term left, taken from every list that has it; RK_NONE: there is none. */
RK_INLINE u32 rk_cursor_next(rk_cursor *c) {
  u32 least[RK_HEADS];
  for (u32 j = 0; j < RK_HEADS; j++) least[j] = RK_NONE;
  for (u32 i = 0; i < c->n; i += RK_HEADS) {
    for (u32 j = 0; j < RK_HEADS; j++) {
      least[j] = c->heads[i + j] < least[j] ? c->heads[i + j] : least[j];
    }
  }
  for (u32 j = 1; j < RK_HEADS; j++) least[0] = least[j] < least[0] ? least[j] : least[0];
  if (least[0] == RK_NONE) return RK_NONE;
  for (u32 i = 0; i < c->n;) {
    if (c->heads[i] != least[0]) {
      i++;
    } else if (c->rests[i].next < c->rests[i].end) {
      c->heads[i] = *c->rests[i].next++;
      i++;
    } else {
      c->n--;
      c->heads[i] = c->heads[c->n];
      c->rests[i] = c->rests[c->n];
      c->heads[c->n] = RK_NONE;
    }
  }
  return least[0];
}

#endif
