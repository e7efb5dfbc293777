/// Several steps that run as one, so that threads meet once for all of them.
#pragma once

#include "apus_step.h"

/// A chunk of one of several steps.
typedef struct apus_part {
  double at;     ///< where among the step's chunks: 0 ..< 1
  int64_t work;  ///< as of a step, of this chunk
  int32_t step, chunk;
} apus_part;

/// `steps` must be products without a `prepare`, tile programs or reductions: steps that cannot fail.
typedef struct apus_together {
  apus_step *steps;
  int64_t count;
  apus_part *parts;     ///< for `apus_parallel_step`, which sets them: as many as all steps have chunks
  // Only for `apus_blockwise_step`:
  int64_t rows;         ///< of a block
  int64_t local_bytes;  ///< memory that each thread has for the values of one block
  int64_t local_at;     ///< set by the step: where in a thread's scratch
  /// Bytes of a row of the values on base APUS_BASES - APUS_BLOCK_BASES + i: row r of the whole value lies at its offset
  /// plus r·width[i] while its block runs. 0: not used.
  int64_t width[APUS_BLOCK_BASES];
  /// An input whose rows the context's `feed` brings to the start of each block, at `feed_at` on the last base; where that has
  /// no source, they are read from `input`, which holds them all. `feed_rows`: of the whole input; 0: no such input.
  int64_t feed_rows;
  int64_t feed_at;
  apus_place input;
} apus_together;

static inline void apus_together_set_width(apus_together *together, int32_t index, int64_t bytes) {
  if (index >= 0 && index < APUS_BLOCK_BASES) together->width[index] = bytes;
}

/// Block by block: chunk i is chunk i of every step, one step after the other, so what one step writes the next one finds
/// in the first cache. All steps have equally many chunks, and chunk i of a step reads, of what the others write, only what
/// their own chunks i wrote before. What `finish` of one step writes, only a later one's `finish` may read. (Fused-layer
/// execution: Alwani et al., "Fused-Layer CNN Accelerators", 2016.)
apus_step apus_blockwise_step(apus_together *together);

/// Side by side: steps that do not read what the others write. The first chunks of all steps come first, the last ones
/// last: so a thread gets about the same chunks of a step here as where the step runs by itself, and finds what it needs
/// nearby. It begins with the long ones; steps of one chunk fill what is left, for whoever is done first.
apus_step apus_parallel_step(apus_together *together);
