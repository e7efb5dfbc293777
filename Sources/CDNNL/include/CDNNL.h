/// The few functions of oneDNN that Apus calls, loaded when first needed. Hides which version is there.
#pragma once

#include "apus_step.h"

/// Whether the library was found when compiling and can be loaded now. The first call loads it.
int apus_dnnl_available(void);

/// Writes the library's version ("2.6.3") and a closing NUL into `text`, cut to `capacity` bytes; "" when there is none.
void apus_dnnl_version(char *text, int64_t capacity);

/// For every g < batch:  C = op(A)·op(B), all float32, row-major and dense but for batch strides of 0.
///
/// A chunk is `chunk_m` rows and `chunk_n` columns of one C, on one thread, so that the bits follow from the
/// description alone.
typedef struct apus_dnnl_product {
  int64_t m, n, k, batch;
  int64_t a_batch, b_batch;
  apus_place a, b, c;
  int64_t chunk_m, chunk_n;
  uint8_t transpose_a, transpose_b;
  uint8_t reserved[6];
} apus_dnnl_product;

/// The step; its kernel is NULL when the library is not available.
apus_step apus_dnnl_product_step(const apus_dnnl_product *product);

/// C [m, n] = op(A)·op(B) in float32, row-major and dense, on one thread, `times` times over: a yardstick. False when
/// the library is not available.
int apus_dnnl_sgemm(
  int transpose_a, int transpose_b, int64_t m, int64_t n, int64_t k, const float *a, const float *b, float *c,
  int64_t times);
