// Tunes the allocator of a process that holds large pictures.
#include "csystem.h"
#include <malloc.h>

void csystem_keep_freed_memory(void) {
    // Fixed thresholds, since glibc's grow with the largest block that was freed. An encoder takes 200 MB for each
    // segment, nearly all of it in frames of 7 to 10 MB. Those are given back when it is closed: kept in the heap, they
    // stood at the peak of whatever came next, and clearing new ones costs no more than the heap's own
    // trimming did. Smaller blocks, which come and go with every frame, are kept.
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 160 << 20);
    mallopt(M_ARENA_MAX, 1);
}
