/// Which vector instructions there are.
#pragma once

#include <stdint.h>

/// The instruction sets the loops are compiled for. Chosen once per plan; part of the definition of the bits.
typedef enum apus_level : uint8_t {
  APUS_LEVEL_BASE = 0,    ///< what every CPU of this architecture has
  APUS_LEVEL_AVX2 = 1,    ///< x86-64-v3: AVX2 and FMA
  APUS_LEVEL_AVX512 = 2,  ///< x86-64-v4: AVX-512 F, BW, CD, DQ, VL
} apus_level;

/// The best level this CPU and this build have.
apus_level apus_cpu_level(void);

/// "base", "avx2" or "avx512".
const char *apus_level_name(apus_level level);

/// Writes the names of the CPU features that matter here, separated by blanks ("avx2 fma avx512f amx_bf16"), and a
/// closing NUL into `text`, cut to `capacity` bytes. Returns the length without the NUL before cutting. "wide_on_avx2"
/// says that this build runs the loops for AVX-512 with AVX2.
int64_t apus_cpu_features(char *text, int64_t capacity);
