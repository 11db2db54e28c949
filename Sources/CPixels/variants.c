// Selects between the AVX2 and the portable variants of kernels.
#include "variants.h"
#include <stdatomic.h>

static atomic_int portable_only;

int cpixels_has_avx2(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") != 0;
#else
    return 0;
#endif
}
void cpixels_set_portable(int on) { atomic_store_explicit(&portable_only, on, memory_order_relaxed); }
int cpixels_use_avx2(void) {
    return !atomic_load_explicit(&portable_only, memory_order_relaxed) && cpixels_has_avx2();
}
