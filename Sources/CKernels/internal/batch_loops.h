// Body of batch.c: one row of a batch, for each type of source.

#define BATCH_ROW(name, type)                                                                            \
  static void NAME(name)(const void *ap, void *dp, const void *sp, const void *op, double scale,         \
                         double offset, int64_t n) {                                                     \
    const type *restrict a = ap;                                                                         \
    T *restrict d = dp;                                                                                  \
    const T *s = sp, *o = op;                                                                            \
    T all = (T)scale, plus = (T)offset;                                                                  \
    if (s && o)                                                                                          \
      for (int64_t i = 0; i < n; i++) d[i] = (T)a[i] * s[i] + o[i];                                      \
    else if (s)                                                                                          \
      for (int64_t i = 0; i < n; i++) d[i] = (T)a[i] * s[i] + plus;                                      \
    else if (o)                                                                                          \
      for (int64_t i = 0; i < n; i++) d[i] = (T)a[i] * all + o[i];                                       \
    else                                                                                                 \
      for (int64_t i = 0; i < n; i++) d[i] = (T)a[i] * all + plus;                                       \
  }
BATCH_ROW(batch_row_f32, float)
BATCH_ROW(batch_row_f64, double)
BATCH_ROW(batch_row_i32, int32_t)
BATCH_ROW(batch_row_u8, uint8_t)
#undef BATCH_ROW

static const apus_batch_row NAME(batch_rows)[] = {
  [APUS_F32] = NAME(batch_row_f32), [APUS_F64] = NAME(batch_row_f64),
  [APUS_I32] = NAME(batch_row_i32), [APUS_U8] = NAME(batch_row_u8), [APUS_BOOL] = NAME(batch_row_u8),
};
