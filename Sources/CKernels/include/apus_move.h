/// Moving numbers without computing with them, and gathering rows.
#pragma once

#include "apus_step.h"

#define APUS_MAX_RANK 12

/// out[i₀, i₁, …] = in[i₀, i₁, …] with any strides: transposing (permuted strides), broadcasting (source stride 0),
/// slicing (offset in the place), reversing (negative strides), concatenating and padding (a step for each part, writing
/// into a slice of the result). `in` and `out` must not overlap.
typedef struct apus_copy {
  apus_place in, out;
  int64_t size[APUS_MAX_RANK];
  int64_t in_stride[APUS_MAX_RANK];   ///< in elements
  int64_t out_stride[APUS_MAX_RANK];  ///< in elements
  int32_t rank;
  int32_t element;                    ///< bytes of an element: 1, 2, 4 or 8
  int64_t piece;                      ///< set by `apus_copy_step`
} apus_copy;

/// Sets one axis of a copy.
static inline void apus_copy_axis(apus_copy *copy, int32_t axis, int64_t size, int64_t in_stride, int64_t out_stride) {
  copy->size[axis] = size;
  copy->in_stride[axis] = in_stride;
  copy->out_stride[axis] = out_stride;
}

/// Drops axes of size 1, joins neighbours and reorders axes in the struct, then gives the step.
apus_step apus_copy_step(apus_copy *copy, apus_level level);

/// `count` elements of `element` bytes (1, 2, 4, 8) all set to the low bytes of `bits` (0 for zeros).
typedef struct apus_fill {
  apus_place out;
  int64_t count;
  uint64_t bits;
  int64_t element;
} apus_fill;

apus_step apus_fill_step(apus_fill *fill, apus_level level);

/// out[o, j, :] = in[o, index[j], :], with in [outer, size, inner], out [outer, count, inner], index int32 [count];
/// or, when `index_per_outer`, out[o, j, :] = in[o, index[o, j], :] with index [outer, count].
/// An index outside 0..<size writes zeros and reports `APUS_INDEX_OUT_OF_RANGE`. `out` overlaps neither operand.
typedef struct apus_gather {
  int64_t outer, size, count, inner;
  apus_place in, index, out;
  int32_t element;         ///< bytes of an element: 1, 2, 4 or 8
  int32_t index_per_outer;
  int64_t piece;           ///< set by `apus_gather_step`
} apus_gather;

apus_step apus_gather_step(apus_gather *gather, apus_level level);

/// The derivative of gather: out[o, index[j], :] += in[o, j, :], j ascending, with in [outer, count, inner],
/// out [outer, size, inner]. `out` is cleared first when `clear`. dtype float32, float64 or int32.
/// A bad index adds nothing and reports `APUS_INDEX_OUT_OF_RANGE`.
typedef struct apus_scatter {
  int64_t outer, size, count, inner;
  apus_place in, index, out;
  apus_dtype dtype;
  uint8_t clear;
  uint8_t reserved[2];
  int32_t index_per_outer;
  int64_t piece;           ///< set by `apus_scatter_step`
} apus_scatter;

apus_step apus_scatter_step(apus_scatter *scatter, apus_level level);
