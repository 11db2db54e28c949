// Tunes the allocator of a process that holds large pictures.
#include "csystem.h"
#include <malloc.h>

void csystem_keep_freed_memory(void) {
    // Fixed thresholds, since glibc's grow with the largest block that was freed. An encoder takes 200 MB and more for
    // each segment, in blocks of some MB: given back to the kernel every time, clearing them took a tenth of a build. So
    // freed memory is kept for the next segment; a process that encodes has had it anyway.
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 512 << 20);
    mallopt(M_ARENA_MAX, 1);
}
