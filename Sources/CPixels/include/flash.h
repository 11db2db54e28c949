// Mean light and red of the cells of a picture, for the detection of flashes.
#ifndef CPIXELS_FLASH_H
#define CPIXELS_FLASH_H
#include <stddef.h>
#include <stdint.h>

// Each cell is sampled at 8 by 8 points, whatever the size of the picture.
#define CPIXELS_FLASH_POINTS 8
#define CPIXELS_FLASH_MAX 64      // columns or rows at most
#define CPIXELS_FLASH_LEVELS 1024 // entries of the table

typedef struct {
    const uint8_t *luma, *blue, *red; // planes; blue and red (Cb and Cr) null for a grey picture
    ptrdiff_t luma_stride, chroma_stride;
    int width, height;
    int chroma_x, chroma_y; // log2 of the chroma planes' subsampling
    int depth;              // bits of a sample; above 8 they are 16-bit words in native byte order
    // R' = (y_scale * (Y - y_offset) + r_cr * (Cr - 128)) >> 16, and so on, in steps of 1/1023 of full scale, for 8-bit
    // samples.
    int y_offset, y_scale, r_cr, g_cb, g_cr, b_cb;
    const uint16_t *linear; // CPIXELS_FLASH_LEVELS entries: from R', G' or B' to light, 0...65535
} cpixels_flash_picture;

// Fills two arrays of columns * rows bytes: light: relative luminance, 0.2126 R + 0.7152 G + 0.0722 B of linear light,
// 255 is full scale; red: (R - G - B) * 127, negative values zero; 128 is added where R / (R + G + B) is 0.8 or more.
// Returns the number of points (CPIXELS_FLASH_POINTS squared per cell) with a luma, R', G' or B' outside -5 % to 105 %
// of full scale.
uint32_t cpixels_flash_cells(const cpixels_flash_picture *picture, int columns, int rows, uint8_t *light, uint8_t *red);
#endif
