// Compiles APUS_BODY once for every instruction set and, within it, once for float and once for double.
//
// Not `target_clones`: there a helper with a vector argument is an error ("changes the ABI") as soon as the levels
// differ in vector width, and the width could not be a constant that register blocks are cut by. A pragma gives every
// function of the included file, helpers too, the same target.
//
// In the body: NAME(x) is x with the suffix of type and level; T, V, VI, VN the element, its vector, the vector of
// integers of the same width, and the lanes; APUS_FUSED says whether the level has a fused multiply-add.
#pragma STDC FP_CONTRACT OFF

#include <math.h>
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__) && defined(__clang__)
#include <immintrin.h>
#endif

#define APUS_JOIN_(a, b, c) a##_##b##_##c
#define APUS_JOIN(a, b, c) APUS_JOIN_(a, b, c)
#define NAME(x) APUS_JOIN(x, APUS_TYPE, APUS_TARGET)

#define APUS_TARGET base
#define APUS_VECTOR_BYTES 16
#define APUS_REGISTERS 16
#if defined(__ARM_FEATURE_FMA) || defined(__FMA__)
#define APUS_FUSED 1
#else
#define APUS_FUSED 0
#endif
#include "each_type.h"
#undef APUS_TARGET
#undef APUS_VECTOR_BYTES
#undef APUS_REGISTERS
#undef APUS_FUSED

#if defined(__x86_64__) && defined(__clang__)
#define APUS_HAS_LEVELS 1

#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define APUS_TARGET avx2
#define APUS_VECTOR_BYTES 32
#define APUS_REGISTERS 16
#define APUS_FUSED 1
#include "each_type.h"
#undef APUS_TARGET
#undef APUS_VECTOR_BYTES
#undef APUS_REGISTERS
#undef APUS_FUSED
#pragma clang attribute pop

// A variant for machines without AVX-512: the same shapes and paths, each vector as two registers of AVX2. See
// Documentation/Decisions/KernelLevels.md.
#ifdef APUS_WIDE_ON_AVX2
#pragma clang diagnostic push
// Helpers are inlined: no vector is passed by any convention.
#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#else
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#endif
#define APUS_TARGET avx512
#define APUS_VECTOR_BYTES 64
#define APUS_REGISTERS 32
#define APUS_FUSED 1
#include "each_type.h"
#undef APUS_TARGET
#undef APUS_VECTOR_BYTES
#undef APUS_REGISTERS
#undef APUS_FUSED
#pragma clang attribute pop
#ifdef APUS_WIDE_ON_AVX2
#pragma clang diagnostic pop
#endif

/// The variant of `name` for a type (f32, f64) and a level.
#define APUS_PICK_TYPED(name, type, level)               \
  ((level) == APUS_LEVEL_AVX512 ? name##_##type##_avx512 \
   : (level) == APUS_LEVEL_AVX2 ? name##_##type##_avx2   \
                                : name##_##type##_base)
#else
#define APUS_PICK_TYPED(name, type, level) ((void)(level), name##_##type##_base)
#endif

#define APUS_PICK(name, dtype, level) \
  ((dtype) == APUS_F64 ? APUS_PICK_TYPED(name, f64, level) : APUS_PICK_TYPED(name, f32, level))
