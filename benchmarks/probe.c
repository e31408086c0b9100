/* probe.c - how fast is the memory of this machine?
 *
 * Prints one JSON object: nanoseconds of a load that waits for the one before it, by the bytes the
 * loads walk through (`latency_32KiB` ...), and GB/s of reading 256 MiB in order by one thread.
 * The walk is one cycle through all lines in random order (Sattolo), so no prefetcher helps. Each
 * value is the best of five: a bound, not an average. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LINE = 64, N_LOADS = 1000 * 1000, N_TRIES = 5 };

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return 1e9 * (double)at.tv_sec + (double)at.tv_nsec;
}

static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Nanoseconds a dependent load over n_bytes; writes where the walk ended, so it is not optimised away. */
static double latency(size_t n_bytes, uintptr_t *end) {
    size_t n_lines = n_bytes / LINE;
    char *memory = aligned_alloc(LINE, n_bytes);
    size_t *order = malloc(n_lines * sizeof *order);
    uint64_t state = 88172645463325252u;
    double best = 1e30;
    if (!memory || !order) exit(1);
    for (size_t i = 0; i < n_lines; i++) order[i] = i;
    for (size_t i = n_lines - 1; i > 0; i--) {
        size_t j = next_random(&state) % i, kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
    for (size_t i = 0; i < n_lines; i++)
        *(void **)(memory + LINE * order[i]) = memory + LINE * order[(i + 1) % n_lines];
    for (int turn = 0; turn < N_TRIES; turn++) {
        void *at = memory;
        double start = now();
        for (int i = 0; i < N_LOADS; i++) at = *(void *volatile *)at;
        double each = (now() - start) / N_LOADS;
        if (each < best) best = each;
        *end += (uintptr_t)at;
    }
    free(order);
    free(memory);
    return best;
}

static double bandwidth(size_t n_bytes, uintptr_t *end) {
    uint64_t *memory = aligned_alloc(LINE, n_bytes);
    double best = 0;
    if (!memory) exit(1);
    for (size_t i = 0; i < n_bytes / 8; i++) memory[i] = i;
    for (int turn = 0; turn < N_TRIES; turn++) {
        uint64_t a = 0, b = 0, c = 0, d = 0;
        double start = now();
        for (size_t i = 0; i < n_bytes / 8; i += 8) {
            a += memory[i] + memory[i + 4];
            b += memory[i + 1] + memory[i + 5];
            c += memory[i + 2] + memory[i + 6];
            d += memory[i + 3] + memory[i + 7];
        }
        double each = (double)n_bytes / (now() - start);
        if (each > best) best = each;
        *end += a + b + c + d;
    }
    free(memory);
    return best;
}

int main(void) {
    static const struct { const char *name; size_t n_bytes; } walks[] = {
        {"32KiB", 32u << 10}, {"512KiB", 512u << 10}, {"8MiB", 8u << 20}, {"256MiB", 256u << 20}};
    uintptr_t end = 0;
    printf("{");
    for (size_t i = 0; i < sizeof walks / sizeof *walks; i++)
        printf("\"latency_%s_ns\": %.2f, ", walks[i].name, latency(walks[i].n_bytes, &end));
    printf("\"bandwidth_GBps\": %.2f}\n", bandwidth(256u << 20, &end));
    return end == 42;
}
