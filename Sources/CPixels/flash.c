// Measures the light and red of cells of a picture, for the detection of flashes.
#include "flash.h"
#include "variants.h"
#include <string.h>

#define POINTS CPIXELS_FLASH_POINTS

#define MOST (CPIXELS_FLASH_MAX * POINTS)

// The middle of sample `index` of `count` over `size` pixels. All cells have the same area even if `size` is not a
// multiple.
static inline int place(int index, int count, int size) {
    return (int)(((int64_t)(2 * index + 1) * size) / (2 * (int64_t)count));
}

// The points of one row: first their samples, then the levels of R', G' and B' (0...CPIXELS_FLASH_LEVELS - 1) in loops
// that the compiler vectorises.
typedef struct {
    int32_t grey[MOST], blue[MOST], red[MOST];
    uint16_t r[MOST], g[MOST], b[MOST];
} points;

#define FETCH(TYPE, SHIFT)                                                                                    \
    static void fetch_##TYPE(const cpixels_flash_picture *p, int y, int count, const int *xs, const int *cxs, \
                             points *out) {                                                                   \
        const TYPE *luma = (const TYPE *)(p->luma + y * p->luma_stride);                                      \
        ptrdiff_t chroma = (y >> p->chroma_y) * p->chroma_stride;                                             \
        const int shift = SHIFT;                                                                              \
        for (int i = 0; i < count; i++) out->grey[i] = (luma[xs[i]] >> shift) & 255;                          \
        if (!p->blue || !p->red) return;                                                                      \
        const TYPE *blue = (const TYPE *)(p->blue + chroma), *red = (const TYPE *)(p->red + chroma);          \
        for (int i = 0; i < count; i++) {                                                                     \
            out->blue[i] = ((blue[cxs[i]] >> shift) & 255) - 128;                                             \
            out->red[i] = ((red[cxs[i]] >> shift) & 255) - 128;                                               \
        }                                                                                                     \
    }
FETCH(uint8_t, 0)
FETCH(uint16_t, p->depth - 8)

BODY uint16_t level(int value) {
    value >>= 16;
    value = value < 0 ? 0 : value;
    return (uint16_t)(value < CPIXELS_FLASH_LEVELS - 1 ? value : CPIXELS_FLASH_LEVELS - 1);
}

// EBU R 103 allows -5 % to 105 % of full scale: 5 to 246 of an 8-bit signal in limited range, both included.
BODY int is_outside(int value) {
    const int low = -(int)(51.5 * 65536), high = (int)(1074.5 * 65536);
    return (value < low) | (value > high);
}

BODY void levels_body(const cpixels_flash_picture *p, int count, points *out, uint32_t *outside) {
    const int y_offset = p->y_offset, y_scale = p->y_scale, r_cr = p->r_cr, g_cb = p->g_cb, g_cr = p->g_cr,
              b_cb = p->b_cb;
    uint32_t found = 0;
    if (p->blue && p->red) {
        for (int i = 0; i < count; i++) {
            int grey = (out->grey[i] - y_offset) * y_scale, cb = out->blue[i], cr = out->red[i];
            int rr = grey + r_cr * cr, gg = grey - g_cb * cb - g_cr * cr, bb = grey + b_cb * cb;
            found += (uint32_t)(is_outside(grey) | is_outside(rr) | is_outside(gg) | is_outside(bb));
            out->r[i] = level(rr), out->g[i] = level(gg), out->b[i] = level(bb);
        }
    } else {
        for (int i = 0; i < count; i++) {
            int grey = (out->grey[i] - y_offset) * y_scale;
            found += (uint32_t)is_outside(grey);
            out->r[i] = out->g[i] = out->b[i] = level(grey);
        }
    }
    *outside += found;
}
OWN_VARIANTS(levels, (const cpixels_flash_picture *p, int count, points *out, uint32_t *outside),
             (p, count, out, outside))

// Adds the linear R, G and B of one row of points to the sums of its cells.
static void add(const points *row, const uint16_t *linear, int columns, uint32_t *sums) {
    for (int column = 0; column < columns; column++) {
        uint32_t r = 0, g = 0, b = 0;
        for (int i = column * POINTS; i < (column + 1) * POINTS; i++)
            r += linear[row->r[i]], g += linear[row->g[i]], b += linear[row->b[i]];
        sums[column * 3] += r, sums[column * 3 + 1] += g, sums[column * 3 + 2] += b;
    }
}

uint32_t cpixels_flash_cells(const cpixels_flash_picture *picture, int columns, int rows, uint8_t *light,
                             uint8_t *red) {
    if (columns < 1 || rows < 1 || columns > CPIXELS_FLASH_MAX || rows > CPIXELS_FLASH_MAX) return 0;
    if (picture->width < 1 || picture->height < 1) return 0;
    int xs[MOST], cxs[MOST];
    points points;
    uint32_t sums[CPIXELS_FLASH_MAX * 3];
    for (int i = 0; i < columns * POINTS; i++) {
        xs[i] = place(i, columns * POINTS, picture->width);
        cxs[i] = xs[i] >> picture->chroma_x;
    }
    // 64 points of 65535 each stay below 2^22.
    uint32_t outside = 0;
    const uint32_t full = 65535u * POINTS * POINTS;
    for (int row = 0; row < rows; row++) {
        memset(sums, 0, sizeof sums);
        for (int point = 0; point < POINTS; point++) {
            int y = place(row * POINTS + point, rows * POINTS, picture->height);
            if (picture->depth > 8) fetch_uint16_t(picture, y, columns * POINTS, xs, cxs, &points);
            else fetch_uint8_t(picture, y, columns * POINTS, xs, cxs, &points);
            levels(picture, columns * POINTS, &points, &outside);
            add(&points, picture->linear, columns, sums);
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
