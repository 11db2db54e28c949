// Converts pictures in other colour spaces to SDR sRGB, and interlaced pictures to progressive ones.
#ifndef CPIXELS_COLOR_H
#define CPIXELS_COLOR_H
#include <stddef.h>
#include <stdint.h>

enum { CPIXELS_ROOT_STEPS = 16384 };

struct cpixels_color {
    const float *linear[3];  // 65536 entries each: from code value to light
    // CPIXELS_ROOT_STEPS entries over the root of scene luminance (1 is the last): gain; or NULL
    const float *scene;
    float luma[3];           // weights of scene luminance
    // CPIXELS_ROOT_STEPS entries over the root of the largest channel (`peak` is the last): gain; or NULL
    const float *tone;
    float peak;
    float matrix[9];         // to BT.709's primaries, row by row
    const uint8_t *encode;   // CPIXELS_ROOT_STEPS entries over the root of light: the byte
};

// Converts straight RGBA of 16 bits to straight BGRA of 8 bits. Strides are in bytes.
void cpixels_convert_color(const uint16_t *rgba, ptrdiff_t src_stride, uint8_t *bgra, ptrdiff_t dst_stride, int width,
                           int height, const struct cpixels_color *color);

// Deinterlaces one plane in place. Keeps the field that begins with line `kept` (0: top); interpolates lines of the
// other field from their neighbours where the fields differ, and keeps them where nothing moves. Samples have 1 or 2
// bytes; `threshold` is in sample values.
void cpixels_deinterlace(uint8_t *plane, ptrdiff_t stride, int width, int height, int bytes, int kept, int threshold);

// The same with the pictures before and after. Where nothing moves, lines of the other field come from the neighbouring
// fields in time; elsewhere from the lines beside them, by the three-field filter of Weston (BBC R&D, "Interpolation of
// interlaced scans"), limited by the surrounding fields. All planes have the same size; `most` is the greatest value.
struct cpixels_fields {
    const uint8_t *before, *here, *after;
    ptrdiff_t before_stride, here_stride, after_stride;
};
void cpixels_weave(uint8_t *plane, ptrdiff_t stride, const struct cpixels_fields *fields, int width, int height,
                   int bytes, int kept, int most);
#endif
