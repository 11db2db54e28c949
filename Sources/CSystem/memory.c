// Tunes the allocator of a process that holds large pictures.
#include "csystem.h"
#include <malloc.h>

void csystem_keep_freed_memory(void) {
    // Fixed thresholds, since glibc's grow with the largest block that was freed. An encoder takes 200 MB and more for
    // each segment, in blocks of some MB: given back to the kernel every time, clearing them took a tenth of a build. So
    // much of it is kept for the next segment. Keeping all of it gained 2 % more and cost 30 MB at the peak.
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 160 << 20);
    mallopt(M_ARENA_MAX, 1);
}
