// Calls oneDNN through dlopen: programs that never multiply large matrices do not pay for loading it.
#include "CDNNL.h"

#include <stddef.h>

#if defined(APUS_ONEDNN) && __has_include(<dnnl.h>)

#include <dlfcn.h>
#include <dnnl.h>
#include <pthread.h>
#include <stdio.h>

#define APUS_TEXT_(x) #x
#define APUS_TEXT(x) APUS_TEXT_(x)

/// What the library gives: the same in versions 2 and 3.
typedef struct apus_dnnl {
  int loaded;
  __typeof__(&dnnl_sgemm) sgemm;
  __typeof__(&dnnl_version) version;
  int (*get_threads)(void);
  void (*set_threads)(int);
} apus_dnnl;

static apus_dnnl library;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/// Loads the version whose header was compiled against, so that the types of the calls are right.
static void load(void) {
  void *handle = dlopen("libdnnl.so." APUS_TEXT(DNNL_VERSION_MAJOR), RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
  library.sgemm = (__typeof__(&dnnl_sgemm))dlsym(handle, "dnnl_sgemm");
  library.version = (__typeof__(&dnnl_version))dlsym(handle, "dnnl_version");
  // Of the OpenMP runtime that it brings; absent in builds without OpenMP.
  library.get_threads = (int (*)(void))dlsym(handle, "omp_get_max_threads");
  library.set_threads = (void (*)(int))dlsym(handle, "omp_set_num_threads");
  library.loaded = library.sgemm && library.version;
}

int apus_dnnl_available(void) {
  pthread_once(&once, load);
  return library.loaded;
}

void apus_dnnl_version(char *text, int64_t capacity) {
  if (capacity <= 0) return;
  text[0] = 0;
  if (!apus_dnnl_available()) return;
  const dnnl_version_t *v = library.version();
  snprintf(text, (size_t)capacity, "%d.%d.%d", v->major, v->minor, v->patch);
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/// One thread for each call, as its bits depend on how many there are; the caller's setting is put back.
static void multiply(
  const apus_dnnl_product *p, const float *a, const float *b, float *c, int64_t rows, int64_t cols) {
  int threads = library.get_threads ? library.get_threads() : 1;
  if (threads != 1 && library.set_threads) library.set_threads(1);
  library.sgemm(
    p->transpose_a ? 'T' : 'N', p->transpose_b ? 'T' : 'N', rows, cols, p->k, 1, a, p->transpose_a ? p->m : p->k, b,
    p->transpose_b ? p->k : p->n, 0, c, p->n);
  if (threads != 1 && library.set_threads) library.set_threads(threads);
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
