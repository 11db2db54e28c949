// XXH3 by vectors of 32 bytes, where the processor has them: the same hashes in half the time.
#pragma once
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
static inline int csystem_xxh3_is_wide(void) { return __builtin_cpu_supports("avx2") != 0; }
#else
static inline int csystem_xxh3_is_wide(void) { return 0; }
#endif

/// - state: an XXH3_state_t, whose layout does not depend on the vectors.
void csystem_xxh3_update_wide(void *state, const void *bytes, size_t count);
void csystem_xxh3_once_wide(const void *bytes, size_t count, uint8_t digest[16]);
