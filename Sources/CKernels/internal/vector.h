// Vectors of T and the few operations on them. Included once per type and level.
#define V NAME(v)
#define VI NAME(vi)
#define VN ((int64_t)(APUS_VECTOR_BYTES / sizeof(T)))
#define INLINE static inline __attribute__((always_inline, unused))

typedef T V __attribute__((vector_size(APUS_VECTOR_BYTES)));
typedef TI VI __attribute__((vector_size(APUS_VECTOR_BYTES)));

INLINE V NAME(load)(const T *p) {
  V v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void NAME(store)(T *p, V v) { memcpy(p, &v, sizeof v); }

// Subtracting 0, not adding it, keeps -0.
INLINE V NAME(splat)(T x) { return x - (V){0}; }

// -1 in the first n lanes.
INLINE VI NAME(first_lanes)(int64_t n) {
  static const TI lanes[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  VI lane;
  memcpy(&lane, lanes, sizeof lane);
  return lane < (TI)n;
}

// Whether the masked loads and stores of AVX-512 are there.
#undef MASKED
#if APUS_VECTOR_BYTES == 64 && !defined(APUS_WIDE_ON_AVX2)
#define MASKED 1
#else
#define MASKED 0
#endif

// The first n < VN elements; the other lanes are 0. Memory beyond them is not touched.
INLINE V NAME(load_part)(const T *p, int64_t n) {
#if MASKED && APUS_IS_F32
  return (V)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
#elif MASKED
  return (V)_mm512_maskz_loadu_pd((__mmask8)((1u << n) - 1), p);
#elif APUS_VECTOR_BYTES == 32 && APUS_IS_F32
  return (V)_mm256_maskload_ps(p, (__m256i)NAME(first_lanes)(n));
#elif APUS_VECTOR_BYTES == 32
  return (V)_mm256_maskload_pd(p, (__m256i)NAME(first_lanes)(n));
#else
  V v = {0};
  for (int64_t i = 0; i < VN; i++)
    if (i < n) v[i] = p[i];
  return v;
#endif
}

INLINE void NAME(store_part)(T *p, V v, int64_t n) {
#if MASKED && APUS_IS_F32
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
#elif MASKED
  _mm512_mask_storeu_pd(p, (__mmask8)((1u << n) - 1), (__m512d)v);
#elif APUS_VECTOR_BYTES == 32 && APUS_IS_F32
  // Not a masked store: that is microcoded on AMD.
  __m128 part = _mm256_castps256_ps128((__m256)v);
  if (n & 8) {
    _mm256_storeu_ps(p, (__m256)v);
    return;
  }
  if (n & 4) {
    _mm_storeu_ps(p, part);
    part = _mm256_extractf128_ps((__m256)v, 1);
  }
  if (n & 2) {
    _mm_storel_pi((__m64 *)(p + (n & 4)), part);
    part = _mm_movehl_ps(part, part);
  }
  if (n & 1) _mm_store_ss(p + (n & 6), part);
#elif APUS_VECTOR_BYTES == 32
  __m128d part = _mm256_castpd256_pd128((__m256d)v);
  if (n & 4) {
    _mm256_storeu_pd(p, (__m256d)v);
    return;
  }
  if (n & 2) {
    _mm_storeu_pd(p, part);
    part = _mm256_extractf128_pd((__m256d)v, 1);
  }
  if (n & 1) _mm_store_sd(p + (n & 2), part);
#else
  for (int64_t i = 0; i < VN; i++)
    if (i < n) p[i] = v[i];
#endif
}

INLINE V NAME(fma)(V a, V b, V c) {
#if APUS_FUSED
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

// m ? a : b, lane by lane; lanes of m are 0 or -1.
INLINE V NAME(pick)(VI m, V a, V b) { return (V)((m & (VI)a) | (~m & (VI)b)); }

// 1 where m, else 0.
INLINE V NAME(truth)(VI m) { return (V)(m & (VI)NAME(splat)(1)); }

INLINE V NAME(sqrt)(V a) { return __builtin_elementwise_sqrt(a); }

INLINE V NAME(abs)(V a) { return __builtin_elementwise_abs(a); }

INLINE V NAME(copysign)(V a, V s) {
  VI bit = (VI)NAME(splat)(-(T)0.0);
  return (V)(((VI)a & ~bit) | ((VI)s & bit));
}

INLINE V NAME(max)(V a, V b) {
  V larger = NAME(pick)(a > b, a, b);
  return NAME(pick)(a != a, a, larger);
}

INLINE V NAME(min)(V a, V b) {
  V smaller = NAME(pick)(a < b, a, b);
  return NAME(pick)(a != a, a, smaller);
}

// Sum of the lanes by halves: lane i with lane i + VN/2, and so on.
INLINE T NAME(sum_lanes)(V v) {
  T t[VN];
  NAME(store)(t, v);
#pragma clang loop unroll(full)
  for (int64_t h = VN / 2; h > 0; h /= 2)
#pragma clang loop unroll(full)
    for (int64_t i = 0; i < h; i++) t[i] += t[i + h];
  return t[0];
}

#if APUS_IS_F32
// The sums of four vectors: neighbours are added twice within 16 bytes, then the parts of 16 bytes by halves.
INLINE void NAME(sum_four)(V a, V b, V c, V d, float *sums) {
#define EVEN(x) x, x + 2, VN + x, VN + x + 2
#define ODD(x) EVEN(x + 1)
#if APUS_VECTOR_BYTES == 64
#define PAIRS(x, y, take) __builtin_shufflevector(x, y, take(0), take(4), take(8), take(12))
#elif APUS_VECTOR_BYTES == 32
#define PAIRS(x, y, take) __builtin_shufflevector(x, y, take(0), take(4))
#else
#define PAIRS(x, y, take) __builtin_shufflevector(x, y, take(0))
#endif
  V ab = PAIRS(a, b, EVEN) + PAIRS(a, b, ODD), cd = PAIRS(c, d, EVEN) + PAIRS(c, d, ODD);
  V all = PAIRS(ab, cd, EVEN) + PAIRS(ab, cd, ODD);
#undef PAIRS
#undef ODD
#undef EVEN
  float t[VN];
  NAME(store)(t, all);
#pragma clang loop unroll(full)
  for (int64_t h = VN / 2; h >= 4; h /= 2)
#pragma clang loop unroll(full)
    for (int64_t i = 0; i < h; i++) t[i] += t[i + h];
  memcpy(sums, t, 4 * sizeof(float));
}
#endif

#if APUS_IS_F32 && APUS_VECTOR_BYTES >= 32
/// The columns of an 8 × 8 block become its rows.
INLINE void NAME(transpose)(__m256 r[8]) {
  __m256 pairs[8], fours[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 2) {
    pairs[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
    pairs[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 4)
#pragma clang loop unroll(full)
    for (int h = 0; h < 2; h++) {
      fours[i + 2 * h] = _mm256_shuffle_ps(pairs[i + h], pairs[i + h + 2], 0x44);
      fours[i + 2 * h + 1] = _mm256_shuffle_ps(pairs[i + h], pairs[i + h + 2], 0xee);
    }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    r[i] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x20);
    r[i + 4] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x31);
  }
}
#endif
