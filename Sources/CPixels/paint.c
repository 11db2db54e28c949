// Computes coverage, gradients and blur. Floating point is limited to +, *, sqrt and conversions, which IEEE 754 rounds
// equally everywhere unless operations are contracted.
#include "variants.h"
#include <math.h>

// Distance to a rounded rectangle: https://iquilezles.org/articles/distfunctions2d/ (sdRoundedBox).
BODY void cover(uint8_t *restrict out, int from, int to, double bx, double dxi, double by, double dyi, double inner_x,
                double inner_y, double radius, double sharpness) {
    for (int x = from; x < to; x++) {
        double qx = fabs(bx + x * dxi) - inner_x, qy = fabs(by + x * dyi) - inner_y;
        double ox = qx > 0 ? qx : 0, oy = qy > 0 ? qy : 0;
        double most = qx > qy ? qx : qy;
        double distance = sqrt(ox * ox + oy * oy) + (most < 0 ? most : 0) - radius;
        double share = 0.5 - distance * sharpness;
        share = share < 0 ? 0 : share > 1 ? 1 : share;
        out[x] = (uint8_t)(int)(share * 255 + 0.5);
    }
}
BODY int within(double x, int limit) { return x > 0 ? x < limit ? (int)x : limit : 0; }

BODY void cpixels_coverage_body(uint8_t *dst, ptrdiff_t stride, int width, int height, double x0, double dxi,
                                double dxj, double y0, double dyi, double dyj, double half_width, double half_height,
                                double radius, double sharpness) {
    double inner_x = half_width - radius, inner_y = half_height - radius;
    // Pixels well inside the edge are fully covered; only those near it are computed.
    double sure_x = half_width - 1 / sharpness, sure_y = half_height - 1 / sharpness;
    for (int row = 0; row < height; row++) {
        uint8_t *out = dst + row * stride;
        double bx = x0 + row * dxj, by = y0 + row * dyj;
        int from = 0, to = 0;
        if (dyi == 0 && dxi > 0 && fabs(by) < inner_y && fabs(by) < sure_y && sure_x > 0) {
            from = within(ceil((-sure_x - bx) / dxi), width);
            to = within(floor((sure_x - bx) / dxi), width);
            if (to < from) to = from;
        }
        cover(out, 0, from, bx, dxi, by, dyi, inner_x, inner_y, radius, sharpness);
        memset(out + from, 255, (size_t)(to - from));
        cover(out, to, width, bx, dxi, by, dyi, inner_x, inner_y, radius, sharpness);
    }
}
VARIANTS(cpixels_coverage,
         (uint8_t *dst, ptrdiff_t stride, int width, int height, double x0, double dxi, double dxj, double y0,
          double dyi, double dyj, double half_width, double half_height, double radius, double sharpness),
         (dst, stride, width, height, x0, dxi, dxj, y0, dyi, dyj, half_width, half_height, radius, sharpness))

// Bayer's 8x8 matrix, thresholds 2...254 of 256: bits of x ^ y and y, interleaved.
static unsigned threshold(int x, int y) {
    unsigned a = (unsigned)(x ^ y), b = (unsigned)y;
    unsigned m = ((a & 1) << 5) | ((b & 1) << 4) | ((a & 2) << 2) | ((b & 2) << 1) | ((a & 4) >> 1) | ((b & 4) >> 2);
    return 4 * m + 2;
}

void cpixels_gradient_linear(uint8_t *dst, ptrdiff_t stride, int width, int height, const uint16_t *table, int size,
                             int64_t x0, int64_t dx, int64_t dy) {
    for (int row = 0; row < height; row++) {
        uint8_t *out = dst + row * stride;
        unsigned dither[8];
        for (int k = 0; k < 8; k++) dither[k] = threshold(k, row & 7);
        int64_t t = x0 + row * dy;
        for (int x = 0; x < width; x++, t += dx) {
            int64_t i = t >> 16;
            i = i < 0 ? 0 : i >= size ? size - 1 : i;
            out[x] = (uint8_t)((table[i] + dither[x & 7]) >> 8);
        }
    }
}

void cpixels_gradient_radial(uint8_t *dst, ptrdiff_t stride, int width, int height, const uint16_t *table, int size,
                             double x0, double y0, double step) {
    for (int row = 0; row < height; row++) {
        uint8_t *out = dst + row * stride;
        unsigned dither[8];
        for (int k = 0; k < 8; k++) dither[k] = threshold(k, row & 7);
        double y = y0 + row * step;
        for (int x = 0; x < width; x++) {
            double along = x0 + x * step, t = sqrt(along * along + y * y);
            int i = t >= size - 1 ? size - 1 : (int)t;
            out[x] = (uint8_t)((table[i] + dither[x & 7]) >> 8);
        }
    }
}

BODY void add_scaled(uint32_t *restrict sum, const uint8_t *restrict src, int count, uint32_t weight) {
    for (int x = 0; x < count; x++) sum[x] += src[x] * weight;
}
BODY void store_sums(uint8_t *restrict dst, const uint32_t *restrict sum, int count) {
    for (int x = 0; x < count; x++) dst[x] = (uint8_t)(sum[x] >> 16);
}

// Weights sum to 65536.
static void gauss(uint32_t *weight, int radius, double sigma) {
    double total = 0;
    for (int t = -radius; t <= radius; t++) total += exp(-t * t / (2 * sigma * sigma));
    int64_t left = 65536;
    for (int t = 1; t <= radius; t++) {
        weight[t] = (uint32_t)(65536 * exp(-t * t / (2 * sigma * sigma)) / total + 0.5);
        left -= 2 * (int64_t)weight[t];
    }
    weight[0] = (uint32_t)(left < 0 ? 0 : left);
}

BODY void blur(uint8_t *bytes, ptrdiff_t stride, int width, int height, int channels, const uint32_t *weight,
               int radius, int repeat_edge) {
    int count = width * channels;
    // Rows, with `radius` pixels on both sides.
    uint8_t *row = scratch((size_t)(count + 2 * radius * channels));
    uint32_t *sum = scratch((size_t)count * sizeof *sum);
    for (int y = 0; y < height; y++) {
        uint8_t *line = bytes + y * stride;
        memcpy(row + radius * channels, line, (size_t)count);
        for (int k = 0; k < radius * channels; k++) {
            row[k] = repeat_edge ? line[k % channels] : 0;
            row[(radius + width) * channels + k] = repeat_edge ? line[(width - 1) * channels + k % channels] : 0;
        }
        for (int x = 0; x < count; x++) sum[x] = 32768;
        for (int t = -radius; t <= radius; t++)
            add_scaled(sum, row + (radius + t) * channels, count, weight[t < 0 ? -t : t]);
        store_sums(line, sum, count);
    }
    free(row);
    // Columns, in strips narrow enough for the cache.
    enum { STRIP = 256 };
    uint8_t *strip = scratch((size_t)height * STRIP);
    for (int x = 0; x < count; x += STRIP) {
        int n = count - x < STRIP ? count - x : STRIP;
        for (int y = 0; y < height; y++) memcpy(strip + (size_t)y * STRIP, bytes + y * stride + x, (size_t)n);
        for (int y = 0; y < height; y++) {
            for (int k = 0; k < n; k++) sum[k] = 32768;
            for (int t = -radius; t <= radius; t++) {
                int at = y + t;
                if (at < 0 || at >= height) {
                    if (!repeat_edge) continue;
                    at = at < 0 ? 0 : height - 1;
                }
                add_scaled(sum, strip + (size_t)at * STRIP, n, weight[t < 0 ? -t : t]);
            }
            store_sums(bytes + y * stride + x, sum, n);
        }
    }
    free(strip);
    free(sum);
}

BODY void blur_weights_body(uint8_t *bytes, ptrdiff_t stride, int width, int height, int channels,
                            const uint32_t *weight, int radius, int repeat_edge) {
    blur(bytes, stride, width, height, channels, weight, radius, repeat_edge);
}
void blur_weights(uint8_t *, ptrdiff_t, int, int, int, const uint32_t *, int, int);
VARIANTS(blur_weights,
         (uint8_t *bytes, ptrdiff_t stride, int width, int height, int channels, const uint32_t *weight, int radius,
          int repeat_edge),
         (bytes, stride, width, height, channels, weight, radius, repeat_edge))

void cpixels_blur(uint8_t *bytes, ptrdiff_t stride, int width, int height, int channels, double sigma,
                  int repeat_edge) {
    if (!(sigma > 0.05) || width <= 0 || height <= 0) return;
    if (sigma > 128) sigma = 128;
    enum { MOST = 3 * 128 };
    uint32_t weight[MOST + 1];
    int radius = (int)ceil(3 * sigma);
    gauss(weight, radius, sigma);
    blur_weights(bytes, stride, width, height, channels, weight, radius, repeat_edge);
}
