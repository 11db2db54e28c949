// Tunes the allocator of a process that holds large pictures.
#include "csystem.h"
#include <malloc.h>

void csystem_return_freed_memory(void) {
    // Fixed thresholds, since by default glibc keeps all smaller blocks after freeing one large picture.
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 16 << 20);
    mallopt(M_ARENA_MAX, 1);
}
