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
// The same without a gather, which takes most of the time, where four neighbours lie within eight samples: they are
// shuffled out of one register. `place` and `shuffle` have an entry for each four pixels, which are equal in all rows.
__attribute__((target("avx2")))
static void across_near_avx2(const uint16_t *v, int width, const int32_t *place, const __m128i *shuffle,
                             const int32_t *index, const uint32_t *weight, uint8_t *dst) {
    const __m256i half = _mm256_set1_epi32(16384);
    int x = 0;
    for (; x + 16 <= width; x += 16) {
        __m256i sum[2];
        for (int k = 0; k < 2; k++) {
            int four = x / 4 + 2 * k;
            __m256i near = _mm256_inserti128_si256(
                _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(v + place[four]))),
                _mm_loadu_si128((const __m128i *)(v + place[four + 1])), 1);
            __m256i pair = _mm256_shuffle_epi8(near, _mm256_loadu_si256((const __m256i *)(shuffle + four)));
            __m256i w = _mm256_loadu_si256((const __m256i *)(weight + x + 8 * k));
            sum[k] = _mm256_srli_epi32(_mm256_add_epi32(_mm256_madd_epi16(pair, w), half), 15);
        }
        __m256i words = _mm256_permute4x64_epi64(_mm256_packus_epi32(sum[0], sum[1]), 0xd8);
        _mm_storeu_si128((__m128i *)(dst + x), _mm_packus_epi16(_mm256_castsi256_si128(words),
                                                                _mm256_extracti128_si256(words, 1)));
    }
    across(v, width - x, index + x, weight + x, dst + x);
}

// Fills `place` and `shuffle` for `across_near_avx2`. 0: some four neighbours lie further apart.
static int is_near(const int32_t *index, int width, int32_t *place, uint8_t *shuffle) {
    for (int x = 0; x + 4 <= width; x += 4) {
        place[x / 4] = index[x];
        for (int k = 0; k < 4; k++) {
            int at = index[x + k] - index[x];
            if (at < 0 || at > 6) return 0;
            for (int byte = 0; byte < 4; byte++) shuffle[x * 4 + k * 4 + byte] = (uint8_t)(2 * at + byte);
        }
    }
    return 1;
}

// In words of 16 bits, which the sum of the two products fits; the compiler would take 32.
__attribute__((target("avx2")))
static void blend_rows_avx2(const uint8_t *top, const uint8_t *bottom, int count, int fraction, uint16_t *v) {
    int x = 0;
    if (fraction) {
        const __m256i f = _mm256_set1_epi16((short)fraction), e = _mm256_set1_epi16((short)(256 - fraction));
        for (; x + 16 <= count; x += 16) {
            __m256i t = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(top + x)));
            __m256i b = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(bottom + x)));
            __m256i sum = _mm256_add_epi16(_mm256_mullo_epi16(t, e), _mm256_mullo_epi16(b, f));
            _mm256_storeu_si256((__m256i *)(v + x), _mm256_srli_epi16(sum, 1));
        }
    }
    blend_rows(top + x, bottom + x, count - x, fraction, v + x);
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
    // Eight samples can be read from every position.
    uint16_t *v = scratch(((size_t)columns + 10) * sizeof *v);
    memset(v + columns, 0, 10 * sizeof *v);
    int near = 0;
#if defined(__x86_64__)
    int32_t *place = scratch((size_t)width * 5);
    uint8_t *shuffle = (uint8_t *)(place + width / 4);
    if (wide && !even) near = is_near(index, width, place, shuffle);
#endif

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
            else if (near) across_near_avx2(v, width, place, (const __m128i *)shuffle, index, weight, out);
            else across_avx2(v, width, index, weight, out);
            continue;
        }
#endif
        if (even) across_even(v, width, even_fraction, out);
        else across(v, width, index, weight, out);
    }
    (void)wide;
    (void)near;
#if defined(__x86_64__)
    free(place);
#endif
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
