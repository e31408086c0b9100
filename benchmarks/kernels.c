/* kernels.c - what a match takes without Python: winners of kept rows, and of a memo's, in a loop of C.
 *
 *     kernels PROGRAM REQUESTS N_DISTINCT SECONDS
 *
 * REQUESTS holds a column a fact, in the program's order: a number of values a request, then the values
 * of all requests; int64 each, or, of words, a u32 of bytes before the bytes. Prints a JSON object: CPU
 * nanoseconds of a winner at point 0 by rows made before, and by a memo that looks them up, over
 * N_DISTINCT requests in random order; bytes of the rows; a digest of the winners. */
#define _GNU_SOURCE
#include <time.h>

#include "../runtime/kernels/check/expect.h"
#include "../runtime/kernels/rk_cpu_avx512.h"
#include "../runtime/kernels/rk_memo.h"
#include "../runtime/kernels/rk_probe.h"
#include "../runtime/kernels/rk_verify.h"
#include "../runtime/kernels/rk_walk.h"

enum { MAX_ENTITIES = 16, N_STREAM = 65536, N_HASHED = 1 << 20 };

typedef struct {
  rk_program program;
  rk_facts *facts; /* [n_requests * n_entities] */
  rk_list *lists[MAX_ENTITIES];
  rk_filling scratch;
  rk_room room;
  u32 n_entities, n_requests;
  u64 n_row_bytes, n_rows;
} state;

static double now(void) {
  struct timespec at;
  EXPECT(!clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at));
  return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

static void make_room(state *s) {
  const rk_program *p = &s->program;
  u64 n_flat_rows = 0;
  u64 n_lists = 0;
  for (u32 e = 0; e < s->n_entities; e++) {
    u64 n = rk_max_lists(p, p->entities + e);
    s->lists[e] = exactly(n * sizeof(rk_list));
    n_lists += n;
    s->room.n_streams += rk_max_streams(p, p->entities + e);
    n_flat_rows += rk_max_flat_rows(p->entities + e);
  }
  s->room.flat_rows = exactly(n_flat_rows * sizeof(u64 *));
  s->room.streams = exactly(RK_N_LANES * s->room.n_streams * sizeof(rk_stream));
  s->room.found[RK_PRODUCT] = exactly(p->n_products * sizeof(u32));
  s->room.found[RK_BUSINESS] = exactly(p->n_records[RK_SECTION_DEFINITIONS] * sizeof(u32));
  s->scratch.heads = exactly(rk_n_heads(n_lists) * sizeof(u32));
  s->scratch.rests = exactly(n_lists * sizeof(rk_rest));
  s->scratch.rows = s->room.flat_rows;
}

static void read_value(const rk_program *p, const rk_fact *fact, const u8 **at, rk_facts *facts) {
  if (fact->n_words) {
    u32 n;
    memcpy(&n, *at, sizeof n);
    facts->classes[fact->first_facet] = rk_class_of_word(p, fact, *at + sizeof n, n);
    *at += sizeof n + n;
    return;
  }
  i64 value;
  memcpy(&value, *at, sizeof value);
  *at += sizeof value;
  if (fact->type == RK_TAGS_INT) {
    u32 facet = rk_facet_of_tag(p, fact, value);
    if (facet != RK_NONE) rk_facts_add(facts, facet);
  } else {
    facts->classes[fact->first_facet] = fact->type == RK_FLAG ? (u32)value : rk_class_of_int(p, fact, value);
  }
}

static void read_requests(state *s, const char *path) {
  u64 n_bytes;
  u8 *bytes = read_file(path, &n_bytes);
  const rk_program *p = &s->program;
  const u8 *at = bytes + sizeof(u32);
  memcpy(&s->n_requests, bytes, sizeof(u32));
  s->facts = exactly((u64)s->n_requests * s->n_entities * sizeof(rk_facts));
  for (u32 e = 0; e < s->n_entities; e++) {
    const rk_entity *entity = p->entities + e;
    for (u32 r = 0; r < s->n_requests; r++) {
      rk_facts *facts = s->facts + (u64)r * s->n_entities + e;
      facts->n_scalars = entity->n_scalars;
      facts->n_touched = 0;
      facts->classes = calloc(entity->n_scalars + 1, sizeof(u32));
      facts->tags = calloc(rk_tag_words(entity) + 1, sizeof(u64));
      facts->touched = calloc(64, sizeof(u32));
    }
    for (u32 f = entity->first_fact; f < entity->first_fact + entity->n_facts; f++) {
      u32 n_values;
      memcpy(&n_values, at, sizeof n_values);
      at += sizeof n_values;
      for (u32 r = 0; r < s->n_requests; r++) {
        for (u32 i = 0; i < n_values; i++) {
          read_value(p, p->facts + f, &at, s->facts + (u64)r * s->n_entities + e);
        }
      }
    }
  }
  EXPECT(at == bytes + n_bytes);
  free(bytes);
}

static rk_memo make_memo(const rk_program *p, u64 n_bytes) {
  u32 n_entities = p->n_records[RK_SECTION_ENTITIES];
  u64 n_words = p->n_records[RK_SECTION_FACETS], *words = exactly(n_words * sizeof(u64));
  rk_memo memo = {.entities = exactly(n_entities * sizeof(rk_memo_entity)),
                  .words = words,
                  .n_hashed = N_HASHED,
                  .door = calloc(1 << RK_DOOR_BITS, sizeof(uint16_t)),
                  .memory = exactly(n_bytes),
                  .n_bytes = n_bytes};
  memset(memo.memory, 0, n_bytes);
  for (u64 i = 0; i < n_words; i++) words[i] = random_u64() | 1;
  for (u32 e = 0; e < n_entities; e++) {
    memo.entities[e].n_places = rk_n_places(p, p->entities + e);
    memo.entities[e].first = memo.first_hashed;
    memo.first_hashed += memo.entities[e].n_places;
  }
  memo.slots = calloc(memo.first_hashed + N_HASHED, sizeof(rk_kept *));
  return memo;
}

static void row_of(state *s, rk_memo *memo, u32 request, u32 e, rk_row *row) {
  rk_memo_row(memo, &s->program, e, s->facts + (u64)request * s->n_entities + e, s->lists[e],
              &s->scratch, row);
}

static u32 winner(const state *s, const rk_row *rows) {
  rk_match match;
  rk_match_start(&match, &s->program, rows, 0, &s->room);
  return rk_match_resolve(&match, 0, RK_NONE);
}

__attribute__((noinline)) static u64 by_rows(const state *s, const rk_row *rows, const u32 *stream) {
  u64 digest = 0;
  for (u32 i = 0; i < N_STREAM; i++) {
    digest = digest * 31 + winner(s, rows + (u64)stream[i] * s->n_entities);
  }
  return digest;
}

static u64 by_memo(state *s, rk_memo *memo, const u32 *stream) {
  u64 digest = 0;
  rk_row rows[MAX_ENTITIES];
  for (u32 i = 0; i < N_STREAM; i++) {
    for (u32 e = 0; e < s->n_entities; e++) row_of(s, memo, stream[i], e, rows + e);
    digest = digest * 31 + winner(s, rows);
  }
  return digest;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* The median of CPU nanoseconds a request over rounds of whole streams. */
#define TIMED(digest, call)                                            \
  ({                                                                   \
    double rounds[4096], end = now() + seconds;                        \
    u32 n = 0;                                                         \
    do {                                                               \
      double start = now();                                            \
      digest = (call);                                                 \
      rounds[n++] = (now() - start) * 1e9 / N_STREAM;                  \
    } while (now() < end && n < 4096);                                 \
    qsort(rounds, n, sizeof *rounds, compare);                         \
    rounds[n / 2];                                                     \
  })

int main(int n_arguments, char **arguments) {
  static state s;
  static u32 stream[N_STREAM];
  u64 n_bytes, digest, digest_of_memo = 0;
  EXPECT(n_arguments == 5);
  u8 *bytes = read_file(arguments[1], &n_bytes);
  u64 fingerprint = ((const rk_header *)(const void *)bytes)->fingerprint;
  double seconds = strtod(arguments[4], NULL);
  EXPECT(rk_verify(bytes, n_bytes, fingerprint, &s.program) == RK_OK);
  const char *cpu = getenv("RULEC_CPU");
  if (!cpu || strcmp(cpu, rk_cpu_scalar.name)) s.program.cpu = rk_cpu_widest();
  s.n_entities = s.program.n_records[RK_SECTION_ENTITIES];
  EXPECT(s.n_entities <= MAX_ENTITIES);
  make_room(&s);
  read_requests(&s, arguments[2]);
  u32 n_distinct = (u32)strtoul(arguments[3], NULL, 10);
  EXPECT(n_distinct && n_distinct <= s.n_requests);
  for (u32 i = 0; i < N_STREAM; i++) stream[i] = (u32)random_below(n_distinct);
  rk_memo memo = make_memo(&s.program, (u64)1 << 30);
  rk_row *rows = exactly((u64)n_distinct * s.n_entities * sizeof(rk_row));
  for (u64 i = 0; i < 2 * (u64)n_distinct * s.n_entities; i++) {
    row_of(&s, &memo, (u32)(i / 2 / s.n_entities), (u32)(i / 2 % s.n_entities), rows + i / 2);
  }
  u32 n_open = 0;
  for (u64 i = 0; i < (u64)n_distinct * s.n_entities; i++) n_open += (u32)rk_row_is_open(rows + i);
  double of_rows = 0, of_memo = 0;
  if (seconds > 0) {
    of_rows = TIMED(digest, by_rows(&s, rows, stream));
    of_memo = TIMED(digest_of_memo, by_memo(&s, &memo, stream));
    EXPECT(digest == digest_of_memo);
  } else {
    digest = by_rows(&s, rows, stream);
  }
  printf("{\"rows_ns\": %.1f, \"memo_ns\": %.1f, \"n_open\": %u, \"bytes\": %llu, \"digest\": %llu}\n",
         of_rows, of_memo, n_open, (unsigned long long)memo.n_used, (unsigned long long)digest);
  return 0;
}
