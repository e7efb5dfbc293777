// Body of rows.c: one row of a batch, for each type of source.

/// In the type of the result.
INLINE void NAME(exact)(
  const uint8_t *restrict a, T *restrict d, const T *offset, const T *factor, T all, int64_t n) {
  for (int64_t i = 0; i < n; i++) d[i] = ((T)a[i] - (offset ? offset[i] : 0)) * (factor ? factor[i] : all);
}

static void NAME(rows_u8)(const apus_rows *p, const void *in, void *out, int64_t c, int64_t n) {
  const uint8_t *a = in;
  T *d = out;
  const T *offset = p->offset, *factor = p->factor;
  T all = (T)p->factor_all;
  if (offset && factor)
    NAME(exact)(a, d, offset + c, factor + c, 0, n);
  else if (offset)
    NAME(exact)(a, d, offset + c, NULL, all, n);
  else if (factor)
    NAME(exact)(a, d, NULL, factor + c, 0, n);
  else
    NAME(exact)(a, d, NULL, NULL, all, n);
}

/// In double, rounded once.
#define WIDE_ROW(name, type)                                                                              \
  INLINE void NAME(wide_##name)(const type *restrict a, T *restrict d, const double *fill,                \
                                const double *offset, const double *factor, double all, int64_t n) {      \
    for (int64_t i = 0; i < n; i++) {                                                                     \
      double x = (double)a[i];                                                                            \
      if (fill) x = x != x ? fill[i] : x;                                                                 \
      if (offset) x -= offset[i];                                                                         \
      d[i] = (T)(x * (factor ? factor[i] : all));                                                         \
    }                                                                                                     \
  }                                                                                                       \
  static void NAME(rows_##name)(const apus_rows *p, const void *in, void *out, int64_t c, int64_t n) {    \
    const double *offset = p->offset, *factor = p->factor, *fill = p->fill;                               \
    if (!offset && !factor && !fill)                                                                      \
      NAME(wide_##name)(in, out, NULL, NULL, NULL, p->factor_all, n);                                     \
    else if (offset && factor && !fill)                                                                   \
      NAME(wide_##name)(in, out, NULL, offset + c, factor + c, 0, n);                                     \
    else                                                                                                  \
      NAME(wide_##name)(in, out, fill ? fill + c : NULL, offset ? offset + c : NULL,                      \
                        factor ? factor + c : NULL, p->factor_all, n);                                    \
  }
WIDE_ROW(f32, float)
WIDE_ROW(f64, double)
WIDE_ROW(i32, int32_t)
#undef WIDE_ROW

static const apus_row_gather NAME(row_gathers)[APUS_BOOL + 1] = {
  [APUS_F32] = NAME(rows_f32), [APUS_F64] = NAME(rows_f64), [APUS_I32] = NAME(rows_i32),
  [APUS_U8] = NAME(rows_u8), [APUS_BOOL] = NAME(rows_u8),
};
