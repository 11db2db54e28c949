// Tunes the allocator of a process that holds large pictures.
#include "csystem.h"
#include <malloc.h>

void csystem_keep_freed_memory(void) {
    // Fixed thresholds, since glibc's grow with the largest block that was freed. Pictures come and go by the frame, and
    // clearing new pages for each would cost 3 % of a build. Work of another kind begins with
    // `csystem_give_back_freed_memory`: kept for longer, they stood at the peak of whatever came next.
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 400 << 20);
    mallopt(M_ARENA_MAX, 1);
}

void csystem_give_back_freed_memory(void) { malloc_trim(0); }
