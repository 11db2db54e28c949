#include "color.h"
#include <math.h>
#include <stdlib.h>

static inline int root_index(float value) {
    if (!(value > 0)) return 0;
    if (value >= 1) return CPIXELS_ROOT_STEPS - 1;
    return (int)(sqrtf(value) * (CPIXELS_ROOT_STEPS - 1) + 0.5f);
}

void cpixels_convert_color(const uint16_t *rgba, ptrdiff_t src_stride, uint8_t *bgra, ptrdiff_t dst_stride, int width,
    int height,
                           const struct cpixels_color *color) {
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

// A sample is combed where it differs from both lines beside it to the same side, and by more than from its own field's
// lines: a
// thin line that stands still differs from those as much. It is replaced along the direction in which its neighbours
// agree best.
#define DEINTERLACE(TYPE, NAME)                                                                                        \
    static void NAME(uint8_t *plane, ptrdiff_t stride, int width, int height, int kept, int threshold) {               \
        for (int y = 1 - kept; y < height; y += 2) {                                                                   \
            TYPE *row = (TYPE *)(plane + y * stride);                                                                  \
            const TYPE *up = (const TYPE *)(plane + (y > 0 ? y - 1 : y + 1) * stride);                                 \
            const TYPE *down = (const TYPE *)(plane + (y + 1 < height ? y + 1 : y - 1) * stride);                      \
            const TYPE *below = (const TYPE *)(plane + (y + 2 < height ? y + 2 : y) * stride);                         \
            for (int x = 0; x < width; x++) {                                                                          \
                const int c = row[x], a = c - up[x], b = c - down[x];                                                  \
                if ((a < 0) != (b < 0) || abs(a) <= threshold || abs(b) <= threshold) continue;                        \
                if (abs(a) + abs(b) <= 2 * abs(c - below[x]) + threshold) continue;                                    \
                int best = abs(up[x] - down[x]), value = (up[x] + down[x] + 1) / 2;                                    \
                if (x > 0 && x + 1 < width) {                                                                          \
                    const int left = abs(up[x - 1] - down[x + 1]), right = abs(up[x + 1] - down[x - 1]);               \
                    if (left < best) { best = left; value = (up[x - 1] + down[x + 1] + 1) / 2; }                       \
                    if (right < best) value = (up[x + 1] + down[x - 1] + 1) / 2;                                       \
                }                                                                                                      \
                row[x] = (TYPE)value;                                                                                  \
            }                                                                                                          \
        }                                                                                                              \
    }
DEINTERLACE(uint8_t, deinterlace8)
DEINTERLACE(uint16_t, deinterlace16)

void cpixels_deinterlace(uint8_t *plane, ptrdiff_t stride, int width, int height, int bytes, int kept, int threshold) {
    if (height < 2) return;
    if (bytes == 2) deinterlace16(plane, stride, width, height, kept, threshold);
    else deinterlace8(plane, stride, width, height, kept, threshold);
}
