/// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as
/// 1, 2, 3", 2011). The stream never changes between versions.
#pragma once

#include "apus_step.h"

/// Ten rounds: `out` = Philox(counter, key).
void apus_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

typedef enum apus_distribution : uint8_t {
  /// Uniform in [0, 1). float32: element i takes word w = i % 4 of block i / 4 and is (w >> 8)·2⁻²⁴. float64: element i
  /// takes words l = 2(i % 2) and h = l + 1 of block i / 2 and is ((h·2³² + l) >> 11)·2⁻⁵³.
  APUS_UNIFORM = 0,
  /// Standard normal by Box and Muller: of two neighbours of the same stream of integers, u = (x + 1)·2⁻²⁴ and
  /// v = y·2⁻²⁴ (x = w >> 8 of an even word, y of the next one; float64: 53 bits and 2⁻⁵³, x from the first two words of
  /// a block, y from the last two); the even element is √(-2 ln u)·cos 2πv, the odd one √(-2 ln u)·sin 2πv.
  APUS_NORMAL = 1,
} apus_distribution;

/// `count` numbers at `out`. `key` is four uint32: low and high half of the seed, epoch, step; block b is
/// Philox((b mod 2³², step, epoch, purpose), (low, high)). These are the numbers of `RandomStream` in ApusGraph.
typedef struct apus_random {
  int64_t count;
  apus_place key, out;
  apus_dtype dtype;  ///< APUS_F32 or APUS_F64
  apus_distribution distribution;
  uint8_t reserved[2];
  uint32_t purpose;
} apus_random;

apus_step apus_random_step(apus_random *random, apus_level level);
