// Copies of operands in panels, as the loops of blocked_loops.h and sparse_blocked_loops.h read them.

enum {
  NAME(rows) = APUS_REGISTERS > 16 ? 12 : 6,
  NAME(cols) = 2 * APUS_VECTOR_BYTES / (int)sizeof(T),
};

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
