// Body of contract_blocked.c: products of any size and layout. One chunk of C is computed in a scratch block, depth by
// depth: a panel of B [depth][cols] is packed, then a panel of A [depth][rows], and their product is added to the block.
// (Goto, van de Geijn: "Anatomy of High-Performance Matrix Multiplication", 2008.)
#include "finish.h"

enum {
  NAME(rows) = APUS_REGISTERS > 16 ? 12 : 6,
  NAME(cols) = 2 * APUS_VECTOR_BYTES / (int)sizeof(T),
};

/// sum[r][c] = Σ_p a[p][r]·b[p][c] over `depth`; stored to the block, or added to it.
static void NAME(multiply_block)(const T *a, const T *b, int64_t depth, T *c, int64_t stride, int add) {
  V sum[NAME(rows)][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < NAME(rows); r++) sum[r][0] = sum[r][1] = NAME(splat)(0);
  for (int64_t p = 0; p < depth; p++, a += NAME(rows), b += NAME(cols)) {
    V left = NAME(load)(b), right = NAME(load)(b + VN);
#pragma clang loop unroll(full)
    for (int r = 0; r < NAME(rows); r++) {
      V x = NAME(splat)(a[r]);
      sum[r][0] = NAME(fma)(x, left, sum[r][0]);
      sum[r][1] = NAME(fma)(x, right, sum[r][1]);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < NAME(rows); r++, c += stride)
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; v++)
      NAME(store)(c + v * VN, add ? NAME(load)(c + v * VN) + sum[r][v] : sum[r][v]);
}

/// to[p][0..<width] = from[p·along + r·across] for r < count, then zeros.
INLINE void NAME(pack_panel)(
  const T *from, int64_t across, int64_t along, int64_t count, int64_t depth, T *to, int64_t width) {
  if (across == 1 && count == width) {
    for (int64_t p = 0; p < depth; p++) memcpy(to + p * width, from + p * along, (size_t)width * sizeof(T));
    return;
  }
  for (int64_t r = 0; r < count; r++)
    for (int64_t p = 0; p < depth; p++) to[p * width + r] = from[p * along + r * across];
  for (int64_t r = count; r < width; r++)
    for (int64_t p = 0; p < depth; p++) to[p * width + r] = 0;
}

static void NAME(pack)(
  const T *from, int64_t across, int64_t along, int64_t count, int64_t depth, T *to, int64_t width) {
  for (int64_t r = 0; r < count; r += width) {
    int64_t here = count - r < width ? count - r : width;
    if (width == NAME(rows))
      NAME(pack_panel)(from + r * across, across, along, here, depth, to + r * depth, NAME(rows));
    else
      NAME(pack_panel)(from + r * across, across, along, here, depth, to + r * depth, NAME(cols));
  }
}

static void NAME(finish_block)(
  const NAME(ends) *ends, const T *block, int64_t stride, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  for (int64_t i = i0; i < i1; i++, block += stride) {
    int64_t j = j0;
    for (; j + VN <= j1; j += VN) NAME(finish)(ends, i, j, NAME(load)(block + j - j0), VN);
    if (j < j1) NAME(finish)(ends, i, j, NAME(load_part)(block + j - j0, j1 - j), j1 - j);
  }
}

static void NAME(blocked)(
  const apus_contract *p, apus_context *context, int64_t g, int64_t i0, int64_t i1, int64_t j0, int64_t j1,
  char *scratch) {
  const T *a = (const T *)apus_address(context, p->a) + g * p->a_batch + i0 * p->a_row;
  const T *b = (const T *)apus_address(context, p->b) + g * p->b_batch + j0 * p->b_col;
  int64_t rows = apus_round_up(p->chunk_m, NAME(rows)), cols = apus_round_up(p->chunk_n, NAME(cols));
  T *block = (T *)scratch, *left = block + rows * cols, *right = left + rows * apus_depth;
  char *rest = (char *)(right + cols * apus_depth);
  for (int64_t from = 0; from < p->k || from == 0; from += apus_depth) {
    int64_t depth = apus_min(apus_depth, p->k - from);
    NAME(pack)(b + from * p->b_row, p->b_col, p->b_row, j1 - j0, depth, right, NAME(cols));
    NAME(pack)(a + from * p->a_col, p->a_row, p->a_col, i1 - i0, depth, left, NAME(rows));
    for (int64_t j = 0; j < j1 - j0; j += NAME(cols))
      for (int64_t i = 0; i < i1 - i0; i += NAME(rows))
        NAME(multiply_block)(left + i * depth, right + j * depth, depth, block + i * cols + j, cols, from > 0);
  }
  if (p->epilogue) {
    apus_tile_block(p->epilogue, context, i0, i1, j0, j1, block, cols, rest);
  } else {
    NAME(ends) ends = NAME(ends_of)(p, context, g);
    NAME(finish_block)(&ends, block, cols, i0, i1, j0, j1);
  }
}

static const apus_blocking NAME(blocking)[1] = {{
  .lanes = APUS_VECTOR_BYTES / sizeof(T), .direct_rows = APUS_REGISTERS > 16 ? 8 : 6, .rows = NAME(rows), .cols = NAME(cols),
}};
