// Converts between BGRA and planes of BT.709 limited range. Coefficients are in 16-bit fixed point, from ITU-R BT.709-6
// §3: Kr = 0.2126, Kb = 0.0722; Y = 16 + 219 E'y, C = 128 + 224 E'c. Those of U and V each sum to 0, so grey stays
// grey.
#include "variants.h"

typedef uint32_t __attribute__((may_alias)) pixel;

enum {
    YR = 11966, YG = 40254, YB = 4064, YA = 4112,
    UR = -6596, UG = -22188, UB = 28784,
    VR = 28784, VG = -26145, VB = -2639,
    CA = 32897,
};

int cpixels_is_opaque(const uint8_t *bgra, ptrdiff_t stride, int width, int height) {
    for (int row = 0; row < height; row++) {
        const pixel *p = (const pixel *)(bgra + row * stride);
        uint32_t all = 0xff000000u;
        for (int x = 0; x < width; x++) all &= p[x];
        if (all != 0xff000000u) return 0;
    }
    return 1;
}

BODY void luma_row(const pixel *restrict src, int width, int has_alpha, uint8_t *restrict y, uint8_t *restrict a) {
    for (int x = 0; x < width; x++) {
        uint32_t p = src[x];
        int32_t blue = p & 255, green = (p >> 8) & 255, red = (p >> 16) & 255;
        int32_t alpha = has_alpha ? (int32_t)(p >> 24) : 255;
        int32_t sum = (YR * red + YG * green + YB * blue + YA * alpha + 32768) >> 16;
        y[x] = (uint8_t)(sum > 255 ? 255 : sum);
        if (has_alpha) a[x] = (uint8_t)alpha;
    }
    if (width & 1) {
        y[width] = y[width - 1];
        if (has_alpha) a[width] = a[width - 1];
    }
}

// Sums of two rows, one array per channel, with the edge sample repeated on both sides.
BODY void sum_rows(const pixel *restrict top, const pixel *restrict bottom, int width, uint16_t *restrict b,
                   uint16_t *restrict g, uint16_t *restrict r, uint16_t *restrict a) {
    for (int x = 0; x < width; x++) {
        uint32_t p = top[x], q = bottom[x];
        b[x + 1] = (uint16_t)((p & 255) + (q & 255));
        g[x + 1] = (uint16_t)(((p >> 8) & 255) + ((q >> 8) & 255));
        r[x + 1] = (uint16_t)(((p >> 16) & 255) + ((q >> 16) & 255));
        a[x + 1] = (uint16_t)((p >> 24) + (q >> 24));
    }
    b[0] = b[1]; g[0] = g[1]; r[0] = r[1]; a[0] = a[1];
    for (int x = width + 1; x < width + 3; x++) { b[x] = b[width]; g[x] = g[width]; r[x] = r[width]; a[x] = a[width]; }
}

BODY uint8_t clamp8(int32_t x) { return (uint8_t)(x < 0 ? 0 : x > 255 ? 255 : x); }

BODY void chroma_row(const uint16_t *restrict b, const uint16_t *restrict g, const uint16_t *restrict r,
                     const uint16_t *restrict a, int width, int has_alpha, uint8_t *restrict u, uint8_t *restrict v,
                     uint8_t *restrict ac) {
#define TAP(p) ((int32_t)p[2 * i] + 2 * (int32_t)p[2 * i + 1] + (int32_t)p[2 * i + 2])
    for (int i = 0; i < width; i++) {
        int32_t blue = TAP(b), green = TAP(g), red = TAP(r), alpha = has_alpha ? TAP(a) : 8 * 255;
        int32_t half = 1 << 18;
        u[i] = clamp8((UR * red + UG * green + UB * blue + CA * alpha + half) >> 19);
        v[i] = clamp8((VR * red + VG * green + VB * blue + CA * alpha + half) >> 19);
        if (has_alpha) ac[i] = (uint8_t)((alpha + 4) >> 3);
    }
#undef TAP
}

BODY void convert(const uint8_t *bgra, ptrdiff_t stride, int width, int height, uint8_t *y, uint8_t *a,
                  ptrdiff_t luma_stride, uint8_t *u, uint8_t *v, uint8_t *ac, ptrdiff_t chroma_stride, int has_alpha) {
    size_t sums = (size_t)width + 3;
    uint16_t *memory = scratch(4 * sums * sizeof *memory);
    uint16_t *sb = memory, *sg = sb + sums, *sr = sg + sums, *sa = sr + sums;
    int chroma_width = (width + 1) / 2;
    for (int row = 0; row < height; row += 2) {
        const pixel *top = (const pixel *)(bgra + row * stride);
        const pixel *bottom = row + 1 < height ? (const pixel *)(bgra + (row + 1) * stride) : top;
        luma_row(top, width, has_alpha, y + row * luma_stride, has_alpha ? a + row * luma_stride : NULL);
        luma_row(bottom, width, has_alpha, y + (row + 1) * luma_stride, has_alpha ? a + (row + 1) * luma_stride : NULL);
        sum_rows(top, bottom, width, sb, sg, sr, sa);
        ptrdiff_t at = row / 2 * chroma_stride;
        chroma_row(sb, sg, sr, sa, chroma_width, has_alpha, u + at, v + at, has_alpha ? ac + at : NULL);
    }
    free(memory);
}

BODY void cpixels_bgra_to_yuva_body(const uint8_t *bgra, ptrdiff_t stride, int width, int height, uint8_t *y,
                                    uint8_t *a, ptrdiff_t luma_stride, uint8_t *u, uint8_t *v, uint8_t *ac,
                                    ptrdiff_t chroma_stride) {
    if (a) convert(bgra, stride, width, height, y, a, luma_stride, u, v, ac, chroma_stride, 1);
    else convert(bgra, stride, width, height, y, NULL, luma_stride, u, v, NULL, chroma_stride, 0);
}
VARIANTS(cpixels_bgra_to_yuva,
         (const uint8_t *bgra, ptrdiff_t stride, int width, int height, uint8_t *y, uint8_t *a, ptrdiff_t luma_stride,
          uint8_t *u, uint8_t *v, uint8_t *ac, ptrdiff_t chroma_stride),
         (bgra, stride, width, height, y, a, luma_stride, u, v, ac, chroma_stride))

void cpixels_halve_bgra(const uint8_t *src, ptrdiff_t src_stride, int width, int height, uint8_t *dst,
                        ptrdiff_t dst_stride) {
    int half_width = (width + 1) / 2, half_height = (height + 1) / 2;
    for (int j = 0; j < half_height; j++) {
        const uint8_t *top = src + 2 * j * src_stride;
        const uint8_t *bottom = 2 * j + 1 < height ? top + src_stride : top;
        uint8_t *out = dst + j * dst_stride;
        int whole = width / 2;
        for (int i = 0; i < whole; i++)
            for (int c = 0; c < 4; c++)
                out[4 * i + c] = (uint8_t)((top[8 * i + c] + top[8 * i + 4 + c]
                                            + bottom[8 * i + c] + bottom[8 * i + 4 + c] + 2) >> 2);
        if (half_width > whole)
            for (int c = 0; c < 4; c++)
                out[4 * whole + c] = (uint8_t)((top[8 * whole + c] + bottom[8 * whole + c] + 1) >> 1);
    }
}

// R = 1.1644 (Y-16) + 1.7927 (V-128), and so on: the inverse of the above in 16-bit fixed point.
void cpixels_i420_to_bgra(const uint8_t *y, ptrdiff_t luma_stride, const uint8_t *u, const uint8_t *v,
                          ptrdiff_t chroma_stride, int width, int height, uint8_t *bgra, ptrdiff_t stride) {
    int chroma_width = width / 2, chroma_height = height / 2;
    for (int row = 0; row < height; row++) {
        int near = row / 2, far = row & 1 ? near + 1 : near - 1;
        if (far < 0) far = 0;
        if (far > chroma_height - 1) far = chroma_height - 1;
        const uint8_t *un = u + near * chroma_stride, *uf = u + far * chroma_stride;
        const uint8_t *vn = v + near * chroma_stride, *vf = v + far * chroma_stride;
        uint8_t *out = bgra + row * stride;
        for (int x = 0; x < width; x++) {
            int i = x / 2, k = x & 1 && i + 1 < chroma_width ? i + 1 : i;
            // Eighths: 3/4 and 1/4 down, halves across.
            int32_t cu = 3 * (un[i] + un[k]) + uf[i] + uf[k] - 8 * 128;
            int32_t cv = 3 * (vn[i] + vn[k]) + vf[i] + vf[k] - 8 * 128;
            int32_t luma = 76309 * (y[row * luma_stride + x] - 16);
            out[4 * x + 0] = clamp8((luma + 138438 * cu / 8 + 32768) >> 16);
            out[4 * x + 1] = clamp8((luma - 13975 * cu / 8 - 34925 * cv / 8 + 32768) >> 16);
            out[4 * x + 2] = clamp8((luma + 117489 * cv / 8 + 32768) >> 16);
            out[4 * x + 3] = 255;
        }
    }
}

BODY void cpixels_rgb_to_bgra_body(const uint8_t *src, ptrdiff_t src_stride, int channels, int width, int height,
                                   uint8_t *dst, ptrdiff_t dst_stride) {
    for (int row = 0; row < height; row++) {
        const uint8_t *restrict s = src + row * src_stride;
        uint8_t *restrict d = dst + row * dst_stride;
        if (channels == 4) {
            for (int x = 0; x < width; x++)
                d[4 * x] = s[4 * x + 2], d[4 * x + 1] = s[4 * x + 1], d[4 * x + 2] = s[4 * x], d[4 * x + 3] = s[4 * x + 3];
        } else {
            for (int x = 0; x < width; x++)
                d[4 * x] = s[3 * x + 2], d[4 * x + 1] = s[3 * x + 1], d[4 * x + 2] = s[3 * x], d[4 * x + 3] = 255;
        }
    }
}
VARIANTS(cpixels_rgb_to_bgra, (const uint8_t *src, ptrdiff_t src_stride, int channels, int width, int height,
                               uint8_t *dst, ptrdiff_t dst_stride),
         (src, src_stride, channels, width, height, dst, dst_stride))
