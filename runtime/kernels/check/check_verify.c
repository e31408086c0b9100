/* check_verify.c - no bytes, however damaged, make the kernels misbehave.
 *
 *     check_verify N_EXECUTIONS [FILE...]
 *
 * Takes the sample and every artifact named, damages it, and lets rk_verify judge: the sample with
 * every number, and every two of a record, at edges, each section resized, and torn at every length;
 * then N_EXECUTIONS damages at random, half of them on the sample, which uses everything. What is
 * accepted is used: every record, and requests at random on every point. The sanitizers watch every
 * access, and what comes out must hold the promises of the headers. Prints a count for each check;
 * one that never refused anything is a failure. */
#include "../rk_verify.h"
#include "damage.h"
#include "expect.h"
#include "one_request.h"
#include "read_program.h"
#include "sample.h"

enum { N_REQUESTS = 4, MAX_FILES = 4096 };

static u64 n_judged, n_by_check[RK_N_CHECKS];

static int judge(const u8 *bytes, u64 n_bytes, u64 fingerprint) {
  rk_program program;
  rk_verdict verdict = rk_verify(bytes, n_bytes, fingerprint, &program);
  int check = rk_verdict_check(verdict);
  n_judged++;
  n_by_check[check]++;
  EXPECT((verdict == 0) == (check == RK_OK));
  if (check) {
    u32 section = rk_verdict_section(verdict);
    EXPECT(section == RK_NONE || section < RK_N_SECTIONS);
    EXPECT(section == RK_NONE || check == RK_BAD_DIRECTORY ||
           rk_verdict_record(verdict) < program.n_records[section]);
    return check;
  }
  read_program(&program);
  for (u32 i = 0; i < N_REQUESTS; i++) request(&program);
  rk_memo memo = make_memo(&program, 1 << 12, 4);
  for (u32 i = 0; i < N_REQUESTS; i++) request_by_memo(&program, &memo);
  free_memo(&memo);
  return RK_OK;
}

/* Every aligned u32 of the file becomes every edge value, one at a time. */
static void damage_each(u8 *bytes, u64 n_bytes, u64 fingerprint) {
  for (u64 at = 0; at + 4 <= n_bytes; at += 4) {
    u32 value;
    memcpy(&value, bytes + at, 4);
    for (u32 i = 0; i < N_EDGE_VALUES; i++) {
      u32 damaged = edge(value, i);
      memcpy(bytes + at, &damaged, 4);
      judge(bytes, n_bytes, fingerprint);
    }
    memcpy(bytes + at, &value, 4);
  }
}

/* Two numbers of one record become edges together: what one of them says of the other is wrong. */
static void damage_pairs(u8 *bytes, u64 n_bytes, u64 fingerprint, u32 *record, u32 n) {
  enum { N_VALUES = 5 };
  for (u32 i = 0; i < n; i++) {
    for (u32 j = 0; j < i; j++) {
      u32 one = record[i], other = record[j];
      u32 ones[N_VALUES] = {0, 1, one - 1, one + 1, RK_NONE};
      u32 others[N_VALUES] = {0, 1, other - 1, other + 1, RK_NONE};
      for (u32 k = 0; k < N_VALUES * N_VALUES; k++) {
        record[i] = ones[k / N_VALUES];
        record[j] = others[k % N_VALUES];
        judge(bytes, n_bytes, fingerprint);
      }
      record[i] = one;
      record[j] = other;
    }
  }
}

/* Every record in every pair of its numbers. */
static void damage_records(u8 *bytes, u64 n_bytes, u64 fingerprint) {
  for (u32 section = 0; section < RK_N_SECTIONS; section++) {
    const rk_section *s = directory_of(bytes) + section;
    u32 record_bytes = rk_record_bytes(section);
    for (u64 i = 0; i < s->n_records; i++) {
      u32 *record = (u32 *)(void *)(bytes + s->offset + i * record_bytes);
      damage_pairs(bytes, n_bytes, fingerprint, record, record_bytes / (u32)sizeof(u32));
    }
  }
}

/* A torn file is refused; one that lies about its length reaches no byte outside. */
static void tear(const u8 *bytes, u64 n_bytes, u64 fingerprint) {
  for (u64 n = 0; n < n_bytes; n += n < 4096 ? 1 : 509) {
    u8 *torn = exactly(n);
    memcpy(torn, bytes, n);
    EXPECT(judge(torn, n, fingerprint) == RK_BAD_SIZE);
    if (n >= sizeof(rk_header)) {
      ((rk_header *)(void *)torn)->file_bytes = n;
      judge(torn, n, fingerprint);
    }
    free(torn);
  }
}

/* The last record, to which nothing leads yet, with every number at every edge. */
static void damage_last(u8 *bytes, u64 n_bytes, u64 fingerprint, u32 section) {
  const rk_section *s = directory_of(bytes) + section;
  for (u64 left = s->n_records ? rk_record_bytes(section) / 4 * 4 : 0; left; left -= 4) {
    u8 *at = bytes + s->offset + s->n_records * rk_record_bytes(section) - left;
    u32 value;
    memcpy(&value, at, 4);
    for (u32 i = 0; i < N_EDGE_VALUES; i++) {
      u32 damaged = edge(value, i);
      memcpy(at, &damaged, 4);
      judge(bytes, n_bytes, fingerprint);
    }
    memcpy(at, &value, 4);
  }
}

/* Every section a record shorter and longer, and empty. */
static void resize_each(u8 *bytes, u64 n_bytes, u64 fingerprint) {
  for (u32 section = 0; section < RK_N_SECTIONS; section++) {
    u64 n = directory_of(bytes)[section].n_records;
    u64 counts[] = {0, n ? n - 1 : 0, n + 1, n + 100};
    for (u32 i = 0; i < sizeof counts / sizeof *counts; i++) {
      u64 n_resized = n_bytes;
      u8 *other = resized(bytes, &n_resized, section, counts[i]);
      judge(other, n_resized, fingerprint);
      damage_last(other, n_resized, fingerprint, section);
      free(other);
    }
  }
}

/* One damage at random; a quarter of them change a section's length too. */
static void execute(const u8 *bytes, u64 n_bytes) {
  u64 fingerprint = ((const rk_header *)(const void *)bytes)->fingerprint;
  u8 *copy = exactly(n_bytes);
  memcpy(copy, bytes, n_bytes);
  if (random_below(4) == 0) {
    u32 section = (u32)random_below(RK_N_SECTIONS);
    u64 n = directory_of(copy)[section].n_records + 3;
    u8 *other = resized(copy, &n_bytes, section, n - smaller(n, random_below(7)));
    free(copy);
    copy = other;
  }
  damage_some(copy);
  judge(copy, n_bytes, fingerprint);
  free(copy);
}

/* The sample, in every way there is. */
static void exhaust(u8 *bytes, u64 n_bytes) {
  u64 fingerprint = ((rk_header *)(void *)bytes)->fingerprint;
  EXPECT(judge(bytes, n_bytes, fingerprint + 1) == RK_BAD_FINGERPRINT);
  tear(bytes, n_bytes, fingerprint);
  resize_each(bytes, n_bytes, fingerprint);
  damage_each(bytes, n_bytes, fingerprint);
  damage_records(bytes, n_bytes, fingerprint);
}

int main(int n_arguments, char **arguments) {
  _Alignas(RK_ALIGNMENT) static u8 room[RK_SAMPLE_BYTES];
  static u8 *files[MAX_FILES];
  static u64 n_bytes[MAX_FILES];
  EXPECT(n_arguments >= 2 && n_arguments - 1 <= MAX_FILES);
  u64 n_files = (u64)n_arguments - 1, n_executions = strtoull(arguments[1], NULL, 10);
  n_bytes[0] = rk_sample(room);
  files[0] = exactly(n_bytes[0]);
  memcpy(files[0], room, n_bytes[0]);
  for (u64 i = 1; i < n_files; i++) files[i] = read_file(arguments[i + 1], n_bytes + i);
  for (u64 i = 0; i < n_files; i++) {
    EXPECT(judge(files[i], n_bytes[i], ((rk_header *)(void *)files[i])->fingerprint) == RK_OK);
  }
  EXPECT(!n_disagreements);
  exhaust(files[0], n_bytes[0]);
  for (u64 i = 0; i < n_executions; i++) {
    u64 file = random_below(2) ? random_below(n_files) : 0;
    execute(files[file], n_bytes[file]);
  }
  for (u64 i = 0; i < n_files; i++) free(files[i]);
  EXPECT(!strcmp(rk_check_name(-1), "unknown") && !strcmp(rk_check_name(RK_N_CHECKS), "unknown"));
  for (int check = RK_OK; check < RK_N_CHECKS; check++) {
    printf("  %-12s %llu\n", rk_check_name(check), (unsigned long long)n_by_check[check]);
    EXPECT(n_by_check[check]);
  }
  printf("check_verify: %llu programs judged, %llu accepted and used, none misbehaved\n",
         (unsigned long long)n_judged, (unsigned long long)n_by_check[RK_OK]);
  return 0;
}
