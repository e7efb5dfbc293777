// A batch of rows out of a data set: gathered, converted and scaled in one pass.
#include "apus_move.h"
#include "apus_run.h"

#include <stddef.h>

typedef void (*apus_batch_row)(
  const void *from, void *to, const void *scale, const void *offset, double scale_all, double offset_all, int64_t n);

#define APUS_BODY "batch_loops.h"
#include "internal/each_level.h"

enum { chunk_elements = 1 << 14, rows_ahead = 2 };

static void labels(const void *from, apus_dtype dtype, void *to, int64_t n) {
  int32_t *d = to;
  for (int64_t i = 0; i < n; i++) d[i] = dtype == APUS_I32 ? ((const int32_t *)from)[i] : ((const uint8_t *)from)[i];
}

static int64_t index_at(const apus_batch *p, const char *index, int64_t i) {
  if (!index) return p->first + i;
  return p->index_dtype == APUS_I64 ? ((const int64_t *)index)[i] : ((const int32_t *)index)[i];
}

static const char *optional(const apus_context *context, apus_place place) {
  return place.base < 0 ? NULL : apus_address(context, place);
}

/// Rows of a shuffled data set are not in any cache: ask for them a little before they are needed.
static void prefetch(const char *from, int64_t bytes) {
  for (int64_t at = 0; at < bytes; at += 64) __builtin_prefetch(from + at);
}

static void batch(const apus_step *step, apus_context *context, int64_t chunk, apus_batch_row row) {
  const apus_batch *p = step->extras;
  const char *in = apus_address(context, p->in), *index = optional(context, p->index);
  const char *scale = optional(context, p->scale), *offset = optional(context, p->offset);
  char *out = apus_address(context, p->out);
  int64_t from_row = p->in_stride * apus_dtype_size(p->in_dtype), to_row = p->out_stride * apus_dtype_size(p->out_dtype);
  int64_t end = (chunk + 1) * p->piece < p->count ? (chunk + 1) * p->piece : p->count;
  for (int64_t i = chunk * p->piece; i < end; i++) {
    int64_t ahead = i + rows_ahead < end ? index_at(p, index, i + rows_ahead) : -1;
    if (ahead >= 0 && ahead < p->rows) prefetch(in + ahead * from_row, p->cols * apus_dtype_size(p->in_dtype));
    int64_t r = index_at(p, index, i);
    char *to = out + i * to_row;
    if (r < 0 || r >= p->rows) {
      memset(to, 0, (size_t)(p->cols * apus_dtype_size(p->out_dtype)));
      apus_fail(context, step, APUS_INDEX_OUT_OF_RANGE, r);
    } else if (p->out_dtype == APUS_I32) {
      labels(in + r * from_row, p->in_dtype, to, p->cols);
    } else {
      row(in + r * from_row, to, scale, offset, p->scale_all, p->offset_all, p->cols);
    }
  }
}

#define KERNEL(name, rows)                                                                          \
  static void name(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {    \
    (void)scratch;                                                                                  \
    const apus_batch *p = step->extras;                                                             \
    batch(step, context, chunk, rows[p->in_dtype]);                                                 \
  }
KERNEL(batch_f32_base, batch_rows_f32_base)
KERNEL(batch_f64_base, batch_rows_f64_base)
#ifdef APUS_HAS_LEVELS
KERNEL(batch_f32_avx2, batch_rows_f32_avx2)
KERNEL(batch_f64_avx2, batch_rows_f64_avx2)
KERNEL(batch_f32_avx512, batch_rows_f32_avx512)
KERNEL(batch_f64_avx512, batch_rows_f64_avx512)
#endif

apus_step apus_batch_step(apus_batch *p, apus_level level) {
  apus_step step = {.extras = p};
  if (p->rows < 0 || p->cols < 0 || p->count < 0 || p->in.base < 0 || p->out.base < 0) return step;
  if (p->in_dtype > APUS_BOOL || p->out_dtype > APUS_I32) return step;
  if (p->index.base >= 0 && p->index_dtype != APUS_I32 && p->index_dtype != APUS_I64) return step;
  int whole = p->in_dtype == APUS_I32 || p->in_dtype == APUS_U8;
  if (p->out_dtype == APUS_I32 && !whole) return step;
  int64_t rows = chunk_elements / (p->cols > 0 ? p->cols : 1);
  p->piece = rows > 1 ? rows : 1;
  step.kernel = APUS_PICK(batch, p->out_dtype, level);
  step.chunks = (p->count + p->piece - 1) / p->piece;
  step.work = 20 + p->count * (10 + p->cols / 8);
  return step;
}
