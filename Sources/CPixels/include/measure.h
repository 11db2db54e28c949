// Measures of a decoded picture for the checks, in one pass over some of its rows.
#ifndef CPIXELS_MEASURE_H
#define CPIXELS_MEASURE_H
#include <stddef.h>
#include <stdint.h>

#define CPIXELS_BRIGHT 80 // of 255; letters above it are legible on black

typedef struct {
    uint64_t samples;     // number of samples
    uint64_t sum;         // sum of their values
    uint64_t dark;        // number of samples up to the limit
    uint64_t bright;      // number of samples above CPIXELS_BRIGHT
    uint64_t difference;  // sum of absolute differences to the previous picture; 0 without one
} cpixels_luma;

// Measures every `step`-th row of an 8-bit plane. `previous` may be null. Values and limit are 0...255.
void cpixels_measure_luma8(const uint8_t *plane, ptrdiff_t stride, const uint8_t *previous, ptrdiff_t previous_stride,
                           int width, int height, int step, int limit, cpixels_luma *result);

// The same for samples of 9 to 16 bits in native byte order; a right shift by `shift` reduces them to 8 bits.
void cpixels_measure_luma16(const uint8_t *plane, ptrdiff_t stride, const uint8_t *previous, ptrdiff_t previous_stride,
                            int width, int height, int step, int limit, int shift, cpixels_luma *result);
// The part of a picture without bars: from the first to the last row in which more than 1/64 of the samples are
// brighter than `limit`, and from the first to the last column with two such samples side by side (in every eighth
// row). Bounds are half open; all 0 for a dark picture.
typedef struct {
    int left, top, right, bottom;
} cpixels_box;
void cpixels_content8(const uint8_t *plane, ptrdiff_t stride, int width, int height, int limit, cpixels_box *box);
void cpixels_content16(const uint8_t *plane, ptrdiff_t stride, int width, int height, int limit, int shift,
                       cpixels_box *box);
#endif
