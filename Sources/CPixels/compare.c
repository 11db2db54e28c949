// Measures the similarity of two pictures, tile by tile.
#include "compare.h"
#include "variants.h"

typedef struct {
    uint32_t a, b, squares, product;
} sums;

// One row of blocks of 4 by 4 samples. Sums of columns first, in loops that the compiler vectorises.
BODY void block_row_body(const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int blocks,
                         uint32_t *columns, sums *out) {
    const int width = blocks * 4;
    uint16_t *restrict s = (uint16_t *)columns, *restrict t = s + width;
    uint32_t *restrict squares = (uint32_t *)(t + width), *restrict product = squares + width;
    const uint8_t *a0 = a, *a1 = a0 + a_stride, *a2 = a1 + a_stride, *a3 = a2 + a_stride;
    const uint8_t *b0 = b, *b1 = b0 + b_stride, *b2 = b1 + b_stride, *b3 = b2 + b_stride;
    for (int x = 0; x < width; x++) {
        s[x] = (uint16_t)(a0[x] + a1[x] + a2[x] + a3[x]);
        t[x] = (uint16_t)(b0[x] + b1[x] + b2[x] + b3[x]);
    }
    for (int x = 0; x < width; x++) {
        uint32_t p = a0[x], q = a1[x], r = a2[x], v = a3[x], k = b0[x], l = b1[x], m = b2[x], n = b3[x];
        squares[x] = p * p + q * q + r * r + v * v + k * k + l * l + m * m + n * n;
        product[x] = p * k + q * l + r * m + v * n;
    }
    for (int block = 0, x = 0; block < blocks; block++, x += 4) {
        out[block] = (sums){(uint32_t)(s[x] + s[x + 1] + s[x + 2] + s[x + 3]),
                            (uint32_t)(t[x] + t[x + 1] + t[x + 2] + t[x + 3]),
                            squares[x] + squares[x + 1] + squares[x + 2] + squares[x + 3],
                            product[x] + product[x + 1] + product[x + 2] + product[x + 3]};
    }
}
OWN_VARIANTS(block_row,
         (const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int blocks, uint32_t *columns,
          sums *out),
         (a, a_stride, b, b_stride, blocks, columns, out))

// The similarity of 64 samples. The constants are those of Wang et al. (2004) for 8 bits, times 64 squared.
static double similarity(double a, double b, double squares, double product) {
    const double c1 = 0.01 * 0.01 * 255 * 255 * 64 * 64, c2 = 0.03 * 0.03 * 255 * 255 * 64 * 64;
    double variance = squares * 64 - a * a - b * b, covariance = product * 64 - a * b;
    return (2 * a * b + c1) * (2 * covariance + c2) / ((a * a + b * b + c1) * (variance + c2));
}

void cpixels_similarity(const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int width,
                        int height, int columns, int rows, double *tiles) {
    int wide = width / 4, high = height / 4;
    for (int i = 0; i < columns * rows; i++) tiles[i] = 1;
    if (wide < 2 || high < 2) return;
    sums *above = scratch(sizeof(sums) * (size_t)wide), *here = scratch(sizeof(sums) * (size_t)wide);
    double *total = scratch(sizeof(double) * (size_t)(columns * rows));
    int *count = scratch(sizeof(int) * (size_t)(columns * rows));
    uint32_t *column_sums = scratch(sizeof(uint32_t) * (size_t)wide * 4 * 3);
    for (int i = 0; i < columns * rows; i++) total[i] = 0, count[i] = 0;
    block_row(a, a_stride, b, b_stride, wide, column_sums, above);
    for (int row = 1; row < high; row++) {
        block_row(a + row * 4 * a_stride, a_stride, b + row * 4 * b_stride, b_stride, wide, column_sums, here);
        int tile_row = (int)((int64_t)row * 4 * rows / height);
        for (int x = 0; x + 1 < wide; x++) {
            sums s = above[x], t = above[x + 1], u = here[x], v = here[x + 1];
            int tile = tile_row * columns + (int)((int64_t)(x + 1) * 4 * columns / width);
            total[tile] += similarity(s.a + t.a + u.a + v.a, s.b + t.b + u.b + v.b,
                                      s.squares + t.squares + u.squares + v.squares,
                                      s.product + t.product + u.product + v.product);
            count[tile]++;
        }
        sums *swap = above;
        above = here, here = swap;
    }
    for (int i = 0; i < columns * rows; i++) if (count[i]) tiles[i] = total[i] / count[i];
    free(above), free(here), free(total), free(count), free(column_sums);
}

BODY void cpixels_tile_distance_body(const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride,
                                     int width, int height, int columns, int rows, double *shift, double *distance) {
    for (int row = 0; row < rows; row++) {
        int top = (int)((int64_t)row * height / rows), bottom = (int)((int64_t)(row + 1) * height / rows);
        for (int column = 0; column < columns; column++) {
            int left = (int)((int64_t)column * width / columns), right = (int)((int64_t)(column + 1) * width / columns);
            int64_t signed_sum = 0, sum = 0;
            for (int y = top; y < bottom; y++) {
                const uint8_t *p = a + y * a_stride, *q = b + y * b_stride;
                int32_t s = 0, d = 0;
                for (int x = left; x < right; x++) {
                    int difference = q[x] - p[x];
                    s += difference, d += difference < 0 ? -difference : difference;
                }
                signed_sum += s, sum += d;
            }
            int64_t count = (int64_t)(bottom - top) * (right - left);
            shift[row * columns + column] = count ? (double)signed_sum / (double)count : 0;
            distance[row * columns + column] = count ? (double)sum / (double)count : 0;
        }
    }
}
VARIANTS(cpixels_tile_distance,
         (const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int width, int height,
          int columns, int rows, double *shift, double *distance),
         (a, a_stride, b, b_stride, width, height, columns, rows, shift, distance))

// One row of squares of `half` by `half` samples. Sums of columns first, in a loop that the compiler vectorises.
BODY void difference_row_body(const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int half,
                              int blocks, int32_t *restrict column, int32_t *restrict out) {
    const int width = blocks * half;
    for (int x = 0; x < width; x++) column[x] = a[x] - b[x];
    for (int y = 1; y < half; y++) {
        const uint8_t *p = a + y * a_stride, *q = b + y * b_stride;
        for (int x = 0; x < width; x++) column[x] += p[x] - q[x];
    }
    for (int block = 0, x = 0; block < blocks; block++) {
        int32_t sum = 0;
        for (int end = x + half; x < end; x++) sum += column[x];
        out[block] = sum;
    }
}
OWN_VARIANTS(difference_row,
         (const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int half, int blocks,
          int32_t *column, int32_t *out),
         (a, a_stride, b, b_stride, half, blocks, column, out))

void cpixels_greatest_mark(const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int width,
                           int height, int half, cpixels_mark *mark) {
    *mark = (cpixels_mark){0};
    int wide = width / half, high = height / half, most = 0;
    if (wide < 2 || high < 2) return;
    int32_t *above = scratch(sizeof(int32_t) * (size_t)wide), *here = scratch(sizeof(int32_t) * (size_t)wide);
    int32_t *column = scratch(sizeof(int32_t) * (size_t)wide * (size_t)half);
    difference_row(a, a_stride, b, b_stride, half, wide, column, above);
    for (int row = 1; row < high; row++) {
        difference_row(a + row * half * a_stride, a_stride, b + row * half * b_stride, b_stride, half, wide, column,
                       here);
        for (int x = 0; x + 1 < wide; x++) {
            int32_t sum = above[x] + above[x + 1] + here[x] + here[x + 1];
            if (sum < 0) sum = -sum;
            if (sum > most) most = sum, mark->x = x * half, mark->y = (row - 1) * half;
        }
        int32_t *swap = above;
        above = here, here = swap;
    }
    mark->value = (float)most / (float)(4 * half * half);
    free(above), free(here), free(column);
}
