#include "measure.h"

// One row at a time into 32-bit counters, which the compiler turns into sums of absolute differences:
// 16384 samples of at most 255 stay below 2^23.
#define MEASURE(ROW, NEW, OLD)                                                                         \
    for (int y = 0; y < height; y += step) {                                                           \
        const ROW *row = (const ROW *)(plane + y * stride);                                            \
        uint32_t sum = 0, dark = 0, difference = 0;                                                    \
        if (previous) {                                                                                \
            const ROW *old = (const ROW *)(previous + y * previous_stride);                            \
            for (int x = 0; x < width; x++) {                                                          \
                int a = NEW, b = OLD, d = a - b;                                                       \
                sum += (uint32_t)a;                                                                    \
                dark += a <= limit;                                                                    \
                difference += (uint32_t)(d < 0 ? -d : d);                                              \
            }                                                                                          \
        } else {                                                                                       \
            for (int x = 0; x < width; x++) {                                                          \
                int a = NEW;                                                                           \
                sum += (uint32_t)a;                                                                    \
                dark += a <= limit;                                                                    \
            }                                                                                          \
        }                                                                                              \
        total.samples += (uint64_t)width;                                                              \
        total.sum += sum;                                                                              \
        total.dark += dark;                                                                            \
        total.difference += difference;                                                                \
    }

void cpixels_measure_luma8(const uint8_t *plane, ptrdiff_t stride, const uint8_t *previous, ptrdiff_t previous_stride,
                           int width, int height, int step, int limit, cpixels_luma *result) {
    cpixels_luma total = {0};
    MEASURE(uint8_t, row[x], old[x])
    *result = total;
}

void cpixels_measure_luma16(const uint8_t *plane, ptrdiff_t stride, const uint8_t *previous, ptrdiff_t previous_stride,
                            int width, int height, int step, int limit, int shift, cpixels_luma *result) {
    cpixels_luma total = {0};
    MEASURE(uint16_t, row[x] >> shift, old[x] >> shift)
    *result = total;
}
