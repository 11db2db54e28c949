// Pictures in other colours than SDR sRGB, and pictures in two fields, to what the renderer draws.
#ifndef CPIXELS_COLOR_H
#define CPIXELS_COLOR_H
#include <stddef.h>
#include <stdint.h>

enum { CPIXELS_ROOT_STEPS = 16384 };

struct cpixels_color {
    const float *linear[3];  // 65536 entries each: a code value's light
    // CPIXELS_ROOT_STEPS entries over the root of scene luminance (1 is the last): gain; or NULL
    const float *scene;
    float luma[3];           // weights of scene luminance
    // CPIXELS_ROOT_STEPS entries over the root of the largest channel (`peak` is the last): gain; or NULL
    const float *tone;
    float peak;
    float matrix[9];         // to BT.709's primaries, row by row
    const uint8_t *encode;   // CPIXELS_ROOT_STEPS entries over the root of light: the byte
};

// Straight RGBA of 16 bits to straight BGRA of 8. Strides in bytes.
void cpixels_convert_color(const uint16_t *rgba, ptrdiff_t src_stride, uint8_t *bgra, ptrdiff_t dst_stride, int width,
    int height,
                           const struct cpixels_color *color);

// One plane of an interlaced picture, in place: lines of the field that does not begin with `kept` (0: top) are made
// from their
// neighbours where the two fields show different moments, and stay where nothing moved. Samples have 1 or 2 bytes;
// `threshold`
// is in sample values.
void cpixels_deinterlace(uint8_t *plane, ptrdiff_t stride, int width, int height, int bytes, int kept, int threshold);

// The same with the pictures before and after: the other field's lines come from its own moments where nothing moves,
// and from the lines beside them where it does, by the three-field filter of Weston (BBC R&D, "Interpolation of
// interlaced scans"), within what the fields around allow. All planes have one size; `most` is the greatest value.
struct cpixels_fields {
    const uint8_t *before, *here, *after;
    ptrdiff_t before_stride, here_stride, after_stride;
};
void cpixels_weave(uint8_t *plane, ptrdiff_t stride, const struct cpixels_fields *fields, int width, int height, int bytes, int kept, int most);
#endif
