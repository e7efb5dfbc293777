// Products with an operand X of many zeros, as images on black ground, one-hot columns and layers behind a ReLU are: of it
// only lists of the other numbers are kept, and products with 0 are left out. Part of blocked_loops.h; see
// Documentation/Decisions/Zeros.md.
//
// Lists are cut along k. The rows of the dense operand that one list picks from then stay in the cache next to the core,
// where a strip of them is packed for all lists of a chunk. Every list runs upwards, and sums are continued from list to
// list: for k ≤ `apus_depth` they have the order, and so the bits, that they have when nothing is left out.
#include "nonzeros.h"

enum {
  NAME(list_depth) = 4096 / APUS_VECTOR_BYTES,  // along k: at most, in a list
  NAME(list_panels) = 4,                        // in a strip of B: eight sums hide the time that one takes
  NAME(pair_panels) = 2,                        // in a strip of A, for two columns of X
  NAME(strip) = NAME(pair_panels) * NAME(cols),
};

/// The lists of a piece of X, one after the other, for at most `list_depth` along k.
typedef struct NAME(lists) {
  uint16_t *counts;  // of numbers in each
  uint16_t *at;      // where along k, from the begin of the piece on
  T *values;         // one for each `at`, or two where two columns share a list
} NAME(lists);

/// Pieces along k are as long as each other: a short last one would have little to do for each list.
INLINE int64_t NAME(depth_of_lists)(int64_t k) {
  int64_t pieces = (k + NAME(list_depth) - 1) / NAME(list_depth);
  return apus_round_up((k + pieces - 1) / pieces, 8);
}

/// Those of a piece that begins at line `line` of X, which has `lines`, and `from`, and is `depth` deep. In the shared
/// memory there is a place for every number, whether it is 0 or not.
INLINE NAME(lists) NAME(lists_at)(
  const apus_contract *p, const apus_context *context, int64_t lines, int64_t line, int64_t from, int64_t depth) {
  T *values = (T *)context->shared;
  uint16_t *at = (uint16_t *)(values + lines * p->k), *counts = at + lines * p->k;
  int64_t begin = lines * from + line * depth;
  return (NAME(lists)){counts + lines * (from / NAME(depth_of_lists)(p->k)) + line, at + begin, values + begin};
}

/// Whether lists are worth while for X [lines, length], as far as a few of its numbers tell, which are spread evenly. With
/// `width` 2 neighbours share a list. Measured, lists of rows lose from 72 entries of 100 on, lists of pairs from 88 on. For
/// numbers without zeros this question is all they cost.
static int NAME(is_listed)(const T *x, int64_t lines, int64_t across, int64_t length, int width) {
  enum { samples = 32, together = 8, percent_of_rows = 65, percent_of_pairs = 80 };
  int64_t most_percent = width == 1 ? percent_of_rows : percent_of_pairs;
  if (length < together) return 0;
  int64_t entries = 0;
  for (int64_t s = 0; s < samples; s++) {
    uint64_t share = (uint32_t)s * 2654435769u;  // multiples of the golden ratio
    const T *here = x + s * lines / samples * across + (int64_t)(share * (uint64_t)(length - together + 1) >> 32);
    for (int i = 0; i < together; i += width) entries += NAME(any_bits)(here + i, width) != 0;
  }
  return entries * width * 100 <= samples * together * most_percent;
}

/// Appends the numbers of a line that are not 0; returns how many.
INLINE int64_t NAME(list_line)(const T *line, int64_t depth, uint16_t *at, T *values) {
  int64_t n = 0, q = 0;
#if APUS_IS_F32 && APUS_VECTOR_BYTES >= 32
  for (; q + 8 <= depth; q += 8) {
    __m256 x = _mm256_loadu_ps(line + q);
    int mask = NAME(nonzero)(x);
    __m128i places = _mm_cvtsi64_si128((int64_t)apus_positions[mask]);
    _mm_storeu_si128((__m128i *)(at + n), _mm_add_epi16(_mm_cvtepu8_epi16(places), _mm_set1_epi16((int16_t)q)));
    _mm256_storeu_ps(values + n, _mm256_permutevar8x32_ps(x, _mm256_cvtepu8_epi32(places)));
    n += __builtin_popcount((unsigned)mask);
  }
#endif
  for (; q < depth; q++) {
    at[n] = (uint16_t)q;
    values[n] = line[q];
    n += NAME(any_bits)(line + q, 1) != 0;
  }
  return n;
}

/// The rows of a piece of A. Writes never more than it has read, which is what there is room for.
static void NAME(list_rows)(const T *a, int64_t across, int64_t rows, int64_t depth, NAME(lists) to) {
  for (int64_t r = 0; r < rows; r++) {
    int64_t n = NAME(list_line)(a + r * across, depth, to.at, to.values);
    to.counts[r] = (uint16_t)n;
    to.at += n;
    to.values += n;
  }
}

/// Columns become rows: to[c·along + r] = from[r·across + c].
static void NAME(turn)(const T *from, int64_t across, int64_t rows, int64_t cols, T *to, int64_t along) {
  int64_t r = 0;
#if APUS_IS_F32 && APUS_VECTOR_BYTES >= 32
  for (; r + 8 <= rows; r += 8) {
    int64_t c = 0;
    for (; c + 8 <= cols; c += 8) {
      __m256 block[8];
#pragma clang loop unroll(full)
      for (int i = 0; i < 8; i++) block[i] = _mm256_loadu_ps(from + (r + i) * across + c);
      NAME(transpose)(block);
#pragma clang loop unroll(full)
      for (int i = 0; i < 8; i++) _mm256_storeu_ps(to + (c + i) * along + r, block[i]);
    }
    for (; c < cols; c++)
      for (int i = 0; i < 8; i++) to[c * along + r + i] = from[(r + i) * across + c];
  }
#endif
  for (; r < rows; r++)
    for (int64_t c = 0; c < cols; c++) to[c * along + r] = from[r * across + c];
}

/// Appends the numbers of two lines where they are not both 0; returns how many places.
INLINE int64_t NAME(list_pair)(const T *left, const T *right, int64_t depth, uint16_t *at, T *values) {
  int64_t n = 0, q = 0;
#if APUS_IS_F32 && APUS_VECTOR_BYTES >= 32
  for (; q + 8 <= depth; q += 8) {
    __m256 x = _mm256_loadu_ps(left + q), y = _mm256_loadu_ps(right + q);
    int mask = NAME(nonzero)(_mm256_or_ps(x, y));
    __m128i places = _mm_cvtsi64_si128((int64_t)apus_positions[mask]);
    __m256i lanes = _mm256_cvtepu8_epi32(places);
    x = _mm256_permutevar8x32_ps(x, lanes);
    y = _mm256_permutevar8x32_ps(y, lanes);
    __m256 low = _mm256_unpacklo_ps(x, y), high = _mm256_unpackhi_ps(x, y);
    _mm_storeu_si128((__m128i *)(at + n), _mm_add_epi16(_mm_cvtepu8_epi16(places), _mm_set1_epi16((int16_t)q)));
    _mm256_storeu_ps(values + 2 * n, _mm256_permute2f128_ps(low, high, 0x20));
    _mm256_storeu_ps(values + 2 * n + 8, _mm256_permute2f128_ps(low, high, 0x31));
    n += __builtin_popcount((unsigned)mask);
  }
#endif
  for (; q < depth; q++) {
    T pair[2] = {left[q], right[q]};
    at[n] = (uint16_t)q;
    memcpy(values + 2 * n, pair, sizeof pair);
    n += NAME(any_bits)(pair, 2) != 0;
  }
  return n;
}

/// The columns of a piece of B, two by two; one without a neighbour is beside zeros.
static void NAME(list_columns)(const T *b, int64_t down, int64_t cols, int64_t depth, NAME(lists) to) {
  enum { together = 8 };
  T lines[together * NAME(list_depth)];
  for (int64_t j = 0; j < cols; j += together) {
    int64_t here = apus_min(together, cols - j);
    NAME(turn)(b + j, down, depth, here, lines, NAME(list_depth));
    if (here % 2) memset(lines + here * NAME(list_depth), 0, NAME(list_depth) * sizeof(T));
    for (int64_t c = 0; c < here; c += 2) {
      const T *left = lines + c * NAME(list_depth);
      int64_t n = NAME(list_pair)(left, left + NAME(list_depth), depth, to.at, to.values);
      *to.counts++ = (uint16_t)n;
      to.at += n;
      to.values += 2 * n;
    }
  }
}

/// sum[v] = Σ value·b[at][v] in panels of B that lie `apart`; begins with what the row of C has, if `add`.
INLINE void NAME(add_row)(
  const uint16_t *at, const T *values, int64_t count, const T *b, int64_t apart, T *c, int add, int panels) {
  V sum[NAME(list_panels)][2];
#pragma clang loop unroll(full)
  for (int t = 0; t < panels; t++)
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; v++)
      sum[t][v] = add ? NAME(load)(c + t * NAME(cols) + v * VN) : NAME(splat)(0);
  for (int64_t e = 0; e < count; e++) {
    const T *row = b + at[e] * NAME(cols);
    V x = NAME(splat)(values[e]);
#pragma clang loop unroll(full)
    for (int t = 0; t < panels; t++)
#pragma clang loop unroll(full)
      for (int v = 0; v < 2; v++) sum[t][v] = NAME(fma)(x, NAME(load)(row + t * apart + v * VN), sum[t][v]);
  }
#pragma clang loop unroll(full)
  for (int t = 0; t < panels; t++)
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; v++) NAME(store)(c + t * NAME(cols) + v * VN, sum[t][v]);
}

INLINE void NAME(add_rows)(
  NAME(lists) lists, int64_t rows, const T *b, int64_t apart, T *c, int64_t stride, int add, int panels) {
  for (int64_t r = 0; r < rows; r++, c += stride) {
    int64_t count = lists.counts[r];
    NAME(add_row)(lists.at, lists.values, count, b, apart, c, add, panels);
    lists.at += count;
    lists.values += count;
  }
}

/// Adds to c [rows, cols] the product of X [rows, depth] in lists and a strip of B, or stores it there.
static void NAME(multiply_row_lists)(
  NAME(lists) lists, int64_t rows, const T *strip, int64_t depth, int64_t cols, T *c, int64_t stride, int add) {
  int64_t apart = depth * NAME(cols), panels = (cols + NAME(cols) - 1) / NAME(cols);
  if (panels == NAME(list_panels))
    NAME(add_rows)(lists, rows, strip, apart, c, stride, add, NAME(list_panels));
  else if (panels == 3)
    NAME(add_rows)(lists, rows, strip, apart, c, stride, add, 3);
  else if (panels == 2)
    NAME(add_rows)(lists, rows, strip, apart, c, stride, add, 2);
  else
    NAME(add_rows)(lists, rows, strip, apart, c, stride, add, 1);
}

/// sum[c][v] = Σ value[c]·a[at][v] for two columns c of X, in panels of A that lie `apart`; begins with what the sums are,
/// if `add`.
INLINE void NAME(add_pair)(
  const uint16_t *at, const T *values, int64_t count, const T *a, int64_t apart, T *sums, int add, int panels) {
  V sum[2][NAME(pair_panels)][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < 4 * panels; i++) {
    int c = i / (2 * panels), t = i / 2 % panels, v = i % 2;
    sum[c][t][v] = add ? NAME(load)(sums + c * NAME(strip) + t * NAME(cols) + v * VN) : NAME(splat)(0);
  }
  for (int64_t e = 0; e < count; e++, values += 2) {
    const T *row = a + at[e] * NAME(cols);
    V x = NAME(splat)(values[0]), y = NAME(splat)(values[1]);
#pragma clang loop unroll(full)
    for (int i = 0; i < 2 * panels; i++) {
      V outputs = NAME(load)(row + i / 2 * apart + i % 2 * VN);
      sum[0][i / 2][i % 2] = NAME(fma)(x, outputs, sum[0][i / 2][i % 2]);
      sum[1][i / 2][i % 2] = NAME(fma)(y, outputs, sum[1][i / 2][i % 2]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4 * panels; i++) {
    int c = i / (2 * panels), t = i / 2 % panels, v = i % 2;
    NAME(store)(sums + c * NAME(strip) + t * NAME(cols) + v * VN, sum[c][t][v]);
  }
}

/// sums [cols, strip] for pairs of columns; returns the lists behind theirs.
INLINE NAME(lists) NAME(add_pairs)(
  NAME(lists) lists, int64_t cols, const T *a, int64_t apart, T *sums, int add, int panels) {
  for (int64_t j = 0; j < cols; j += 2, sums += 2 * NAME(strip)) {
    int64_t count = *lists.counts++;
    NAME(add_pair)(lists.at, lists.values, count, a, apart, sums, add, panels);
    lists.at += count;
    lists.values += 2 * count;
  }
  return lists;
}

/// Adds to the sums [cols, strip] the product of the transposed X [depth, cols] in lists and a strip of A, `width` wide.
/// Where `block` is not NULL the sums are whole: they become its columns.
static void NAME(multiply_pair_lists)(
  NAME(lists) lists, int64_t cols, const T *strip, int64_t depth, int64_t width, T *sums, int add, T *block,
  int64_t stride) {
  enum { together = 8 };
  int64_t apart = depth * NAME(cols);
  for (int64_t j = 0; j < cols; j += together, sums += together * NAME(strip)) {
    int64_t here = apus_min(together, cols - j);
    if (width > NAME(cols))
      lists = NAME(add_pairs)(lists, here, strip, apart, sums, add, NAME(pair_panels));
    else
      lists = NAME(add_pairs)(lists, here, strip, apart, sums, add, 1);
    if (block) NAME(turn)(sums, NAME(strip), here, width, block + j, stride);
  }
}
