/* rk_fill.h - an open row -> a filled one, for facts that serve many requests.
 *
 *     signature   the quiet request's, with the positions evaluated that classes and tags may turn
 *     list        the candidates of all lists, ascending, whose own condition holds
 *     flat        the AND of every row that the facts bring about
 *
 * The caller owns all memory; nothing here allocates or locks. */
#ifndef RK_FILL_H
#define RK_FILL_H

#include "rk_flat.h"

/* What filling writes to, and works in. */
typedef struct {
  u64 *signature;   /* [rk_signature_words] */
  u32 *candidates;  /* [rk_n_candidates] */
  u64 *flat;        /* [rk_flat_words] */
  rk_list *list;
  u32 *heads;       /* [rk_n_heads] of the open row's lists; used while filling, as are the next two */
  rk_rest *rests;   /* [n_lists] */
  const u64 **rows; /* [rk_max_flat_rows] */
} rk_filling;

/* Fills a row from an open one of the same entity; it points to what was written. */
RK_INLINE void rk_row_fill(const rk_program *p, u32 entity, const rk_row *open,
                           const rk_filling *to, rk_row *row) {
  rk_sign(p, entity, open->facts, to->signature);
  rk_gather(p, open, to->heads, to->rests, to->candidates, to->list);
  u32 n_rows = rk_flat_of_facts(p, entity, open->facts, to->rows);
  for (u64 block = 0; block < rk_flat_words(p) / RK_BLOCK; block++) {
    rk_flat_and(to->rows, n_rows, block, to->flat + block * RK_BLOCK);
  }
  row->facts = NULL;
  row->signature = to->signature;
  row->flat = to->flat;
  row->lists = to->list;
  row->n_lists = 1;
  row->is_checked = 1;
}

#endif
