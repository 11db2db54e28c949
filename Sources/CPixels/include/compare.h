// Similarity of two pictures tile by tile, since one number for the whole picture does not show a missing caption.
#ifndef CPIXELS_COMPARE_H
#define CPIXELS_COMPARE_H
#include <stddef.h>
#include <stdint.h>

// Mean structural similarity (windows of 8 by 8, every 4 samples) of each of columns * rows tiles of two 8-bit planes;
// 1 is equal. A window counts for the tile that contains its middle. Planes and tiles are at least 8 by 8.
void cpixels_similarity(const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int width,
                        int height, int columns, int rows, double *tiles);

// For each tile the mean of b - a (`shift`) and of |b - a| (`distance`), in steps of 1/255.
void cpixels_tile_distance(const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int width,
                           int height, int columns, int rows, double *shift, double *distance);

// Finds where the planes differ most after softening: the greatest difference between the means of squares with sides
// of 2 * half samples, one every `half` samples. A codec's errors along edges average out within such a square; a
// stroke of a letter does not.
typedef struct {
    int x, y;     // the square's corner
    float value;  // 0...255
} cpixels_mark;
void cpixels_greatest_mark(const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int width,
                           int height, int half, cpixels_mark *mark);
#endif
