// Blends one plane over another. All planes of a picture are handled alike; see "premultiplied" in cpixels.h.
#include "variants.h"

BODY unsigned min255(unsigned x) { return x > 255 ? 255 : x; }

BODY void cpixels_blend_body(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *src, const uint8_t *alpha,
                             ptrdiff_t src_stride, int width, int height, int opacity) {
    for (int row = 0; row < height; row++) {
        uint8_t *restrict d = dst + row * dst_stride;
        const uint8_t *restrict s = src + row * src_stride, *restrict a = alpha + row * src_stride;
        if (opacity >= 256) {
            for (int x = 0; x < width; x++) {
                uint16_t below = (uint16_t)(d[x] * (255 - a[x]) + 128);
                d[x] = (uint8_t)min255((uint16_t)(s[x] + ((uint16_t)(below + (below >> 8)) >> 8)));
            }
        } else {
            for (int x = 0; x < width; x++) {
                uint16_t scaled = (uint16_t)(s[x] * opacity + 128) >> 8, cover = (uint16_t)(a[x] * opacity + 128) >> 8;
                uint16_t below = (uint16_t)(d[x] * (255 - cover) + 128);
                d[x] = (uint8_t)min255((uint16_t)(scaled + ((uint16_t)(below + (below >> 8)) >> 8)));
            }
        }
    }
}
VARIANTS(cpixels_blend,
         (uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *src, const uint8_t *alpha, ptrdiff_t src_stride, int width,
          int height, int opacity),
         (dst, dst_stride, src, alpha, src_stride, width, height, opacity))

BODY void cpixels_mix_body(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *from, ptrdiff_t from_stride,
                           const uint8_t *to, ptrdiff_t to_stride, int width, int height, int amount) {
    uint16_t m = (uint16_t)amount, n = (uint16_t)(256 - amount);
    for (int row = 0; row < height; row++) {
        uint8_t *d = dst + row * dst_stride;
        const uint8_t *f = from + row * from_stride, *t = to + row * to_stride;
        // dst may be from or to, since every pixel depends only on itself.
#pragma clang loop vectorize(assume_safety)
        for (int x = 0; x < width; x++) d[x] = (uint8_t)((uint16_t)(f[x] * n + t[x] * m + 128) >> 8);
    }
}
VARIANTS(cpixels_mix,
         (uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *from, ptrdiff_t from_stride, const uint8_t *to,
          ptrdiff_t to_stride, int width, int height, int amount),
         (dst, dst_stride, from, from_stride, to, to_stride, width, height, amount))

BODY void cpixels_multiply_body(uint8_t *plane, ptrdiff_t stride, const uint8_t *alpha, ptrdiff_t alpha_stride,
                                int width, int height) {
    for (int row = 0; row < height; row++) {
        uint8_t *restrict p = plane + row * stride;
        const uint8_t *restrict a = alpha + row * alpha_stride;
        for (int x = 0; x < width; x++) {
            uint16_t product = (uint16_t)(p[x] * a[x] + 128);
            p[x] = (uint8_t)((uint16_t)(product + (product >> 8)) >> 8);
        }
    }
}
VARIANTS(cpixels_multiply, (uint8_t *plane, ptrdiff_t stride, const uint8_t *alpha, ptrdiff_t alpha_stride, int width,
                            int height),
         (plane, stride, alpha, alpha_stride, width, height))

void cpixels_copy(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *src, ptrdiff_t src_stride, int width, int height) {
    if (dst_stride == width && src_stride == width) { memcpy(dst, src, (size_t)width * (size_t)height); return; }
    for (int row = 0; row < height; row++) memcpy(dst + row * dst_stride, src + row * src_stride, (size_t)width);
}

void cpixels_select(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *src, const uint8_t *mask, ptrdiff_t src_stride,
                    int width, int height) {
    for (int row = 0; row < height; row++) {
        uint8_t *restrict d = dst + row * dst_stride;
        const uint8_t *restrict s = src + row * src_stride, *restrict m = mask + row * src_stride;
        for (int x = 0; x < width; x++) d[x] = m[x] == 255 ? s[x] : d[x];
    }
}

void cpixels_fill(uint8_t *dst, ptrdiff_t stride, int width, int height, int value) {
    if (stride == width) { memset(dst, value, (size_t)width * (size_t)height); return; }
    for (int row = 0; row < height; row++) memset(dst + row * stride, value, (size_t)width);
}
