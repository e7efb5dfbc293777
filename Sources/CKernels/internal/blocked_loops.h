// Body of contract_blocked.c: products of any size and layout. One chunk of C is computed in a scratch block, depth by
// depth: a panel of B [depth][cols] is packed, then a panel of A [depth][rows], and their product is added to the block.
// (Goto, van de Geijn: "Anatomy of High-Performance Matrix Multiplication", 2008.)
#include "finish.h"

enum {
  NAME(rows) = APUS_REGISTERS > 16 ? 12 : 6,
  NAME(cols) = 2 * APUS_VECTOR_BYTES / (int)sizeof(T),
};

#include "listed_loops.h"

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

/// Panels of `rows` rows until row `until`, from there on of one less.
typedef struct NAME(panels) {
  int64_t rows, until;
} NAME(panels);

/// Even ones, of at most two rows less than a whole one: zeros in the last panel would cost as much as numbers. With 128
/// rows they were three in a hundred.
INLINE NAME(panels) NAME(panels_of)(int64_t count) {
  int64_t panels = (count + NAME(rows) - 1) / NAME(rows), least = count / panels, longer = count % panels;
  if (least < NAME(rows) - 2) return (NAME(panels)){NAME(rows), count};
  return longer ? (NAME(panels)){least + 1, longer * (least + 1)} : (NAME(panels)){least, count};
}

#if APUS_IS_F32 && APUS_VECTOR_BYTES >= 32
/// The first `width` numbers of a row.
INLINE void NAME(store_row)(T *to, __m256 row, int64_t width) {
  if (width >= 8) {
    _mm256_storeu_ps(to, row);
    return;
  }
  __m128 part = _mm256_castps256_ps128(row);
  if (width & 4) {
    _mm_storeu_ps(to, part);
    part = _mm256_extractf128_ps(row, 1);
  }
  if (width & 2) {
    _mm_storel_pi((__m64 *)(to + (width & 4)), part);
    part = _mm_movehl_ps(part, part);
  }
  if (width & 1) _mm_store_ss(to + (width & 6), part);
}

/// One panel of rows that lie along the depth, 8 × 8 numbers at a time.
INLINE void NAME(pack_rows)(const T *from, int64_t across, int64_t count, int64_t depth, T *to, int64_t width) {
  int64_t whole = depth / 8 * 8;
  for (int64_t p = 0; p < whole; p += 8) {
#pragma clang loop unroll(full)
    for (int64_t r = 0; r < width; r += 8) {
      __m256 rows[8];
#pragma clang loop unroll(full)
      for (int i = 0; i < 8; i++)
        rows[i] = r + i < count ? _mm256_loadu_ps(from + (r + i) * across + p) : _mm256_setzero_ps();
      NAME(transpose)(rows);
#pragma clang loop unroll(full)
      for (int i = 0; i < 8; i++) NAME(store_row)(to + (p + i) * width + r, rows[i], width - r);
    }
  }
  for (int64_t p = whole; p < depth; p++)
    for (int64_t r = 0; r < width; r++) to[p * width + r] = r < count ? from[r * across + p] : 0;
}
#endif

/// Panels of `width` rows each: panel r / width has to[p][0..<width] = from[p·along + (r…)·across], then zeros.
INLINE void NAME(pack_panels)(
  const T *from, int64_t across, int64_t along, int64_t count, int64_t depth, T *to, int64_t width) {
  if (across == 1) {
    // Line by line, not panel by panel: lines that lie a power of two apart share few places in the cache.
    for (int64_t p = 0; p < depth; p++) {
      const T *line = from + p * along;
      int64_t r = 0;
      for (; r + width <= count; r += width) memcpy(to + r * depth + p * width, line + r, (size_t)width * sizeof(T));
      for (int64_t i = 0; r < count && i < width; i++) to[r * depth + p * width + i] = r + i < count ? line[r + i] : 0;
    }
    return;
  }
  for (int64_t r = 0; r < count; r += width) {
    const T *panel = from + r * across;
    int64_t here = apus_min(width, count - r);
#if APUS_IS_F32 && APUS_VECTOR_BYTES >= 32
    if (along == 1) {
      NAME(pack_rows)(panel, across, here, depth, to + r * depth, width);
      continue;
    }
#endif
    for (int64_t p = 0; p < depth; p++)
      for (int64_t i = 0; i < width; i++)
        to[r * depth + p * width + i] = i < here ? panel[p * along + i * across] : 0;
  }
}

static void NAME(pack)(
  const T *from, int64_t across, int64_t along, int64_t count, int64_t depth, T *to, int64_t width) {
  if (width == NAME(cols))
    NAME(pack_panels)(from, across, along, count, depth, to, NAME(cols));
  else if (width == NAME(rows))
    NAME(pack_panels)(from, across, along, count, depth, to, NAME(rows));
  else if (width == NAME(rows) - 1)
    NAME(pack_panels)(from, across, along, count, depth, to, NAME(rows) - 1);
  else
    NAME(pack_panels)(from, across, along, count, depth, to, NAME(rows) - 2);
}

/// Rows of A, each panel as wide as it is high.
static void NAME(pack_a)(const T *a, int64_t across, int64_t along, int64_t count, int64_t depth, T *to) {
  NAME(panels) cut = NAME(panels_of)(count);
  NAME(pack)(a, across, along, cut.until, depth, to, cut.rows);
  if (cut.until < count)
    NAME(pack)(a + cut.until * across, across, along, count - cut.until, depth, to + cut.until * depth, cut.rows - 1);
}

static void NAME(finish_block)(
  const NAME(ends) *ends, const T *block, int64_t stride, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  for (int64_t i = i0; i < i1; i++, block += stride) {
    int64_t j = j0;
    for (; j + VN <= j1; j += VN) NAME(finish)(ends, i, j, NAME(load)(block + j - j0), VN);
    if (j < j1) NAME(finish)(ends, i, j, NAME(load_part)(block + j - j0, j1 - j), j1 - j);
  }
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

/// Whether X, which is the one or the other operand, is kept in lists of what is not 0. Everybody asks for himself: the
/// answer follows from the values.
static int NAME(lists_a)(const apus_contract *p, const apus_context *context) {
  return apus_may_list_a(p) && NAME(is_listed)((const T *)apus_address(context, p->a), p->m, p->a_row, p->k, 1);
}

static int NAME(lists_b)(const apus_contract *p, const apus_context *context) {
  return apus_may_list_b(p) && NAME(is_listed)((const T *)apus_address(context, p->b), p->k, p->b_row, p->n, 2);
}

INLINE NAME(lists) NAME(lists_of_a)(
  const apus_contract *p, const apus_context *context, int64_t i, int64_t from, int64_t depth) {
  T *panels = NAME(packed_a)(p, context, i, from, depth);
  return NAME(lists_at)(p, context, panels, apus_round_up(p->m, NAME(rows)), i, from, depth);
}

INLINE NAME(lists) NAME(lists_of_b)(
  const apus_contract *p, const apus_context *context, int64_t j, int64_t from, int64_t depth) {
  T *panels = NAME(packed_b)(p, context, j, from, depth);
  return NAME(lists_at)(p, context, panels, apus_round_up(p->n, NAME(cols)), j, from, depth);
}

static void NAME(pack_piece)(const apus_contract *p, apus_context *context, int64_t piece, int64_t from) {
  int64_t depth = apus_min(apus_depth, p->k - from), down = (p->m + p->chunk_m - 1) / p->chunk_m;
  int is_listed = NAME(lists_b)(p, context);
  if (piece < down) {
    if (is_listed) return;  // strips of A are read where it lies
    int64_t i = piece * p->chunk_m, rows = apus_min(p->chunk_m, p->m - i);
    const T *a = (const T *)apus_address(context, p->a) + i * p->a_row + from * p->a_col;
    if (NAME(lists_a)(p, context))
      NAME(list_rows)(a, p->a_row, rows, depth, NAME(lists_of_a)(p, context, i, from, depth));
    else
      NAME(pack_a)(a, p->a_row, p->a_col, rows, depth, NAME(packed_a)(p, context, i, from, depth));
  } else {
    int64_t j = (piece - down) * p->chunk_n, cols = apus_min(p->chunk_n, p->n - j);
    const T *b = (const T *)apus_address(context, p->b) + j * p->b_col + from * p->b_row;
    if (is_listed)
      NAME(list_columns)(b, p->b_row, cols, depth, NAME(lists_of_b)(p, context, j, from, depth));
    else
      NAME(pack)(b, p->b_col, p->b_row, cols, depth, NAME(packed_b)(p, context, j, from, depth), NAME(cols));
  }
}

/// The block of rows i0..<i1 and columns j0..<j1 of X·B, X in lists.
static void NAME(block_of_rows)(
  const apus_contract *p, const apus_context *context, int64_t i0, int64_t i1, int64_t j0, int64_t j1, T *block,
  int64_t stride) {
  for (int64_t from = 0; from < p->k; from += apus_depth) {
    int64_t depth = apus_min(apus_depth, p->k - from);
    const T *b = NAME(packed_b)(p, context, j0, from, depth);
    NAME(multiply_lists)(NAME(lists_of_a)(p, context, i0, from, depth), i1 - i0, b, j1 - j0, depth, block, stride, from > 0);
  }
}

/// The block of rows i0..<i1 and columns j0..<j1 of A·X, X in lists: strip by strip its transposed.
static void NAME(block_of_columns)(
  const apus_contract *p, const apus_context *context, int64_t i0, int64_t i1, int64_t j0, int64_t j1, T *block,
  int64_t stride) {
  int64_t cols = apus_round_up(j1 - j0, NAME(cols));
  T *sums = block + apus_round_up(p->chunk_m, NAME(rows)) * stride, *strip = sums + stride * NAME(strip);
  for (int64_t i = i0; i < i1; i += NAME(strip)) {
    int64_t width = apus_min(NAME(strip), i1 - i);
    for (int64_t from = 0; from < p->k; from += apus_depth) {
      int64_t depth = apus_min(apus_depth, p->k - from);
      const T *a = (const T *)apus_address(context, p->a) + i + from * p->a_col;
      NAME(lists) lists = NAME(lists_of_b)(p, context, j0, from, depth);
      NAME(multiply_pairs)(lists, cols, a, p->a_col, width, depth, strip, sums, from > 0);
    }
    NAME(turn_strip)(sums, cols, block + (i - i0) * stride, stride);
  }
}

/// The same where nothing is left out, of batch item g.
static void NAME(block_of_panels)(
  const apus_contract *p, const apus_context *context, int64_t g, int64_t i0, int64_t i1, int64_t j0, int64_t j1,
  T *block, int64_t stride) {
  const T *a = (const T *)apus_address(context, p->a) + g * p->a_batch + i0 * p->a_row;
  const T *b = (const T *)apus_address(context, p->b) + g * p->b_batch + j0 * p->b_col;
  T *left = block + apus_round_up(p->chunk_m, NAME(rows)) * stride;
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
}

static void NAME(blocked)(
  const apus_contract *p, apus_context *context, int64_t g, int64_t i0, int64_t i1, int64_t j0, int64_t j1,
  char *scratch) {
  T *block = (T *)scratch;
  int64_t stride = apus_round_up(p->chunk_n, NAME(cols));
  if (NAME(lists_a)(p, context))
    NAME(block_of_rows)(p, context, i0, i1, j0, j1, block, stride);
  else if (NAME(lists_b)(p, context))
    NAME(block_of_columns)(p, context, i0, i1, j0, j1, block, stride);
  else
    NAME(block_of_panels)(p, context, g, i0, i1, j0, j1, block, stride);
  if (p->epilogue) {
    char *rest = scratch + apus_block_bytes(p, NAME(blocking));
    apus_tile_block(p->epilogue, context, i0, i1, j0, j1, block, stride, rest);
  } else {
    NAME(ends) ends = NAME(ends_of)(p, context, g);
    NAME(finish_block)(&ends, block, stride, i0, i1, j0, j1);
  }
}
