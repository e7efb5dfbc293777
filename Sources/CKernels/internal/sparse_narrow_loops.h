// Products of few columns with an operand X of many zeros, such as the pixels of a first layer: X·B, and, for the gradient of
// the weights, Xᵀ·B. Columns of X go by twos: for each pair a mask tells in which rows the two are not both 0, and only these
// rows are multiplied. Every sum has the order of the other loops, so no bit of a finite number changes, whoever decides.
// Included by narrow_loops.h; see Documentation/Decisions/Zeros.md.
#include "nonzeros.h"

enum {
  NAME(pair_vectors) = 4,      // of columns of B at a time
  NAME(pair_width) = NAME(pair_vectors) * VN,
  NAME(most_pairs) = 55,       // in a hundred; beyond, all are multiplied
};

/// X, row by row: numbers, or bytes that stand for them.
typedef struct NAME(cells) {
  const char *at;
  int64_t row;     // bytes from row to row
  int64_t room;    // bytes that may be read in the last one
  const T *table;  // the numbers of bytes; NULL: there are numbers at `at`
} NAME(cells);

/// From column c on.
INLINE NAME(cells) NAME(cells_from)(NAME(cells) x, int64_t c) {
  int64_t bytes = c * (x.table ? 1 : (int64_t)sizeof(T));
  x.at += bytes;
  x.room -= bytes;
  return x;
}

/// A bit for each pair of the first `length` (at most 64) columns of a row.
INLINE uint32_t NAME(byte_pairs)(const char *at, int64_t length, int64_t room) {
  char near[apus_tile_columns];
  if (room < apus_tile_columns) {
    memset(near, 0, sizeof near);
    at = memcpy(near, at, (size_t)length);
  }
  uint32_t bits = 0;
#if APUS_VECTOR_BYTES >= 32
  __m256i zero = _mm256_setzero_si256();
  __m256i low = _mm256_cmpeq_epi16(_mm256_loadu_si256((const __m256i *)at), zero);
  __m256i high = _mm256_cmpeq_epi16(_mm256_loadu_si256((const __m256i *)(at + 32)), zero);
  // Packing goes by halves of the vectors.
  bits = ~(uint32_t)_mm256_movemask_epi8(_mm256_permute4x64_epi64(_mm256_packs_epi16(low, high), 0xd8));
#else
  for (int pair = 0; pair < apus_tile_pairs; pair++) bits |= (uint32_t)((at[2 * pair] | at[2 * pair + 1]) != 0) << pair;
#endif
  if (length == apus_tile_columns) return bits;
  bits &= (1u << length / 2) - 1;
  // A last column without a neighbour: what lies beside it is anything.
  return length % 2 == 0 ? bits : bits | (uint32_t)(at[length - 1] != 0) << length / 2;
}

INLINE uint32_t NAME(number_pairs)(const T *at, int64_t length) {
  uint32_t bits = 0;
  int64_t c = 0;
#if APUS_IS_F32 && APUS_VECTOR_BYTES >= 32
  for (; c + 8 <= length; c += 8) {
    __m256i pairs = _mm256_cmpeq_epi64(_mm256_loadu_si256((const __m256i *)(at + c)), _mm256_setzero_si256());
    bits |= (uint32_t)(~_mm256_movemask_pd((__m256d)pairs) & 15) << (c / 2);
  }
#endif
  for (; c < length; c += 2) bits |= (uint32_t)(NAME(any_bits)(at + c, c + 1 < length ? 2 : 1) != 0) << (c / 2);
  return bits;
}

INLINE uint32_t NAME(pairs_of)(const NAME(cells) *x, int64_t r, int64_t length) {
  const char *at = x->at + r * x->row;
  return x->table ? NAME(byte_pairs)(at, length, x->room) : NAME(number_pairs)((const T *)at, length);
}

/// Whether rows are worth listing, as far as a few of their numbers tell.
static int NAME(has_zeros)(const NAME(cells) *x, int64_t rows, int64_t length) {
  enum { looks = 8 };
  int64_t width = apus_min(length, apus_tile_columns), found = 0;
  for (int64_t s = 0; s < looks; s++) {
    NAME(cells) here = NAME(cells_from)(*x, s * (length - width) / (looks - 1));
    found += __builtin_popcount(NAME(pairs_of)(&here, s * rows / looks, width));
  }
  return found * 100 <= looks * (width + 1) / 2 * NAME(most_pairs);
}

/// Bit c of row r becomes bit r of row c (Warren 2012, "Hacker's Delight", 7-3).
INLINE void NAME(transpose_bits)(uint32_t rows[32]) {
  static const uint32_t halves[] = {0x0000ffff, 0x00ff00ff, 0x0f0f0f0f, 0x33333333, 0x55555555};
#pragma clang loop unroll(full)
  for (int h = 0; h < 5; h++) {
    const int step = 16 >> h;
#pragma clang loop unroll(full)
    for (int from = 0; from < 32; from += 2 * step) {
#pragma clang loop unroll(full)
      for (int r = from; r < from + step; r++) {
        uint32_t change = ((rows[r] >> step) ^ rows[r + step]) & halves[h];
        rows[r] ^= change << step;
        rows[r + step] ^= change;
      }
    }
  }
}

/// The masks of the pairs of up to 64 columns: bit r for row r, of up to 32.
static void NAME(list_pairs)(const NAME(cells) *x, int64_t rows, int64_t length, uint32_t masks[apus_tile_pairs]) {
  uint32_t bits[apus_tile_pairs] = {0};
  if (x->table)
    for (int64_t r = 0; r < rows; r++) bits[r] = NAME(byte_pairs)(x->at + r * x->row, length, x->room);
  else
    for (int64_t r = 0; r < rows; r++) bits[r] = NAME(number_pairs)((const T *)(x->at + r * x->row), length);
  NAME(transpose_bits)(bits);
  memcpy(masks, bits, sizeof bits);
}

/// A bit for each of the first `length` (at most 64) numbers.
INLINE uint64_t NAME(places)(const T *at, int64_t length) {
  uint64_t bits = 0;
  int64_t c = 0;
#if APUS_IS_F32 && APUS_VECTOR_BYTES >= 32
  for (; c + 8 <= length; c += 8) bits |= (uint64_t)(uint32_t)NAME(nonzero)(_mm256_loadu_ps(at + c)) << c;
#endif
  for (; c < length; c++) bits |= (uint64_t)(NAME(any_bits)(at + c, 1) != 0) << c;
  return bits;
}

/// Rows of B, from one of its columns on.
typedef struct NAME(lines) {
  const char *b;
  int64_t row;   // bytes from row to row
  int64_t cols;  // more than (vectors - 1)·VN
  int64_t last;  // bytes to the last vector, which ends with the row; with fewer columns than a vector has, 0
} NAME(lines);

INLINE NAME(lines) NAME(lines_of)(const T *b, int64_t row, int64_t cols) {
  int64_t size = sizeof(T), width = apus_min(cols, NAME(pair_width));
  return (NAME(lines)){(const char *)b, row * size, width, apus_max(width - VN, 0) * size};
}

/// A vector of a row of B. `vectors` and `is_part` (a single vector, with fewer columns) are constants.
INLINE V NAME(numbers)(const NAME(lines) *lines, const char *line, int v, int vectors, int is_part) {
  if (is_part) return NAME(load_part)((const T *)line, lines->cols);
  return NAME(load)((const T *)(line + (v < vectors - 1 ? v * APUS_VECTOR_BYTES : lines->last)));
}

/// The number at column 0 or 1 of a row; `is_byte` is a constant.
INLINE V NAME(cell)(const NAME(cells) *x, const char *row, int c, int is_byte) {
  return NAME(splat)(is_byte ? x->table[(uint8_t)row[c]] : ((const T *)row)[c]);
}

/// sums[r, j] += x[r, c]·b[c, j] for `pairs` pairs of columns c, in their order. Rows of sums are `pair_width` long; the last vector
/// of each is that of the last columns.
INLINE void NAME(add_pairs)(
  NAME(cells) x, const uint32_t *masks, int64_t pairs, NAME(lines) lines, T *sums, int vectors, int is_byte, int is_part) {
  const int64_t next = 2 * (is_byte ? 1 : (int64_t)sizeof(T));
  for (int64_t pair = 0; pair < pairs; pair++, x.at += next, lines.b += 2 * lines.row) {
    uint32_t rows = masks[pair];
    if (rows == 0) continue;
    V first[NAME(pair_vectors)], second[NAME(pair_vectors)];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      first[v] = NAME(numbers)(&lines, lines.b, v, vectors, is_part);
      second[v] = NAME(numbers)(&lines, lines.b + lines.row, v, vectors, is_part);
    }
    do {
      int64_t r = __builtin_ctz(rows);
      T *to = sums + r * NAME(pair_width);
      const char *at = x.at + r * x.row;
      V left = NAME(cell)(&x, at, 0, is_byte), right = NAME(cell)(&x, at, 1, is_byte);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) {
        V sum = NAME(fma)(left, first[v], NAME(load)(to + v * VN));
        NAME(store)(to + v * VN, NAME(fma)(right, second[v], sum));
      }
      rows &= rows - 1;
    } while (rows != 0);
  }
}

/// Where sums of a gradient go: into rows of a block, `pair_width` long, added to what they hold; or, times the rate, off rows of C.
typedef struct NAME(target) {
  T *block;  // NULL: to C
  NAME(row_ends) ends;
  int64_t stride;
} NAME(target);

/// Takes sums off a row of C.
INLINE void NAME(update_row)(const NAME(row_ends) *row, const V *sum, int64_t cols, int vectors, int is_part) {
  if (is_part) {
    NAME(finish_as)(row, apus_end_update, 0, sum[0], cols);
    return;
  }
  // The last vector may hold numbers of the one before, so it is read before that is written.
  V last = NAME(value_as)(row, apus_end_update, cols - VN, sum[vectors - 1], VN);
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors - 1; v++) NAME(finish_as)(row, apus_end_update, v * VN, sum[v], VN);
  NAME(store)(row->c + cols - VN, last);
}

/// Sums over up to 32 rows r of x[r, c]·b[r, j], for `pairs` pairs of columns c. `is_update`, a constant: they go to C.
INLINE void NAME(multiply_pairs)(
  NAME(cells) x, const uint32_t *masks, int64_t pairs, NAME(lines) lines, NAME(target) to, int vectors, int is_byte,
  int is_part, int is_update) {
  const int64_t next = 2 * (is_byte ? 1 : (int64_t)sizeof(T));
  int64_t below = is_update ? to.stride : NAME(pair_width);
  for (int64_t pair = 0; pair < pairs; pair++, x.at += next) {
    T *c = is_update ? to.ends.c + 2 * pair * below : to.block + 2 * pair * below;
    uint32_t rows = masks[pair];
    if (rows == 0) continue;
    V first[NAME(pair_vectors)], second[NAME(pair_vectors)];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      first[v] = is_update ? NAME(splat)(0) : NAME(load)(c + v * VN);
      second[v] = is_update ? NAME(splat)(0) : NAME(load)(c + below + v * VN);
    }
    do {
      int64_t r = __builtin_ctz(rows);
      const char *at = x.at + r * x.row, *line = lines.b + r * lines.row;
      V left = NAME(cell)(&x, at, 0, is_byte), right = NAME(cell)(&x, at, 1, is_byte);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) {
        V numbers = NAME(numbers)(&lines, line, v, vectors, is_part);
        first[v] = NAME(fma)(left, numbers, first[v]);
        second[v] = NAME(fma)(right, numbers, second[v]);
      }
      rows &= rows - 1;
    } while (rows != 0);
    if (is_update) {
      NAME(row_ends) row = to.ends;
      row.c = c;
      NAME(update_row)(&row, first, lines.cols, vectors, is_part);
      row.c += below;
      NAME(update_row)(&row, second, lines.cols, vectors, is_part);
      continue;
    }
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      NAME(store)(c + v * VN, first[v]);
      NAME(store)(c + below + v * VN, second[v]);
    }
  }
}

/// out[j] = Σ x[c]·b[c, j] over the places of a single row.
INLINE void NAME(multiply_row)(const T *x, int64_t length, NAME(lines) lines, T *out, int vectors, int is_part) {
  V sum[NAME(pair_vectors)];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) sum[v] = NAME(splat)(0);
  for (int64_t c = 0; c < length; c += 64) {
    for (uint64_t places = NAME(places)(x + c, apus_min(length - c, 64)); places != 0; places &= places - 1) {
      int64_t at = c + __builtin_ctzll(places);
      V number = NAME(splat)(x[at]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++)
        sum[v] = NAME(fma)(number, NAME(numbers)(&lines, lines.b + at * lines.row, v, vectors, is_part), sum[v]);
    }
  }
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) NAME(store)(out + v * VN, sum[v]);
}

typedef void (*NAME(add_loop))(NAME(cells), const uint32_t *, int64_t, NAME(lines), T *);
typedef void (*NAME(multiply_loop))(NAME(cells), const uint32_t *, int64_t, NAME(lines), NAME(target));
typedef void (*NAME(row_loop))(const T *, int64_t, NAME(lines), T *);

// For each number of vectors, 0 being a part of one, and numbers or bytes.
#define EACH_NUMBER(DO, ...) DO(0, __VA_ARGS__) DO(1, __VA_ARGS__) DO(2, __VA_ARGS__) DO(3, __VA_ARGS__) DO(4, __VA_ARGS__)
#define LOOPS(n, of, is_byte)                                                                                \
  static void NAME(add_##of##_##n)(                                                                          \
    NAME(cells) x, const uint32_t *masks, int64_t pairs, NAME(lines) lines, T *sums) {                       \
    NAME(add_pairs)(x, masks, pairs, lines, sums, n ? n : 1, is_byte, n == 0);                               \
  }                                                                                                          \
  static void NAME(sum_##of##_##n)(                                                                          \
    NAME(cells) x, const uint32_t *masks, int64_t pairs, NAME(lines) lines, NAME(target) to) {               \
    NAME(multiply_pairs)(x, masks, pairs, lines, to, n ? n : 1, is_byte, n == 0, 0);                         \
  }                                                                                                          \
  static void NAME(update_##of##_##n)(                                                                       \
    NAME(cells) x, const uint32_t *masks, int64_t pairs, NAME(lines) lines, NAME(target) to) {               \
    NAME(multiply_pairs)(x, masks, pairs, lines, to, n ? n : 1, is_byte, n == 0, 1);                         \
  }
#define ROW_LOOP(n, ...)                                                                 \
  static void NAME(row_##n)(const T *x, int64_t length, NAME(lines) lines, T *out) {     \
    NAME(multiply_row)(x, length, lines, out, n ? n : 1, n == 0);                        \
  }
EACH_NUMBER(LOOPS, numbers, 0)
EACH_NUMBER(LOOPS, bytes, 1)
EACH_NUMBER(ROW_LOOP, )
#undef LOOPS
#undef ROW_LOOP
#define ENTRY(n, name) NAME(name##_##n),
static const NAME(add_loop) NAME(add_loops)[2][5] = {{EACH_NUMBER(ENTRY, add_numbers)}, {EACH_NUMBER(ENTRY, add_bytes)}};
static const NAME(multiply_loop) NAME(sum_loops)[2][5] = {{EACH_NUMBER(ENTRY, sum_numbers)}, {EACH_NUMBER(ENTRY, sum_bytes)}};
static const NAME(multiply_loop) NAME(update_loops)[2][5] = {
  {EACH_NUMBER(ENTRY, update_numbers)}, {EACH_NUMBER(ENTRY, update_bytes)}};
static const NAME(row_loop) NAME(row_loops)[5] = {EACH_NUMBER(ENTRY, row)};
#undef ENTRY
#undef EACH_NUMBER

INLINE int64_t NAME(vectors_of)(int64_t cols) { return cols < VN ? 0 : (cols + VN - 1) / VN; }

/// Numbers of rows of sums to where their columns are; then they may be read on by whole vectors.
INLINE void NAME(straighten)(T *sums, int64_t rows, int64_t cols) {
  if (cols < VN || cols % VN == 0) return;
  for (int64_t r = 0; r < rows; r++, sums += NAME(pair_width))
    NAME(store)(sums + cols - VN, NAME(load)(sums + cols / VN * VN));
}

/// A last column that has no neighbour, as one with zeros beside it.
INLINE NAME(cells) NAME(widen)(const NAME(cells) *x, int64_t rows, T *pairs) {
  for (int64_t r = 0; r < rows; r++) {
    const char *at = x->at + r * x->row;
    pairs[2 * r] = x->table ? x->table[(uint8_t)*at] : *(const T *)at;
    pairs[2 * r + 1] = 0;
  }
  return (NAME(cells)){(const char *)pairs, 2 * sizeof(T), 2 * sizeof(T), NULL};
}

/// Adds X·B for up to 32 rows and 64 columns of X, and the columns of B from `lines` on.
INLINE void NAME(add_tile)(
  const NAME(cells) *x, const uint32_t *masks, int64_t rows, int64_t length, NAME(lines) lines, T *sums) {
  int64_t vectors = NAME(vectors_of)(lines.cols), pairs = length / 2;
  NAME(add_loops)[x->table != NULL][vectors](*x, masks, pairs, lines, sums);
  if (length % 2 == 0) return;
  T wide[2 * apus_tile_pairs];
  NAME(cells) last = NAME(cells_from)(*x, 2 * pairs);
  lines.b += 2 * pairs * lines.row;
  // Its neighbour's row of B: any, since it meets zeros.
  lines.row = 0;
  NAME(add_loops)[0][vectors](NAME(widen)(&last, rows, wide), masks + pairs, 1, lines, sums);
}

/// Adds Xᵀ·B for up to 32 rows and 64 columns of X to a block, or, if the columns are even, takes it off C.
INLINE void NAME(multiply_tile)(
  const NAME(cells) *x, const uint32_t *masks, int64_t rows, int64_t length, NAME(lines) lines, NAME(target) to) {
  int64_t vectors = NAME(vectors_of)(lines.cols), pairs = length / 2;
  const NAME(multiply_loop) *loops = to.block ? NAME(sum_loops)[x->table != NULL] : NAME(update_loops)[x->table != NULL];
  loops[vectors](*x, masks, pairs, lines, to);
  if (length % 2 == 0) return;
  T wide[2 * apus_tile_pairs];
  NAME(cells) last = NAME(cells_from)(*x, 2 * pairs);
  to.block += 2 * pairs * NAME(pair_width);
  NAME(sum_loops)[0][vectors](NAME(widen)(&last, rows, wide), masks + pairs, 1, lines, to);
}
