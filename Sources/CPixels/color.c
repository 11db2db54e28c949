// Converts pictures in other colour spaces through tables, and deinterlaces planes.
#include "color.h"
#include <math.h>
#include <stdlib.h>

static inline int root_index(float value) {
    if (!(value > 0)) return 0;
    if (value >= 1) return CPIXELS_ROOT_STEPS - 1;
    return (int)(sqrtf(value) * (CPIXELS_ROOT_STEPS - 1) + 0.5f);
}

void cpixels_convert_color(const uint16_t *rgba, ptrdiff_t src_stride, uint8_t *bgra, ptrdiff_t dst_stride, int width,
                           int height, const struct cpixels_color *color) {
    const float *m = color->matrix;
    const float unpeak = color->tone ? 1 / color->peak : 0;
    for (int y = 0; y < height; y++) {
        const uint16_t *in = (const uint16_t *)((const uint8_t *)rgba + y * src_stride);
        uint8_t *out = bgra + y * dst_stride;
        for (int x = 0; x < width; x++, in += 4, out += 4) {
            float r = color->linear[0][in[0]], g = color->linear[1][in[1]], b = color->linear[2][in[2]];
            if (color->scene) {
                const float light = color->luma[0] * r + color->luma[1] * g + color->luma[2] * b;
                const float gain = color->scene[root_index(light)];
                r *= gain;
                g *= gain;
                b *= gain;
            }
            if (color->tone) {
                float most = r > g ? r : g;
                most = most > b ? most : b;
                const float gain = color->tone[root_index(most * unpeak)];
                r *= gain;
                g *= gain;
                b *= gain;
            }
            out[2] = color->encode[root_index(m[0] * r + m[1] * g + m[2] * b)];
            out[1] = color->encode[root_index(m[3] * r + m[4] * g + m[5] * b)];
            out[0] = color->encode[root_index(m[6] * r + m[7] * g + m[8] * b)];
            out[3] = (uint8_t)((in[3] + 128u) / 257u);
        }
    }
}

// A sample is combed if it is above, or below, both neighbouring lines, and by more than it differs from the lines of
// its own field; a thin still line differs from those as much. It is replaced along the direction in which its
// neighbours agree best.
#define DEINTERLACE(TYPE, NAME)                                                                          \
    static void NAME(uint8_t *plane, ptrdiff_t stride, int width, int height, int kept, int threshold) { \
        for (int y = 1 - kept; y < height; y += 2) {                                                     \
            TYPE *row = (TYPE *)(plane + y * stride);                                                    \
            const TYPE *up = (const TYPE *)(plane + (y > 0 ? y - 1 : y + 1) * stride);                   \
            const TYPE *down = (const TYPE *)(plane + (y + 1 < height ? y + 1 : y - 1) * stride);        \
            const TYPE *below = (const TYPE *)(plane + (y + 2 < height ? y + 2 : y) * stride);           \
            for (int x = 0; x < width; x++) {                                                            \
                const int c = row[x], a = c - up[x], b = c - down[x];                                    \
                if ((a < 0) != (b < 0) || abs(a) <= threshold || abs(b) <= threshold) continue;          \
                if (abs(a) + abs(b) <= 2 * abs(c - below[x]) + threshold) continue;                      \
                int best = abs(up[x] - down[x]), value = (up[x] + down[x] + 1) / 2;                      \
                if (x > 0 && x + 1 < width) {                                                            \
                    const int left = abs(up[x - 1] - down[x + 1]), right = abs(up[x + 1] - down[x - 1]); \
                    if (left < best) { best = left; value = (up[x - 1] + down[x + 1] + 1) / 2; }         \
                    if (right < best) value = (up[x + 1] + down[x - 1] + 1) / 2;                         \
                }                                                                                        \
                row[x] = (TYPE)value;                                                                    \
            }                                                                                            \
        }                                                                                                \
    }
DEINTERLACE(uint8_t, deinterlace8)
DEINTERLACE(uint16_t, deinterlace16)

void cpixels_deinterlace(uint8_t *plane, ptrdiff_t stride, int width, int height, int bytes, int kept, int threshold) {
    if (height < 2) return;
    if (bytes == 2) deinterlace16(plane, stride, width, height, kept, threshold);
    else deinterlace8(plane, stride, width, height, kept, threshold);
}

static inline int larger(int a, int b) { return a > b ? a : b; }
static inline int smaller(int a, int b) { return a < b ? a : b; }

// The nearest row of the same field that is inside the picture.
static inline int inside(int y, int height) {
    while (y < 0) y += 2;
    while (y >= height) y -= 2;
    return y < 0 ? 0 : y;
}

#define WEAVE(TYPE, NAME)                                                                                        \
    static void NAME(uint8_t *plane, ptrdiff_t stride, const struct cpixels_fields *f, int width, int height,    \
                     int kept, int most) {                                                                       \
        for (int y = 1 - kept; y < height; y += 2) {                                                             \
            const int up = inside(y - 1, height), down = inside(y + 1, height);                                  \
            TYPE *out = (TYPE *)(plane + y * stride);                                                            \
            const TYPE *p[5], *n[5], *far[2];                                                                    \
            for (int k = 0; k < 5; k++) {                                                                        \
                const int row = inside(y + 2 * k - 4, height);                                                   \
                p[k] = (const TYPE *)(f->before + row * f->before_stride);                                       \
                n[k] = (const TYPE *)(f->here + row * f->here_stride);                                           \
            }                                                                                                    \
            far[0] = (const TYPE *)(f->here + inside(y - 3, height) * f->here_stride);                           \
            far[1] = (const TYPE *)(f->here + inside(y + 3, height) * f->here_stride);                           \
            const TYPE *above = (const TYPE *)(f->here + up * f->here_stride);                                   \
            const TYPE *below = (const TYPE *)(f->here + down * f->here_stride);                                 \
            const TYPE *pa = (const TYPE *)(f->before + up * f->before_stride);                                  \
            const TYPE *pb = (const TYPE *)(f->before + down * f->before_stride);                                \
            const TYPE *na = (const TYPE *)(f->after + up * f->after_stride);                                    \
            const TYPE *nb = (const TYPE *)(f->after + down * f->after_stride);                                  \
            for (int x = 0; x < width; x++) {                                                                    \
                const int c = above[x], e = below[x];                                                            \
                const int still = (p[2][x] + n[2][x]) >> 1, moved = abs(p[2][x] - n[2][x]);                      \
                const int earlier = (abs(pa[x] - c) + abs(pb[x] - e)) >> 1;                                      \
                const int later = (abs(na[x] - c) + abs(nb[x] - e)) >> 1;                                        \
                int reach = larger(moved >> 1, larger(earlier, later));                                          \
                if (reach == 0) { out[x] = (TYPE)still; continue; }                                              \
                const int b = ((p[1][x] + n[1][x]) >> 1) - c, d = ((p[3][x] + n[3][x]) >> 1) - e;                \
                const int high = larger(still - e, larger(still - c, smaller(b, d)));                            \
                const int low = smaller(still - e, smaller(still - c, larger(b, d)));                            \
                reach = larger(reach, larger(low, -high));                                                       \
                int value;                                                                                       \
                if (abs(c - e) > moved) {                                                                        \
                    const int fine = 5570 * (p[2][x] + n[2][x]) - 3801 * (p[1][x] + n[1][x] + p[3][x] + n[3][x]) \
                        + 1016 * (p[0][x] + n[0][x] + p[4][x] + n[4][x]);                                        \
                    value = ((fine >> 2) + 4309 * (c + e) - 213 * (far[0][x] + far[1][x])) >> 13;                \
                } else {                                                                                         \
                    value = (5077 * (c + e) - 981 * (far[0][x] + far[1][x])) >> 13;                              \
                }                                                                                                \
                value = larger(still - reach, smaller(still + reach, value));                                    \
                out[x] = (TYPE)larger(0, smaller(most, value));                                                  \
            }                                                                                                    \
        }                                                                                                        \
    }
WEAVE(uint8_t, weave8)
WEAVE(uint16_t, weave16)

void cpixels_weave(uint8_t *plane, ptrdiff_t stride, const struct cpixels_fields *fields, int width, int height,
                   int bytes, int kept, int most) {
    if (height < 2) return;
    if (bytes == 2) weave16(plane, stride, fields, width, height, kept, most);
    else weave8(plane, stride, fields, width, height, kept, most);
}
