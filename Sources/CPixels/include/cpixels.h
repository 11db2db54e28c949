// Pixel kernels: the loops that dominate the cost of a frame. They use integer arithmetic for pictures; with AVX2 the
// same arithmetic runs on wider registers, so the bytes are equal on every machine.
//
// Conventions. Colour is BT.709 limited range. 4:2:0 chroma is left-sited (MPEG-2): chroma sample (i, j) lies on
// luma column 2i, midway between luma rows 2j and 2j+1. "Premultiplied" YUVA holds Y*A, U*A and V*A with their offsets
// (16, 128) included, so a transparent pixel is 0, 0, 0, 0 and "over" is src + dst * (1 - a) on every plane.
// Alpha exists twice: `a` at luma size, `ac` at chroma size, filtered as chroma is. Strides are in bytes.
#ifndef CPIXELS_H
#define CPIXELS_H
#include <stddef.h>
#include <stdint.h>
#include "color.h"

int cpixels_has_avx2(void);
// 1: use only the portable variants, for tests that compare the two.
void cpixels_set_portable(int on);

// --- convert.c
// 1 if every pixel's alpha is 255.
int cpixels_is_opaque(const uint8_t *bgra, ptrdiff_t stride, int width, int height);
// Premultiplied BGRA to premultiplied planes. Sizes of planes are rounded up to even; an odd last column or row is
// repeated. If `a` and `ac` are NULL, the picture is treated as opaque.
void cpixels_bgra_to_yuva(const uint8_t *bgra, ptrdiff_t stride, int width, int height, uint8_t *y, uint8_t *a,
                          ptrdiff_t luma_stride, uint8_t *u, uint8_t *v, uint8_t *ac, ptrdiff_t chroma_stride);
// R, G, B and, with 4 channels, alpha to B, G, R, alpha; without alpha it is 255.
void cpixels_rgb_to_bgra(const uint8_t *src, ptrdiff_t src_stride, int channels, int width, int height, uint8_t *dst,
                         ptrdiff_t dst_stride);
// Box filter to ((width+1)/2, (height+1)/2).
void cpixels_halve_bgra(const uint8_t *src, ptrdiff_t src_stride, int width, int height, uint8_t *dst,
                        ptrdiff_t dst_stride);
// For viewing a frame: interpolates chroma linearly, alpha is 255. Width and height are even.
void cpixels_i420_to_bgra(const uint8_t *y, ptrdiff_t luma_stride, const uint8_t *u, const uint8_t *v,
                          ptrdiff_t chroma_stride, int width, int height, uint8_t *bgra, ptrdiff_t stride);

// --- blend.c: one plane at a time; opacity and amount are 0...256
// dst = src * opacity + dst * (1 - alpha * opacity)
void cpixels_blend(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *src, const uint8_t *alpha, ptrdiff_t src_stride,
                   int width, int height, int opacity);
// dst = from * (1 - amount) + to * amount; dst may be either of them.
void cpixels_mix(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *from, ptrdiff_t from_stride, const uint8_t *to,
                 ptrdiff_t to_stride, int width, int height, int amount);
// plane = plane * alpha
void cpixels_multiply(uint8_t *plane, ptrdiff_t stride, const uint8_t *alpha, ptrdiff_t alpha_stride, int width,
                      int height);
void cpixels_copy(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *src, ptrdiff_t src_stride, int width, int height);
// Samples of two planes in turn, as chroma of NV12: width is that of one plane.
void cpixels_split(const uint8_t *pairs, ptrdiff_t stride, int width, int height, uint8_t *first, uint8_t *second,
                   ptrdiff_t dst_stride);
// dst = src where the mask is 255
void cpixels_select(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *src, const uint8_t *mask, ptrdiff_t src_stride,
                    int width, int height);
void cpixels_fill(uint8_t *dst, ptrdiff_t stride, int width, int height, int value);

// --- sample.c: bilinear; the source's edge is repeated outside it. Positions are sample indices in 32.32 fixed point.
// dst[i, j] = src at (x0 + i * dx, y0 + j * dy)
void cpixels_scale(const uint8_t *src, ptrdiff_t src_stride, int src_width, int src_height, uint8_t *dst,
                   ptrdiff_t dst_stride, int width, int height, int64_t x0, int64_t dx, int64_t y0, int64_t dy);
// dst[i, j] = src at (x0 + i * dxi + j * dxj, y0 + i * dyi + j * dyj)
void cpixels_affine(const uint8_t *src, ptrdiff_t src_stride, int src_width, int src_height, uint8_t *dst,
                    ptrdiff_t dst_stride, int width, int height, int64_t x0, int64_t dxi, int64_t dxj, int64_t y0,
                    int64_t dyi, int64_t dyj);

// --- paint.c
// Anti-aliased coverage of a rounded rectangle of half sides (half_width, half_height) around the origin. Pixel (i, j)
// lies at (x0 + i * dxi + j * dxj, y0 + ...) in the rectangle's units; `sharpness` is pixels per unit.
void cpixels_coverage(uint8_t *dst, ptrdiff_t stride, int width, int height, double x0, double dxi, double dxj,
                      double y0, double dyi, double dyj, double half_width, double half_height, double radius,
                      double sharpness);
// A plane of a gradient with an 8x8 ordered dither. Pixel (i, j) takes table[t], t = x0 + i * dx + j * dy in 16.16
// fixed point, clamped to 0..<size; table values are 8.8 fixed point.
void cpixels_gradient_linear(uint8_t *dst, ptrdiff_t stride, int width, int height, const uint16_t *table, int size,
                             int64_t x0, int64_t dx, int64_t dy);
// t = length of (x0 + i * step, y0 + j * step).
void cpixels_gradient_radial(uint8_t *dst, ptrdiff_t stride, int width, int height, const uint16_t *table, int size,
                             double x0, double y0, double step);
// Gaussian blur in place, with `channels` interleaved bytes per pixel. Outside the picture is 0, or its edge repeated.
void cpixels_blur(uint8_t *bytes, ptrdiff_t stride, int width, int height, int channels, double sigma, int repeat_edge);
#endif
