/// Rounding to bfloat16.
#pragma once

#include "apus_step.h"

/// out[i] = the bfloat16 nearest to in[i], ties to even, as float32 (i < n). NaN stays NaN.
typedef struct apus_round {
  apus_place in, out;  ///< float32, dense; not overlapping
  int64_t n;
} apus_round;

apus_step apus_round_step(const apus_round *round);
