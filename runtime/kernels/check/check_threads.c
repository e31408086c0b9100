/* check_threads.c - many threads on one program, under ThreadSanitizer.
 *
 *     check_threads [FILE...]
 *
 * Each scenario runs on N_THREADS threads at once, over the sample and every artifact named. A
 * thread draws its requests from a seed of its own; its digest of all answers must be the one that a
 * single thread gets from that seed. ThreadSanitizer watches what they share. Then children are forked while
 * threads fill rows of a memo. */

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../rk_verify.h"
#include "expect.h"
#include "one_request.h"
#include "sample.h"

enum { N_THREADS = 6, N_ROUNDS = 300, N_SHARED_ROWS = 16, N_FORKS = 12 };

/* What the threads of a scenario share. */
typedef struct {
  const u8 *bytes;
  u64 n_bytes;
  rk_program program;
  request_rows rows[N_SHARED_ROWS];
  rk_memo *memo;
} shared_state;

/* Every thread reads facts into rows of its own. */
static u64 rows_of_its_own(const shared_state *shared) { return request(&shared->program); }

/* Every thread asks over rows that others ask over too, as profiles are. */
static u64 rows_of_all(const shared_state *shared) {
  return ask_request(&shared->program, shared->rows + random_below(N_SHARED_ROWS));
}

/* Every thread finds rows that others keep, and keeps rows that others find. */
static u64 rows_of_a_memo(const shared_state *shared) {
  return request_by_memo(&shared->program, shared->memo);
}

/* Every thread opens the program from the bytes that others read too, as a mapped file is. */
static u64 opens(const shared_state *shared) {
  rk_program program;
  u64 fingerprint = ((const rk_header *)(const void *)shared->bytes)->fingerprint;
  EXPECT(rk_verify(shared->bytes, shared->n_bytes, fingerprint, &program) == RK_OK);
  return request(&program);
}

static const struct {
  const char *name;
  u64 (*round)(const shared_state *);
} scenarios[] = {
    {"rows of its own", rows_of_its_own},
    {"rows of all", rows_of_all},
    {"rows of a memo", rows_of_a_memo},
    {"opens", opens}};

typedef struct {
  const shared_state *shared;
  u64 (*round)(const shared_state *);
  u64 seed, digest;
} thread_work;

static void *work(void *given) {
  thread_work *w = given;
  random_state = w->seed;
  n_disagreements = 0;
  w->digest = 0;
  for (u32 i = 0; i < N_ROUNDS; i++) w->digest = mixed(w->digest, w->round(w->shared));
  EXPECT(!n_disagreements);
  return NULL;
}

static void race(const shared_state *shared, u64 (*round)(const shared_state *)) {
  pthread_t threads[N_THREADS];
  thread_work works[N_THREADS];
  for (u32 i = 0; i < N_THREADS; i++) {
    works[i] = (thread_work){shared, round, 0x9E3779B97F4A7C15u + i, 0};
    EXPECT(!pthread_create(threads + i, NULL, work, works + i));
  }
  for (u32 i = 0; i < N_THREADS; i++) EXPECT(!pthread_join(threads[i], NULL));
  for (u32 i = 0; i < N_THREADS; i++) {
    thread_work alone = works[i];
    work(&alone);
    EXPECT(alone.digest == works[i].digest);
  }
}

/* Whether requests at random have one answer without a memo, by a new one, and by the one that was
 * inherited: what a thread of the parent was filling there is seen by nobody, and nobody waits for it. */
static int agrees_after_fork(const shared_state *shared) {
  int agrees = 1;
  rk_memo own = make_memo(&shared->program, 1 << 18, 64);
  n_disagreements = 0;
  for (u64 seed = 1; seed <= N_ROUNDS / 10; seed++) {
    random_state = seed;
    u64 expected = request(&shared->program);
    random_state = seed;
    agrees &= request_by_memo(&shared->program, &own) == expected;
    random_state = seed;
    agrees &= request_by_memo(&shared->program, shared->memo) == expected;
  }
  free_memo(&own);
  return agrees && !n_disagreements;
}

/* Forks while every thread fills a memo that was empty a moment ago. */
static void fork_in_mid_insert(shared_state *shared) {
  for (u32 i = 0; i < N_FORKS; i++) {
    rk_memo memo = make_memo(&shared->program, 1 << 18, 64), *before = shared->memo;
    pthread_t threads[N_THREADS];
    thread_work works[N_THREADS];
    shared->memo = &memo;
    for (u32 j = 0; j < N_THREADS; j++) {
      works[j] = (thread_work){shared, rows_of_a_memo, 0x9E3779B97F4A7C15u + i * N_THREADS + j, 0};
      EXPECT(!pthread_create(threads + j, NULL, work, works + j));
    }
    while (!RK_LOAD_RELAXED(&memo.n_used)) continue;
    pid_t child = fork();
    EXPECT(child >= 0);
    if (!child) _exit(!agrees_after_fork(shared));
    int status = -1;
    EXPECT(waitpid(child, &status, 0) == child && !status);
    for (u32 j = 0; j < N_THREADS; j++) EXPECT(!pthread_join(threads[j], NULL));
    shared->memo = before;
    free_memo(&memo);
  }
}

static void race_on(const u8 *bytes, u64 n_bytes) {
  shared_state shared = {.bytes = bytes, .n_bytes = n_bytes};
  u64 fingerprint = ((const rk_header *)(const void *)bytes)->fingerprint;
  EXPECT(rk_verify(bytes, n_bytes, fingerprint, &shared.program) == RK_OK);
  rk_memo memo = make_memo(&shared.program, 1 << 18, 64);
  shared.memo = &memo;
  for (u32 i = 0; i < N_SHARED_ROWS; i++) shared.rows[i] = make_request(&shared.program);
  for (u32 i = 0; i < sizeof scenarios / sizeof *scenarios; i++) race(&shared, scenarios[i].round);
  fork_in_mid_insert(&shared);
  for (u32 i = 0; i < N_SHARED_ROWS; i++) free_request(&shared.program, shared.rows + i);
  free_memo(&memo);
}

int main(int n_arguments, char **arguments) {
  _Alignas(RK_ALIGNMENT) static u8 room[RK_SAMPLE_BYTES];
  race_on(room, rk_sample(room));
  for (int i = 1; i < n_arguments; i++) {
    u64 n_bytes;
    u8 *bytes = read_file(arguments[i], &n_bytes);
    race_on(bytes, n_bytes);
    free(bytes);
  }
  for (u32 i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
    printf("  %s: %d threads agree\n", scenarios[i].name, N_THREADS);
  }
  printf("  forked in mid-insert: %d children agree\n", N_FORKS);
  printf("check_threads: %d programs, no race\n", n_arguments);
  return 0;
}
