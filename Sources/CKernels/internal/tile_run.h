// A tile program being run, for those who run it piece by piece.
#pragma once

#include "tile_table.h"

/// A program being run over some columns: where it is, how it is cut, and the registers.
typedef struct apus_tile_run {
  const apus_tile *tile;
  const apus_tile_table *table;
  apus_context *context;
  const char *product;
  int64_t product_stride;
  int64_t c0, c1;          // the columns
  int64_t r0;              // first row of the product
  int64_t tile_rows;       // rows of a whole tile
  int64_t tile_cols;
  int64_t r, c;            // corner of the current tile in the space
  int64_t rows, cols;      // its size
  char *reg[APUS_MAX_REGISTERS];
  char *slot[APUS_MAX_REGISTERS];
} apus_tile_run;

/// Prepares what is the same for all rows: constants, scalars, rows.
void apus_tile_begin(
  apus_tile_run *run, const apus_tile *tile, apus_context *context, int64_t c0, int64_t c1, char *scratch);

/// Runs the program over rows r0..<r1; see `apus_tile_block`.
void apus_tile_rows(apus_tile_run *run, int64_t r0, int64_t r1, const void *product, int64_t product_stride);
