// How much of a picture is covered by regular stripes: what a check for patterns looks at.
#ifndef CPIXELS_STRIPES_H
#define CPIXELS_STRIPES_H
#include "flash.h"

// Light and dark must be this far apart, the dark ones at most three quarters as bright, and the light ones at least so
// bright: in steps of 1/255 of full scale.
#define CPIXELS_STRIPES_STEP 26   // 20 cd/m2 of 200
#define CPIXELS_STRIPES_LIGHT 64  // 50 cd/m2 of 200
// More than five pairs of a light and a dark stripe.
#define CPIXELS_STRIPES_PAIRS 6

// Each cell is crossed by two lines across and two down. A line is striped where at least CPIXELS_STRIPES_PAIRS pairs
// in a row are equally wide (within a fifth); a cell is, where both lines of one direction are, with the same width: so
// that the strokes of letters, which no two lines cross alike, do not count. Returns the number of striped cells, of
// columns * rows.
int cpixels_striped_cells(const cpixels_flash_picture *picture, int columns, int rows);
#endif
