// Which numbers are not 0. Part of the bodies that leave zeros out.
#include "positions.h"

/// Not 0 where one of `width` neighbours is not: of the bits, all but the sign. NaN is no zero.
INLINE TI NAME(any_bits)(const T *x, int width) {
  TI bits[2] = {0, 0};
  memcpy(bits, x, (size_t)width * sizeof(T));
  return (TI)((bits[0] | bits[1]) & (APUS_IS_F32 ? INT32_MAX : INT64_MAX));
}

#if APUS_IS_F32 && APUS_VECTOR_BYTES >= 32
/// A bit for each of 8 numbers.
INLINE int NAME(nonzero)(__m256 x) { return _mm256_movemask_ps(_mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_NEQ_UQ)); }
#endif
