/* rk_walk.h - a match and a point -> its decisions, strongest first.
 *
 *     the point's own order    each definition it names, asked on its own
 *     first lane, second lane  who matched, without those named above
 *        ^ the identified business stands ahead of one product, where its binding says `before`
 *
 * A walk is asked for one decision at a time and looks no further; `rk_match_resolve` asks once. It
 * ends with the strongest binding, with a binding that stops at the platform default, or, at a point
 * that takes all, with the last one. Where nothing binds, the default is the one decision.
 *
 * Nothing here allocates, locks, or knows Python. A walk writes its match: one thread at a time. */
#ifndef RK_WALK_H
#define RK_WALK_H

#include "rk_match.h"

typedef struct {
  rk_match *match;
  const rk_point *point;
  u32 point_number;
  u32 scenario; /* RK_NONE: the caller named none */
  u32 stage;    /* 0: the point's order; 1, 2: a lane each; RK_WALK_OVER */
  u32 at;       /* the next place in the stage */
  u32 mover;    /* the identified business, where it does not stand in its lane; or RK_NONE */
  u32 before;   /* the product it stands ahead of; RK_NONE once it has been asked */
  u32 n_found;
} rk_walk;

enum { RK_WALK_OVER = 1 + RK_N_LANES };

/* The binding that counts among those of one definition from its first one at a point on, NULL if none
 * does: the first live one of the scenario, else the first live one without. */
RK_INLINE const rk_binding *rk_binding_from(const rk_match *m, const rk_binding *first, u32 n,
                                            u32 scenario) {
  const rk_binding *untagged = NULL;
  u32 point = first->point;
  for (u32 i = 0; i < n && first[i].point == point; i++) {
    const rk_proviso *proviso = rk_proviso_of(m->program, first + i);
    if (proviso->scenario != RK_NONE && proviso->scenario != scenario) continue;
    if (proviso->scenario == RK_NONE && untagged) continue;
    if (!rk_match_is_live(m, proviso->liveness)) continue;
    if (proviso->scenario == RK_MUTATE(11, RK_NONE, scenario)) return first + i;
    untagged = first + i;
  }
  return untagged;
}

/* The binding of a definition at a point, NULL if it has none that counts. */
RK_INLINE const rk_binding *rk_match_binding(const rk_match *m, u32 definition, u32 point,
                                             u32 scenario) {
  if (!(rk_points_of(m->program->definitions + definition) >> point % 64 & 1)) return NULL;
  u32 n, low = 0;
  const rk_binding *bindings = rk_bindings_of(m->program, definition, &n);
  u32 high = n;
  while (low < high) {
    u32 middle = low + (high - low) / 2;
    if (bindings[middle].point < point) low = middle + 1;
    else high = middle;
  }
  if (low == n || bindings[low].point != point) return NULL;
  return rk_binding_from(m, bindings + low, n - low, scenario);
}

RK_INLINE void rk_walk_start(rk_walk *w, rk_match *m, u32 point, u32 scenario) {
  w->match = m;
  w->point = m->program->points + point;
  w->point_number = point;
  w->scenario = scenario;
  w->stage = w->at = w->n_found = 0;
  w->mover = w->before = RK_NONE;
  if (!w->point->has_before) return;
  u32 identity = rk_match_identity(m);
  if (identity == RK_NONE) return;
  const rk_binding *b = rk_match_binding(m, identity, point, scenario);
  if (!b) return;
  const rk_proviso *proviso = rk_proviso_of(m->program, b);
  if (proviso->before == RK_NONE || proviso->is_ordered) return;
  w->mover = identity;
  w->before = proviso->before;
}

RK_INLINE u32 rk_walk_take_mover(rk_walk *w) {
  w->before = RK_NONE;
  return w->mover;
}

/* The next matched definition the point's own order names; RK_NONE: there is none. */
RK_INLINE u32 rk_walk_next_ordered(rk_walk *w) {
  const u32 *orders = w->match->program->orders + w->point->first_order;
  while (w->at < w->point->n_orders) {
    u32 definition = orders[w->at];
    if (definition == w->before) return rk_walk_take_mover(w);
    w->at++;
    u32 lane = rk_lane_of(w->match->program, definition);
    if (rk_match_has(w->match, lane, definition)) return definition;
  }
  return RK_NONE;
}

/* The next matched definition of a lane, without the mover; RK_NONE: there is none.
 * INVARIANT: RK_NONE is greater than every product, so a mover comes at the lane's end at last. */
RK_INLINE u32 rk_walk_next_in_lane(rk_walk *w, u32 lane) {
  u32 definition = rk_match_at(w->match, lane, w->at);
  if (lane == RK_PRODUCT && w->before != RK_NONE && definition >= w->before) {
    return rk_walk_take_mover(w);
  }
  w->at++;
  if (definition == w->mover && definition != RK_NONE) {
    definition = rk_match_at(w->match, lane, w->at++);
  }
  return definition;
}

/* The next definition of the walk; RK_NONE: the walk is over. */
RK_INLINE u32 rk_walk_step(rk_walk *w) {
  while (w->stage < RK_WALK_OVER) {
    u32 definition;
    if (!w->stage) {
      definition = rk_walk_next_ordered(w);
    } else {
      u32 is_second = w->stage == RK_N_LANES;
      u32 is_business_first = w->point->lane_order == RK_MUTATE(6, RK_PRODUCT_FIRST, RK_BUSINESS_FIRST);
      definition = rk_walk_next_in_lane(w, is_second != is_business_first);
    }
    if (definition != RK_NONE) return definition;
    w->stage++;
    w->at = 0;
  }
  return RK_NONE;
}

/* The binding by which a definition of the walk wins; NULL: it does not. */
RK_INLINE const rk_binding *rk_walk_ask(rk_walk *w, u32 definition) {
  const rk_binding *b =
      rk_match_binding(w->match, definition, w->point_number, w->scenario);
  if (!b || (w->stage && rk_proviso_of(w->match->program, b)->is_ordered)) return NULL;
  return rk_match_is_effective(w->match, definition) ? b : NULL;
}

/* The number of the next decision; RK_NONE: there is no more. The first always is one. */
RK_INLINE u32 rk_walk_next(rk_walk *w) {
  u32 definition;
  while ((definition = rk_walk_step(w)) != RK_NONE) {
    const rk_binding *b = rk_walk_ask(w, definition);
    if (!b) continue;
    w->n_found++;
    if (w->point->reduce == RK_REDUCE_FIRST ||
        RK_MUTATE(12, 0, b->implementation == RK_NONE)) {
      w->stage = RK_WALK_OVER;
    }
    return rk_decision_of(w->match->program, b);
  }
  return w->n_found++ ? RK_NONE : w->point_number;
}

/* The number of the strongest decision at a point. */
RK_INLINE u32 rk_match_resolve(rk_match *m, u32 point, u32 scenario) {
  rk_walk walk;
  rk_walk_start(&walk, m, point, scenario);
  return rk_walk_next(&walk);
}

#endif
