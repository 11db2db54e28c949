// Bilinear sampling at fractional positions. Blends two source rows into 15-bit values first, then samples across, so
// that the result is rounded only once and each row needs one gather.
#include "variants.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

BODY int64_t clamp64(int64_t x, int64_t low, int64_t high) { return x < low ? low : x > high ? high : x; }

// Integer part and 8-bit fraction of a position, clamped to the source.
BODY int split(int64_t position, int size, int *fraction) {
    // Rounds to 1/256 first, so that a position just below a sample selects that sample.
    int64_t p = clamp64((position + (1 << 23)) >> 24, 0, (int64_t)(size - 1) << 8);
    *fraction = (int)(p & 255);
    return (int)(p >> 8);
}

// Blends two rows: v = (top * (256 - f) + bottom * f) / 2, 0...32640.
BODY void blend_rows(const uint8_t *restrict top, const uint8_t *restrict bottom, int count, int fraction,
                     uint16_t *restrict v) {
    uint16_t f = (uint16_t)fraction, e = (uint16_t)(256 - fraction);
    if (fraction == 0) {
        for (int x = 0; x < count; x++) v[x] = (uint16_t)(top[x] << 7);
    } else {
        for (int x = 0; x < count; x++) v[x] = (uint16_t)((uint16_t)(top[x] * e + bottom[x] * f) >> 1);
    }
}
BODY void across_even(const uint16_t *restrict v, int width, int fraction, uint8_t *restrict dst) {
    if (fraction == 0) {
        for (int x = 0; x < width; x++) dst[x] = (uint8_t)((uint16_t)(v[x] + 64) >> 7);
    } else {
        int e = 256 - fraction;
        for (int x = 0; x < width; x++) dst[x] = (uint8_t)((v[x] * e + v[x + 1] * fraction + 16384) >> 15);
    }
}
BODY void across(const uint16_t *restrict v, int width, const int32_t *restrict index, const uint32_t *restrict weight,
                 uint8_t *restrict dst) {
    for (int x = 0; x < width; x++) {
        const uint16_t *p = v + index[x];
        dst[x] = (uint8_t)((p[0] * (int)(weight[x] & 0xffff) + p[1] * (int)(weight[x] >> 16) + 16384) >> 15);
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2")))
static void across_avx2(const uint16_t *v, int width, const int32_t *index, const uint32_t *weight, uint8_t *dst) {
    const __m256i half = _mm256_set1_epi32(16384);
    // Undoes the lane order of the two packs below.
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    int x = 0;
    for (; x + 32 <= width; x += 32) {
        __m256i sum[4];
        for (int k = 0; k < 4; k++) {
            __m256i at = _mm256_loadu_si256((const __m256i *)(index + x + 8 * k));
            __m256i pair = _mm256_i32gather_epi32((const int *)(const void *)v, at, 2);
            __m256i w = _mm256_loadu_si256((const __m256i *)(weight + x + 8 * k));
            sum[k] = _mm256_srli_epi32(_mm256_add_epi32(_mm256_madd_epi16(pair, w), half), 15);
        }
        __m256i low = _mm256_packus_epi32(sum[0], sum[1]), high = _mm256_packus_epi32(sum[2], sum[3]);
        _mm256_storeu_si256((__m256i *)(dst + x), _mm256_permutevar8x32_epi32(_mm256_packus_epi16(low, high), order));
    }
    across(v, width - x, index + x, weight + x, dst + x);
}
__attribute__((target("avx2")))
static void blend_rows_avx2(const uint8_t *top, const uint8_t *bottom, int count, int fraction, uint16_t *v) {
    blend_rows(top, bottom, count, fraction, v);
}
__attribute__((target("avx2")))
static void across_even_avx2(const uint16_t *v, int width, int fraction, uint8_t *dst) {
    across_even(v, width, fraction, dst);
}
#endif

void cpixels_scale(const uint8_t *src, ptrdiff_t src_stride, int src_width, int src_height, uint8_t *dst,
                   ptrdiff_t dst_stride, int width, int height, int64_t x0, int64_t dx, int64_t y0, int64_t dy) {
    if (width <= 0 || height <= 0) return;
    int wide = cpixels_use_avx2();
    int32_t *index = scratch((size_t)width * 8);
    uint32_t *weight = (uint32_t *)(index + width);
    int fraction, first = src_width, last = 0, even = dx == (int64_t)1 << 32;
    for (int x = 0; x < width; x++) {
        int at = split(x0 + x * dx, src_width, &fraction);
        index[x] = at;
        weight[x] = (uint32_t)(256 - fraction) | (uint32_t)fraction << 16;
        if (at < first) first = at;
        if (at > last) last = at;
    }
    // With one fraction for the whole row and no repeated edge, no gather is needed.
    for (int x = 1; even && x < width; x++) even = index[x] == index[0] + x && weight[x] == weight[0];
    int even_fraction = (int)(weight[0] >> 16);
    for (int x = 0; x < width; x++) index[x] -= first;
    int columns = last + 1 - first, extra = last + 1 < src_width;
    uint16_t *v = scratch(((size_t)columns + 2) * sizeof *v);

    for (int row = 0; row < height; row++) {
        int at = split(y0 + row * dy, src_height, &fraction);
        const uint8_t *top = src + at * src_stride + first;
        const uint8_t *bottom = at + 1 < src_height ? top + src_stride : top;
        uint8_t *out = dst + row * dst_stride;
        if (even && even_fraction == 0 && fraction == 0) { memcpy(out, top, (size_t)width); continue; }
#if defined(__x86_64__)
        if (wide) blend_rows_avx2(top, bottom, columns + extra, fraction, v);
        else
#endif
            blend_rows(top, bottom, columns + extra, fraction, v);
        if (!extra) v[columns] = v[columns - 1];
        v[columns + 1] = 0;
#if defined(__x86_64__)
        if (wide) {
            if (even) across_even_avx2(v, width, even_fraction, out);
            else across_avx2(v, width, index, weight, out);
            continue;
        }
#endif
        if (even) across_even(v, width, even_fraction, out);
        else across(v, width, index, weight, out);
    }
    (void)wide;
    free(v);
    free(index);
}

BODY void cpixels_affine_body(const uint8_t *src, ptrdiff_t src_stride, int src_width, int src_height, uint8_t *dst,
                              ptrdiff_t dst_stride, int width, int height, int64_t x0, int64_t dxi, int64_t dxj,
                              int64_t y0, int64_t dyi, int64_t dyj) {
    for (int row = 0; row < height; row++) {
        uint8_t *out = dst + row * dst_stride;
        int64_t px = x0 + row * dxj, py = y0 + row * dyj;
        for (int x = 0; x < width; x++, px += dxi, py += dyi) {
            int fx, fy;
            int ix = split(px, src_width, &fx), iy = split(py, src_height, &fy);
            const uint8_t *p = src + iy * src_stride + ix, *q = iy + 1 < src_height ? p + src_stride : p;
            int right = ix + 1 < src_width;
            int top = p[0] * (256 - fx) + p[right] * fx, bottom = q[0] * (256 - fx) + q[right] * fx;
            out[x] = (uint8_t)((top * (256 - fy) + bottom * fy + 32768) >> 16);
        }
    }
}
VARIANTS(cpixels_affine,
         (const uint8_t *src, ptrdiff_t src_stride, int src_width, int src_height, uint8_t *dst, ptrdiff_t dst_stride,
          int width, int height, int64_t x0, int64_t dxi, int64_t dxj, int64_t y0, int64_t dyi, int64_t dyj),
         (src, src_stride, src_width, src_height, dst, dst_stride, width, height, x0, dxi, dxj, y0, dyi, dyj))
