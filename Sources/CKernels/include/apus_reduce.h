/// Reductions. Any reduction of neighbouring axes is [outer, reduce, inner] → [outer, inner]; others take two steps
/// or a copy before.
#pragma once

#include "apus_step.h"

typedef enum apus_reduction : uint8_t {
  APUS_SUM = 0,     ///< Σ x; blocks of float32 sums in fixed order, joined in float64. Empty: 0
  APUS_MAXIMUM,     ///< NaN when one is NaN. Empty: -inf
  APUS_MINIMUM,     ///< NaN when one is NaN. Empty: +inf
  APUS_ARGMAX,      ///< first position of the maximum; the first NaN when one is NaN. Result int32. Empty: 0
  APUS_LOGSUMEXP,   ///< m + ln Σ e^(x - m), m = max x. Empty: -inf
} apus_reduction;

/// out[o, i] = reduction over r of in[o, r, i], then times `scale` (sum only; 1/count gives a mean), then, when
/// `accumulate`, added to what out held (sum only). Both dense, row-major.
/// dtype of `in`: float32, float64, or int32 (sum wrapping, maximum, minimum, argmax; `scale` is then ignored). `out`
/// has the same, or int32 for argmax. `in` and `out` must not overlap.
/// A sum of everything (outer = inner = 1) is one chunk; for very long ones plan two steps.
typedef struct apus_reduce {
  int64_t outer, reduce, inner;
  /// Length along `reduce` of every chunk of a sum, where steps run together block by block (apus_together.h); needs
  /// outer = 1 and inner ≤ 1024. 0: chosen by the step.
  int64_t cut_reduce;
  apus_place in, out;
  double scale;
  apus_dtype dtype;
  apus_reduction kind;
  uint8_t accumulate;
  uint8_t reserved[5];
  int64_t piece;  ///< set by `apus_reduce_step`: results, columns or (sums of few long columns) rows of a chunk
} apus_reduce;

apus_step apus_reduce_step(apus_reduce *reduce, apus_level level);
