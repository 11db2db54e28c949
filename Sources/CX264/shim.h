#include <stdint.h>
#include <x264.h>

// A macro with the library's version in it, which Swift does not import.
static inline x264_t *cx264_open(x264_param_t *parameters) { return x264_encoder_open(parameters); }
