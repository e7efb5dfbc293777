// Products of rows of A with columns of B that are both contiguous along k: sums in the lanes of vectors. Included by
// narrow_loops.h.
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
