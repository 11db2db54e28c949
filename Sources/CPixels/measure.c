// Measures brightness, change and bars of a decoded picture.
#include "measure.h"
#include "variants.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Sums one row at a time in 32-bit counters, which the compiler vectorises; 16384 samples of at most 255 stay below
// 2^23.
#define MEASURE(ROW, NEW, OLD)                                              \
    for (int y = 0; y < height; y += step) {                                \
        const ROW *row = (const ROW *)(plane + y * stride);                 \
        uint32_t sum = 0, dark = 0, bright = 0, difference = 0;             \
        if (previous) {                                                     \
            const ROW *old = (const ROW *)(previous + y * previous_stride); \
            for (int x = 0; x < width; x++) {                               \
                int a = NEW, b = OLD, d = a - b;                            \
                sum += (uint32_t)a;                                         \
                dark += a <= limit;                                         \
                bright += a > CPIXELS_BRIGHT;                               \
                difference += (uint32_t)(d < 0 ? -d : d);                   \
            }                                                               \
        } else {                                                            \
            for (int x = 0; x < width; x++) {                               \
                int a = NEW;                                                \
                sum += (uint32_t)a;                                         \
                dark += a <= limit;                                         \
                bright += a > CPIXELS_BRIGHT;                               \
            }                                                               \
        }                                                                   \
        total.samples += (uint64_t)width;                                   \
        total.sum += sum;                                                   \
        total.dark += dark;                                                 \
        total.bright += bright;                                             \
        total.difference += difference;                                     \
    }

BODY void cpixels_measure_luma8_body(const uint8_t *plane, ptrdiff_t stride, const uint8_t *previous,
                                     ptrdiff_t previous_stride, int width, int height, int step, int limit,
                                     cpixels_luma *result) {
    cpixels_luma total = {0};
    MEASURE(uint8_t, row[x], old[x])
    *result = total;
}

#if defined(__x86_64__)
// 32 samples at once: sums of bytes and of their differences in one instruction each, counts as sums of ones.
__attribute__((target("avx2")))
static void measure_luma8_avx2(const uint8_t *plane, ptrdiff_t stride, const uint8_t *previous,
                               ptrdiff_t previous_stride, int width, int height, int step, int limit,
                               cpixels_luma *result) {
    const __m256i zero = _mm256_setzero_si256(), one = _mm256_set1_epi8(1);
    const __m256i most = _mm256_set1_epi8((char)limit), least = _mm256_set1_epi8((char)(CPIXELS_BRIGHT + 1));
    __m256i sum = zero, dark = zero, bright = zero, difference = zero;
    cpixels_luma total = {0}, rest;
    int whole = width & ~31;
    for (int y = 0; y < height; y += step) {
        const uint8_t *row = plane + y * stride, *old = previous ? previous + y * previous_stride : NULL;
        for (int x = 0; x < whole; x += 32) {
            __m256i a = _mm256_loadu_si256((const __m256i *)(row + x));
            __m256i is_dark = _mm256_cmpeq_epi8(_mm256_min_epu8(a, most), a);
            __m256i is_bright = _mm256_cmpeq_epi8(_mm256_max_epu8(a, least), a);
            sum = _mm256_add_epi64(sum, _mm256_sad_epu8(a, zero));
            dark = _mm256_add_epi64(dark, _mm256_sad_epu8(_mm256_and_si256(is_dark, one), zero));
            bright = _mm256_add_epi64(bright, _mm256_sad_epu8(_mm256_and_si256(is_bright, one), zero));
            if (old)
                difference = _mm256_add_epi64(
                    difference, _mm256_sad_epu8(a, _mm256_loadu_si256((const __m256i *)(old + x))));
        }
        cpixels_measure_luma8_body(row + whole, 0, old ? old + whole : NULL, 0, width - whole, 1, 1, limit, &rest);
        total.samples += (uint64_t)whole + rest.samples;
        total.sum += rest.sum, total.dark += rest.dark, total.bright += rest.bright;
        total.difference += rest.difference;
    }
    uint64_t lanes[4][4];
    _mm256_storeu_si256((__m256i *)lanes[0], sum);
    _mm256_storeu_si256((__m256i *)lanes[1], dark);
    _mm256_storeu_si256((__m256i *)lanes[2], bright);
    _mm256_storeu_si256((__m256i *)lanes[3], difference);
    for (int lane = 0; lane < 4; lane++) {
        total.sum += lanes[0][lane], total.dark += lanes[1][lane];
        total.bright += lanes[2][lane], total.difference += lanes[3][lane];
    }
    *result = total;
}
#endif

void cpixels_measure_luma8(const uint8_t *plane, ptrdiff_t stride, const uint8_t *previous, ptrdiff_t previous_stride,
                           int width, int height, int step, int limit, cpixels_luma *result) {
#if defined(__x86_64__)
    if (cpixels_use_avx2() && limit >= 0 && limit <= 255)
        return measure_luma8_avx2(plane, stride, previous, previous_stride, width, height, step, limit, result);
#endif
    cpixels_measure_luma8_body(plane, stride, previous, previous_stride, width, height, step, limit, result);
}

void cpixels_measure_luma16(const uint8_t *plane, ptrdiff_t stride, const uint8_t *previous, ptrdiff_t previous_stride,
                            int width, int height, int step, int limit, int shift, cpixels_luma *result) {
    cpixels_luma total = {0};
    MEASURE(uint16_t, row[x] >> shift, old[x] >> shift)
    *result = total;
}

// Stops reading a row as soon as enough of it is bright, so that pictures without bars cost only a few hundred samples.
#define CONTENT(NAME, ROW, VALUE)                                                                                   \
    static int is_content_##NAME(const ROW *row, int width, int limit, int shift) {                                 \
        int bright = 0, enough = width / 64;                                                                        \
        (void)shift;                                                                                                \
        for (int x = 0; x < width; x += 64) {                                                                       \
            int end = x + 64 < width ? x + 64 : width;                                                              \
            for (int i = x; i < end; i++) bright += VALUE(row[i]) > limit;                                          \
            if (bright > enough) return 1;                                                                          \
        }                                                                                                           \
        return 0;                                                                                                   \
    }                                                                                                               \
    static void content_##NAME(const uint8_t *plane, ptrdiff_t stride, int width, int height, int limit,            \
                               int shift, cpixels_box *box) {                                                       \
        int top = 0, bottom = height, left = width, right = 0;                                                      \
        while (top < height && !is_content_##NAME((const ROW *)(plane + top * stride), width, limit, shift)) top++; \
        if (top == height) { *box = (cpixels_box){0, 0, 0, 0}; return; }                                            \
        while (bottom > top                                                                                         \
               && !is_content_##NAME((const ROW *)(plane + (bottom - 1) * stride), width, limit, shift)) {          \
            bottom--;                                                                                               \
        }                                                                                                           \
        for (int y = top; y < bottom; y += 8) {                                                                     \
            const ROW *row = (const ROW *)(plane + y * stride);                                                     \
            for (int x = 0; x + 1 < width && x < left; x++)                                                         \
                if (VALUE(row[x]) > limit && VALUE(row[x + 1]) > limit) { left = x; break; }                        \
            for (int x = width - 1; x > 0 && x >= right; x--)                                                       \
                if (VALUE(row[x]) > limit && VALUE(row[x - 1]) > limit) { right = x + 1; break; }                   \
        }                                                                                                           \
        *box = left < right ? (cpixels_box){left, top, right, bottom} : (cpixels_box){0, 0, 0, 0};                  \
    }
#define WHOLE(value) (value)
#define SHIFTED(value) ((value) >> shift)
CONTENT(narrow, uint8_t, WHOLE)
CONTENT(wide, uint16_t, SHIFTED)

void cpixels_content8(const uint8_t *plane, ptrdiff_t stride, int width, int height, int limit, cpixels_box *box) {
    content_narrow(plane, stride, width, height, limit, 0, box);
}

void cpixels_content16(const uint8_t *plane, ptrdiff_t stride, int width, int height, int limit, int shift,
                       cpixels_box *box) {
    content_wide(plane, stride, width, height, limit, shift, box);
}
