// Body of contract_narrow.c: products with one short side, in blocks of accumulators that stay in registers.
#include "ahead.h"
#include "finish.h"
#include "sparse_narrow_loops.h"

/// A product as the inner loops see it: C[i, j] = Σ_p a[i·a_row + p·a_col]·b[p·b_row + j].
typedef struct NAME(job) {
  const T *a, *b;
  int64_t a_row, a_col, b_row, b_col, k;
  int64_t b_cols;  // columns of b that may be read in its last row
  apus_ahead *ahead;
  void *lists;  // memory for lists of what is not 0; NULL: all is multiplied
  int32_t *counts;  // lists that are kept, of each pair of rows: how many places, or -1; NULL: none are
  uint16_t *places;
  int64_t length;  // from list to list
  NAME(ends) ends;
} NAME(job);

/// Columns of B: its rows while whole vectors of them end inside B, and copies of the others.
typedef struct NAME(panel) {
  const T *b;
  int64_t whole;       // rows read in place
  int64_t row;         // from copy to copy
  T copies[VN * 4 * VN];
} NAME(panel);

INLINE void NAME(set_panel)(const NAME(job) *job, NAME(panel) *panel, int64_t j, int64_t cols, int vectors) {
  // Fewer than VN columns: cols > (vectors - 1)·VN.
  int64_t width = vectors * VN, over = j + width - job->b_cols;
  panel->b = job->b + j;
  panel->whole = job->k;
  panel->row = job->b_row > 0 ? width : 0;
  if (over <= 0 || job->k == 0) return;
  int64_t copies = job->b_row >= over ? 1 : job->b_row > 0 ? (over + job->b_row - 1) / job->b_row : job->k;
  panel->whole = copies < job->k ? job->k - copies : 0;
  int64_t end = job->b_row > 0 ? job->k : 1;
  for (int64_t p = panel->whole; p < end; p++)
    for (int64_t c = 0; c < width; c++)
      panel->copies[(p - panel->whole) * width + c] = c < cols ? panel->b[p * job->b_row + c] : 0;
}

/// One column of blocks as the innermost loops see it. What they need from block to block stays in registers.
typedef struct NAME(column) {
  const T *a;
  int64_t a_row, a_col, b_row, k;
  int64_t ahead;  // from here to the columns that come next
  NAME(row_ends) ends;
  int64_t stride;  // of C and mask
  int64_t rest;    // columns of the last vectors
} NAME(column);

/// `count` blocks of `rows` × `vectors` accumulators, one below the other; `kind` is the end. `is_last`: not all columns of
/// the last vectors are inside C, or not all rows of B are read in place. Both are constants.
INLINE void NAME(direct)(
  NAME(column) column, const NAME(panel) *panel, int64_t count, int rows, int vectors, int kind, int is_last) {
  const T *first = column.a;
  const int64_t whole = is_last ? panel->whole : column.k;
  do {
    V sum[8][4];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      __builtin_prefetch(column.ends.c + r * column.stride, 1);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[r][v] = NAME(splat)(0);
    }
    // Two pointers, so that every address is a pointer and a stride times 1 or 2.
    const T *a = first, *fourth = a + 3 * column.a_row, *b = panel->b;
#define MULTIPLY(times, b_step)                                                                     \
  _Pragma("clang loop unroll(disable)") for (int64_t p = 0; p < times; p++) {                       \
    V line[4];                                                                                      \
    /* Long rows lie too far apart for the processor to see where they go on. */                    \
    __builtin_prefetch(b + column.ahead);                                                           \
    _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)                            \
      line[v] = NAME(load)(b + v * VN);                                                             \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {                             \
      V x = NAME(splat)(r < 3 ? a[r * column.a_row] : fourth[(r - 3) * column.a_row]);              \
      _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)                          \
        sum[r][v] = NAME(fma)(x, line[v], sum[r][v]);                                               \
    }                                                                                               \
    b += b_step, a += column.a_col, fourth += column.a_col;                                         \
  }
    MULTIPLY(whole, column.b_row)
    if (is_last) {
      b = panel->copies;
      MULTIPLY(column.k - whole, panel->row)
    }
#undef MULTIPLY
    T last[8 * VN];
    NAME(row_ends) ends = column.ends;
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) {
        if (is_last && v == vectors - 1)
          NAME(store)(last + r * VN, sum[r][v]);
        else
          NAME(finish_as)(&ends, kind, v * VN, sum[r][v], VN);
      }
      NAME(next_row)(&ends, column.stride);
    }
    if (is_last) {
      ends = column.ends;
#pragma clang loop unroll(disable)
      for (int r = 0; r < rows; r++) {
        NAME(finish_as)(&ends, kind, (vectors - 1) * VN, NAME(load)(last + r * VN), column.rest);
        NAME(next_row)(&ends, column.stride);
      }
    }
    column.ends = ends;
    first += rows * column.a_row;
  } while (--count > 0);
}

/// Rows i0..<i1 in whole blocks of `rows`.
INLINE void NAME(direct_rows)(
  const NAME(job) *job, const NAME(panel) *panel, int64_t i0, int64_t i1, int64_t j, int64_t cols, int64_t ahead,
  int rows, int vectors) {
  NAME(column) column = {
    job->a + i0 * job->a_row, job->a_row, job->a_col, job->b_row, job->k, ahead,
    NAME(row_ends_of)(&job->ends, i0, j), job->ends.stride, cols - (vectors - 1) * VN,
  };
  int64_t count = (i1 - i0) / rows;
  if (job->ends.kind != apus_end_other) {
    if (cols == vectors * VN && panel->whole == job->k)
      BY_KIND(job->ends.kind, NAME(direct)(column, panel, count, rows, vectors, kind, 0);)
    else
      BY_KIND(job->ends.kind, NAME(direct)(column, panel, count, rows, vectors, kind, 1);)
    return;
  }
  T block[8 * 4 * VN];
  column.stride = vectors * VN;
  column.rest = VN;
  for (int64_t i = i0; i < i1; i += rows) {
    column.a = job->a + i * job->a_row;
    column.ends.c = block;
    NAME(direct)(column, panel, 1, rows, vectors, apus_end_store, 1);
    for (int r = 0; r < rows; r++) NAME(finish_row)(&job->ends, i + r, j, block + r * column.stride, cols);
  }
}

typedef void (*NAME(direct_block))(
  const NAME(job) *, const NAME(panel) *, int64_t, int64_t, int64_t, int64_t, int64_t);

#define DIRECT(rows, vectors)                                                                                       \
  static void NAME(direct_##rows##_##vectors)(                                                                      \
    const NAME(job) *job, const NAME(panel) *panel, int64_t i0, int64_t i1, int64_t j, int64_t cols, int64_t ahead) { \
    NAME(direct_rows)(job, panel, i0, i1, j, cols, ahead, rows, vectors);                                           \
  }
DIRECT(1, 1) DIRECT(2, 1) DIRECT(3, 1) DIRECT(4, 1) DIRECT(5, 1) DIRECT(6, 1) DIRECT(7, 1) DIRECT(8, 1)
DIRECT(1, 2) DIRECT(2, 2) DIRECT(3, 2) DIRECT(4, 2) DIRECT(5, 2) DIRECT(6, 2)
#if APUS_REGISTERS > 16
DIRECT(7, 2) DIRECT(8, 2)
#endif
DIRECT(1, 3) DIRECT(1, 4)
#undef DIRECT

// Rows of a block with one and with two vectors.
#if APUS_REGISTERS > 16
enum { NAME(rows_1) = 8, NAME(rows_2) = 8 };
#else
enum { NAME(rows_1) = 8, NAME(rows_2) = 6 };
#endif

static const NAME(direct_block) NAME(direct_blocks)[2][8] = {
  {NAME(direct_1_1), NAME(direct_2_1), NAME(direct_3_1), NAME(direct_4_1), NAME(direct_5_1), NAME(direct_6_1),
   NAME(direct_7_1), NAME(direct_8_1)},
  {NAME(direct_1_2), NAME(direct_2_2), NAME(direct_3_2), NAME(direct_4_2), NAME(direct_5_2), NAME(direct_6_2),
#if APUS_REGISTERS > 16
   NAME(direct_7_2), NAME(direct_8_2)
#endif
  },
};

/// Sums of one product each, of a row x·b, and their end. The last vector ends with the row, as in `finish_rows`; `cols` may be
/// less than a vector only if `is_part`.
INLINE void NAME(outer_row)(const NAME(row_ends) *row, T x, const T *b, int64_t cols, int kind, int is_part) {
  V factor = NAME(splat)(x), zero = NAME(splat)(0);
  if (is_part) {
    NAME(finish_as)(row, kind, 0, NAME(fma)(factor, NAME(load_part)(b, cols), zero), cols);
    return;
  }
  int64_t tail = cols - VN;
  V last = NAME(value_as)(row, kind, tail, NAME(fma)(factor, NAME(load)(b + tail), zero), VN);
  for (int64_t c = 0; c < tail; c += VN)
    NAME(store)(row->c + c, NAME(value_as)(row, kind, c, NAME(fma)(factor, NAME(load)(b + c), zero), VN));
  NAME(store)(row->c + tail, last);
}

/// Sums of one product each: row by row, as memory lies.
INLINE void NAME(outer_rows)(
  const NAME(job) *job, int64_t i0, int64_t i1, int64_t j0, int64_t j1, int kind, int is_part) {
  NAME(row_ends) row = NAME(row_ends_of)(&job->ends, i0, j0);
  for (int64_t i = i0; i < i1; i++) {
    NAME(outer_row)(&row, job->a[i * job->a_row], job->b + j0, j1 - j0, kind, is_part);
    NAME(next_row)(&row, job->ends.stride);
  }
}

static void NAME(run_outer)(const NAME(job) *job, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  if (j1 - j0 < VN)
    BY_KIND(job->ends.kind, NAME(outer_rows)(job, i0, i1, j0, j1, kind, 1);)
  else
    BY_KIND(job->ends.kind, NAME(outer_rows)(job, i0, i1, j0, j1, kind, 0);)
}

/// Two vectors of columns, or, of a single row, four, so that the additions do not wait for each other.
static void NAME(run_direct)(const NAME(job) *job, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  static const NAME(direct_block) of_row[] = {NAME(direct_1_1), NAME(direct_1_2), NAME(direct_1_3), NAME(direct_1_4)};
  if (job->k == 1 && job->ends.kind != apus_end_other) {
    NAME(run_outer)(job, i0, i1, j0, j1);
    return;
  }
  NAME(panel) panel;
  int64_t width = (i1 - i0 == 1 ? 4 : 2) * VN;
  for (int64_t j = j0; j < j1; j += width) {
    int64_t cols = j1 - j < width ? j1 - j : width;
    int vectors = (int)((cols + VN - 1) / VN);
    NAME(set_panel)(job, &panel, j, cols, vectors);
    int64_t ahead = j + width < j1 ? width : 0;
    if (i1 - i0 == 1) {
      of_row[vectors - 1](job, &panel, i0, i1, j, cols, ahead);
      continue;
    }
    // Blocks of about equal height: one of few rows would wait for its own additions.
    int64_t most = vectors == 2 ? NAME(rows_2) : NAME(rows_1), blocks = (i1 - i0 + most - 1) / most;
    int64_t rows = (i1 - i0) / blocks, higher = (i1 - i0) % blocks, i = i0 + higher * (rows + 1);
    const NAME(direct_block) *of_rows = NAME(direct_blocks)[vectors - 1];
    if (higher > 0) of_rows[rows](job, &panel, i0, i, j, cols, ahead);
    of_rows[rows - 1](job, &panel, i, i1, j, cols, ahead);
  }
}

/// Rows of A by twos; those that have zeros as lists. One without a neighbour is its own.
static void NAME(run_row_pairs)(const NAME(job) *job, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  enum { width = NAME(pair_vectors) * VN, stride = apus_narrow_side + VN };
  T lines[2 * stride];
  int64_t dense = i0;
  for (int64_t i = i0; i < i1; i += 2) {
    int64_t rows = apus_min(i1 - i, 2);
    const T *left = job->a + i * job->a_row, *right = left + (rows - 1) * job->a_row;
    if (job->counts) job->counts[i / 2] = -1;
    if (!NAME(has_zeros)(left, right, job->k)) continue;
    if (dense < i) NAME(run_direct)(job, dense, i, j0, j1);
    dense = i + rows;
    for (int64_t times = 0; job->ahead && times < 2 * rows; times++) apus_ask_ahead(job->ahead);
    uint16_t *at = job->counts ? job->places + i / 2 * job->length : job->lists;
    NAME(pair) pair = {{left, right}, at, NAME(list_places)(left, right, job->k, at), job->b_row, width};
    if (job->counts) job->counts[i / 2] = (int32_t)pair.count;
    for (int64_t j = j0; j < j1; j += width) {
      T *to[2] = {lines + j - j0, lines + stride + j - j0};
      pair.cols = apus_min(j1 - j, width);
      if (pair.cols < VN)
        NAME(multiply_pair_part)(&pair, job->b + j, to);
      else
        NAME(multiply_pairs)[(pair.cols - 1) / VN](&pair, job->b + j, to);
    }
    NAME(finish_rows)(&job->ends, i, rows, j0, lines, stride, j1 - j0);
  }
  if (dense < i1) NAME(run_direct)(job, dense, i1, j0, j1);
}

/// Whether most pairs of rows of the transposed A, of those looked at, are worth listing from i0 to i1.
static int NAME(has_zero_columns)(const NAME(job) *job, int64_t i0, int64_t i1) {
  enum { looks = 8 };
  int64_t most = apus_min((job->k + 1) / 2, looks), found = 0;
  for (int64_t s = 0; s < most; s++) {
    const T *left = job->a + s * job->k / most * job->a_col + i0;
    found += NAME(has_zeros)(left, job->k > 1 ? left + job->a_col : left, i1 - i0);
  }
  return 2 * found > most;
}

/// The update from a single row of the transposed A: where that is 0, C stays as it is.
static void NAME(update_rows)(const NAME(job) *job, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  enum { most = 256 };
  uint16_t at[most];
  for (int64_t i = i0; i < i1; i += most) {
    int64_t count = NAME(list_places)(job->a + i, job->a + i, apus_min(i1 - i, most), at);
    for (int64_t e = 0; e < count; e++) {
      NAME(row_ends) row = NAME(row_ends_of)(&job->ends, i + at[e], j0);
      T x = job->a[(i + at[e]) * job->a_row];
      if (j1 - j0 < VN)
        NAME(outer_row)(&row, x, job->b + j0, j1 - j0, apus_end_update, 1);
      else
        NAME(outer_row)(&row, x, job->b + j0, j1 - j0, apus_end_update, 0);
    }
  }
}

/// As `run_row_pairs` does with rows of the transposed A, which belong to one row of B each: their products with it are added to a
/// block of C's rows that stays near: with kept lists all rows of the chunk, else what the nearest cache holds.
static void NAME(run_column_pairs)(const NAME(job) *job, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  enum { width = NAME(pair_vectors) * VN };
  static const T zeros[apus_narrow_side];
  if (!NAME(has_zero_columns)(job, i0, i1)) {
    NAME(run_direct)(job, i0, i1, j0, j1);
    return;
  }
  if (job->k == 1 && job->ends.kind == apus_end_update) {
    NAME(update_rows)(job, i0, i1, j0, j1);
    return;
  }
  int64_t cols = apus_round_up(j1 - j0, VN), most = job->counts ? i1 - i0 : apus_listed_rows(cols, sizeof(T));
  T *block = job->lists;
  uint16_t *at = (uint16_t *)(block + most * cols);
  // Even blocks, in whole vectors of A.
  int64_t blocks = (i1 - i0 + most - 1) / most, even = apus_min(apus_round_up((i1 - i0 + blocks - 1) / blocks, 8), most);
  for (int64_t i = i0, rows; i < i1; i += rows) {
    rows = apus_min(i1 - i, even);
    memset(block, 0, (size_t)(rows * cols) * sizeof(T));
    for (int64_t p = 0; p < job->k; p += 2) {
      const T *left = job->a + p * job->a_col + i, *right = p + 1 < job->k ? left + job->a_col : left;
      const T *b = job->b + p * job->b_row, *next = p + 1 < job->k ? b + job->b_row : zeros;
      NAME(pair) pair = {{left, right}, at, 0, cols, width};
      if (job->counts && job->counts[p / 2] >= 0)
        pair.at = job->places + p / 2 * job->length, pair.count = job->counts[p / 2];
      else
        pair.count = NAME(list_places)(left, right, rows, at);
      for (int64_t j = j0; j < j1; j += width) {
        pair.cols = apus_min(j1 - j, width);
        const T *lines[2] = {b + j, next + j};
        NAME(scatter_pairs)[(pair.cols - 1) / VN](&pair, lines, block + j - j0);
      }
    }
    NAME(finish_rows)(&job->ends, i, rows, j0, block, cols, j1 - j0);
  }
}

enum { NAME(dot_rows) = 4, NAME(dot_cols) = APUS_REGISTERS > 16 ? 4 : 3 };

/// Rows of A and columns of B that are contiguous along k, and where their products go.
typedef struct NAME(dots) {
  const T *a, *b;
  int64_t a_row, b_col, k;
  T *out;  // room for three numbers more than a row has
  int64_t stride;
  apus_ahead *ahead;
} NAME(dots);

/// `count` blocks of `rows` × `cols` sums side by side, with one vector of partial sums each. `has_tail`: k is not a multiple
/// of the lanes. The lanes of a sum are added in an order that depends on nothing but their number.
INLINE void NAME(dot)(NAME(dots) *dots, int64_t count, int rows, int cols, int has_tail) {
  NAME(dots) d = *dots;
  for (; count > 0; count--, d.b += cols * d.b_col, d.out += cols) {
    V sum[4][8];
    if (d.ahead) apus_ask_ahead(d.ahead);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
      for (int c = 0; c < 8; c++) sum[r][c] = NAME(splat)(0);
#define DOT_STEP(get)                                                                                         \
  {                                                                                                           \
    V line[8];                                                                                                \
    _Pragma("clang loop unroll(full)") for (int c = 0; c < cols; c++) line[c] = get(d.b + c * d.b_col + p);   \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {                                       \
      V x = get(d.a + r * d.a_row + p);                                                                       \
      _Pragma("clang loop unroll(full)") for (int c = 0; c < cols; c++) sum[r][c] = NAME(fma)(x, line[c], sum[r][c]); \
    }                                                                                                         \
  }
#define PART(from) NAME(load_part)(from, d.k - p)
    int64_t p = 0;
#pragma clang loop unroll(disable)
    for (; p + VN <= d.k; p += VN) DOT_STEP(NAME(load))
    if (has_tail) DOT_STEP(PART)
#undef PART
#undef DOT_STEP
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
#if APUS_IS_F32
#pragma clang loop unroll(full)
      for (int c = 0; c < cols; c += 4)
        NAME(sum_four)(sum[r][c], sum[r][c + 1], sum[r][c + 2], sum[r][c + 3], d.out + r * d.stride + c);
#else
#pragma clang loop unroll(full)
      for (int c = 0; c < cols; c++) d.out[r * d.stride + c] = NAME(sum_lanes)(sum[r][c]);
#endif
    }
  }
  *dots = d;
}

/// As many blocks of `cols` columns as there are; takes their number off `left`.
#define DOT(name, rows, cols)                                 \
  static void NAME(name)(NAME(dots) *dots, int64_t *left) {   \
    if (dots->k % VN == 0)                                    \
      NAME(dot)(dots, *left / cols, rows, cols, 0);           \
    else                                                      \
      NAME(dot)(dots, *left / cols, rows, cols, 1);           \
    *left %= cols;                                            \
  }
DOT(dot_whole, NAME(dot_rows), NAME(dot_cols)) DOT(dot_rest, NAME(dot_rows), 1)
// Of a single row more columns at a time, so that the additions do not wait for each other.
DOT(dot_row, 1, 8) DOT(dot_few, 1, 3) DOT(dot_one, 1, 1)
#undef DOT

/// All products of up to `dot_rows` rows.
static void NAME(dot_line)(NAME(dots) dots, int64_t rows, int64_t cols) {
  if (rows == NAME(dot_rows)) {
    NAME(dot_whole)(&dots, &cols);
    if (cols > 0) NAME(dot_rest)(&dots, &cols);
    return;
  }
  for (int64_t r = 0; r < rows; r++, dots.a += dots.a_row, dots.out += dots.stride) {
    NAME(dots) row = dots;
    int64_t left = cols;
    NAME(dot_row)(&row, &left);
    NAME(dot_few)(&row, &left);
    NAME(dot_one)(&row, &left);
  }
}

/// Rows with up to 60 columns go through a small buffer to the epilogue.
static void NAME(run_dot)(const NAME(job) *job, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  enum { width = 60, stride = 64 };
  T buffer[NAME(dot_rows) * stride];
  for (int64_t j = j0; j < j1; j += width) {
    int64_t cols = j1 - j < width ? j1 - j : width;
    for (int64_t i = i0; i < i1; i += NAME(dot_rows)) {
      int64_t rows = apus_min(i1 - i, NAME(dot_rows));
      NAME(dots) dots = {
        job->a + i * job->a_row, job->b + j * job->b_col, job->a_row, job->b_col, job->k, buffer, stride,
        job->ahead};
      NAME(dot_line)(dots, rows, cols);
      for (int64_t r = 0; r < rows; r++) NAME(finish_row)(&job->ends, i + r, j, buffer + r * stride, cols);
    }
  }
}

/// Copies B's columns j0..<j1 into rows of whole vectors.
static void NAME(pack_columns)(const NAME(job) *job, int64_t j0, int64_t j1, T *to, int64_t stride) {
#if APUS_IS_F32 && APUS_VECTOR_BYTES >= 32
  if (job->b_row == 1) {
    for (int64_t p = 0; p < job->k; p += 8)
      for (int64_t j = 0; j < stride; j += 8) {
        __m256 block[8];
        int64_t depth = job->k - p < 8 ? job->k - p : 8, cols = j1 - j0 - j;
        const T *from = job->b + p + (j0 + j) * job->b_col;
        __m256i lanes = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)depth), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
#pragma clang loop unroll(full)
        for (int c = 0; c < 8; c++) {
          block[c] = c >= cols ? _mm256_setzero_ps() : depth == 8 ? _mm256_loadu_ps(from + c * job->b_col)
                                                                  : _mm256_maskload_ps(from + c * job->b_col, lanes);
        }
        NAME(transpose)(block);
        T *row = to + p * stride + j;
#pragma clang loop unroll(full)
        for (int r = 0; r < 8; r++)
          if (r < depth) _mm256_storeu_ps(row + r * stride, block[r]);
      }
    return;
  }
#endif
  for (int64_t p = 0; p < job->k; p++) {
    const T *from = job->b + p * job->b_row;
    // As vectors these would be gathers, which are slower than single loads.
#pragma clang loop vectorize(disable)
    for (int64_t j = j0; j < j1; j++) to[p * stride + j - j0] = from[j * job->b_col];
    for (int64_t j = j1 - j0; j < stride; j++) to[p * stride + j] = 0;
  }
}

static void NAME(run_block)(const NAME(job) *job, int route, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  if (route == apus_route_dot) {
    NAME(run_dot)(job, i0, i1, j0, j1);
    return;
  }
  if (!job->lists)
    NAME(run_direct)(job, i0, i1, j0, j1);
  else if (job->a_col == 1)
    NAME(run_row_pairs)(job, i0, i1, j0, j1);
  else
    NAME(run_column_pairs)(job, i0, i1, j0, j1);
}

/// The kept lists of a piece of so many rows of A, or columns of a transposed one.
INLINE void NAME(set_lists)(
  NAME(job) *job, const apus_contract *p, const apus_context *context, int64_t piece, int64_t rows, int64_t length) {
  if (!p->keeps_lists) return;
  job->counts = (int32_t *)(apus_address(context, p->lists) + piece * apus_kept_bytes(rows, length));
  job->places = (uint16_t *)(job->counts + (rows + 1) / 2);
  job->length = length;
}

/// The part of all sums from `from` to `to`.
static void NAME(piece)(
  const apus_contract *p, apus_context *context, int64_t from, int64_t to, char *piece, char *scratch) {
  NAME(job) job = {
    .a = (const T *)apus_address(context, p->a) + from * p->a_col,
    .b = (const T *)apus_address(context, p->b) + from * p->b_row,
    .a_row = p->a_row, .a_col = p->a_col, .b_row = p->b_row, .b_col = p->b_col, .k = to - from, .b_cols = p->n,
    .lists = p->zeros_a ? scratch + apus_program_bytes(p) : NULL,
    .ends = {.c = (T *)piece, .stride = apus_piece_row(p->n), .kind = apus_end_store},
  };
  NAME(set_lists)(&job, p, context, from / p->chunk_k, p->m, p->chunk_k);
  if (p->route != apus_route_dot) {
    NAME(run_block)(&job, p->route, 0, p->m, 0, p->n);
    return;
  }
  NAME(dots) dots = {
    job.a, job.b, job.a_row, job.b_col, job.k, job.ends.c, job.ends.stride, job.ahead};
  for (int64_t i = 0; i < p->m; i += NAME(dot_rows)) {
    NAME(dot_line)(dots, apus_min(p->m - i, NAME(dot_rows)), p->n);
    dots.a += NAME(dot_rows) * dots.a_row;
    dots.out += NAME(dot_rows) * dots.stride;
  }
}

/// Row i of all pieces, added up. Writes whole vectors.
INLINE void NAME(join_row)(const apus_contract *p, const T *pieces, int64_t count, int64_t i, T *to) {
  int64_t stride = apus_piece_row(p->n);
  const T *from = pieces + i * stride;
  for (int64_t j = 0; j < p->n; j += VN) {
    V total = NAME(load)(from + j);
    for (int64_t c = 1; c < count; c++) total += NAME(load)(from + c * p->m * stride + j);
    NAME(store)(to + j, total);
  }
}

static void NAME(join)(const apus_contract *p, apus_context *context, char *pieces, int64_t count, char *scratch) {
  const T *from = (const T *)pieces;
  if (p->epilogue) {
    T *all = (T *)pieces + count * p->m * apus_piece_row(p->n);
    for (int64_t i = 0; i < p->m; i++) NAME(join_row)(p, from, count, i, all + i * p->n);
    apus_tile_block(p->epilogue, context, 0, p->m, 0, p->n, all, p->n, scratch);
    return;
  }
  NAME(ends) ends = NAME(ends_of)(p, context, 0);
  T line[apus_narrow_side + 16];
  for (int64_t i = 0; i < p->m; i++) {
    NAME(join_row)(p, from, count, i, line);
    NAME(finish_row)(&ends, i, 0, line, p->n);
  }
}

static void NAME(narrow)(
  const apus_contract *p, apus_context *context, int64_t g, int64_t i0, int64_t i1, int64_t j0, int64_t j1,
  char *scratch) {
  NAME(job) job = {
    .a = (const T *)apus_address(context, p->a) + g * p->a_batch,
    .b = (const T *)apus_address(context, p->b) + g * p->b_batch,
    .a_row = p->a_row, .a_col = p->a_col, .b_row = p->b_row, .b_col = p->b_col, .k = p->k, .b_cols = p->n,
    .ends = NAME(ends_of)(p, context, g), .ahead = context->ahead,
  };
  if (p->route == apus_route_packed) {
    T *packed = (T *)(scratch + apus_program_bytes(p));
    int64_t stride = apus_round_up(j1 - j0, VN);
    NAME(pack_columns)(&job, j0, j1, packed, stride);
    job.b = packed - j0;
    job.b_row = stride;
    job.b_cols = j0 + stride;
  }
  if (p->zeros_a) job.lists = scratch + apus_program_bytes(p);
  if (!p->epilogue) {
    NAME(set_lists)(&job, p, context, i0 / p->chunk_m, p->k, p->chunk_m);
    NAME(run_block)(&job, p->route, i0, i1, j0, j1);
    return;
  }
  T *block = (T *)scratch;
  char *rest = scratch + apus_epilogue_bytes(p);
  int64_t cols = j1 - j0, rows = apus_epilogue_rows(p);
  apus_tile_run run;
  apus_tile_begin(&run, p->epilogue, context, j0, j1, rest);
  for (int64_t i = i0; i < i1; i += rows) {
    int64_t end = i1 - i < rows ? i1 : i + rows;
    job.ends.stride = cols;
    job.ends.c = block - i * cols - j0;
    NAME(run_block)(&job, p->route, i, end, j0, j1);
    apus_tile_rows(&run, i, end, block, cols);
  }
}
