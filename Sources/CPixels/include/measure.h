// What checks want to know of a decoded picture, in one pass over some of its rows.
#ifndef CPIXELS_MEASURE_H
#define CPIXELS_MEASURE_H
#include <stddef.h>
#include <stdint.h>

#define CPIXELS_BRIGHT 80 // of 255: on black, letters above it can be read

typedef struct {
    uint64_t samples;     // how many were looked at
    uint64_t sum;         // of their values
    uint64_t dark;        // how many are at most the limit
    uint64_t bright;      // how many are above CPIXELS_BRIGHT
    uint64_t difference;  // sum of absolute differences to the previous picture; 0 without one
} cpixels_luma;

// Every `step`-th row of an 8-bit plane. `previous` may be null. Values and limit are 0...255.
void cpixels_measure_luma8(const uint8_t *plane, ptrdiff_t stride, const uint8_t *previous, ptrdiff_t previous_stride,
                           int width, int height, int step, int limit, cpixels_luma *result);

// The same for samples of 9 to 16 bits in native byte order; `shift` brings them to 8 bits.
void cpixels_measure_luma16(const uint8_t *plane, ptrdiff_t stride, const uint8_t *previous, ptrdiff_t previous_stride,
                            int width, int height, int step, int limit, int shift, cpixels_luma *result);
// The part of a picture that bars leave: the first and last rows, and columns, of which more than a 64th is brighter
// than `limit` (columns: any two samples side by side, in every eighth row). Bounds are half open; all 0 for a picture
// that is dark throughout.
typedef struct {
    int left, top, right, bottom;
} cpixels_box;
void cpixels_content8(const uint8_t *plane, ptrdiff_t stride, int width, int height, int limit, cpixels_box *box);
void cpixels_content16(const uint8_t *plane, ptrdiff_t stride, int width, int height, int limit, int shift, cpixels_box *box);
#endif
