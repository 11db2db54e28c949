// Blends one plane over another. All planes of a picture are handled alike; see "premultiplied" in cpixels.h.
#include "variants.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

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

#if defined(__x86_64__)
// In words of 16 bits, which every product and sum fits; the compiler would take 32.
typedef struct {
    __m256i low, high;
} words;

__attribute__((target("avx2"))) static inline words widened(__m256i bytes) {
    const __m256i zero = _mm256_setzero_si256();
    return (words){_mm256_unpacklo_epi8(bytes, zero), _mm256_unpackhi_epi8(bytes, zero)};
}
__attribute__((target("avx2"))) static inline __m256i narrowed(words w) { return _mm256_packus_epi16(w.low, w.high); }

// (x * factor + 128) >> 8
__attribute__((target("avx2"))) static inline __m256i scaled256(__m256i x, __m256i factor) {
    return _mm256_srli_epi16(_mm256_add_epi16(_mm256_mullo_epi16(x, factor), _mm256_set1_epi16(128)), 8);
}
// x * factor / 255, rounded as div255 does
__attribute__((target("avx2"))) static inline __m256i scaled255(__m256i x, __m256i factor) {
    __m256i product = _mm256_add_epi16(_mm256_mullo_epi16(x, factor), _mm256_set1_epi16(128));
    return _mm256_srli_epi16(_mm256_add_epi16(product, _mm256_srli_epi16(product, 8)), 8);
}

__attribute__((target("avx2")))
static void blend_avx2(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *src, const uint8_t *alpha,
                       ptrdiff_t src_stride, int width, int height, int opacity) {
    const __m256i whole = _mm256_set1_epi16(255), amount = _mm256_set1_epi16((short)opacity);
    for (int row = 0; row < height; row++) {
        uint8_t *d = dst + row * dst_stride;
        const uint8_t *s = src + row * src_stride, *a = alpha + row * src_stride;
        int x = 0;
        for (; x + 32 <= width; x += 32) {
            __m256i over = _mm256_loadu_si256((const __m256i *)(s + x));
            words cover = widened(_mm256_loadu_si256((const __m256i *)(a + x)));
            words below = widened(_mm256_loadu_si256((const __m256i *)(d + x)));
            if (opacity < 256) {
                words w = widened(over);
                over = narrowed((words){scaled256(w.low, amount), scaled256(w.high, amount)});
                cover = (words){scaled256(cover.low, amount), scaled256(cover.high, amount)};
            }
            below.low = scaled255(below.low, _mm256_sub_epi16(whole, cover.low));
            below.high = scaled255(below.high, _mm256_sub_epi16(whole, cover.high));
            _mm256_storeu_si256((__m256i *)(d + x), _mm256_adds_epu8(over, narrowed(below)));
        }
        cpixels_blend_body(d + x, 0, s + x, a + x, 0, width - x, 1, opacity);
    }
}
#endif

void cpixels_blend(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *src, const uint8_t *alpha, ptrdiff_t src_stride,
                   int width, int height, int opacity) {
#if defined(__x86_64__)
    if (cpixels_use_avx2()) return blend_avx2(dst, dst_stride, src, alpha, src_stride, width, height, opacity);
#endif
    cpixels_blend_body(dst, dst_stride, src, alpha, src_stride, width, height, opacity);
}

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

#if defined(__x86_64__)
__attribute__((target("avx2")))
static void mix_avx2(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *from, ptrdiff_t from_stride, const uint8_t *to,
                     ptrdiff_t to_stride, int width, int height, int amount) {
    const __m256i m = _mm256_set1_epi16((short)amount), n = _mm256_set1_epi16((short)(256 - amount));
    const __m256i half = _mm256_set1_epi16(128);
    for (int row = 0; row < height; row++) {
        uint8_t *d = dst + row * dst_stride;
        const uint8_t *f = from + row * from_stride, *t = to + row * to_stride;
        int x = 0;
        for (; x + 32 <= width; x += 32) {
            words a = widened(_mm256_loadu_si256((const __m256i *)(f + x)));
            words b = widened(_mm256_loadu_si256((const __m256i *)(t + x)));
            __m256i low = _mm256_add_epi16(_mm256_mullo_epi16(a.low, n), _mm256_mullo_epi16(b.low, m));
            __m256i high = _mm256_add_epi16(_mm256_mullo_epi16(a.high, n), _mm256_mullo_epi16(b.high, m));
            low = _mm256_srli_epi16(_mm256_add_epi16(low, half), 8);
            high = _mm256_srli_epi16(_mm256_add_epi16(high, half), 8);
            _mm256_storeu_si256((__m256i *)(d + x), narrowed((words){low, high}));
        }
        cpixels_mix_body(d + x, 0, f + x, 0, t + x, 0, width - x, 1, amount);
    }
}
#endif

void cpixels_mix(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *from, ptrdiff_t from_stride, const uint8_t *to,
                 ptrdiff_t to_stride, int width, int height, int amount) {
#if defined(__x86_64__)
    if (cpixels_use_avx2()) return mix_avx2(dst, dst_stride, from, from_stride, to, to_stride, width, height, amount);
#endif
    cpixels_mix_body(dst, dst_stride, from, from_stride, to, to_stride, width, height, amount);
}

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

BODY void cpixels_split_body(const uint8_t *pairs, ptrdiff_t stride, int width, int height, uint8_t *first,
                             uint8_t *second, ptrdiff_t dst_stride) {
    for (int row = 0; row < height; row++) {
        const uint8_t *restrict s = pairs + row * stride;
        uint8_t *restrict a = first + row * dst_stride, *restrict b = second + row * dst_stride;
        for (int x = 0; x < width; x++) { a[x] = s[2 * x]; b[x] = s[2 * x + 1]; }
    }
}
VARIANTS(cpixels_split, (const uint8_t *pairs, ptrdiff_t stride, int width, int height, uint8_t *first,
                         uint8_t *second, ptrdiff_t dst_stride),
         (pairs, stride, width, height, first, second, dst_stride))

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
