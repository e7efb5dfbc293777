// Body of contract_blocked.c: products of any size and layout. One chunk of C is computed in a scratch block, depth by
// depth: a panel of B [depth][cols] is packed, then a panel of A [depth][rows], and their product is added to the block.
// (Goto, van de Geijn: "Anatomy of High-Performance Matrix Multiplication", 2008.)
#include "finish.h"
#include "panel_loops.h"
#include "sparse_blocked_loops.h"

/// sum[r][c] = Σ_p a[p][r]·b[p][c] over `depth`, for `rows` r; stored to the block, or added to it.
INLINE void NAME(multiply_rows)(
  const T *a, const T *b, int64_t depth, T *c, int64_t stride, int add, int rows) {
  V sum[NAME(rows)][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) sum[r][0] = sum[r][1] = NAME(splat)(0);
  for (int64_t p = 0; p < depth; p++, a += rows, b += NAME(cols)) {
    V left = NAME(load)(b), right = NAME(load)(b + VN);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      V x = NAME(splat)(a[r]);
      sum[r][0] = NAME(fma)(x, left, sum[r][0]);
      sum[r][1] = NAME(fma)(x, right, sum[r][1]);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++, c += stride)
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; v++)
      NAME(store)(c + v * VN, add ? NAME(load)(c + v * VN) + sum[r][v] : sum[r][v]);
}

static void NAME(multiply_block)(
  const T *a, const T *b, int64_t depth, T *c, int64_t stride, int add, int64_t rows) {
  if (rows == NAME(rows))
    NAME(multiply_rows)(a, b, depth, c, stride, add, NAME(rows));
  else if (rows == NAME(rows) - 1)
    NAME(multiply_rows)(a, b, depth, c, stride, add, NAME(rows) - 1);
  else
    NAME(multiply_rows)(a, b, depth, c, stride, add, NAME(rows) - 2);
}

/// Both operands as a whole, depth by depth, lie in the shared memory; this is where rows i… and columns j… begin.
INLINE T *NAME(packed_a)(const apus_contract *p, const apus_context *context, int64_t i, int64_t from, int64_t depth) {
  return (T *)context->shared + apus_round_up(p->m, NAME(rows)) * from + i * depth;
}

INLINE T *NAME(packed_b)(const apus_contract *p, const apus_context *context, int64_t j, int64_t from, int64_t depth) {
  T *b = (T *)context->shared + apus_round_up(p->m, NAME(rows)) * p->k;
  return b + apus_round_up(p->n, NAME(cols)) * from + j * depth;
}

static const apus_blocking NAME(blocking)[1] = {{
  .lanes = APUS_VECTOR_BYTES / sizeof(T), .direct_rows = APUS_REGISTERS > 16 ? 8 : 6,
  .dot_cols = APUS_REGISTERS > 16 ? 4 : 3, .rows = NAME(rows), .cols = NAME(cols),
  .list_depth = NAME(list_depth), .list_cols = NAME(list_panels) * NAME(cols), .strip = NAME(strip),
}};

/// Whether zeros of A, or of B, are left out. Every chunk asks for itself: the answer follows from the values.
static int NAME(lists_a)(const apus_contract *p, const apus_context *context) {
  return apus_may_list_a(p) && NAME(is_listed)((const T *)apus_address(context, p->a), p->m, p->a_row, p->k, 1);
}

static int NAME(lists_b)(const apus_contract *p, const apus_context *context) {
  return apus_may_list_b(p) && NAME(is_listed)((const T *)apus_address(context, p->b), p->k, p->b_row, p->n, 2);
}

/// Makes the lists of the pieces that begin at depth from..<to.
static void NAME(list_piece_a)(const apus_contract *p, apus_context *context, int64_t i, int64_t from, int64_t to) {
  const T *a = (const T *)apus_address(context, p->a) + i * p->a_row;
  int64_t length = NAME(depth_of_lists)(p->k);
  for (int64_t q = apus_round_up(from, length); q < to; q += length) {
    int64_t depth = apus_min(length, p->k - q);
    NAME(lists) lists = NAME(lists_at)(p, context, p->m, i, q, depth);
    NAME(list_rows)(a + q, p->a_row, apus_min(p->chunk_m, p->m - i), depth, lists);
  }
}

static void NAME(list_piece_b)(const apus_contract *p, apus_context *context, int64_t j, int64_t from, int64_t to) {
  const T *b = (const T *)apus_address(context, p->b) + j;
  int64_t length = NAME(depth_of_lists)(p->k);
  for (int64_t q = apus_round_up(from, length); q < to; q += length) {
    int64_t depth = apus_min(length, p->k - q);
    NAME(lists) lists = NAME(lists_at)(p, context, apus_round_up(p->n, 2), j, q, depth);
    NAME(list_columns)(b + q * p->b_row, p->b_row, apus_min(p->chunk_n, p->n - j), depth, lists);
  }
}

static void NAME(pack_piece)(const apus_contract *p, apus_context *context, int64_t piece, int64_t from) {
  int64_t depth = apus_min(apus_depth, p->k - from), down = (p->m + p->chunk_m - 1) / p->chunk_m;
  int64_t i = piece * p->chunk_m, j = (piece - down) * p->chunk_n;
  int is_a = piece < down;
  if (!p->is_packed && !(is_a ? apus_may_list_a(p) : apus_may_list_b(p))) return;  // read where it lies
  int lists_a = NAME(lists_a)(p, context), lists_b = NAME(lists_b)(p, context);
  if (lists_a && is_a) {
    NAME(list_piece_a)(p, context, i, from, from + depth);
  } else if (lists_b && !is_a) {
    NAME(list_piece_b)(p, context, j, from, from + depth);
  } else if (lists_a || lists_b || !p->is_packed) {
    return;  // the same
  } else if (is_a) {
    const T *a = (const T *)apus_address(context, p->a) + i * p->a_row + from * p->a_col;
    T *to = NAME(packed_a)(p, context, i, from, depth);
    NAME(pack_a)(a, p->a_row, p->a_col, apus_min(p->chunk_m, p->m - i), depth, to);
  } else {
    const T *b = (const T *)apus_address(context, p->b) + j * p->b_col + from * p->b_row;
    T *to = NAME(packed_b)(p, context, j, from, depth);
    NAME(pack)(b, p->b_col, p->b_row, apus_min(p->chunk_n, p->n - j), depth, to, NAME(cols));
  }
}

/// The end of rows i0..<i1 and columns j0..<j1, which are in the block.
static void NAME(end_block)(
  const apus_contract *p, apus_context *context, int64_t g, int64_t i0, int64_t i1, int64_t j0, int64_t j1,
  char *scratch, const T *block) {
  int64_t stride = apus_round_up(p->chunk_n, NAME(cols));
  if (p->epilogue) {
    char *rest = scratch + apus_block_bytes(p, NAME(blocking));
    apus_tile_block(p->epilogue, context, i0, i1, j0, j1, block, stride, rest);
  } else {
    NAME(ends) ends = NAME(ends_of)(p, context, g);
    for (int64_t i = i0; i < i1; i++) NAME(finish_row)(&ends, i, j0, block + (i - i0) * stride, j1 - j0);
  }
}

/// Rows i0..<i1 and columns j0..<j1 where A is in lists: strips of B are packed for all rows.
static void NAME(compute_listed_a)(
  const apus_contract *p, apus_context *context, int64_t i0, int64_t i1, int64_t j0, int64_t j1, char *scratch) {
  const T *b = (const T *)apus_address(context, p->b);
  int64_t stride = apus_round_up(p->chunk_n, NAME(cols)), length = NAME(depth_of_lists)(p->k);
  T *block = (T *)scratch, *strip = block + apus_round_up(p->chunk_m, NAME(rows)) * stride;
  for (int64_t q = 0; q < p->k; q += length) {
    int64_t depth = apus_min(length, p->k - q);
    NAME(lists) lists = NAME(lists_at)(p, context, p->m, i0, q, depth);
    for (int64_t j = j0; j < j1; j += NAME(list_panels) * NAME(cols)) {
      int64_t cols = apus_min(NAME(list_panels) * NAME(cols), j1 - j);
      NAME(pack)(b + j * p->b_col + q * p->b_row, p->b_col, p->b_row, cols, depth, strip, NAME(cols));
      NAME(multiply_row_lists)(lists, i1 - i0, strip, depth, cols, block + j - j0, stride, q > 0);
    }
  }
  NAME(end_block)(p, context, 0, i0, i1, j0, j1, scratch, block);
}

/// The same where B is in lists: strips of A are packed for all columns, whose sums are the transposed of what is wanted.
static void NAME(compute_listed_b)(
  const apus_contract *p, apus_context *context, int64_t i0, int64_t i1, int64_t j0, int64_t j1, char *scratch) {
  const T *a = (const T *)apus_address(context, p->a);
  int64_t stride = apus_round_up(p->chunk_n, NAME(cols)), length = NAME(depth_of_lists)(p->k);
  T *block = (T *)scratch, *sums = block + apus_round_up(p->chunk_m, NAME(rows)) * stride;
  T *strip = sums + stride * NAME(strip);
  for (int64_t i = i0; i < i1; i += NAME(strip)) {
    int64_t width = apus_min(NAME(strip), i1 - i);
    for (int64_t q = 0; q < p->k; q += length) {
      int64_t depth = apus_min(length, p->k - q);
      NAME(pack)(a + i * p->a_row + q * p->a_col, p->a_row, p->a_col, width, depth, strip, NAME(cols));
      NAME(lists) lists = NAME(lists_at)(p, context, apus_round_up(p->n, 2), j0, q, depth);
      T *to = q + depth < p->k ? NULL : block;
      NAME(multiply_pair_lists)(lists, j1 - j0, strip, depth, width, sums, q > 0, to, stride);
    }
    NAME(end_block)(p, context, 0, i, i + width, j0, j1, scratch, block);
  }
}

/// The same of batch item g where nothing is left out: panel by panel.
static void NAME(compute_dense)(
  const apus_contract *p, apus_context *context, int64_t g, int64_t i0, int64_t i1, int64_t j0, int64_t j1,
  char *scratch) {
  const T *a = (const T *)apus_address(context, p->a) + g * p->a_batch + i0 * p->a_row;
  const T *b = (const T *)apus_address(context, p->b) + g * p->b_batch + j0 * p->b_col;
  int64_t stride = apus_round_up(p->chunk_n, NAME(cols));
  T *block = (T *)scratch, *left = block + apus_round_up(p->chunk_m, NAME(rows)) * stride;
  T *right = left + apus_round_up(p->chunk_m, NAME(rows)) * apus_depth;
  NAME(panels) cut = NAME(panels_of)(i1 - i0);
  for (int64_t from = 0; from < p->k || from == 0; from += apus_depth) {
    int64_t depth = apus_min(apus_depth, p->k - from);
    if (p->is_packed) {
      left = NAME(packed_a)(p, context, i0, from, depth);
      right = NAME(packed_b)(p, context, j0, from, depth);
    } else {
      NAME(pack)(b + from * p->b_row, p->b_col, p->b_row, j1 - j0, depth, right, NAME(cols));
      NAME(pack_a)(a + from * p->a_col, p->a_row, p->a_col, i1 - i0, depth, left);
    }
    for (int64_t j = 0; j < j1 - j0; j += NAME(cols))
      for (int64_t i = 0, here; i < i1 - i0; i += here) {
        here = i < cut.until ? cut.rows : cut.rows - 1;
        NAME(multiply_block)(left + i * depth, right + j * depth, depth, block + i * stride + j, stride, from > 0, here);
      }
  }
  NAME(end_block)(p, context, g, i0, i1, j0, j1, scratch, block);
}

static void NAME(blocked)(
  const apus_contract *p, apus_context *context, int64_t g, int64_t i0, int64_t i1, int64_t j0, int64_t j1,
  char *scratch) {
  if (NAME(lists_a)(p, context))
    NAME(compute_listed_a)(p, context, i0, i1, j0, j1, scratch);
  else if (NAME(lists_b)(p, context))
    NAME(compute_listed_b)(p, context, i0, i1, j0, j1, scratch);
  else
    NAME(compute_dense)(p, context, g, i0, i1, j0, j1, scratch);
}
