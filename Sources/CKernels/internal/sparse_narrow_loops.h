// Products of few columns with an operand A of many zeros, such as the pixels of a first layer: two rows of A at a time, or, for
// the gradient of the weights, two rows of the transposed A, are multiplied only where they are not both 0. Every sum has the
// order of the other loops, so no bit of a finite number changes, whoever decides. Included by narrow_loops.h; see
// Documentation/Decisions/Zeros.md.
#include "nonzeros.h"

enum {
  NAME(pair_vectors) = 4,   // of columns at a time
  NAME(most_places) = 70,   // in a hundred; beyond, all are multiplied
};

/// Whether two lines are worth listing, as far as a few of their numbers tell.
INLINE int NAME(has_zeros)(const T *left, const T *right, int64_t length) {
  enum { looks = 8, together = 8 };
  if (length < together) return 0;
  int64_t found = 0;
  for (int64_t s = 0; s < looks; s++) {
    int64_t at = s * (length - together) / (looks - 1);
#if APUS_IS_F32 && APUS_VECTOR_BYTES >= 32
    __m256 both = _mm256_or_ps(_mm256_loadu_ps(left + at), _mm256_loadu_ps(right + at));
    found += __builtin_popcount((unsigned)NAME(nonzero)(both));
#else
    for (int i = 0; i < together; i++) found += (NAME(any_bits)(left + at + i, 1) | NAME(any_bits)(right + at + i, 1)) != 0;
#endif
  }
  return found * 100 <= looks * together * NAME(most_places);
}

/// The places where two lines are not both 0; how many there are. Writes never more than it has read.
INLINE int64_t NAME(list_places)(const T *left, const T *right, int64_t length, uint16_t *at) {
  int64_t n = 0, q = 0;
#if APUS_IS_F32 && APUS_VECTOR_BYTES >= 32
  for (; q + 8 <= length; q += 8) {
    int mask = NAME(nonzero)(_mm256_or_ps(_mm256_loadu_ps(left + q), _mm256_loadu_ps(right + q)));
    __m128i places = _mm_cvtepu8_epi16(_mm_loadl_epi64((const __m128i *)&apus_positions[mask]));
    _mm_storeu_si128((__m128i *)(at + n), _mm_add_epi16(places, _mm_set1_epi16((int16_t)q)));
    n += __builtin_popcount((unsigned)mask);
  }
#endif
  for (; q < length; q++) {
    at[n] = (uint16_t)q;
    n += (NAME(any_bits)(left + q, 1) | NAME(any_bits)(right + q, 1)) != 0;
  }
  return n;
}

/// Two lines, and the places where they are not both 0.
typedef struct NAME(pair) {
  const T *x[2];
  const uint16_t *at;
  int64_t count;
  int64_t row;   // from row to row of B, or of the block
  int64_t cols;  // more than (vectors - 1)·VN
} NAME(pair);

/// The next of several vectors: where there are enough columns, the last one ends with them.
#define NEXT(v, vectors, cols) ((v) < (vectors) - 1 ? (v) * VN : (cols) - VN)

/// out[line, j] = Σ x[line][at]·b[at, j], in the order of the places. `is_part`: a single vector, with
/// fewer columns.
INLINE void NAME(multiply_pair)(const NAME(pair) *pair, const T *b, T *out[2], int vectors, int is_part) {
  V sum[2][NAME(pair_vectors)];
  const uint16_t *at = pair->at, *end = at + pair->count;
  const T *left = pair->x[0], *right = pair->x[1];
  int64_t row = pair->row, cols = is_part ? VN : pair->cols;
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) sum[0][v] = sum[1][v] = NAME(splat)(0);
  for (; at < end; at++) {
    const T *line = b + *at * row;
    V x = NAME(splat)(left[*at]), y = NAME(splat)(right[*at]);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      V weights = is_part ? NAME(load_part)(line, pair->cols) : NAME(load)(line + NEXT(v, vectors, cols));
      sum[0][v] = NAME(fma)(x, weights, sum[0][v]);
      sum[1][v] = NAME(fma)(y, weights, sum[1][v]);
    }
  }
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    NAME(store)(out[0] + NEXT(v, vectors, cols), sum[0][v]);
    NAME(store)(out[1] + NEXT(v, vectors, cols), sum[1][v]);
  }
}

/// block[at, j] += x[0][at]·b[0][j] + x[1][at]·b[1][j]. Rows of the block are whole vectors.
INLINE void NAME(scatter_pair)(const NAME(pair) *pair, const T *b[2], T *block, int vectors) {
  V line[2][NAME(pair_vectors)];
  const uint16_t *at = pair->at, *end = at + pair->count;
  const T *x = pair->x[0], *y = pair->x[1];
  int64_t row = pair->row, last = (vectors - 1) * VN, rest = pair->cols - last;
#pragma clang loop unroll(full)
  for (int i = 0; i < 2; i++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors - 1; v++) line[i][v] = NAME(load)(b[i] + v * VN);
    line[i][vectors - 1] = rest == VN ? NAME(load)(b[i] + last) : NAME(load_part)(b[i] + last, rest);
  }
  for (; at < end; at++) {
    T *to = block + *at * row;
    V first = NAME(splat)(x[*at]), second = NAME(splat)(y[*at]);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      V sum = NAME(fma)(first, line[0][v], NAME(load)(to + v * VN));
      NAME(store)(to + v * VN, NAME(fma)(second, line[1][v], sum));
    }
  }
}

#define EACH_NUMBER(DO) DO(1) DO(2) DO(3) DO(4)
#define MULTIPLY_PAIR(vectors)                                                                          \
  static void NAME(multiply_pair_##vectors)(const NAME(pair) *pair, const T *b, T *out[2]) {            \
    NAME(multiply_pair)(pair, b, out, vectors, 0);                                                      \
  }
#define SCATTER_PAIR(vectors)                                                                           \
  static void NAME(scatter_pair_##vectors)(const NAME(pair) *pair, const T *b[2], T *block) {           \
    NAME(scatter_pair)(pair, b, block, vectors);                                                        \
  }
EACH_NUMBER(MULTIPLY_PAIR)
EACH_NUMBER(SCATTER_PAIR)
#undef MULTIPLY_PAIR
#undef SCATTER_PAIR
static void NAME(multiply_pair_part)(const NAME(pair) *pair, const T *b, T *out[2]) {
  NAME(multiply_pair)(pair, b, out, 1, 1);
}
#define ENTRY(vectors) NAME(multiply_pair_##vectors),
static void (*const NAME(multiply_pairs)[])(const NAME(pair) *, const T *, T *[2]) = {EACH_NUMBER(ENTRY)};
#undef ENTRY
#define ENTRY(vectors) NAME(scatter_pair_##vectors),
static void (*const NAME(scatter_pairs)[])(const NAME(pair) *, const T *[2], T *) = {EACH_NUMBER(ENTRY)};
#undef ENTRY
#undef EACH_NUMBER
