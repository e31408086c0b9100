/* check_text.c - checksum, UTF-8, JSON and names: the small kernels of opening, against twins. */
#include "../rk_crc32_clmul.h"
#include "../rk_json.h"
#include "../rk_json_count.h"
#include "../rk_names.h"
#include "../rk_utf8.h"
#include "expect.h"

/* A bit a step, as the definition says. */
static u32 crc32_by_bit(const u8 *bytes, u64 n_bytes) {
  u32 crc = ~0u;
  for (u64 i = 0; i < n_bytes; i++) {
    crc ^= bytes[i];
    for (u32 j = 0; j < 8; j++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  return ~crc;
}

static void check_crc32(void) {
  EXPECT(rk_crc32(0, (const u8 *)"123456789", 9) == 0xCBF43926u); /* the published check value */
  for (u64 n = 0; n < 700; n++) {
    u8 *bytes = exactly(n);
    for (u64 i = 0; i < n; i++) bytes[i] = (u8)random_u64();
    u32 expected = crc32_by_bit(bytes, n);
    EXPECT(rk_crc32(0, bytes, n) == expected);
    for (u64 cut = 0; rk_has_clmul() && cut <= n; cut += 1 + n / 8) {
      u32 first = rk_crc32_clmul(0, bytes, cut);
      EXPECT(rk_crc32_clmul(first, bytes + cut, n - cut) == expected);
    }
    free(bytes);
  }
}

/* Table 3-7 of Unicode, one character at a time. */
static int is_utf8_by_value(const u8 *bytes, u64 n) {
  for (u64 i = 0; i < n;) {
    u32 lead = bytes[i], n_more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    static const u32 least[] = {0, 0x80, 0x800, 0x10000}, mask[] = {0x7F, 0x1F, 0x0F, 0x07};
    if ((lead >= 0x80 && lead < 0xC0) || lead >= 0xF8 || n - i <= n_more) return 0;
    u32 value = lead & mask[n_more];
    for (u32 j = 1; j <= n_more; j++) {
      if (bytes[i + j] >> 6 != 2) return 0;
      value = value << 6 | (bytes[i + j] & 0x3F);
    }
    if (value < least[n_more] || value > 0x10FFFF || value >> 11 == 0x1B) return 0;
    i += n_more + 1;
  }
  return 1;
}

static void check_utf8(void) {
  static const u8 alphabet[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1,
                                0xC2, 0xDF, 0xE0, 0xE6, 0xED, 0xEF, 0xF0, 0xF3, 0xF4, 0xF5, 0xFF};
  u64 n_valid = 0;
  for (u32 round = 0; round < 400000; round++) {
    u64 n = random_below(24), n_ascii = random_below(n + 1);
    u8 *bytes = exactly(n);
    for (u64 i = 0; i < n; i++) {
      bytes[i] = i < n_ascii ? 'a' : alphabet[random_below(sizeof alphabet)];
    }
    EXPECT(rk_is_utf8(bytes, n) == is_utf8_by_value(bytes, n));
    n_valid += (u64)rk_is_utf8(bytes, n);
    free(bytes);
  }
  EXPECT(n_valid > 10000);
}

static int is_plain(const char *text) {
  u64 n = strlen(text);
  u8 *bytes = exactly(n);
  memcpy(bytes, text, n);
  int answer = rk_is_plain_json_object(bytes, n);
  free(bytes);
  return answer;
}

static void check_json(void) {
  static const char *const plain[] = {
      "{}", "{\"a\":1}", "{\"a\":{\"a\":[]},\"b\":[{},[1,2]]}", "{\"a\":-0.5e+10,\"b\":1E5}",
      "{\"a\":\"\\n\\u00e9\\\\\"}", "{\"\":true,\"b\":false,\"c\":null}",
      "{\"a\":[{\"x\":1},{\"x\":1}]}"};
  static const char *const others[] = {
      "", "[]", "3", "null", "{", "}", "{\"a\":NaN}", "{\"a\":1,\"a\":2}", "{}x", "{\"a\"}",
      "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":-}",
      "{\"a\":1e}", "{\"a\":tru}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\u12",
      "{\"a\":\"", "{\"a\":\"\n\"}", "{\"a\":[1,]}", "{\"a\":[1}", "{\"a\":1]", "{ }",
      "{\"\\u0061\":1}", "{\"a\":[", "{\"a\":1", "{\"a\":{\"b\":1}", "{a:1}", "{\"a\":\"\\"};
  for (u32 i = 0; i < sizeof plain / sizeof *plain; i++) EXPECT(is_plain(plain[i]));
  for (u32 i = 0; i < sizeof others / sizeof *others; i++) EXPECT(!is_plain(others[i]));
  for (u32 depth = 1; depth < 40; depth++) {
    char text[256] = "{\"a\":";
    u64 n = strlen(text);
    memset(text + n, '[', depth);
    memset(text + n + depth, ']', depth);
    strcpy(text + n + 2 * depth, "}");
    EXPECT(is_plain(text) == (depth < RK_JSON_DEPTH));
  }
  for (u32 n_keys = 1; n_keys < 70; n_keys++) {
    char text[1024] = "{";
    for (u32 i = 0; i < n_keys; i++) {
      sprintf(text + strlen(text), "%s\"k%u\":1", i ? "," : "", i);
    }
    EXPECT(is_plain(strcat(text, "}")) == (n_keys <= RK_JSON_KEYS));
  }
}

static rk_json_counts counted_by_byte(const u8 *text, u64 n) {
  rk_json_counts counts = {0, 0};
  int is_inside = 0;
  for (u64 i = 0; i < n; i++) {
    if (text[i] == '\\') i += i + 1 < n && (text[i + 1] == '"' || text[i + 1] == '\\');
    else if (text[i] == '"') is_inside = !is_inside;
    else if (!is_inside) {
      counts.n_members += text[i] == ':';
      counts.n_opened += text[i] == '{' || text[i] == '[';
    }
  }
  return counts;
}

/* Texts of the bytes that matter, of every length about a block, and rows of backslashes across its end. */
static void check_json_counts(void) {
  static const u8 alphabet[] = "\"\"\\\\\\:{[}];a \x80\xfb";
  u64 n_members = 0;
  for (u32 round = 0; round < 60000; round++) {
    u64 n = random_below(200), n_slashes = random_below(70);
    u8 *text = exactly(n);
    for (u64 i = 0; i < n; i++) text[i] = alphabet[random_below(sizeof alphabet - 1)];
    for (u64 i = random_below(n + 1); round % 4 == 0 && i < n && n_slashes--; i++) text[i] = '\\';
    rk_json_counts found = rk_json_count(text, n), expected = counted_by_byte(text, n);
    EXPECT(found.n_members == expected.n_members && found.n_opened == expected.n_opened);
    n_members += found.n_members;
    free(text);
  }
  EXPECT(n_members > 10000);
}

/* Names from few letters, so that many are equal: the answer is never "they differ" where two are
 * equal, and always where few differ. */
static void check_names(void) {
  u64 n_equal = 0, n_different = 0;
  for (u32 round = 0; round < 4000; round++) {
    enum { N_NAMES = 20 };
    u8 bytes[N_NAMES * 12];
    u32 ends[N_NAMES], names[N_NAMES], end = 0, n = (u32)random_below(N_NAMES + 1);
    for (u32 i = 0; i < n; i++) {
      u64 n_bytes = random_below(12);
      for (u64 j = 0; j < n_bytes; j++) bytes[end++] = (u8)('a' + random_below(2));
      ends[i] = end;
      names[i] = i;
    }
    rk_program p = {.string_ends = ends, .string_bytes = bytes};
    int are_equal = 0;
    for (u32 i = 0; i < n; i++) {
      for (u32 j = 0; j < i; j++) {
        u32 n_one, n_other;
        const u8 *one = rk_string(&p, i, &n_one), *other = rk_string(&p, j, &n_other);
        are_equal |= n_one == n_other && !memcmp(one, other, n_one);
      }
    }
    const u8 other[] = "ab";
    for (u32 i = 0; i < n; i++) {
      u32 n_one;
      const u8 *one = rk_string(&p, i, &n_one);
      are_equal |= n_one == 2 && !memcmp(one, other, 2);
    }
    u32 *table = calloc(rk_name_slots(n + 1), sizeof(u32));
    EXPECT(table);
    int differ = rk_names_differ(&p, names, 1, n, other, 2, table);
    EXPECT(differ == !are_equal);
    n_equal += (u64)are_equal;
    n_different += (u64)differ;
    free(table);
  }
  EXPECT(n_equal > 100 && n_different > 100);
}

/* Codes that count up, as people name things: told apart within the looks that names have. */
static void check_counted_names(void) {
  static const char *const patterns[] = {"%u", "d%07u", "b-%u", "shop.seller.%05u.drone", "%u%%"};
  enum { N_NAMES = 100000, N_BYTES = 32 };
  u8 *bytes = malloc((size_t)N_NAMES * N_BYTES);
  u32 *ends = malloc(N_NAMES * sizeof *ends), *names = malloc(N_NAMES * sizeof *names);
  EXPECT(bytes && ends && names);
  for (u32 k = 0; k < sizeof patterns / sizeof *patterns; k++) {
    u32 end = 0;
    for (u32 i = 0; i < N_NAMES; i++) {
      end += (u32)snprintf((char *)bytes + end, N_BYTES, patterns[k], i);
      ends[i] = end;
      names[i] = i;
    }
    rk_program p = {.string_ends = ends, .string_bytes = bytes};
    u32 *table = calloc(rk_name_slots(N_NAMES + 1), sizeof(u32));
    EXPECT(table);
    EXPECT(rk_names_differ(&p, names, 1, N_NAMES, (const u8 *)"platform", 8, table));
    free(table);
  }
  free(bytes);
  free(ends);
  free(names);
}

int main(void) {
  check_crc32();
  check_utf8();
  check_json();
  check_json_counts();
  check_names();
  check_counted_names();
  printf("check_text: checksum%s, UTF-8, JSON and names agree with their twins\n",
         rk_has_clmul() ? " (also by carry-less multiplication)" : "");
  return 0;
}
