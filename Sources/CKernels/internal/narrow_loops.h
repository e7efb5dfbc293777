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
  int64_t rows;    // of A, in all chunks
  int has_zeros;   // in A: they are left out
  apus_map *map;   // kept, of a piece of A; NULL: none is
  int64_t first;   // row of C that the map begins with
  const T *table;  // numbers of the bytes that A holds; NULL: it holds numbers
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

/// Up to 32 rows of A from i on, without their zeros. Their masks go to `kept`, if that is given; those of the next columns are
/// `stride` further on.
static void NAME(add_rows)(
  const NAME(job) *job, NAME(cells) x, int64_t i, int64_t rows, int64_t j0, int64_t j1, uint32_t *kept, int64_t stride) {
  enum { width = NAME(pair_width), height = 32, asked = 5 };
  _Alignas(64) T sums[height * (apus_narrow_side + width)];
  uint32_t own[apus_tile_pairs];
  memset(sums, 0, (size_t)((j1 - j0 + width - 1) / width * height * width) * sizeof(T));
  for (int64_t c = 0; c < job->k; c += apus_tile_columns) {
    int64_t length = apus_min(job->k - c, apus_tile_columns);
    uint32_t *masks = kept ? kept + c / apus_tile_columns * stride : own;
    NAME(cells) tile = NAME(cells_from)(x, c);
    NAME(list_pairs)(&tile, rows, length, masks);
    for (int times = 0; job->ahead && times < asked; times++) apus_ask_ahead(job->ahead);
    for (int64_t j = j0; j < j1; j += width) {
      NAME(lines) lines = NAME(lines_of)(job->b + c * job->b_row + j, job->b_row, j1 - j);
      NAME(add_tile)(&tile, masks, rows, length, lines, sums + (j - j0) * height);
    }
  }
  for (int64_t j = j0; j < j1; j += width) {
    T *part = sums + (j - j0) * height;
    int64_t cols = apus_min(j1 - j, width);
    NAME(straighten)(part, rows, cols);
    NAME(finish_rows)(&job->ends, i, rows, j, part, width, cols);
  }
}

/// Each row of A alone, without its zeros.
static void NAME(multiply_rows)(const NAME(job) *job, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  T line[NAME(pair_width)];
  for (int64_t i = i0; i < i1; i++) {
    for (int64_t j = j0; j < j1; j += NAME(pair_width)) {
      NAME(lines) lines = NAME(lines_of)(job->b + j, job->b_row, j1 - j);
      NAME(row_loops)[NAME(vectors_of)(lines.cols)](job->a + i * job->a_row, job->k, lines, line);
      NAME(straighten)(line, 1, lines.cols);
      NAME(finish_row)(&job->ends, i, j, line, lines.cols);
    }
  }
}

/// Rows of A from i0 on, as far as their zeros are concerned.
INLINE NAME(cells) NAME(rows_of)(const NAME(job) *job, int64_t i) {
  int64_t size = sizeof(T);
  return (NAME(cells)){(const char *)(job->a + i * job->a_row), job->a_row * size, job->k * size, job->table};
}

/// Whether a row of A is worth listing. Its own numbers decide, so that it does not depend on how rows are cut.
INLINE int NAME(row_has_zeros)(const NAME(job) *job, int64_t i) {
  enum { looks = 8, together = 8, most = 45 };  // in a hundred
  const T *row = job->a + i * job->a_row;
  int64_t found = 0;
  for (int64_t s = 0; s < looks; s++)
    found += __builtin_popcountll(NAME(places)(row + s * (job->k - together) / (looks - 1), together));
  return found * 100 <= looks * together * most;
}

/// Rows of a piece of A; its map is made, or says that there is none.
static void NAME(run_mapped_rows)(const NAME(job) *job, int64_t rows, int64_t j0, int64_t j1) {
  enum { height = 32 };
  int64_t groups = (rows + height - 1) / height;
  NAME(cells) all = NAME(rows_of)(job, 0);
  job->map->is_dense = !job->table && !NAME(has_zeros)(&all, rows, job->k);
  job->map->is_bytes = job->table != NULL;
  if (job->map->is_dense) {
    NAME(run_direct)(job, 0, rows, j0, j1);
    return;
  }
  for (int64_t g = 0; g < groups; g++) {
    int64_t i = g * height, count = apus_min(rows - i, height);
    uint32_t *masks = job->map->masks + g * apus_tile_pairs;
    NAME(add_rows)(job, NAME(rows_of)(job, i), i, count, j0, j1, masks, groups * apus_tile_pairs);
  }
}

/// Products with rows of A, of which those with zeros leave them out.
static void NAME(run_rows)(const NAME(job) *job, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  enum { height = 32, fewest = 8 };  // of fewer rows each goes alone
  for (int64_t i = i0, next; i < i1; i = next) {
    int is_sparse = NAME(row_has_zeros)(job, i);
    for (next = i + 1; next < i1 && NAME(row_has_zeros)(job, next) == is_sparse;) {
      if (is_sparse && next - i == height) break;
      next++;
    }
    if (!is_sparse)
      NAME(run_direct)(job, i, next, j0, j1);
    else if (job->rows < fewest)
      NAME(multiply_rows)(job, i, next, j0, j1);
    else
      NAME(add_rows)(job, NAME(rows_of)(job, i), i, next - i, j0, j1, NULL, 0);
  }
}

/// The update from a single row of the transposed A: where that is 0, C stays as it is.
static void NAME(update_rows)(const NAME(job) *job, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  for (int64_t i = i0; i < i1; i += 64) {
    for (uint64_t at = NAME(places)(job->a + i, apus_min(i1 - i, 64)); at != 0; at &= at - 1) {
      int64_t r = i + __builtin_ctzll(at);
      NAME(row_ends) row = NAME(row_ends_of)(&job->ends, r, j0);
      if (j1 - j0 < VN)
        NAME(outer_row)(&row, job->a[r], job->b + j0, j1 - j0, apus_end_update, 1);
      else
        NAME(outer_row)(&row, job->a[r], job->b + j0, j1 - j0, apus_end_update, 0);
    }
  }
}

/// Up to 64 rows of C, from i on; where they are not listed, `kept` is NULL.
static void NAME(run_tile)(
  const NAME(job) *job, NAME(cells) x, int64_t i, int64_t length, int64_t j0, int64_t j1, const uint32_t *kept) {
  enum { width = NAME(pair_width), height = apus_tile_columns, group = 32 };
  _Alignas(64) T block[height * (apus_narrow_side + width)];
  uint32_t own[apus_tile_pairs];
  int is_update = job->ends.kind == apus_end_update && job->k <= group && length % 2 == 0;
  if (!is_update) memset(block, 0, (size_t)((j1 - j0 + width - 1) / width * height * width) * sizeof(T));
  for (int64_t p = 0; p < job->k; p += group, x.at += group * x.row) {
    int64_t rows = apus_min(job->k - p, group);
    if (!kept) NAME(list_pairs)(&x, rows, length, own);
    for (int64_t j = j0; j < j1; j += width) {
      NAME(lines) lines = NAME(lines_of)(job->b + p * job->b_row + j, job->b_row, j1 - j);
      NAME(target) to = {is_update ? NULL : block + (j - j0) * height, NAME(row_ends_of)(&job->ends, i, j), job->ends.stride};
      NAME(multiply_tile)(&x, kept ? kept + p : own, rows, length, lines, to);
    }
  }
  for (int64_t j = j0; !is_update && j < j1; j += width) {
    T *part = block + (j - j0) * height;
    int64_t cols = apus_min(j1 - j, width);
    NAME(straighten)(part, length, cols);
    NAME(finish_rows)(&job->ends, i, length, j, part, width, cols);
  }
}

/// Products with rows of the transposed A, whose columns are those of rows of B: the gradient of weights.
static void NAME(run_columns)(const NAME(job) *job, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  int64_t size = sizeof(T), groups = (job->k + 31) / 32;
  NAME(cells) x = {(const char *)(job->a + job->first), job->a_col * size, 0, job->table};
  x = NAME(cells_from)(x, i0 - job->first);
  x.room = (i1 - i0) * size;
  if (job->map ? job->map->is_dense : !NAME(has_zeros)(&x, job->k, i1 - i0)) {
    NAME(run_direct)(job, i0, i1, j0, j1);
    return;
  }
  if (job->k == 1 && job->ends.kind == apus_end_update && !job->table) {
    NAME(update_rows)(job, i0, i1, j0, j1);
    return;
  }
  for (int64_t i = i0; i < i1; i += apus_tile_columns) {
    int64_t tile = (i - job->first) / apus_tile_columns;
    const uint32_t *kept = job->map ? job->map->masks + tile * groups * apus_tile_pairs : NULL;
    NAME(run_tile)(job, NAME(cells_from)(x, i - i0), i, apus_min(i1 - i, apus_tile_columns), j0, j1, kept);
  }
}

#include "dot_loops.h"

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
  if (!job->has_zeros || job->k == 0)
    NAME(run_direct)(job, i0, i1, j0, j1);
  else if (job->a_col == 1 && job->map)
    NAME(run_mapped_rows)(job, i1, j0, j1);
  else if (job->a_col == 1)
    NAME(run_rows)(job, i0, i1, j0, j1);
  else
    NAME(run_columns)(job, i0, i1, j0, j1);
}

/// The kept map of a piece: of so many samples, and columns of them.
INLINE apus_map *NAME(map_of)(
  const apus_contract *p, const apus_context *context, int64_t piece, int64_t samples, int64_t length) {
  if (!p->keeps_map) return NULL;
  return (apus_map *)(apus_address(context, p->map) + piece * apus_map_bytes(samples, length));
}

/// Brings the columns of A that a piece is made of: as bytes if there are such, and zeros among them.
INLINE void NAME(bring)(NAME(job) *job, const apus_feed *feed, int64_t from, int64_t to) {
  enum { looked_at = 16 };  // of so many runs with dense data, one
  apus_map *map = job->map;
  if (map && feed->write_bytes && !(map->is_dense && ++map->dense_runs % looked_at != 0)) {
    feed->write_bytes(feed->source, from, to);
    job->table = feed->table;
    NAME(cells) x = NAME(rows_of)(job, 0);
    if (NAME(has_zeros)(&x, job->rows, job->k)) return;
    job->table = NULL;
  }
  feed->write_columns(feed->source, from, to);
}

/// The part of all sums from `from` to `to`.
static void NAME(piece)(
  const apus_contract *p, apus_context *context, int64_t from, int64_t to, char *piece) {
  NAME(job) job = {
    .a = (const T *)apus_address(context, p->a) + from * p->a_col,
    .b = (const T *)apus_address(context, p->b) + from * p->b_row,
    .a_row = p->a_row, .a_col = p->a_col, .b_row = p->b_row, .b_col = p->b_col, .k = to - from, .b_cols = p->n,
    .rows = p->m, .has_zeros = p->zeros_a != APUS_NO_ZEROS, .map = NAME(map_of)(p, context, from / p->chunk_k, p->m, p->chunk_k),
    .ends = {.c = (T *)piece, .stride = apus_piece_row(p->n), .kind = apus_end_store},
  };
  if (p->brings_a && context->feed.write_columns) NAME(bring)(&job, &context->feed, from, to);
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

static void NAME(join)(
  const apus_contract *p, apus_context *context, char *pieces, int64_t i0, int64_t i1, char *scratch) {
  const T *from = (const T *)pieces;
  int64_t count = (p->k + p->chunk_k - 1) / p->chunk_k;
  if (p->epilogue) {
    T *all = (T *)pieces + count * p->m * apus_piece_row(p->n);
    for (int64_t i = 0; i < p->m; i++) NAME(join_row)(p, from, count, i, all + i * p->n);
    apus_tile_block(p->epilogue, context, 0, p->m, 0, p->n, all, p->n, scratch);
    return;
  }
  NAME(ends) ends = NAME(ends_of)(p, context, 0);
  T line[apus_narrow_side + 16];
  for (int64_t i = i0; i < i1; i++) {
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
    .rows = p->m, .has_zeros = p->zeros_a != APUS_NO_ZEROS,
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
  if (p->keeps_map) {
    job.map = NAME(map_of)(p, context, i0 / p->chunk_m, p->k, p->chunk_m);
    job.first = i0;
    job.table = job.map->is_bytes ? context->feed.table : NULL;
  }
  if (!p->epilogue) {
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
