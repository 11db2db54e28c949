// Defines a kernel with an AVX2 variant: one body, inlined into two functions, one of which may use wider registers.
// Integer arithmetic cannot differ between them; floating point must not be contracted (-ffp-contract=off).
#ifndef CPIXELS_VARIANTS_H
#define CPIXELS_VARIANTS_H
#include "cpixels.h"
#include <stdlib.h>
#include <string.h>

#define BODY static inline __attribute__((always_inline))

int cpixels_use_avx2(void);

#if defined(__x86_64__)
#define VARIANTS(name, parameters, arguments) VARIANTS_IN(, name, parameters, arguments)
// The same for a function that only this file calls.
#define OWN_VARIANTS(name, parameters, arguments) VARIANTS_IN(static, name, parameters, arguments)
#define VARIANTS_IN(scope, name, parameters, arguments)                                           \
    static void name##_portable parameters { name##_body arguments; }                             \
    __attribute__((target("avx2"))) static void name##_avx2 parameters { name##_body arguments; } \
    scope void name parameters {                                                                  \
        if (cpixels_use_avx2()) name##_avx2 arguments;                                            \
        else name##_portable arguments;                                                           \
    }
#else
#define VARIANTS(name, parameters, arguments) void name parameters { name##_body arguments; }
#define OWN_VARIANTS(name, parameters, arguments) static void name parameters { name##_body arguments; }
#endif

// x / 255 rounded, exact for 0...65535-255.
BODY unsigned div255(unsigned x) { x += 128; return (x + (x >> 8)) >> 8; }

// Allocates scratch memory for rows. Aborts if a few kilobytes are not available.
BODY void *scratch(size_t bytes) {
    void *p = malloc(bytes);
    if (!p) abort();
    return p;
}
#endif
