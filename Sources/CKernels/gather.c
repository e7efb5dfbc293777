// Rows taken by index, and their derivative.
#include "apus_move.h"
#include "apus_run.h"

#include <string.h>

enum { chunk_bytes = 1 << 16 };

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static int is_index(int64_t index, int64_t size) { return index >= 0 && index < size; }

/// A chunk is a run of the outer × count rows of the result.
static void gather_kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  (void)scratch;
  const apus_gather *p = step->extras;
  const char *in = apus_address(context, p->in);
  const int32_t *index = (const int32_t *)apus_address(context, p->index);
  char *out = apus_address(context, p->out);
  int64_t row = p->inner * p->element, end = least((chunk + 1) * p->piece, p->outer * p->count);
  for (int64_t at = chunk * p->piece; at < end; at++) {
    int64_t o = at / p->count, i = index[p->index_per_outer ? at : at % p->count];
    if (is_index(i, p->size)) {
      memcpy(out + at * row, in + (o * p->size + i) * row, (size_t)row);
    } else {
      memset(out + at * row, 0, (size_t)row);
      apus_fail(context, step, APUS_INDEX_OUT_OF_RANGE, i);
    }
  }
}

apus_step apus_gather_step(apus_gather *p, apus_level level) {
  (void)level;
  apus_step step = {.extras = p};
  int32_t e = p->element;
  if ((e != 1 && e != 2 && e != 4 && e != 8) || p->in.base < 0 || p->index.base < 0 || p->out.base < 0) return step;
  if (p->outer < 0 || p->size < 0 || p->count < 0 || p->inner < 0) return step;
  int64_t row = p->inner * e;
  p->piece = row >= chunk_bytes ? 1 : chunk_bytes / (row > 16 ? row : 16);
  step.kernel = gather_kernel;
  step.chunks = (p->outer * p->count + p->piece - 1) / p->piece;
  step.work = 20 + p->outer * p->count * (4 + row / 16);
  return step;
}

#define SCATTER(name, type, sum)                                                                 \
  static void name(const apus_scatter *p, const char *in, const int32_t *index, char *out,       \
                   int64_t i0, int64_t i1, const apus_step *step, apus_context *context) {       \
    const type *restrict from = (const type *)in;                                                \
    type *restrict to = (type *)out;                                                             \
    for (int64_t j = 0; j < p->count; j++) {                                                     \
      if (!is_index(index[j], p->size)) {                                                        \
        apus_fail(context, step, APUS_INDEX_OUT_OF_RANGE, index[j]);                             \
        continue;                                                                                \
      }                                                                                          \
      for (int64_t i = i0; i < i1; i++) {                                                        \
        type *x = &to[index[j] * p->inner + i];                                                  \
        *x = sum(*x, from[j * p->inner + i]);                                                    \
      }                                                                                          \
    }                                                                                            \
  }
#define PLUS(a, b) ((a) + (b))
#define WRAPPING(a, b) ((int32_t)((uint32_t)(a) + (uint32_t)(b)))
SCATTER(scatter_f32, float, PLUS)
SCATTER(scatter_f64, double, PLUS)
SCATTER(scatter_i32, int32_t, WRAPPING)

/// A chunk is a run of inner positions of one outer position: no two chunks add to the same number.
static void scatter_kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  (void)scratch;
  const apus_scatter *p = step->extras;
  int64_t across = (p->inner + p->piece - 1) / p->piece, o = chunk / across;
  int64_t i0 = chunk % across * p->piece, i1 = least(i0 + p->piece, p->inner);
  int64_t size = apus_dtype_size(p->dtype);
  const char *in = apus_address(context, p->in) + o * p->count * p->inner * size;
  char *out = apus_address(context, p->out) + o * p->size * p->inner * size;
  const int32_t *index = (const int32_t *)apus_address(context, p->index) + (p->index_per_outer ? o * p->count : 0);
  if (p->clear)
    for (int64_t r = 0; r < p->size; r++) memset(out + (r * p->inner + i0) * size, 0, (size_t)((i1 - i0) * size));
  if (p->dtype == APUS_F32) scatter_f32(p, in, index, out, i0, i1, step, context);
  if (p->dtype == APUS_F64) scatter_f64(p, in, index, out, i0, i1, step, context);
  if (p->dtype == APUS_I32) scatter_i32(p, in, index, out, i0, i1, step, context);
}

apus_step apus_scatter_step(apus_scatter *p, apus_level level) {
  (void)level;
  apus_step step = {.extras = p};
  if (p->dtype > APUS_I32 || p->in.base < 0 || p->index.base < 0 || p->out.base < 0) return step;
  if (p->outer < 0 || p->size < 0 || p->count < 0 || p->inner < 0) return step;
  int64_t rows = p->count > p->size ? p->count : p->size;
  int64_t piece = chunk_bytes / (rows > 0 ? rows : 1);
  p->piece = piece > 64 ? piece / 64 * 64 : 64;
  step.kernel = scatter_kernel;
  step.chunks = p->outer * ((p->inner + p->piece - 1) / p->piece);
  step.work = 20 + p->outer * (p->count * (4 + p->inner / 4) + (p->clear ? p->size * p->inner / 4 : 0));
  return step;
}
