#include "csystem.h"
#include <malloc.h>

void csystem_return_freed_memory(void) {
    // Fixed thresholds: by default freeing one large picture lets glibc keep all that are smaller.
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 16 << 20);
    mallopt(M_ARENA_MAX, 1);
}
