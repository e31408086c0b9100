/* loops.c - loops over the kernels; see loops.h. */
#include "loops.h"

#include <stdlib.h>
#include <string.h>

#include "rk_cpu_avx512.h"
#include "rk_fill.h"
#include "rk_points.h"
#include "rk_verify.h"

/* A loop is a function of its own, so that its instructions can be counted. */
#define RB_LOOP __attribute__((noinline))

/* What is kept of one entity: rows by number, and the facts they were made of. */
typedef struct {
  rk_row *rows;
  rk_list *lists; /* the only list of each row */
  rk_facts *facts;
  void **blocks; /* what each row, and then each row's facts, point into */
  u64 n_rows, n_room, n_bytes;
} rb_kept;

struct rb_engine {
  rk_program program;
  u8 *bytes;
  rb_kept *kept;         /* [n_entities] */
  rk_row *rows;          /* [n_entities]: those of one request */
  rk_list **open_lists;  /* [n_entities][rk_max_lists] */
  rk_filling scratch;    /* as much as any entity needs */
  rk_room room;
  rk_asked asked;   /* every point of the program */
  u32 *points;      /* [n_points] */
  int32_t *answers; /* [n_points] */
};

static u32 n_entities_of(const rk_program *p) { return p->n_records[RK_SECTION_ENTITIES]; }

static u64 most(u64 one, u64 other) { return one > other ? one : other; }

/* Memory of at least one byte, so that NULL always means that there is none. */
static void *room_for(u64 n, u64 each) { return malloc(n * each + 1); }

/* Memory in which a match reads its candidates. */
static int make_cursors(rk_room *room, const rk_program *p) {
  for (u32 e = 0; e < n_entities_of(p); e++) {
    room->n_streams += rk_max_streams(p, p->entities + e);
  }
  room->streams = room_for(RK_N_LANES * room->n_streams, sizeof *room->streams);
  return room->streams != NULL;
}

static void free_cursors(rk_room *room) { free(room->streams); }

/* Every point, prepared as callers who ask for many have them. */
static int make_points(rb_engine *engine) {
  const rk_program *p = &engine->program;
  u32 n_points = p->n_records[RK_SECTION_POINTS];
  rk_asked *asked = &engine->asked;
  engine->points = room_for(n_points, sizeof(u32));
  engine->answers = room_for(n_points, sizeof(int32_t));
  for (u32 i = 0; i < RK_N_LANE_ORDERS; i++) asked->wanted[i] = calloc(rk_point_words(p) + 1, sizeof(u64));
  asked->open = room_for(rk_point_words(p), sizeof(u64));
  asked->decided = room_for(n_points, sizeof(u32));
  if (!engine->points || !engine->answers || !asked->wanted[0] || !asked->wanted[1] || !asked->open ||
      !asked->decided) {
    return 0;
  }
  for (u32 i = 0; i < n_points; i++) engine->points[i] = i;
  asked->points = engine->points;
  asked->n_points = n_points;
  rk_asked_prepare(asked, p);
  return 1;
}

static void free_points(rb_engine *engine) {
  free(engine->points);
  free(engine->answers);
  for (u32 i = 0; i < RK_N_LANE_ORDERS; i++) free(engine->asked.wanted[i]);
  free(engine->asked.open);
  free(engine->asked.decided);
}

/* Memory for one match, and for filling one row. */
static int make_room(rb_engine *engine) {
  const rk_program *p = &engine->program;
  u64 n_flat_rows = 0, n_most_lists = 1, n_most_rows = 1;
  for (u32 e = 0; e < n_entities_of(p); e++) {
    u64 own = rk_max_lists(p, p->entities + e), rows = rk_max_flat_rows(p->entities + e);
    n_flat_rows += rows;
    n_most_lists = most(n_most_lists, own);
    n_most_rows = most(n_most_rows, rows);
    engine->open_lists[e] = room_for(own, sizeof(rk_list));
    if (!engine->open_lists[e]) return 0;
  }
  rk_room *room = &engine->room;
  room->flat_rows = room_for(n_flat_rows, sizeof(u64 *));
  room->found[RK_PRODUCT] = room_for(p->n_products, sizeof(u32));
  room->found[RK_BUSINESS] =
      room_for(p->n_records[RK_SECTION_DEFINITIONS] - p->n_products, sizeof(u32));
  rk_filling *scratch = &engine->scratch;
  scratch->heads = room_for(rk_n_heads(n_most_lists), sizeof(u32));
  scratch->rests = room_for(n_most_lists, sizeof(rk_rest));
  scratch->rows = room_for(n_most_rows, sizeof(u64 *));
  return room->flat_rows && room->found[RK_PRODUCT] && room->found[RK_BUSINESS] &&
         scratch->heads && scratch->rests && scratch->rows && make_cursors(room, p) && make_points(engine);
}

RB_LOOP rb_engine *rb_open(const u8 *bytes, u64 n_bytes, u64 fingerprint) {
  rb_engine *engine = calloc(1, sizeof *engine);
  if (!engine) return NULL;
  u64 n_aligned = (n_bytes + RK_ALIGNMENT - 1) / RK_ALIGNMENT * RK_ALIGNMENT;
  engine->bytes = aligned_alloc(RK_ALIGNMENT, n_aligned);
  if (!engine->bytes) {
    free(engine);
    return NULL;
  }
  memcpy(engine->bytes, bytes, n_bytes);
  if (rk_verify(engine->bytes, n_bytes, fingerprint, &engine->program)) {
    free(engine->bytes);
    free(engine);
    return NULL;
  }
#ifdef RK_HAS_AVX512
  const char *wanted = getenv("RULEC_CPU");
  if (rk_has_avx512() && !(wanted && !strcmp(wanted, "scalar"))) {
    engine->program.cpu = &rk_cpu_avx512;
  }
#endif
  u32 n_entities = n_entities_of(&engine->program);
  engine->kept = calloc(n_entities + 1, sizeof *engine->kept);
  engine->rows = calloc(n_entities + 1, sizeof *engine->rows);
  engine->open_lists = calloc(n_entities + 1, sizeof *engine->open_lists);
  if (!engine->kept || !engine->rows || !engine->open_lists || !make_room(engine)) {
    rb_close(engine);
    return NULL;
  }
  return engine;
}

void rb_close(rb_engine *engine) {
  for (u32 e = 0; e < n_entities_of(&engine->program); e++) {
    rb_kept *kept = engine->kept ? engine->kept + e : NULL;
    for (u64 i = 0; kept && i < 2 * kept->n_rows; i++) free(kept->blocks[i]);
    if (kept) {
      free(kept->blocks);
      free(kept->rows);
      free(kept->lists);
      free(kept->facts);
    }
    if (engine->open_lists) free(engine->open_lists[e]);
  }
  rk_room *room = &engine->room;
  free(room->flat_rows);
  free_cursors(room);
  free_points(engine);
  free(room->found[RK_PRODUCT]);
  free(room->found[RK_BUSINESS]);
  free(engine->scratch.heads);
  free(engine->scratch.rests);
  free(engine->scratch.rows);
  free(engine->kept);
  free(engine->rows);
  free(engine->open_lists);
  free(engine->bytes);
  free(engine);
}

u32 rb_n_entities(const rb_engine *engine) { return n_entities_of(&engine->program); }

u64 rb_row_bytes(const rb_engine *engine, u32 entity) { return engine->kept[entity].n_bytes; }

/* Room for the rows that are added. Lists are pointed to, so those of earlier rows are set anew. */
static int grow(rb_kept *kept, u64 n_rows) {
  u64 n = kept->n_rows + n_rows;
  if (n <= kept->n_room) return 1;
  rk_row *rows = realloc(kept->rows, n * sizeof *rows);
  if (rows) kept->rows = rows;
  rk_list *lists = realloc(kept->lists, n * sizeof *lists);
  if (lists) kept->lists = lists;
  rk_facts *facts = realloc(kept->facts, n * sizeof *facts);
  if (facts) kept->facts = facts;
  void **blocks = realloc(kept->blocks, 2 * n * sizeof *blocks);
  if (blocks) kept->blocks = blocks;
  if (!rows || !lists || !facts || !blocks) return 0;
  kept->n_room = n;
  return 1;
}

/* Facts of one row, as a reader of requests leaves them. */
static void *read_facts(const rk_entity *entity, const u32 *classes, const u32 *tags, u64 n_tags,
                        rk_facts *facts) {
  u64 n_words = rk_tag_words(entity), n_touched = entity->n_facets - entity->n_scalars;
  n_touched = n_tags < n_touched ? n_tags : n_touched;
  u64 n_bytes = n_words * sizeof(u64) + (entity->n_scalars + n_touched + 1) * sizeof(u32);
  void *block = room_for(n_bytes, 1);
  if (!block) return NULL;
  facts->tags = block;
  facts->classes = (u32 *)(void *)(facts->tags + n_words);
  facts->touched = facts->classes + entity->n_scalars;
  facts->n_touched = 0;
  facts->n_scalars = entity->n_scalars;
  memset(facts->tags, 0, n_words * sizeof(u64));
  memcpy(facts->classes, classes, entity->n_scalars * sizeof(u32));
  for (u64 i = 0; i < n_tags; i++) rk_facts_add(facts, tags[i]);
  return block;
}

/* A filled row in memory that holds only what it has, as a profile keeps it. */
static void *fill(rb_engine *engine, u32 entity, const rk_facts *facts, rk_row *row, rk_list *list,
                  u64 *n_bytes) {
  const rk_program *p = &engine->program;
  rk_row open;
  (void)list;
  rk_row_open(p, entity, facts, engine->open_lists[entity], &open);
  void *block = room_for(rk_fill_bytes(p, entity, &open), 1);
  if (!block) return NULL;
  *n_bytes = rk_row_fill(p, entity, &open, &engine->scratch, block, row);
  uintptr_t from = (uintptr_t)block;
  void *fitted = realloc(block, *n_bytes + 1);
  if (!fitted) return block;
  rk_row_rebase(row, (const void *)from, fitted);
  return fitted;
}

/* How many candidates a filled row has. */
RK_INLINE u64 n_candidates(const rk_row *row) { return row->n; }

RB_LOOP int rb_add_rows(rb_engine *engine, u32 entity, u64 n_rows, const u32 *classes,
                        const u64 *ends, const u32 *facets, int keeps_facts) {
  const rk_entity *e = engine->program.entities + entity;
  rb_kept *kept = engine->kept + entity;
  if (!grow(kept, n_rows)) return 0;
  for (u64 i = 0; i < n_rows; i++) {
    u64 begin = i ? ends[i - 1] : 0, number = kept->n_rows, n_bytes = 0;
    rk_facts *facts = kept->facts + number;
    void *read = read_facts(e, classes + i * e->n_scalars, facets + begin, ends[i] - begin, facts);
    if (!read) return 0;
    void *filled = fill(engine, entity, facts, kept->rows + number, kept->lists + number, &n_bytes);
    if (!filled) {
      free(read);
      return 0;
    }
    kept->blocks[2 * number] = filled;
    if (!keeps_facts) free(read);
    kept->blocks[2 * number + 1] = keeps_facts ? read : NULL;
    kept->n_bytes += n_bytes;
    kept->n_rows++;
  }
  return 1;
}

/* The rows of one request, filled. */
RK_INLINE void take_rows(rb_engine *engine, const u32 *numbers) {
  for (u32 e = 0; e < n_entities_of(&engine->program); e++) {
    engine->rows[e] = engine->kept[e].rows[numbers[e]];
  }
}

/* The rows of one request, opened from its facts. */
RK_INLINE void open_rows(rb_engine *engine, const u32 *numbers) {
  for (u32 e = 0; e < n_entities_of(&engine->program); e++) {
    rk_row_open(&engine->program, e, engine->kept[e].facts + numbers[e], engine->open_lists[e],
                engine->rows + e);
  }
}

RK_INLINE u32 decide(rb_engine *engine, u32 point) {
  rk_match match;
  rk_match_start(&match, &engine->program, engine->rows, 0, &engine->room);
  return rk_match_resolve(&match, point, RK_NONE);
}

RB_LOOP u64 rb_resolve(rb_engine *engine, const u32 *numbers, u64 n_stream, u64 first, u64 n,
                       u32 point) {
  u32 width = n_entities_of(&engine->program);
  u64 digest = 0, at = first % n_stream;
  for (u64 i = 0; i < n; i++) {
    take_rows(engine, numbers + at * width);
    digest += decide(engine, point);
    at = at + 1 == n_stream ? 0 : at + 1;
  }
  return digest;
}

RB_LOOP u64 rb_rows(rb_engine *engine, const u32 *numbers, u64 n_stream, u64 first, u64 n) {
  u32 width = n_entities_of(&engine->program);
  u64 digest = 0, at = first % n_stream;
  for (u64 i = 0; i < n; i++) {
    take_rows(engine, numbers + at * width);
    for (u32 e = 0; e < width; e++) digest += n_candidates(engine->rows + e);
    at = at + 1 == n_stream ? 0 : at + 1;
  }
  return digest;
}

RB_LOOP u64 rb_identify(rb_engine *engine, const u32 *numbers, u64 n_stream, u64 first, u64 n) {
  u32 width = n_entities_of(&engine->program);
  u64 digest = 0, at = first % n_stream;
  for (u64 i = 0; i < n; i++) {
    rk_match match;
    take_rows(engine, numbers + at * width);
    rk_match_start(&match, &engine->program, engine->rows, 0, &engine->room);
    digest += rk_match_identity(&match);
    at = at + 1 == n_stream ? 0 : at + 1;
  }
  return digest;
}

RB_LOOP u64 rb_points(rb_engine *engine, const u32 *numbers, u64 n_stream, u64 first, u64 n) {
  u32 width = n_entities_of(&engine->program);
  u32 n_points = engine->program.n_records[RK_SECTION_POINTS];
  u64 digest = 0, at = first % n_stream;
  for (u64 i = 0; i < n; i++) {
    rk_match match;
    take_rows(engine, numbers + at * width);
    rk_match_start(&match, &engine->program, engine->rows, 0, &engine->room);
    rk_asked_resolve(&engine->asked, &match, RK_NONE, engine->answers, 1);
    for (u32 point = 0; point < n_points; point++) digest += (u32)engine->answers[point];
    at = at + 1 == n_stream ? 0 : at + 1;
  }
  return digest;
}

RB_LOOP u64 rb_raw(rb_engine *engine, const u32 *numbers, u64 n_stream, u64 first, u64 n,
                   u32 point) {
  u32 width = n_entities_of(&engine->program);
  u64 digest = 0, at = first % n_stream;
  for (u64 i = 0; i < n; i++) {
    open_rows(engine, numbers + at * width);
    digest += decide(engine, point);
    at = at + 1 == n_stream ? 0 : at + 1;
  }
  return digest;
}

void rb_winners(rb_engine *engine, const u32 *numbers, u64 n, u32 point, int is_raw, u32 *out) {
  u32 width = n_entities_of(&engine->program);
  for (u64 i = 0; i < n; i++) {
    if (is_raw) open_rows(engine, numbers + i * width);
    else take_rows(engine, numbers + i * width);
    out[i] = decide(engine, point);
  }
}
