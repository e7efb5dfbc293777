// Products of Float32 matrices as they lie in memory, and what the library says of itself.
#include "CDNNL.h"

#include "internal/library.h"

#ifdef APUS_HAS_DNNL

#include <stdio.h>

int apus_dnnl_available(void) { return apus_dnnl_library()->loaded; }

void apus_dnnl_version(char *text, int64_t capacity) {
  if (capacity <= 0) return;
  text[0] = 0;
  if (!apus_dnnl_available()) return;
  const dnnl_version_t *v = apus_dnnl_library()->version();
  snprintf(text, (size_t)capacity, "%d.%d.%d", v->major, v->minor, v->patch);
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static void multiply(
  const apus_dnnl_product *p, const float *a, const float *b, float *c, int64_t rows, int64_t cols) {
  const apus_dnnl *library = apus_dnnl_library();
  int threads = apus_dnnl_begin_alone(library);
  library->sgemm(
    p->transpose_a ? 'T' : 'N', p->transpose_b ? 'T' : 'N', rows, cols, p->k, 1, a, p->transpose_a ? p->m : p->k, b,
    p->transpose_b ? p->k : p->n, 0, c, p->n);
  apus_dnnl_end_alone(library, threads);
}

static void kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  (void)scratch;
  const apus_dnnl_product *p = step->extras;
  int64_t down = (p->m + p->chunk_m - 1) / p->chunk_m, across = (p->n + p->chunk_n - 1) / p->chunk_n;
  int64_t g = chunk / (down * across), at = chunk % (down * across);
  int64_t i = at / across * p->chunk_m, j = at % across * p->chunk_n;
  const float *a = (const float *)apus_address(context, p->a) + g * p->a_batch + i * (p->transpose_a ? 1 : p->k);
  const float *b = (const float *)apus_address(context, p->b) + g * p->b_batch + j * (p->transpose_b ? p->k : 1);
  float *c = (float *)apus_address(context, p->c) + (g * p->m + i) * p->n + j;
  multiply(p, a, b, c, smaller(p->chunk_m, p->m - i), smaller(p->chunk_n, p->n - j));
}

apus_step apus_dnnl_product_step(const apus_dnnl_product *p) {
  apus_step step = {.extras = p};
  if (!apus_dnnl_available()) return step;
  step.kernel = kernel;
  step.chunks =
    p->batch * ((p->m + p->chunk_m - 1) / p->chunk_m) * ((p->n + p->chunk_n - 1) / p->chunk_n);
  step.work = 1000 + (int64_t)((double)p->batch * (double)p->m * (double)p->n * (double)p->k / 40);
  return step;
}

int apus_dnnl_sgemm(
  int transpose_a, int transpose_b, int64_t m, int64_t n, int64_t k, const float *a, const float *b, float *c,
  int64_t times) {
  if (!apus_dnnl_available()) return 0;
  apus_dnnl_product product = {
    .m = m, .n = n, .k = k, .transpose_a = transpose_a != 0, .transpose_b = transpose_b != 0};
  for (int64_t i = 0; i < times; i++) multiply(&product, a, b, c, m, n);
  return 1;
}

#else

int apus_dnnl_available(void) { return 0; }

void apus_dnnl_version(char *text, int64_t capacity) {
  if (capacity > 0) text[0] = 0;
}

apus_step apus_dnnl_product_step(const apus_dnnl_product *product) {
  apus_step step = {.extras = product};
  return step;
}

int apus_dnnl_sgemm(
  int transpose_a, int transpose_b, int64_t m, int64_t n, int64_t k, const float *a, const float *b, float *c,
  int64_t times) {
  return 0;
}

#endif
