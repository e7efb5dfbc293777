// The loops a tile program is made of: one table per type and level.
#pragma once

#include "../include/apus_tile.h"

/// d[i] = op(a[i], b[i], c[i]) for i < n; d may be a, b or c.
typedef void (*apus_loop)(void *d, const void *a, const void *b, const void *c, int64_t n, const double *s);

/// d[r] = reduction of a[r·cols ..< (r + 1)·cols]; or the opposite, for `APUS_EXPAND`.
typedef void (*apus_row_loop)(void *d, const void *a, int64_t rows, int64_t cols);

/// Conversion of n neighbouring elements.
typedef void (*apus_convert)(void *d, const void *a, int64_t n);

/// The update of Adam, the last nine instructions of a program:
///   m = m₀·β + g·(1 − β);  v = v₀·β′ + g²·(1 − β′);  w = w₀ − rate·m / (√v·factor + ε)
enum {
  apus_old_first, apus_gradient, apus_old_second, apus_factor, apus_rate, apus_old_parameter, apus_moments_reads,
  apus_moments_length = 9,
};

typedef struct apus_moments {
  const void *from[apus_moments_reads];
  void *first, *second, *parameter;
} apus_moments;

typedef void (*apus_moments_loop)(const apus_moments *moments, int64_t n, const apus_instruction *code);

/// Where in the program that update begins, or -1 when it does not end with it.
int32_t apus_moments_begin(const apus_tile *tile);

typedef struct apus_tile_table {
  int64_t size;                     ///< bytes of an element
  apus_loop loop[APUS_OPS];         ///< NULL for the row ops
  apus_row_loop row[APUS_OPS];      ///< NULL for the others
  apus_convert read[APUS_BOOL + 1];
  apus_convert write[APUS_BOOL + 1];
  apus_moments_loop moments;
} apus_tile_table;

const apus_tile_table *apus_tile_table_for(apus_dtype dtype, apus_level level);
