// How alike two pictures are, tile by tile: a whole picture's number does not see a missing caption.
#ifndef CPIXELS_COMPARE_H
#define CPIXELS_COMPARE_H
#include <stddef.h>
#include <stdint.h>

// Mean structural similarity (windows of 8 by 8, every 4 samples) of each of columns * rows tiles of two 8-bit planes:
// 1 is equal. A window counts for the tile that its middle lies in. Planes are at least 8 by 8; tiles are at least 8 on
// a side.
void cpixels_similarity(const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int width, int height,
                        int columns, int rows, double *tiles);

// For each tile the mean of b - a (`shift`) and of |b - a| (`distance`), in steps of 1/255.
void cpixels_tile_distance(const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int width, int height,
                           int columns, int rows, double *shift, double *distance);

// Where the planes differ most once both are softened: the greatest difference of the means of squares of 2 * half
// samples a side, one every `half` samples. What a codec leaves along edges evens out within such a square; a stroke of
// a letter does not.
typedef struct {
    int x, y;     // of the square's corner
    float value;  // 0...255
} cpixels_mark;
void cpixels_greatest_mark(const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int width, int height, int half,
                           cpixels_mark *mark);
#endif
