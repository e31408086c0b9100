/* check_memo.c - what knocks at the memo's door a second time is let in, however many come in turn. */
#include "../rk_memo.h"
#include "expect.h"

enum { N_HASHES = 30000 };

int main(void) {
  static u64 door[1 << RK_DOOR_BITS], hashes[N_HASHES];
  rk_memo memo = {.door = door};
  u32 n_known[2] = {0, 0};
  for (u32 i = 0; i < N_HASHES; i++) hashes[i] = random_u64();
  for (u32 pass = 0; pass < 2; pass++) {
    for (u32 i = 0; i < N_HASHES; i++) n_known[pass] += (u32)rk_memo_knocks(&memo, hashes[i]);
  }
  EXPECT(n_known[0] < N_HASHES / 100);
  EXPECT(n_known[1] > N_HASHES / 100 * 97);
  printf("check_memo: %u of %u known again, %u by mistake\n", n_known[1], N_HASHES, n_known[0]);
  return 0;
}
