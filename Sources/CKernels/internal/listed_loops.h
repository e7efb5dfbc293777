// Products with an operand X that is mostly zeros, as images on black ground and one-hot columns are: of it only lists of
// the other numbers are kept, and products with 0 are left out. Part of blocked_loops.h, whose panels the dense operand is
// in, or is cut like.
//
// Lists are cut along k, so that the rows of the dense operand that one list picks from stay in the cache next to the core.
// Every list runs upwards, and sums are continued from list to list: for k ≤ `apus_depth` they have the order, and so the
// bits, that they have when nothing is left out.
#include "positions.h"

enum {
  NAME(list_depth) = 4096 / APUS_VECTOR_BYTES,  // along k: at most, in a list
  NAME(list_panels) = 4,                        // of the dense operand at a time: 8 sums, as many as hide the time of one
  NAME(strip) = 2 * NAME(cols),                 // outputs at a time of a gradient, for two inputs each
};

/// The lists of a piece of X, one after the other: those of the first `list_depth` along k, line by line, then the next.
typedef struct NAME(lists) {
  uint16_t *counts;  // [parts along k][lines]
  uint16_t *at;      // where along k, from the begin of the part on
  T *values;         // one for each `at`, or two where two columns share a list
} NAME(lists);

/// Behind the packed operands is room for what is beside the values; these take the place that the panels would have.
/// `padded`: the lines of X, as many as the panels have room for; the piece begins at `line` and depth `from`.
INLINE NAME(lists) NAME(lists_at)(
  const apus_contract *p, const apus_context *context, T *panels, int64_t padded, int64_t line, int64_t from, int64_t depth) {
  int64_t numbers = (apus_round_up(p->m, NAME(rows)) + apus_round_up(p->n, NAME(cols))) * p->k;
  uint16_t *at = (uint16_t *)((T *)context->shared + numbers);
  int64_t parts = (depth + NAME(list_depth) - 1) / NAME(list_depth);
  uint16_t *counts = at + padded * p->k + padded * (from / NAME(list_depth)) + line * parts;
  return (NAME(lists)){counts, at + padded * from + line * depth, panels};
}

/// Not 0 where one of `width` neighbours is not: of the bits, all but the sign. NaN is no zero.
INLINE TI NAME(any_bits)(const T *x, int width) {
  TI bits[2] = {0, 0};
  memcpy(bits, x, (size_t)width * sizeof(T));
  return (TI)((bits[0] | bits[1]) & (APUS_IS_F32 ? INT32_MAX : INT64_MAX));
}

/// Whether lists are worth while for X [lines, length], as far as a few of its numbers tell, which are spread evenly. With
/// `width` 2 neighbours share a list.
static int NAME(is_listed)(const T *x, int64_t lines, int64_t across, int64_t length, int width) {
  enum { samples = 64, together = 8, most_percent = 45 };
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
    int mask = _mm256_movemask_ps(_mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_NEQ_UQ));
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
  for (int64_t q = 0; q < depth; q += NAME(list_depth))
    for (int64_t r = 0; r < rows; r++) {
      int64_t n = NAME(list_line)(a + r * across + q, apus_min(NAME(list_depth), depth - q), to.at, to.values);
      *to.counts++ = (uint16_t)n;
      to.at += n;
      to.values += n;
    }
}

/// sum[v] = Σ value·b[at][v] in panels of B that lie `apart`; begins with what the row of C has, if `add`.
INLINE void NAME(add_listed)(
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

/// All rows of a part of the lists, times a few panels of B.
INLINE void NAME(multiply_part)(
  NAME(lists) lists, int64_t rows, const T *b, int64_t apart, T *c, int64_t stride, int add, int panels) {
  for (int64_t r = 0; r < rows; r++, c += stride) {
    int64_t count = lists.counts[r];
    NAME(add_listed)(lists.at, lists.values, count, b, apart, c, add, panels);
    lists.at += count;
    lists.values += count;
  }
}

/// Adds to the block [rows, cols] the product of a piece of X [rows, depth] in lists and the panels of B.
static void NAME(multiply_lists)(
  NAME(lists) lists, int64_t rows, const T *b, int64_t cols, int64_t depth, T *block, int64_t stride, int add) {
  int64_t apart = depth * NAME(cols);
  for (int64_t q = 0; q < depth; q += NAME(list_depth)) {
    for (int64_t j = 0; j < cols; j += NAME(list_panels) * NAME(cols)) {
      const T *panels = b + j * depth + q * NAME(cols);
      int64_t left = (cols - j + NAME(cols) - 1) / NAME(cols);
      if (left >= NAME(list_panels))
        NAME(multiply_part)(lists, rows, panels, apart, block + j, stride, add, NAME(list_panels));
      else if (left == 3)
        NAME(multiply_part)(lists, rows, panels, apart, block + j, stride, add, 3);
      else if (left == 2)
        NAME(multiply_part)(lists, rows, panels, apart, block + j, stride, add, 2);
      else
        NAME(multiply_part)(lists, rows, panels, apart, block + j, stride, add, 1);
    }
    for (int64_t r = 0; r < rows; r++, lists.counts++) {
      lists.at += *lists.counts;
      lists.values += *lists.counts;
    }
    add = 1;
  }
}

/// Appends the numbers of two columns, or of one and zeros, in rows where they are not both 0; returns how many rows.
INLINE int64_t NAME(list_pair)(const T *x, int64_t down, int64_t depth, uint16_t *at, T *values, int width) {
  int64_t n = 0;
  for (int64_t q = 0; q < depth; q++, x += down) {
    at[n] = (uint16_t)q;
    values[2 * n] = x[0];
    values[2 * n + 1] = width > 1 ? x[1] : 0;
    n += NAME(any_bits)(x, width) != 0;
  }
  return n;
}

/// The columns of a piece of B, two by two; those behind the last one are empty.
static void NAME(list_columns)(const T *b, int64_t down, int64_t cols, int64_t depth, NAME(lists) to) {
  for (int64_t q = 0; q < depth; q += NAME(list_depth))
    for (int64_t j = 0; j < apus_round_up(cols, NAME(cols)); j += 2) {
      const T *x = b + q * down + j;
      int64_t here = apus_min(NAME(list_depth), depth - q), n = 0;
      if (j + 1 < cols)
        n = NAME(list_pair)(x, down, here, to.at, to.values, 2);
      else if (j < cols)
        n = NAME(list_pair)(x, down, here, to.at, to.values, 1);
      *to.counts++ = (uint16_t)n;
      to.at += n;
      to.values += 2 * n;
    }
}

/// sum[c][v] = Σ value[c]·a[at][v] for two columns c; begins with what is there, if `add`.
INLINE void NAME(add_pair)(
  const uint16_t *at, const T *values, int64_t count, const T *a, T *sums, int add, int vectors) {
  V sum[2][NAME(strip) / VN];
#pragma clang loop unroll(full)
  for (int c = 0; c < 2; c++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[c][v] = add ? NAME(load)(sums + c * NAME(strip) + v * VN) : NAME(splat)(0);
  for (int64_t e = 0; e < count; e++, values += 2) {
    const T *row = a + at[e] * NAME(strip);
    V x = NAME(splat)(values[0]), y = NAME(splat)(values[1]);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      V outputs = NAME(load)(row + v * VN);
      sum[0][v] = NAME(fma)(x, outputs, sum[0][v]);
      sum[1][v] = NAME(fma)(y, outputs, sum[1][v]);
    }
  }
#pragma clang loop unroll(full)
  for (int c = 0; c < 2; c++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) NAME(store)(sums + c * NAME(strip) + v * VN, sum[c][v]);
}

/// sums [cols][strip] += Xᵀ·a for all pairs of columns and a piece of a strip [depth][strip] of A, each row of which lies
/// `along` from the one before and has `width` numbers.
static void NAME(multiply_pairs)(
  NAME(lists) lists, int64_t cols, const T *a, int64_t along, int64_t width, int64_t depth, T *strip, T *sums, int add) {
  for (int64_t q = 0; q < depth; q += NAME(list_depth)) {
    int64_t here = apus_min(NAME(list_depth), depth - q);
    for (int64_t i = 0; i < here; i++) {
      const T *from = a + (q + i) * along;
      if (width == NAME(strip))
        memcpy(strip + i * NAME(strip), from, NAME(strip) * sizeof(T));
      else
        for (int64_t v = 0; v < NAME(strip); v++) strip[i * NAME(strip) + v] = v < width ? from[v] : 0;
    }
    for (int64_t j = 0; j < cols; j += 2) {
      int64_t count = *lists.counts++;
      if (width > NAME(cols))
        NAME(add_pair)(lists.at, lists.values, count, strip, sums + j * NAME(strip), add, NAME(strip) / VN);
      else
        NAME(add_pair)(lists.at, lists.values, count, strip, sums + j * NAME(strip), add, NAME(cols) / VN);
      lists.at += count;
      lists.values += 2 * count;
    }
    add = 1;
  }
}

/// Rows of the block become what columns of the sums [cols][strip] are.
static void NAME(turn_strip)(const T *sums, int64_t cols, T *block, int64_t stride) {
#if APUS_IS_F32 && APUS_VECTOR_BYTES >= 32
  for (int64_t j = 0; j < cols; j += 8)
    for (int64_t i = 0; i < NAME(strip); i += 8) {
      __m256 rows[8];
#pragma clang loop unroll(full)
      for (int r = 0; r < 8; r++) rows[r] = _mm256_loadu_ps(sums + (j + r) * NAME(strip) + i);
      NAME(transpose)(rows);
#pragma clang loop unroll(full)
      for (int r = 0; r < 8; r++) _mm256_storeu_ps(block + (i + r) * stride + j, rows[r]);
    }
#else
  for (int64_t i = 0; i < NAME(strip); i++)
    for (int64_t j = 0; j < cols; j++) block[i * stride + j] = sums[j * NAME(strip) + i];
#endif
}
