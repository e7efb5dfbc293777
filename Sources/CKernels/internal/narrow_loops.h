// Body of contract_narrow.c: products with one short side, in blocks of accumulators that stay in registers.
#include "finish.h"

/// A product as the inner loops see it: C[i, j] = Σ_p a[i·a_row + p·a_col]·b[p·b_row + j].
typedef struct NAME(job) {
  const T *a, *b;
  int64_t a_row, a_col, b_row, b_col, k;
  int64_t b_cols;  // columns of b that may be read in its last row
  NAME(ends) ends;
} NAME(job);

/// Takes a block of accumulators on to its place; `rest` columns of the last vectors are inside C.
INLINE void NAME(end_block)(
  const NAME(job) *job, int64_t i, int64_t j, int64_t rest, int rows, int vectors, V sum[12][4]) {
  // Gradients are stored or become updates; most of a small network's step goes by without a test for each vector.
  int simple = rest >= VN && NAME(is_simple)(&job->ends);
#define EACH(value)                                                       \
  _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)       \
    _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) { \
      T *c = job->ends.c + (i + r) * job->ends.stride + j + v * VN;       \
      NAME(store)(c, value);                                              \
    }
  if (simple && job->ends.update) {
    V rate = NAME(splat)(-job->ends.rate);
    EACH(NAME(fma)(rate, sum[r][v], NAME(load)(c)))
    return;
  }
  if (simple) {
    EACH(sum[r][v])
    return;
  }
#undef EACH
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      int64_t lanes = v < vectors - 1 || rest >= VN ? VN : rest;
      NAME(finish)(&job->ends, i + r, j + v * VN, sum[r][v], lanes);
    }
}

/// `rows` × `vectors` accumulators; whole vectors of B are read while they end inside B, even beyond `cols`.
INLINE void NAME(direct)(const NAME(job) *job, int64_t i, int64_t j, int64_t cols, int rows, int vectors) {
  V sum[12][4];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[r][v] = NAME(splat)(0);
  const T *a = job->a + i * job->a_row, *b = job->b + j;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) __builtin_prefetch(job->ends.c + (i + r) * job->ends.stride + j, 1);
  // Rows of B whose whole vectors end before B does.
  int64_t over = j + vectors * VN - job->b_cols, p = 0;
  int64_t whole = over <= 0 ? job->k : job->b_row > 0 ? job->k - (over + job->b_row - 1) / job->b_row : 0;
  const T *fourth = a + 3 * job->a_row;
  for (; p < whole; p++, b += job->b_row, a += job->a_col, fourth += job->a_col) {
    V line[4];
    // Long rows lie too far apart for the processor to see where they go on.
    __builtin_prefetch(b + vectors * VN);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) line[v] = NAME(load)(b + v * VN);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      // Two pointers, so that every address is a pointer and a stride times 1 or 2.
      V x = NAME(splat)(r < 3 ? a[r * job->a_row] : fourth[(r - 3) * job->a_row]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[r][v] = NAME(fma)(x, line[v], sum[r][v]);
    }
  }
  int64_t rest = cols - (vectors - 1) * VN;
  for (; p < job->k; p++, b += job->b_row, a += job->a_col) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      V line = v < vectors - 1 || rest >= VN ? NAME(load)(b + v * VN) : NAME(load_part)(b + v * VN, rest);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) sum[r][v] = NAME(fma)(NAME(splat)(a[r * job->a_row]), line, sum[r][v]);
    }
  }
  NAME(end_block)(job, i, j, rest, rows, vectors, sum);
}

typedef void (*NAME(direct_block))(const NAME(job) *, int64_t, int64_t, int64_t);

#define DIRECT(rows, vectors)                                                                       \
  static void NAME(direct_##rows##_##vectors)(const NAME(job) *job, int64_t i, int64_t j, int64_t cols) { \
    NAME(direct)(job, i, j, cols, rows, vectors);                                                   \
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

/// One row: four vectors at a time, so that the additions do not wait for each other.
static void NAME(direct_row)(const NAME(job) *job, int64_t i, int64_t j0, int64_t j1) {
  static const NAME(direct_block) blocks[] = {NAME(direct_1_1), NAME(direct_1_2), NAME(direct_1_3), NAME(direct_1_4)};
  for (int64_t j = j0; j < j1; j += 4 * VN) {
    int64_t cols = j1 - j < 4 * VN ? j1 - j : 4 * VN;
    blocks[(cols + VN - 1) / VN - 1](job, i, j, cols);
  }
}

static void NAME(run_direct)(const NAME(job) *job, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  if (i1 - i0 == 1) {
    NAME(direct_row)(job, i0, j0, j1);
    return;
  }
  for (int64_t j = j0; j < j1; j += 2 * VN) {
    int64_t cols = j1 - j < 2 * VN ? j1 - j : 2 * VN;
    int two = cols > VN;
    int64_t step = two ? NAME(rows_2) : NAME(rows_1);
    for (int64_t i = i0; i < i1; i += step) {
      int64_t rows = i1 - i < step ? i1 - i : step;
      NAME(direct_blocks)[two][rows - 1](job, i, j, cols);
    }
  }
}

enum { NAME(dot_rows) = 4, NAME(dot_cols) = APUS_REGISTERS > 16 ? 4 : 3 };

/// `rows` × `cols` sums with one vector of partial sums each; b[j·b_col + p], a[i·a_row + p].
INLINE void NAME(dot)(const NAME(job) *job, int64_t i, int64_t j, int rows, int cols, T *out, int64_t stride) {
  V sum[4][4];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int c = 0; c < cols; c++) sum[r][c] = NAME(splat)(0);
  const T *a = job->a + i * job->a_row, *b = job->b + j * job->b_col;
#define DOT_STEP(get, count)                                                                       \
  {                                                                                                \
    V line[4];                                                                                     \
    _Pragma("clang loop unroll(full)") for (int c = 0; c < cols; c++) line[c] =                    \
      get(b + c * job->b_col + p count);                                                           \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {                            \
      V x = get(a + r * job->a_row + p count);                                                     \
      _Pragma("clang loop unroll(full)") for (int c = 0; c < cols; c++) sum[r][c] =                \
        NAME(fma)(x, line[c], sum[r][c]);                                                          \
    }                                                                                              \
  }
#define COMMA ,
  int64_t p = 0;
  for (; p + VN <= job->k; p += VN) DOT_STEP(NAME(load), )
  if (p < job->k) DOT_STEP(NAME(load_part), COMMA job->k - p)
#undef COMMA
#undef DOT_STEP
#if APUS_IS_F32
  if (rows == 4) {
#pragma clang loop unroll(full)
    for (int c = 0; c < cols; c++) {
      float four[4];
      NAME(sum_four)(sum[0][c], sum[1][c], sum[2][c], sum[3][c], four);
#pragma clang loop unroll(full)
      for (int r = 0; r < 4; r++) out[r * stride + c] = four[r];
    }
    return;
  }
#endif
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int c = 0; c < cols; c++) out[r * stride + c] = NAME(sum_lanes)(sum[r][c]);
}

static void NAME(dot_whole)(const NAME(job) *job, int64_t i, int64_t j, T *out, int64_t stride) {
  NAME(dot)(job, i, j, NAME(dot_rows), NAME(dot_cols), out, stride);
}

static void NAME(dot_row)(const NAME(job) *job, int64_t i, int64_t j, T *out, int64_t stride) {
  NAME(dot)(job, i, j, 1, NAME(dot_cols), out, stride);
}

static void NAME(dot_one)(const NAME(job) *job, int64_t i, int64_t j, T *out, int64_t stride) {
  NAME(dot)(job, i, j, 1, 1, out, stride);
}

/// Products of four rows with up to 64 columns go through a small buffer to the epilogue.
static void NAME(run_dot)(const NAME(job) *job, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  enum { width = 60 };
  T buffer[NAME(dot_rows) * width];
  for (int64_t js = j0; js < j1; js += width) {
    int64_t je = j1 - js < width ? j1 : js + width;
    for (int64_t i = i0; i < i1; i += NAME(dot_rows)) {
      int64_t rows = i1 - i < NAME(dot_rows) ? i1 - i : NAME(dot_rows);
      int64_t j = js;
      for (; j + NAME(dot_cols) <= je; j += NAME(dot_cols)) {
        if (rows == NAME(dot_rows)) {
          NAME(dot_whole)(job, i, j, buffer + (j - js), width);
        } else {
          for (int64_t r = 0; r < rows; r++) NAME(dot_row)(job, i + r, j, buffer + r * width + (j - js), width);
        }
      }
      for (; j < je; j++)
        for (int64_t r = 0; r < rows; r++) NAME(dot_one)(job, i + r, j, buffer + r * width + (j - js), width);
      for (int64_t r = 0; r < rows; r++) {
        int64_t c = 0, cols = je - js;
        const T *line = buffer + r * width;
        for (; c + VN <= cols; c += VN) NAME(finish)(&job->ends, i + r, js + c, NAME(load)(line + c), VN);
        if (c < cols) NAME(finish)(&job->ends, i + r, js + c, NAME(load_part)(line + c, cols - c), cols - c);
      }
    }
  }
}

/// Copies B's columns j0..<j1 into rows of whole vectors.
static void NAME(pack_columns)(const NAME(job) *job, int64_t j0, int64_t j1, T *to, int64_t stride) {
  for (int64_t p = 0; p < job->k; p++) {
    const T *from = job->b + p * job->b_row;
    // As vectors these would be gathers, which are slower than single loads.
#pragma clang loop vectorize(disable)
    for (int64_t j = j0; j < j1; j++) to[p * stride + j - j0] = from[j * job->b_col];
    for (int64_t j = j1 - j0; j < stride; j++) to[p * stride + j] = 0;
  }
}

static void NAME(run_block)(const NAME(job) *job, int route, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  if (route == apus_route_dot)
    NAME(run_dot)(job, i0, i1, j0, j1);
  else
    NAME(run_direct)(job, i0, i1, j0, j1);
}

static void NAME(piece)(const apus_contract *p, apus_context *context, int64_t from, int64_t to, char *piece) {
  NAME(job) job = {
    .a = (const T *)apus_address(context, p->a) + from * p->a_col,
    .b = (const T *)apus_address(context, p->b) + from * p->b_row,
    .a_row = p->a_row, .a_col = p->a_col, .b_row = p->b_row, .b_col = p->b_col, .k = to - from, .b_cols = p->n,
    .ends = {.c = (T *)piece, .stride = p->n},
  };
  NAME(run_block)(&job, p->route, 0, p->m, 0, p->n);
}

static void NAME(join)(const apus_contract *p, apus_context *context, char *pieces, int64_t count, char *scratch) {
  T *sum = (T *)pieces;
  int64_t n = p->m * p->n;
  for (int64_t c = 1; c < count; c++)
    for (int64_t i = 0; i < n; i++) sum[i] += sum[c * n + i];
  if (p->epilogue) {
    apus_tile_block(p->epilogue, context, 0, p->m, 0, p->n, sum, p->n, scratch);
    return;
  }
  NAME(ends) ends = NAME(ends_of)(p, context, 0);
  for (int64_t i = 0; i < p->m; i++, sum += p->n) {
    int64_t j = 0;
    for (; j + VN <= p->n; j += VN) NAME(finish)(&ends, i, j, NAME(load)(sum + j), VN);
    if (j < p->n) NAME(finish)(&ends, i, j, NAME(load_part)(sum + j, p->n - j), p->n - j);
  }
}

static void NAME(narrow)(
  const apus_contract *p, apus_context *context, int64_t g, int64_t i0, int64_t i1, int64_t j0, int64_t j1,
  char *scratch) {
  NAME(job) job = {
    .a = (const T *)apus_address(context, p->a) + g * p->a_batch,
    .b = (const T *)apus_address(context, p->b) + g * p->b_batch,
    .a_row = p->a_row, .a_col = p->a_col, .b_row = p->b_row, .b_col = p->b_col, .k = p->k, .b_cols = p->n,
    .ends = NAME(ends_of)(p, context, g),
  };
  if (p->route == apus_route_packed) {
    T *packed = (T *)(scratch + apus_epilogue_bytes(p) + (p->epilogue ? p->epilogue->slot * p->epilogue->registers : 0));
    int64_t stride = apus_round_up(j1 - j0, VN);
    NAME(pack_columns)(&job, j0, j1, packed, stride);
    job.b = packed - j0;
    job.b_row = stride;
    job.b_cols = j0 + stride;
  }
  if (!p->epilogue) {
    NAME(run_block)(&job, p->route, i0, i1, j0, j1);
    return;
  }
  T *block = (T *)scratch;
  char *rest = scratch + apus_epilogue_bytes(p);
  int64_t cols = j1 - j0, rows = apus_epilogue_rows(p->chunk_n);
  for (int64_t i = i0; i < i1; i += rows) {
    int64_t end = i1 - i < rows ? i1 : i + rows;
    job.ends.stride = cols;
    job.ends.c = block - i * cols - j0;
    NAME(run_block)(&job, p->route, i, end, j0, j1);
    apus_tile_block(p->epilogue, context, i, end, j0, j1, block, cols, rest);
  }
}
