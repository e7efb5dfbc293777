// Products of few columns with an operand that has many zeros, such as the pixels of a first layer: its vectors that are
// all zeros are left out. All else is added in the order of the other loops, so no bit of a finite number changes. Included
// by narrow_loops.h; see Documentation/Decisions/Zeros.md.

/// How many of a thousand vectors of `rows` × `cols` numbers are not all zeros, by a look at a few; all where not one is whole.
INLINE int64_t NAME(share)(const T *x, int64_t row, int64_t rows, int64_t cols) {
  enum { most_rows = 8, vectors = 8 };
  if (cols < VN) return 1000;
  int64_t looks = rows < most_rows ? rows : most_rows, found = 0;
  for (int64_t i = 0; i < looks; i++)
    for (int64_t v = 0; v < vectors; v++)
      found += NAME(any)(NAME(load)(x + i * rows / looks * row + v * (cols - VN) / (vectors - 1)));
  return found * 1000 / (looks * vectors);
}

/// In a thousand: where more vectors are not all zeros, they are multiplied as a whole.
enum { NAME(many) = 650 };

/// Where the vectors begin that are not all zeros; how many there are. Writes one place more.
static int64_t NAME(list_vectors)(const T *x, int64_t cols, uint16_t *list) {
  int64_t count = 0;
  for (int64_t c = 0; c + VN <= cols; c += VN) {
    list[count] = (uint16_t)c;
    count += NAME(any)(NAME(load)(x + c));
  }
  return count;
}

/// A row of A, whose vectors are listed, and columns of B; contiguous along k.
typedef struct NAME(listed) {
  const T *a, *b;
  int64_t b_col, k;
  const uint16_t *list;
  int64_t count;
  T *out;  // room for three numbers more
} NAME(listed);

/// The most sums at a time, whose additions then wait for nothing.
enum { NAME(sums) = 10 };

/// As `dot` does, of listed vectors.
INLINE void NAME(dot_listed)(const NAME(listed) *d, int cols) {
  V sum[NAME(sums) + 2];
#pragma clang loop unroll(full)
  for (int c = 0; c < NAME(sums) + 2; c++) sum[c] = NAME(splat)(0);
#define LISTED_STEP(get)                                                                    \
  {                                                                                         \
    /* Pointers, so that every address is one of them and a stride times 1 or 2. */         \
    const T *b[4] = {d->b + p};                                                             \
    _Pragma("clang loop unroll(full)") for (int n = 1; n < 4; n++) b[n] = b[n - 1] + 3 * b_col; \
    V x = get(d->a + p);                                                                    \
    _Pragma("clang loop unroll(full)") for (int c = 0; c < cols; c++)                       \
      sum[c] = NAME(fma)(x, get(b[c / 3] + c % 3 * b_col), sum[c]);                         \
  }
#define PART(from) NAME(load_part)(from, d->k - p)
  int64_t b_col = d->b_col, p;
#pragma clang loop unroll(disable)
  for (int64_t s = 0; s < d->count; s++) {
    p = d->list[s];
    LISTED_STEP(NAME(load))
  }
  p = d->k / VN * VN;
  if (p < d->k) LISTED_STEP(PART)
#undef PART
#undef LISTED_STEP
#if APUS_IS_F32
#pragma clang loop unroll(full)
  for (int c = 0; c < cols; c += 4) NAME(sum_four)(sum[c], sum[c + 1], sum[c + 2], sum[c + 3], d->out + c);
#else
#pragma clang loop unroll(full)
  for (int c = 0; c < cols; c++) d->out[c] = NAME(sum_lanes)(sum[c]);
#endif
}

/// C[i0…i1, j…] = Σ_p A[i, p]·X[p, j] of one vector of columns; of each 32 rows p, `bits` says which are not all zeros there.
typedef struct NAME(strip) {
  const T *a, *x;
  int64_t a_col, row, words;
  uint32_t *bits;
  NAME(row_ends) ends;  // of column 0
  int64_t column, stride;
} NAME(strip);

enum { NAME(word) = 32 };

/// Which rows of X are not all zeros in a vector of columns.
static void NAME(find_rows)(const T *x, int64_t row, int64_t rows, uint32_t *bits) {
  for (int64_t at = 0; at < rows; at += NAME(word)) {
    int64_t here = apus_min(rows - at, NAME(word));
    uint32_t word = 0;
    for (int64_t p = 0; p < here; p++, x += row) word |= (uint32_t)NAME(any)(NAME(load)(x)) << p;
    bits[at / NAME(word)] = word;
  }
}

/// `rows` sums, which are constants for the compiler, from row `first` of C on, and their end.
INLINE void NAME(sum_strip)(const NAME(strip) *s, int64_t first, int kind, int rows) {
  V sum[NAME(sums)];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) sum[r] = NAME(splat)(0);
  for (int64_t w = 0; w < s->words; w++)
    for (uint32_t bits = s->bits[w]; bits; bits &= bits - 1) {
      int64_t p = w * NAME(word) + __builtin_ctz(bits);
      const T *a = s->a + p * s->a_col + first;
      V x = NAME(load)(s->x + p * s->row);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) sum[r] = NAME(fma)(NAME(splat)(a[r]), x, sum[r]);
    }
  NAME(row_ends) ends = s->ends;
  ends.c += first * s->stride;
  ends.mask += first * s->stride;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    NAME(finish_as)(&ends, kind, s->column, sum[r], VN);
    NAME(next_row)(&ends, s->stride);
  }
}

// Each number of sums at a time is a loop of its own.
#define EACH_NUMBER(DO) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10)
#define DOT_LISTED(cols) \
  static void NAME(dot_listed_##cols)(const NAME(listed) *d) { NAME(dot_listed)(d, cols); }
EACH_NUMBER(DOT_LISTED)
#undef DOT_LISTED
#define SUM_STRIP(rows)                                                                    \
  static void NAME(sum_strip_##rows)(const NAME(strip) *s, int64_t first, int of) {        \
    BY_KIND(of, NAME(sum_strip)(s, first, kind, rows);)                                    \
  }
EACH_NUMBER(SUM_STRIP)
#undef SUM_STRIP
#define ENTRY(count) NAME(dot_listed_##count),
static void (*const NAME(dots_listed)[])(const NAME(listed) *) = {EACH_NUMBER(ENTRY)};
#undef ENTRY
#define ENTRY(count) NAME(sum_strip_##count),
static void (*const NAME(sum_strips)[])(const NAME(strip) *, int64_t, int) = {EACH_NUMBER(ENTRY)};
#undef ENTRY
#undef EACH_NUMBER
