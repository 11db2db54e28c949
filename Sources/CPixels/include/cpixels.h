// Pixel kernels: the loops that a frame's cost is made of. Plain C, AVX2 where the CPU has it.
#ifndef CPIXELS_H
#define CPIXELS_H
#include <stddef.h>
#include <stdint.h>
#endif
