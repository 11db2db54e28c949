// XXH3 compiled a second time, for processors with AVX2. The programs are built for any x86-64.
#include "wide.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define XXH_INLINE_ALL
#define XXH_VECTOR XXH_AVX2
#endif
#include <xxhash.h>

void csystem_xxh3_update_wide(void *state, const void *p, size_t n) { XXH3_128bits_update(state, p, n); }
void csystem_xxh3_once_wide(const void *p, size_t n, uint8_t digest[16]) {
    XXH128_canonicalFromHash((XXH128_canonical_t *)digest, XXH3_128bits(p, n));
}

#if defined(__x86_64__)
#pragma clang attribute pop
#endif
