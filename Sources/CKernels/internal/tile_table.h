// The loops a tile program is made of: one table per type and level.
#pragma once

#include "../include/apus_tile.h"

/// d[i] = op(a[i], b[i], c[i]) for i < n; d may be a, b or c.
typedef void (*apus_loop)(void *d, const void *a, const void *b, const void *c, int64_t n, const double *s);

/// d[r] = reduction of a[r·cols ..< (r + 1)·cols]; or the opposite, for `APUS_EXPAND`.
typedef void (*apus_row_loop)(void *d, const void *a, int64_t rows, int64_t cols);

/// Conversion of n neighbouring elements.
typedef void (*apus_convert)(void *d, const void *a, int64_t n);

typedef struct apus_tile_table {
  int64_t size;                     ///< bytes of an element
  apus_loop loop[APUS_OPS];         ///< NULL for the row ops
  apus_row_loop row[APUS_OPS];      ///< NULL for the others
  apus_convert read[APUS_BOOL + 1];
  apus_convert write[APUS_BOOL + 1];
} apus_tile_table;

const apus_tile_table *apus_tile_table_for(apus_dtype dtype, apus_level level);
