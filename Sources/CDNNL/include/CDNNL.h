/// The few functions of oneDNN that Apus calls, loaded when first needed. Hides which version is there.
#pragma once

#include "apus_step.h"
#include "apus_tile.h"

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

/// C [m, n] = op(A)·op(B) cut into `down` × `across` pieces, which must divide m and n. All of it is given and comes out
/// in float32, row-major and dense.
typedef struct apus_dnnl_pieces {
  int64_t m, n, k;
  int64_t down, across;
  uint8_t transpose_a, transpose_b;
  /// 1: operands are rounded to bfloat16, the sums are float32. 0: float32.
  uint8_t rounds;
  uint8_t reserved[5];
} apus_dnnl_pieces;

/// The primitives of such a product: packing both operands into the order that the library likes, and multiplying them.
typedef struct apus_dnnl_packing apus_dnnl_packing;

/// NULL when the library, or a fast loop of it for this type and processor, is not to be had.
apus_dnnl_packing *apus_dnnl_packing_create(const apus_dnnl_pieces *pieces);
void apus_dnnl_packing_destroy(apus_dnnl_packing *packing);

/// Memory for the packed operands.
int64_t apus_dnnl_packed_bytes_a(const apus_dnnl_packing *packing);
int64_t apus_dnnl_packed_bytes_b(const apus_dnnl_packing *packing);

/// A product of a plan; must outlive its steps.
typedef struct apus_dnnl_packed_product {
  const apus_dnnl_packing *packing;
  apus_place a, b;
  apus_place c;                 ///< not read where there is an epilogue
  apus_place packed_a, packed_b;
  apus_tile *epilogue;          ///< runs over each piece of the product, as in `apus_contract`; or NULL
} apus_dnnl_packed_product;

/// The steps: packing, then multiplying, piece by piece with one thread each. False when the epilogue does not fit.
int apus_dnnl_packed_steps(const apus_dnnl_packed_product *product, apus_level level, apus_step steps[2]);

/// Two operands packed whole, for one thread: a yardstick.
typedef struct apus_dnnl_packed_pair apus_dnnl_packed_pair;

/// `down` and `across` are not read. NULL as for `apus_dnnl_packing_create`.
apus_dnnl_packed_pair *apus_dnnl_packed_pair_create(const apus_dnnl_pieces *pieces, const float *a, const float *b);
void apus_dnnl_packed_pair_destroy(apus_dnnl_packed_pair *pair);

/// C [m, n] = op(A)·op(B), `times` times over; one caller at a time. False when the library has no memory.
int apus_dnnl_packed_pair_multiply(const apus_dnnl_packed_pair *pair, float *c, int64_t times);
