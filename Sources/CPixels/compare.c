// Measures the similarity of two pictures, tile by tile.
#include "compare.h"
#include "variants.h"

typedef struct {
    uint32_t a, b, squares, product;
} sums;

// One row of blocks of 4 by 4 samples.
static void block_row(const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int blocks,
                      sums *out) {
    memset(out, 0, sizeof(sums) * (size_t)blocks);
    for (int y = 0; y < 4; y++) {
        const uint8_t *p = a + y * a_stride, *q = b + y * b_stride;
        for (int block = 0; block < blocks; block++) {
            sums s = out[block];
            for (int x = block * 4; x < block * 4 + 4; x++) {
                uint32_t v = p[x], w = q[x];
                s.a += v, s.b += w, s.squares += v * v + w * w, s.product += v * w;
            }
            out[block] = s;
        }
    }
}

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
    for (int i = 0; i < columns * rows; i++) total[i] = 0, count[i] = 0;
    block_row(a, a_stride, b, b_stride, wide, above);
    for (int row = 1; row < high; row++) {
        block_row(a + row * 4 * a_stride, a_stride, b + row * 4 * b_stride, b_stride, wide, here);
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
    free(above), free(here), free(total), free(count);
}

void cpixels_tile_distance(const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int width,
                           int height, int columns, int rows, double *shift, double *distance) {
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

static void difference_row(const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int half,
                           int blocks, int32_t *out) {
    memset(out, 0, sizeof(int32_t) * (size_t)blocks);
    for (int y = 0; y < half; y++) {
        const uint8_t *p = a + y * a_stride, *q = b + y * b_stride;
        for (int block = 0; block < blocks; block++) {
            int32_t sum = 0;
            for (int x = block * half; x < block * half + half; x++) sum += p[x] - q[x];
            out[block] += sum;
        }
    }
}

void cpixels_greatest_mark(const uint8_t *a, ptrdiff_t a_stride, const uint8_t *b, ptrdiff_t b_stride, int width,
                           int height, int half, cpixels_mark *mark) {
    *mark = (cpixels_mark){0};
    int wide = width / half, high = height / half, most = 0;
    if (wide < 2 || high < 2) return;
    int32_t *above = scratch(sizeof(int32_t) * (size_t)wide), *here = scratch(sizeof(int32_t) * (size_t)wide);
    difference_row(a, a_stride, b, b_stride, half, wide, above);
    for (int row = 1; row < high; row++) {
        difference_row(a + row * half * a_stride, a_stride, b + row * half * b_stride, b_stride, half, wide, here);
        for (int x = 0; x + 1 < wide; x++) {
            int32_t sum = above[x] + above[x + 1] + here[x] + here[x + 1];
            if (sum < 0) sum = -sum;
            if (sum > most) most = sum, mark->x = x * half, mark->y = (row - 1) * half;
        }
        int32_t *swap = above;
        above = here, here = swap;
    }
    mark->value = (float)most / (float)(4 * half * half);
    free(above), free(here);
}
