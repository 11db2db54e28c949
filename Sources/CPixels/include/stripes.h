// The share of a picture that regular stripes cover, for the check for striped patterns.
#ifndef CPIXELS_STRIPES_H
#define CPIXELS_STRIPES_H
#include "flash.h"

// Smallest difference between light and dark stripes, and smallest light of the light ones, in steps of 1/255 of full
// scale. Dark stripes must also be at most three quarters as bright as light ones.
#define CPIXELS_STRIPES_STEP 26   // 20 cd/m2 of 200
#define CPIXELS_STRIPES_LIGHT 64  // 50 cd/m2 of 200
// More than five pairs of a light and a dark stripe.
#define CPIXELS_STRIPES_PAIRS 6

// Two horizontal and two vertical lines cross each cell. A line is striped where at least CPIXELS_STRIPES_PAIRS
// consecutive pairs are equally wide (within a fifth). A cell is striped if both lines of one direction are, with the
// same width; so strokes of letters, which two lines cross differently, do not count. Returns the number of striped
// cells, out of columns * rows.
int cpixels_striped_cells(const cpixels_flash_picture *picture, int columns, int rows);
#endif
