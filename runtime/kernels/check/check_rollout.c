/* check_rollout.c - the buckets of rk_rollout.h against the published vectors.
 *
 *     check_rollout vectors.tsv          bucket (hex)  salt  type  key, tab between, one header line
 *
 * XXH64 itself is held to vectors of other implementations, given whole and in parts. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../rk_rollout.h"

static void expect(u64 found, u64 expected, const char *what) {
  if (found == expected) return;
  fprintf(stderr, "%s: expected %016" PRIx64 ", found %016" PRIx64 "\n", what, expected, found);
  abort();
}

static const struct {
  const char *text;
  u64 hash;
} known[] = {
    {"", 0xEF46DB3751D8E999u},
    {"a", 0xD24EC4F1A98C6E5Bu},
    {"as", 0x1C330FB2D66BE179u},
    {"asd", 0x631C37CE72A97393u},
    {"asdf", 0x415872F599CEA71Eu},
    {"abc", 0x44BC2CF5AD770999u},
    {"Call me Ishmael. Some years ago--never mind how long precisely-", 0x02A2E85470D6FD96u},
};

/* Every way to give a text in two parts. */
static void check_known(void) {
  for (u32 i = 0; i < sizeof known / sizeof *known; i++) {
    const u8 *text = (const u8 *)known[i].text;
    u64 n = strlen(known[i].text);
    for (u64 split = 0; split <= n; split++) {
      rk_hash hash;
      rk_hash_start(&hash);
      rk_hash_add(&hash, text, split);
      rk_hash_add(&hash, text + split, n - split);
      expect(rk_hash_end(&hash), known[i].hash, known[i].text);
    }
  }
}

static u64 check_line(char *line) {
  char *salt = strchr(line, '\t'), *type = salt ? strchr(salt + 1, '\t') : 0;
  char *key = type ? strchr(type + 1, '\t') : 0;
  if (!key) abort();
  *salt++ = *type++ = *key++ = 0;
  key[strcspn(key, "\n")] = 0;
  u64 expected = strtoull(line, 0, 16);
  if (!strcmp(type, "int")) {
    i64 number = strtoll(key, 0, 10);
    expect(rk_rollout_bucket_of_int((const u8 *)salt, strlen(salt), number), expected, key);
  } else {
    expect(rk_rollout_bucket_of_text((const u8 *)salt, strlen(salt), (const u8 *)key, strlen(key)),
           expected, key);
  }
  return 1;
}

int main(int argc, char **argv) {
  char line[512];
  u64 n = 0;
  FILE *file = argc > 1 ? fopen(argv[1], "r") : 0;
  if (!file || !fgets(line, sizeof line, file)) {
    fprintf(stderr, "no vectors\n");
    return 2;
  }
  check_known();
  while (fgets(line, sizeof line, file)) n += check_line(line);
  fclose(file);
  printf("check_rollout: %" PRIu64 " buckets\n", n);
  return n ? 0 : 2;
}
