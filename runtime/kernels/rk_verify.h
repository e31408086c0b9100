/* rk_verify.h - untrusted bytes -> a program the other kernels may read without checking.
 *
 *     rk_verify_header     is it ours, whole, and of this build?       (first 128 bytes)
 *     the caller           compares the checksum
 *     rk_verify_sections   is every number in range?                   (everything else)
 *
 * Each answers RK_OK or the first check that failed, and in which record where that is known
 * (rk_verdict). What they promise is the INVARIANT of rk_program.h, and that memory and time spent on
 * a request are bounded by the size of the file: slices of one section may not add up to more
 * records than it has, so none is walked twice.
 *
 * The bytes must be 64-byte aligned. Reads only, allocates nothing; linear in the size of the
 * file; safe on any number of threads. */
#ifndef RK_VERIFY_H
#define RK_VERIFY_H

#include "rk_cpu.h"
#include "rk_verify_facts.h"
#include "rk_verify_file.h"
#include "rk_verify_rules.h"
#include "rk_verify_runs.h"
#include "rk_word.h"

/* What the other kernels derive from entities; and the kernels that run anywhere. */
RK_INLINE void rk_make_sieves(rk_program *p) {
  p->cpu = &rk_cpu_scalar;
  for (u32 e = 0; e < p->n_records[RK_SECTION_ENTITIES]; e++) rk_sieve_make(p, e, p->sieves + e);
}

/* INVARIANT: call only after rk_verify_header() said RK_OK. Fills `*out`, which points into
 * `bytes`; of no use unless the answer is RK_OK. */
RK_INLINE rk_verdict rk_verify_sections(const u8 *bytes, u64 n_bytes, rk_program *out) {
  out->n_products = ((const rk_header *)(const void *)bytes)->n_products;
  rk_verdict bad = rk_verify_directory(bytes, n_bytes, out);
  if (!bad) bad = rk_verify_strings(out);
  if (!bad) bad = rk_verify_entities(out);
  if (!bad) bad = rk_verify_facts(out);
  if (!bad) bad = rk_verify_conditions(out);
  if (!bad) rk_make_sieves(out);
  if (!bad) bad = rk_verify_terms(out);
  if (!bad) bad = rk_verify_runs(out);
  if (!bad) bad = rk_verify_scenarios(out);
  if (!bad) bad = rk_verify_liveness(out);
  if (!bad) bad = rk_verify_labels(out);
  if (!bad) bad = rk_verify_provisos(out);
  if (!bad) bad = rk_verify_implementations(out);
  if (!bad) bad = rk_verify_definitions(out);
  if (!bad) bad = rk_verify_points(out);
  return bad;
}

/* Both, for bytes whose checksum does not matter. */
RK_INLINE rk_verdict rk_verify(const u8 *bytes, u64 n_bytes, u64 fingerprint, rk_program *out) {
  rk_verdict bad = rk_verify_header(bytes, n_bytes, fingerprint);
  return bad ? bad : rk_verify_sections(bytes, n_bytes, out);
}

#endif
