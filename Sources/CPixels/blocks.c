// Keeps the large blocks that an encoder frees for the next one. x264 takes some 200 MB for a segment, in pieces of 7 to
// 12 MB that it aligns to 2 MB; the kernel clears each page before it gives it, and in malloc's heap they leave gaps.
// The next encoder asks for the same sizes. `memalign` and `free` of libc go through here; smaller blocks are libc's.
#include "cpixels.h"
#include <stdlib.h>
#if defined(__GLIBC__)
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

void *__libc_memalign(size_t alignment, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);

// Addresses are reserved for 8 GB of blocks. What is not in use cannot be written, so that limits do not count it.
#define UNIT ((size_t)2 << 20)
#define UNITS 4096
#define SMALLEST ((size_t)6 << 20)
#define LARGEST ((size_t)256 << 20)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
// 0: nothing is reserved; 1: it cannot be.
static _Atomic uintptr_t start;
// By the first unit of a block: how many it has, whether nobody uses it, and whether it can be written.
static uint16_t units[UNITS];
static uint8_t is_free[UNITS], is_open[UNITS];
static size_t used;

static uintptr_t reserve(void) {
    uintptr_t at = atomic_load_explicit(&start, memory_order_acquire);
    if (at) return at;
    void *room = mmap(NULL, (UNITS + 1) * UNIT, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    at = room == MAP_FAILED ? 1 : ((uintptr_t)room + UNIT - 1) & ~(UNIT - 1);
    atomic_store_explicit(&start, at, memory_order_release);
    return at;
}

// The number of a block's first unit; UNITS: it is libc's.
static size_t place(const void *block) {
    uintptr_t at = atomic_load_explicit(&start, memory_order_acquire);
    if (at <= 1 || (uintptr_t)block < at) return UNITS;
    size_t unit = ((uintptr_t)block - at) / UNIT;
    return unit < UNITS ? unit : UNITS;
}

void *memalign(size_t alignment, size_t size) {
    if (size < SMALLEST || size > LARGEST || alignment > UNIT || (alignment & (alignment - 1)))
        return __libc_memalign(alignment, size);
    size_t count = (size + UNIT - 1) / UNIT, found = UNITS;
    pthread_mutex_lock(&lock);
    uintptr_t at = reserve();
    // One that has memory first.
    for (size_t unit = 0; unit < used; unit += units[unit])
        if (is_free[unit] && units[unit] == count && (found == UNITS || is_open[unit])) {
            found = unit;
            if (is_open[unit]) break;
        }
    if (found == UNITS && at > 1 && used + count <= UNITS) {
        found = used;
        units[found] = (uint16_t)count;
        is_free[found] = 1;
        used += count;
    }
    if (found < UNITS && !is_open[found])
        is_open[found] = mprotect((void *)(at + found * UNIT), count * UNIT, PROT_READ | PROT_WRITE) == 0;
    if (found < UNITS && is_open[found]) is_free[found] = 0;
    else found = UNITS;
    pthread_mutex_unlock(&lock);
    return found < UNITS ? (void *)(at + found * UNIT) : __libc_memalign(alignment, size);
}

void free(void *block) {
    size_t unit = place(block);
    if (unit == UNITS) { __libc_free(block); return; }
    pthread_mutex_lock(&lock);
    is_free[unit] = 1;
    pthread_mutex_unlock(&lock);
}

void *realloc(void *block, size_t size) {
    size_t unit = place(block);
    if (unit == UNITS) return __libc_realloc(block, size);
    size_t old = units[unit] * UNIT;
    if (size && size <= old) return block;
    void *moved = size ? malloc(size) : NULL;
    if (moved) memcpy(moved, block, old);
    if (moved || !size) free(block);
    return moved;
}

void cpixels_give_back_blocks(void) {
    pthread_mutex_lock(&lock);
    uintptr_t at = atomic_load_explicit(&start, memory_order_acquire);
    for (size_t unit = 0; unit < used; unit += units[unit]) {
        if (!is_free[unit] || !is_open[unit]) continue;
        void *block = (void *)(at + unit * UNIT);
        if (madvise(block, units[unit] * UNIT, MADV_DONTNEED) == 0)
            is_open[unit] = mprotect(block, units[unit] * UNIT, PROT_NONE) != 0;
    }
    pthread_mutex_unlock(&lock);
}
#else
void cpixels_give_back_blocks(void) {}
#endif
