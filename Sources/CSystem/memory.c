// Tunes the allocator of a process that holds large pictures.
#include "csystem.h"
#include <malloc.h>

static int keeps_freed_memory;

void csystem_keep_freed_memory(void) {
    // Fixed thresholds, since glibc's grow with the largest block that was freed. Pictures come and go by the frame, and
    // clearing new pages for each would cost 3 % of a build. Work of another kind begins with
    // `csystem_give_back_freed_memory`: kept for longer, they stood at the peak of whatever came next.
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 400 << 20);
    mallopt(M_ARENA_MAX, 1);
    keeps_freed_memory = 1;
}

void csystem_map_large_blocks(int does) {
    // x264 aligns each of its frames, of 7 to 12 MB at 1080p, to 2 MB. In a heap they leave gaps, so that its 200 MB
    // came to 220 and to 240 with the next segment. It clears new pages by 2 MB at a time, once a segment.
    if (keeps_freed_memory) mallopt(M_MMAP_THRESHOLD, does ? 6 << 20 : 32 << 20);
}

void csystem_give_back_freed_memory(void) { malloc_trim(0); }
