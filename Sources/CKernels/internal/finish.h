// The end of a product: the epilogue that happens in registers. See apus_contract.

typedef struct NAME(ends) {
  const T *bias, *mask;
  T *c;
  int64_t stride;
  T rate;
  int relu, accumulate, update;
  int kind;  // apus_end_…
} NAME(ends);

/// The frequent ends have code of their own, without a question for each vector.
INLINE int NAME(kind_of)(const NAME(ends) *e) {
  int count = !!e->bias + !!e->mask + e->accumulate + e->update;
  if (count == 0 && !e->relu) return apus_end_store;
  if (count != 1 || e->accumulate) return apus_end_other;
  if (e->bias) return apus_end_bias;
  if (e->relu) return apus_end_other;
  return e->update ? apus_end_update : apus_end_mask;
}

/// The ends of batch item g; or, for the block an epilogue program reads, none.
INLINE NAME(ends) NAME(ends_of)(const apus_contract *p, const apus_context *context, int64_t g) {
  NAME(ends) e = {0};
  if (p->epilogue) return e;
  int64_t at = g * p->c_batch;
  e.c = (T *)apus_address(context, p->c) + at;
  e.stride = p->c_row;
  if (p->bias.base >= 0) e.bias = (const T *)apus_address(context, p->bias);
  if (p->mask.base >= 0) e.mask = (const T *)apus_address(context, p->mask) + at;
  e.relu = p->relu;
  e.accumulate = p->accumulate;
  e.update = p->rate.base >= 0;
  if (e.update) e.rate = *(const T *)apus_address(context, p->rate);
  e.kind = NAME(kind_of)(&e);
  return e;
}

/// Takes `lanes` (≤ VN) numbers of P from [i, j] on to their place.
INLINE void NAME(finish)(const NAME(ends) *e, int64_t i, int64_t j, V v, int64_t lanes) {
#define GET(from) (lanes == VN ? NAME(load)(from) : NAME(load_part)(from, lanes))
  T *c = e->c + i * e->stride + j;
  V zero = NAME(splat)(0);
  if (e->bias) v += GET(e->bias + j);
  if (e->relu) v = NAME(pick)(v <= 0, zero, v);
  if (e->mask) v = NAME(pick)(GET(e->mask + i * e->stride + j) > 0, v, zero);
  if (e->accumulate) v = GET(c) + v;
  if (e->update) v = NAME(fma)(NAME(splat)(-e->rate), v, GET(c));
  if (lanes == VN)
    NAME(store)(c, v);
  else
    NAME(store_part)(c, v, lanes);
#undef GET
}

/// The end of one row, from some column on.
typedef struct NAME(row_ends) {
  T *c;
  const T *bias, *mask;
  V rate;
  V least;  // ReLU makes zero of what is not more; NaN where there is no ReLU
} NAME(row_ends);

INLINE NAME(row_ends) NAME(row_ends_of)(const NAME(ends) *e, int64_t i, int64_t j) {
  int64_t at = i * e->stride + j;
  NAME(row_ends) row = {
    e->c + at, e->bias + j, e->mask + at, NAME(splat)(-e->rate), NAME(splat)(e->relu ? 0 : (T)NAN)};
  return row;
}

INLINE void NAME(next_row)(NAME(row_ends) *ends, int64_t stride) {
  ends->c += stride;
  ends->mask += stride;
}

/// What `finish` stores of `lanes` numbers that are `at` columns on; `kind` is a constant and not `apus_end_other`.
INLINE V NAME(value_as)(const NAME(row_ends) *row, int kind, int64_t at, V v, int64_t lanes) {
#define GET(from) (lanes == VN ? NAME(load)(from) : NAME(load_part)(from, lanes))
  V zero = NAME(splat)(0);
  if (kind == apus_end_bias) {
    v += GET(row->bias + at);
    v = NAME(pick)(v <= row->least, zero, v);
  }
  if (kind == apus_end_mask) v = NAME(pick)(GET(row->mask + at) > 0, v, zero);
  if (kind == apus_end_update) v = NAME(fma)(row->rate, v, GET(row->c + at));
#undef GET
  return v;
}

INLINE void NAME(finish_as)(const NAME(row_ends) *row, int kind, int64_t at, V v, int64_t lanes) {
  v = NAME(value_as)(row, kind, at, v, lanes);
  if (lanes == VN)
    NAME(store)(row->c + at, v);
  else
    NAME(store_part)(row->c + at, v, lanes);
}

// Runs a statement in which `kind` is a constant, except for `apus_end_other`.
#undef BY_KIND
#define BY_KIND(of, ...)                                                          \
  switch (of) {                                                                   \
    case apus_end_store: { enum { kind = apus_end_store }; __VA_ARGS__ } break;   \
    case apus_end_update: { enum { kind = apus_end_update }; __VA_ARGS__ } break; \
    case apus_end_bias: { enum { kind = apus_end_bias }; __VA_ARGS__ } break;     \
    case apus_end_mask: { enum { kind = apus_end_mask }; __VA_ARGS__ } break;     \
  }

/// Takes `rows` rows of `cols` numbers, which lie `stride` apart, to their place at row i and column j. At `from` whole vectors
/// may be read.
INLINE void NAME(finish_rows)(
  const NAME(ends) *e, int64_t i, int64_t rows, int64_t j, const T *from, int64_t stride, int64_t cols) {
  NAME(row_ends) row = NAME(row_ends_of)(e, i, j);
  if (e->kind == apus_end_other) {
    for (int64_t r = 0; r < rows; r++, from += stride)
      for (int64_t c = 0; c < cols; c += VN) NAME(finish)(e, i + r, j + c, NAME(load)(from + c), apus_min(cols - c, VN));
    return;
  }
  BY_KIND(e->kind, {
    for (int64_t r = 0; r < rows; r++, from += stride) {
      if (cols < VN) {
        NAME(finish_as)(&row, kind, 0, NAME(load)(from), cols);
      } else {
        // The last vector ends with the row: it may hold numbers of the one before, so it is read before that is written.
        V last = NAME(value_as)(&row, kind, cols - VN, NAME(load)(from + cols - VN), VN);
        for (int64_t c = 0; c + VN < cols; c += VN) NAME(finish_as)(&row, kind, c, NAME(load)(from + c), VN);
        NAME(store)(row.c + cols - VN, last);
      }
      NAME(next_row)(&row, e->stride);
    }
  })
}

/// One row.
INLINE void NAME(finish_row)(const NAME(ends) *e, int64_t i, int64_t j, const T *from, int64_t cols) {
  NAME(finish_rows)(e, i, 1, j, from, 0, cols);
}
