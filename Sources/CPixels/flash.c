// Measures the light and red of cells of a picture, for the detection of flashes.
#include "flash.h"
#include <string.h>

#define POINTS CPIXELS_FLASH_POINTS

static inline int level(int value) {
    value >>= 16;
    return value < 0 ? 0 : value >= CPIXELS_FLASH_LEVELS ? CPIXELS_FLASH_LEVELS - 1 : value;
}

// EBU R 103 allows -5 % to 105 % of full scale: 5 to 246 of an 8-bit signal in limited range, both included.
static inline int is_outside(int value) {
    const int low = -(int)(51.5 * 65536), high = (int)(1074.5 * 65536);
    return value < low || value > high;
}

// The middle of sample `index` of `count` over `size` pixels. All cells have the same area even if `size` is not a
// multiple.
static inline int place(int index, int count, int size) {
    return (int)(((int64_t)(2 * index + 1) * size) / (2 * (int64_t)count));
}

// Adds the linear R, G and B of one row of points to the sums of its cells.
#define ROW(TYPE, SHIFT)                                                                                             \
    static uint32_t row_##TYPE(const cpixels_flash_picture *p, int y, int columns, const int *xs, uint32_t *sums) {  \
        const TYPE *luma = (const TYPE *)(p->luma + y * p->luma_stride);                                             \
        ptrdiff_t chroma = (y >> p->chroma_y) * p->chroma_stride;                                                    \
        const TYPE *blue = p->blue ? (const TYPE *)(p->blue + chroma) : NULL;                                        \
        const TYPE *red = p->red ? (const TYPE *)(p->red + chroma) : NULL;                                           \
        const int shift = SHIFT, fold = p->chroma_x;                                                                 \
        const uint16_t *linear = p->linear;                                                                          \
        uint32_t outside = 0;                                                                                        \
        for (int column = 0; column < columns; column++) {                                                           \
            uint32_t r = 0, g = 0, b = 0;                                                                            \
            for (int point = 0; point < POINTS; point++) {                                                           \
                int x = xs[column * POINTS + point];                                                                 \
                int grey = (((luma[x] >> shift) & 255) - p->y_offset) * p->y_scale;                                  \
                if (blue && red) {                                                                                   \
                    int cb = ((blue[x >> fold] >> shift) & 255) - 128;                                               \
                    int cr = ((red[x >> fold] >> shift) & 255) - 128;                                                \
                    int rr = grey + p->r_cr * cr, gg = grey - p->g_cb * cb - p->g_cr * cr, bb = grey + p->b_cb * cb; \
                    outside += (uint32_t)(is_outside(grey) | is_outside(rr) | is_outside(gg) | is_outside(bb));      \
                    r += linear[level(rr)], g += linear[level(gg)], b += linear[level(bb)];                          \
                } else {                                                                                             \
                    uint32_t light = linear[level(grey)];                                                            \
                    r += light, g += light, b += light;                                                              \
                    outside += (uint32_t)is_outside(grey);                                                           \
                }                                                                                                    \
            }                                                                                                        \
            sums[column * 3] += r, sums[column * 3 + 1] += g, sums[column * 3 + 2] += b;                             \
        }                                                                                                            \
        return outside;                                                                                              \
    }
ROW(uint8_t, 0)
ROW(uint16_t, p->depth - 8)

uint32_t cpixels_flash_cells(const cpixels_flash_picture *picture, int columns, int rows, uint8_t *light,
                             uint8_t *red) {
    if (columns < 1 || rows < 1 || columns > CPIXELS_FLASH_MAX || rows > CPIXELS_FLASH_MAX) return 0;
    if (picture->width < 1 || picture->height < 1) return 0;
    int xs[CPIXELS_FLASH_MAX * POINTS];
    uint32_t sums[CPIXELS_FLASH_MAX * 3];
    for (int i = 0; i < columns * POINTS; i++) xs[i] = place(i, columns * POINTS, picture->width);
    // 64 points of 65535 each stay below 2^22.
    uint32_t outside = 0;
    const uint32_t full = 65535u * POINTS * POINTS;
    for (int row = 0; row < rows; row++) {
        memset(sums, 0, sizeof sums);
        for (int point = 0; point < POINTS; point++) {
            int y = place(row * POINTS + point, rows * POINTS, picture->height);
            outside += picture->depth > 8 ? row_uint16_t(picture, y, columns, xs, sums)
                                          : row_uint8_t(picture, y, columns, xs, sums);
        }
        for (int column = 0; column < columns; column++) {
            uint64_t r = sums[column * 3], g = sums[column * 3 + 1], b = sums[column * 3 + 2];
            uint64_t luminance = (2126 * r + 7152 * g + 722 * b) / 10000;
            light[row * columns + column] = (uint8_t)((luminance * 255 + full / 2) / full);
            uint64_t excess = r > g + b ? ((r - g - b) * 127 + full / 2) / full : 0;
            red[row * columns + column] = (uint8_t)(excess | (excess && 5 * r >= 4 * (r + g + b) ? 128 : 0));
        }
    }
    return outside;
}
