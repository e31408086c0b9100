/* rk_points.h - a match and many points -> the strongest decision of each.
 *
 *     open       a bit a point that is asked and not decided yet
 *     found      strongest first; each decides those of its points that are open, and closes them
 *
 * A definition is looked at once, however many points are asked, and only if its Bloom word shares a
 * bit with what is open; a lane is left as soon as nothing is. Points whose lanes stand in another
 * order are open in another pass over what was found. A point with an order of its own, or with a
 * `before`, is walked by itself (rk_walk.h).
 *
 * The owner makes all memory. Nothing here allocates, locks, or knows Python; an rk_asked is written
 * while it is used: one thread at a time. */
#ifndef RK_POINTS_H
#define RK_POINTS_H

#include "rk_walk.h"

typedef struct {
  const u32 *points; /* in the order of the answers */
  u64 n_points;
  u64 *wanted[RK_N_LANE_ORDERS]; /* [rk_point_words]: points that lanes decide, by their order */
  u32 n_wanted[RK_N_LANE_ORDERS];
  u64 *open;    /* [rk_point_words] */
  u32 n_open;
  u64 bloom;    /* of the open points, or of more */
  u32 *decided; /* [points of the program] */
  u64 n_walked; /* of the points: those that are walked */
} rk_asked;

/* Words with a bit for every point of the program. */
RK_INLINE u64 rk_point_words(const rk_program *p) {
  return ((u64)p->n_records[RK_SECTION_POINTS] + 63) / 64;
}

/* Whether lanes alone decide a point. */
RK_INLINE int rk_is_plain_point(const rk_point *point) {
  return !point->n_orders && !point->has_before;
}

/* Sets up what is asked; all memory is in place, `wanted` is zero. */
RK_INLINE void rk_asked_prepare(rk_asked *asked, const rk_program *p) {
  asked->n_wanted[0] = asked->n_wanted[1] = 0;
  asked->n_walked = 0;
  for (u64 i = 0; i < asked->n_points; i++) {
    const rk_point *point = p->points + asked->points[i];
    u64 *word = asked->wanted[point->lane_order] + asked->points[i] / 64;
    u64 bit = (u64)1 << asked->points[i] % 64;
    asked->n_walked += !rk_is_plain_point(point);
    if (!rk_is_plain_point(point) || *word & bit) continue;
    *word |= bit;
    asked->n_wanted[point->lane_order]++;
  }
}

/* Opens the points of one order of lanes. */
RK_INLINE void rk_asked_open(rk_asked *asked, const rk_program *p, u32 lane_order) {
  for (u64 i = 0; i < rk_point_words(p); i++) {
    asked->open[i] |= asked->wanted[lane_order][i];
    asked->bloom |= asked->wanted[lane_order][i];
  }
  asked->n_open += asked->n_wanted[lane_order];
}

/* Decides the open points that a definition binds, and closes them. */
RK_INLINE void rk_asked_bind(rk_asked *asked, const rk_match *m, u32 definition, u32 scenario) {
  u32 n;
  const rk_binding *bindings = rk_bindings_of(m->program, definition, &n);
  for (u32 i = 0; i < n && asked->n_open; i++) {
    u32 point = bindings[i].point;
    u64 *word = asked->open + point / 64, bit = (u64)1 << point % 64;
    if (!(*word & bit)) continue;
    const rk_binding *b = rk_binding_from(m, bindings + i, n - i, scenario);
    if (!b || rk_proviso_of(m->program, b)->is_ordered) continue;
    asked->decided[point] = rk_decision_of(m->program, b);
    *word &= ~bit;
    asked->n_open--;
  }
  if (rk_point_words(m->program) == 1) asked->bloom = asked->open[0];
}

/* Lets the definitions of a lane decide what is open, the strongest first. */
RK_INLINE void rk_asked_lane(rk_asked *asked, rk_match *m, u32 lane, u32 scenario) {
  u32 number;
  for (u32 i = 0; asked->n_open && (number = rk_match_at(m, lane, i)) != RK_NONE; i++) {
    const rk_definition *d = m->program->definitions + number;
    if (!(rk_points_of(d) & RK_MUTATE(20, asked->bloom & (asked->bloom - 1), asked->bloom))) continue;
    if (RK_MUTATE(21, 0, !rk_match_is_effective(m, number))) {
      /* Who is behind the wall of an isolated business is followed by nobody before it. */
      if (lane == RK_BUSINESS) return;
      continue;
    }
    rk_asked_bind(asked, m, number, scenario);
  }
}

/* Answers every asked point: out[i * stride] is the decision of points[i]. */
RK_INLINE void rk_asked_resolve(rk_asked *asked, rk_match *m, u32 scenario, int32_t *out,
                                u64 stride) {
  const rk_program *p = m->program;
  memset(asked->open, 0, rk_point_words(p) * sizeof(u64));
  asked->n_open = 0;
  asked->bloom = 0;
  for (u64 i = 0; i < asked->n_points; i++) {
    asked->decided[asked->points[i]] = asked->points[i];
  }
  if (asked->n_wanted[RK_PRODUCT_FIRST]) {
    rk_asked_open(asked, p, RK_PRODUCT_FIRST);
    rk_asked_lane(asked, m, RK_PRODUCT, scenario);
  }
  if (asked->n_wanted[RK_BUSINESS_FIRST]) rk_asked_open(asked, p, RK_BUSINESS_FIRST);
  rk_asked_lane(asked, m, RK_BUSINESS, scenario);
  if (RK_MUTATE(22, 0, asked->n_wanted[RK_BUSINESS_FIRST])) {
    /* Products had their say at the points where they come first. */
    for (u64 i = 0; i < rk_point_words(p); i++) {
      u64 over = asked->open[i] & asked->wanted[RK_PRODUCT_FIRST][i];
      asked->open[i] ^= over;
      for (; over; over &= over - 1) asked->n_open--;
    }
    rk_asked_lane(asked, m, RK_PRODUCT, scenario);
  }
  for (u64 i = 0; i < asked->n_points; i++) out[i * stride] = (int32_t)asked->decided[asked->points[i]];
  for (u64 i = 0; asked->n_walked && i < asked->n_points; i++) {
    u32 point = asked->points[i];
    if (!rk_is_plain_point(p->points + point)) out[i * stride] = (int32_t)rk_match_resolve(m, point, scenario);
  }
}

#endif
