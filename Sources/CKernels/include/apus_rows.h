/// Rows of a data set as a batch.
#pragma once

#include "apus_step.h"

/// A batch out of a data set in one pass:  out[i, c] = (in[index[i], c] − offset[c])·factor[c].
/// `in` and `out` are dense matrices of `cols` columns. Bytes and truth values are exact in either type, so their
/// arithmetic runs in the type of `out` (float32 or float64), and `offset` and `factor` are of that type. All others
/// are computed in double and rounded once; `offset`, `factor` and `fill`, which replaces NaN, are doubles.
/// `out` of int32 takes whole numbers (labels) as they are.
typedef struct apus_rows {
  int64_t cols, count;
  const void *in;
  void *out;
  const int32_t *index;    ///< `count` rows of `in`, checked by the caller
  /// `next_count` rows that will be gathered later: they are asked for one by one meanwhile, since shuffled rows are in no
  /// cache.
  const int32_t *next;
  int64_t next_count;
  const void *offset;      ///< `cols` numbers; NULL: 0
  const void *factor;      ///< `cols` numbers; NULL: `factor_all`
  const double *fill;      ///< `cols` numbers; NULL: NaN stays
  double factor_all;
  apus_dtype in_dtype, out_dtype;
} apus_rows;

/// Writes columns c0..<c1 of the batch. Returns 0 when there is no loop for the types.
int apus_rows_gather(const apus_rows *rows, int64_t c0, int64_t c1, apus_level level);

/// Writes columns c0..<c1 of rows of bytes as they are, from where the first of these columns of a row of `out` is on: what becomes of
/// them is a matter of their reader. Returns 0 when `in` does not hold bytes.
int apus_rows_gather_bytes(const apus_rows *rows, int64_t c0, int64_t c1);
