/* count.c - one loop of loops.c over one world, so that its instructions can be counted.
 *
 *     count PROGRAM FINGERPRINT ROWS LOOP N POINT
 *
 * ROWS holds, in the machine's own byte order and for each entity: u64 rows, u64 scalars, u64 tags,
 * classes, ends, tags; then u64 requests, and their rows. LOOP is `open`, `fill`, `resolve`,
 * `points` or `raw`: valgrind counts inside the function of loops.c of that name alone. Prints the
 * digest of the answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loops.h"

static void *need(void *memory, const char *what) {
  if (!memory) {
    fprintf(stderr, "count: no %s\n", what);
    exit(2);
  }
  return memory;
}

static void read_all(FILE *file, void *to, size_t each, size_t n) {
  if (fread(to, each, n, file) != n) need(NULL, "whole file");
}

static uint64_t read_number(FILE *file) {
  uint64_t number;
  read_all(file, &number, sizeof number, 1);
  return number;
}

static uint8_t *read_file(const char *path, uint64_t *n_bytes) {
  FILE *file = need(fopen(path, "rb"), "program");
  fseek(file, 0, SEEK_END);
  *n_bytes = (uint64_t)ftell(file);
  rewind(file);
  uint8_t *bytes = need(malloc(*n_bytes), "memory");
  read_all(file, bytes, 1, *n_bytes);
  fclose(file);
  return bytes;
}

static void read_rows(FILE *file, rb_engine *engine, uint32_t entity) {
  uint64_t n_rows = read_number(file), n_scalars = read_number(file), n_tags = read_number(file);
  uint32_t *classes = need(malloc(n_rows * n_scalars * sizeof *classes + 1), "memory");
  uint64_t *ends = need(malloc(n_rows * sizeof *ends + 1), "memory");
  uint32_t *tags = need(malloc(n_tags * sizeof *tags + 1), "memory");
  read_all(file, classes, sizeof *classes, n_rows * n_scalars);
  read_all(file, ends, sizeof *ends, n_rows);
  read_all(file, tags, sizeof *tags, n_tags);
  if (!rb_add_rows(engine, entity, n_rows, classes, ends, tags, 1)) need(NULL, "memory");
  free(classes);
  free(ends);
  free(tags);
}

int main(int n_words, char **words) {
  if (n_words != 7) return fprintf(stderr, "count: six arguments\n"), 2;
  uint64_t n_bytes, digest = 0, n = strtoull(words[5], NULL, 10);
  uint8_t *bytes = read_file(words[1], &n_bytes);
  rb_engine *engine = need(rb_open(bytes, n_bytes, strtoull(words[2], NULL, 0)), "program");
  FILE *file = need(fopen(words[3], "rb"), "rows");
  for (uint32_t e = 0; e < rb_n_entities(engine); e++) read_rows(file, engine, e);
  uint64_t n_stream = read_number(file), width = rb_n_entities(engine);
  uint32_t *numbers = need(malloc(n_stream * width * sizeof *numbers + 1), "memory");
  uint32_t point = (uint32_t)strtoul(words[6], NULL, 10);
  read_all(file, numbers, sizeof *numbers, n_stream * width);
  if (!strcmp(words[4], "resolve")) digest = rb_resolve(engine, numbers, n_stream, 0, n, point);
  if (!strcmp(words[4], "points")) digest = rb_points(engine, numbers, n_stream, 0, n);
  if (!strcmp(words[4], "raw")) digest = rb_raw(engine, numbers, n_stream, 0, n, point);
  printf("%llu\n", (unsigned long long)digest);
  fclose(file);
  free(numbers);
  free(bytes);
  rb_close(engine);
  return 0;
}
