/// Products of matrices, alone or in batches, with what comes after them fused.
#pragma once

#include "apus_step.h"
#include "apus_tile.h"

/// Where an operand may have zeros that are worth looking for.
typedef enum apus_zeros : uint8_t {
  APUS_NO_ZEROS = 0,
  APUS_SINGLE_ZEROS = 1,  ///< anywhere, as behind a ReLU
  APUS_ZEROS_IN_ROWS = 2, ///< and often many side by side, as in pictures and one-hot rows
} apus_zeros;

/// For every g < batch:  P[i, j] = Σ_p A[i, p]·B[p, j]  (i < m, j < n, p < k), then the epilogue.
///
/// A[i, p] is element  g·a_batch + i·a_row + p·a_col  of `a`, B[p, j] element  g·b_batch + p·b_row + j·b_col  of `b`,
/// C[i, j] element  g·c_batch + i·c_row + j  of `c`. So a transposed operand is one with its strides exchanged. In each
/// of A and B one of the two strides should be 1 (else it is read element by element). Batch strides may be 0 (shared).
///
/// With `zeros_a` or `zeros_b` the numbers of that operand that are 0 are left out of the sums where they are many enough,
/// which depends on its values and the shapes. 0 times an infinity or NaN of the other operand may then count as 0.
///
/// Every sum runs over p in one order that follows from m, n, k, the strides and the level. k = 0 gives P = 0.
///
/// Epilogue, in this order, each part optional (place.base < 0, or 0):
///   v = P[i, j]
///   v = v + bias[j]                      `bias`: n elements
///   v = v > 0 ? v : 0 (NaN stays)        `relu`
///   v = mask[i, j] > 0 ? v : 0           `mask`: laid out as C; with ReLU's own output or input this is its derivative
///   v = C[i, j] + v                      `accumulate`
///   v = C[i, j] - rate·v (fused)         `rate`: one element; the update W ← W - η·dW without storing dW
///   C[i, j] = v
/// or, when `epilogue` is not NULL, none of these: that program runs over blocks of the product instead, with
/// the block as its `APUS_PRODUCT` input, and C is scratch memory of the step that need not exist (`c` nowhere). Its
/// space is [m, n] (batch must be 1), its dtype that of the product. With row instructions it needs n ≤ 256.
///
/// Aliasing: `c` overlaps none of the operands. `mask` may be `c` itself only when not accumulating or updating. The
/// epilogue's outputs must not overlap `a` and `b`, nor its inputs except as `apus_tile` allows.
typedef struct apus_contract {
  int64_t m, n, k, batch;
  apus_place a, b, c, bias, mask, rate;
  int64_t a_row, a_col, a_batch;
  int64_t b_row, b_col, b_batch;
  int64_t c_row, c_batch;
  /// Where steps run together block by block (apus_together.h): rows of C, or length along k, of every chunk. 0: chosen by
  /// the step. One of the two, and only without a batch and where the route is not "blocked"; `cut_k` needs m, n ≤ 64.
  int64_t cut_m, cut_k;
  apus_dtype dtype;      ///< APUS_F32 or APUS_F64, of everything
  uint8_t relu;
  uint8_t accumulate;
  uint8_t route;         ///< set by `apus_contract_step`: which kernel
  uint8_t is_packed;     ///< set by `apus_contract_step`: both operands are copied as a whole before the chunks run
  apus_zeros zeros_a;    ///< of A: products with them are left out; set to none by `apus_contract_step` where that does not pay
  apus_zeros zeros_b;
  uint8_t brings_a;      ///< where sums are cut: whoever computes a piece brings its columns of A, if the context's `feed` has them
  /// Where sums are cut and zeros of A left out, a map of these may be kept for the gradient of the same weights, whose A is the
  /// same one transposed, if its `chunk_m` is the `chunk_k` here: `apus_contract_map_bytes`, zeros at first, at `map` in both
  /// descriptions. If the context's `feed` has bytes, A is then brought as bytes, so that nobody else may read it.
  uint8_t keeps_map;
  uint8_t unused[7];
  apus_place map;
  int64_t join_rows;     ///< set by `apus_contract_join_step`
  apus_tile *epilogue;   ///< or NULL
  int64_t chunk_m, chunk_n;  ///< set by `apus_contract_step`: rows and columns of C in a chunk
  int64_t chunk_k;           ///< set by `apus_contract_step`: pieces of the sums, joined in their order; k: whole sums
  void (*loop)(void);        ///< set by `apus_contract_step`
  void (*join)(void);        ///< set by `apus_contract_step` where sums are cut
  void (*pack)(void);        ///< set by `apus_contract_step` where operands are copied, or listed, first
} apus_contract;

/// Chooses the kernel by shape, strides and level: "narrow" (one output side ≤ 64, a single row or column, or few
/// products in all), or the blocked one. Fills what is "set by" this function (the epilogue's fields too).
apus_step apus_contract_step(apus_contract *contract, apus_level level);

/// The end of `step`, which cuts its sums, as a step of its own, of `rows` rows a chunk: so it can run block by block with
/// the steps that follow (apus_together.h). `step` then ends without it, and its shared memory must stay as it is until then.
/// The kernel is NULL, and `step` as it was, where sums are whole or end in a program.
apus_step apus_contract_join_step(apus_contract *contract, apus_step *step, int64_t rows);

/// Bytes of the kept map of a contract with cut sums that has gone through `apus_contract_step`.
int64_t apus_contract_map_bytes(const apus_contract *contract);
