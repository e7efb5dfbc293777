// What the product kernels share.
#pragma once

#include "../include/apus_contract.h"
#include "tile_run.h"

/// Ways to multiply.
enum {
  apus_route_direct,   ///< columns of B follow each other: vectors of B, broadcast elements of A
  apus_route_packed,   ///< the same after copying B into such an order
  apus_route_dot,      ///< rows of A and columns of B are contiguous along k: sums in lanes
  apus_route_blocked,  ///< both packed, block by block
};

/// What happens to the numbers of a product before they are stored; see finish.h.
enum { apus_end_store, apus_end_update, apus_end_bias, apus_end_mask, apus_end_other };

/// Rows and columns of a block of accumulators, and along k, at one level.
typedef struct apus_blocking {
  int64_t lanes;           ///< elements of a vector
  int64_t direct_rows;
  int64_t dot_cols;        ///< columns of a block whose sums are in lanes
  int64_t rows, cols;      ///< of the blocked kernel's innermost block
  int64_t list_depth;      ///< along k, of the lists of an operand of many zeros
  int64_t list_cols;       ///< columns at a time of a product with rows in lists
  int64_t strip;           ///< rows at a time of a product with columns in lists
} apus_blocking;

enum { apus_narrow_side = 64 };  ///< at most, of the short side of a narrow product

enum { apus_tile_columns = 64, apus_tile_pairs = apus_tile_columns / 2 };  ///< of an operand whose zeros a narrow product leaves out

/// Where a piece of an operand with zeros is not 0, made by the product with it and used by the gradient of the same weights.
typedef struct apus_map {
  int32_t is_dense;    ///< there are no masks
  int32_t is_bytes;    ///< the operand holds bytes; see apus_feed
  int32_t dense_runs;
  int32_t unused[13];
  /// For each 64 columns, and 32 rows of them, a mask for each pair of columns: bit r for row r.
  uint32_t masks[];
} apus_map;

enum { apus_depth = 256 };  ///< along k in the blocked kernel

enum { apus_most_listed = 1 << 25 };  ///< bytes of an operand whose zeros are left out

/// Computes one chunk: rows i0..<i1, columns j0..<j1 of batch item g.
typedef void (*apus_contract_loop)(
  const apus_contract *p, apus_context *context, int64_t g, int64_t i0, int64_t i1, int64_t j0, int64_t j1,
  char *scratch);

/// Computes the part of all sums from `from` to `to`.
typedef void (*apus_piece_loop)(
  const apus_contract *p, apus_context *context, int64_t from, int64_t to, char *piece);

/// Adds up the pieces in their order and does the epilogue, for rows i0..<i1; all of them if it ends in a program.
typedef void (*apus_join_loop)(
  const apus_contract *p, apus_context *context, char *pieces, int64_t i0, int64_t i1, char *scratch);

/// Copies chunk `piece` of the rows of A, or, after those, of the columns of B, from depth `from` on, to where the chunks
/// of the product look for it; or lists what is not 0 in it.
typedef void (*apus_pack_loop)(const apus_contract *p, apus_context *context, int64_t piece, int64_t from);

apus_pack_loop apus_blocked_pack(apus_dtype dtype, apus_level level);
apus_piece_loop apus_narrow_piece(apus_dtype dtype, apus_level level);
apus_join_loop apus_narrow_join(apus_dtype dtype, apus_level level);
apus_contract_loop apus_narrow_loop(apus_dtype dtype, apus_level level);
apus_contract_loop apus_blocked_loop(apus_dtype dtype, apus_level level);
apus_blocking apus_blocking_of(apus_dtype dtype, apus_level level);

static inline int64_t apus_round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }
static inline int64_t apus_min(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t apus_max(int64_t a, int64_t b) { return a > b ? a : b; }

/// Whether the blocked kernel looks for zeros of A, or of B. Its lists are of rows of A, or of columns of B that have
/// neighbours, and lie in shared memory.
static inline int apus_may_list_a(const apus_contract *p) {
  int64_t bytes = p->m * p->k * apus_dtype_size(p->dtype);
  return p->zeros_a && p->a_col == 1 && p->batch == 1 && bytes <= apus_most_listed;
}

static inline int apus_may_list_b(const apus_contract *p) {
  int64_t bytes = p->n * p->k * apus_dtype_size(p->dtype);
  return p->zeros_b && p->b_col == 1 && p->batch == 1 && bytes <= apus_most_listed && !apus_may_list_a(p);
}

/// Bytes of scratch in front of that of the epilogue program: the block, and copies of operands or transposed sums.
static inline int64_t apus_block_bytes(const apus_contract *p, const apus_blocking *b) {
  int64_t rows = apus_round_up(p->chunk_m, b->rows), cols = apus_round_up(p->chunk_n, b->cols);
  int64_t copies = p->is_packed ? 0 : (rows + cols) * apus_depth;
  if (apus_may_list_a(p)) copies = apus_max(copies, b->list_depth * b->list_cols);
  if (apus_may_list_b(p)) copies = apus_max(copies, (cols + b->list_depth) * b->strip);
  return (rows * cols + copies) * apus_dtype_size(p->dtype);
}

/// Numbers from row to row of a piece of cut sums: whole vectors of every level, and the three more that a kernel may write.
static inline int64_t apus_piece_row(int64_t n) { return apus_round_up(n + 3, 16); }

/// Bytes of the map of a piece of so many rows and columns.
static inline int64_t apus_map_bytes(int64_t rows, int64_t cols) {
  int64_t tiles = (cols + apus_tile_columns - 1) / apus_tile_columns, groups = (rows + 31) / 32;
  return (int64_t)sizeof(apus_map) + tiles * groups * apus_tile_pairs * (int64_t)sizeof(uint32_t);
}

/// Rows of product that go to an epilogue program at a time: about a tile of it, or whole tiles of an operand with zeros.
static inline int64_t apus_epilogue_rows(const apus_contract *p) {
  if (p->zeros_a && p->a_col != 1) return 2 * apus_tile_columns;
  return p->chunk_n < 512 ? apus_round_up(512 / (p->chunk_n + 1) + 1, 12) : 12;
}

/// Bytes of the block of product an epilogue program of the narrow kernel reads.
static inline int64_t apus_epilogue_bytes(const apus_contract *p) {
  if (!p->epilogue) return 0;
  return apus_round_up(apus_epilogue_rows(p) * p->chunk_n * apus_dtype_size(p->dtype), 64);
}

/// Bytes of scratch memory for an epilogue program's registers.
static inline int64_t apus_tile_bytes(const apus_contract *p) {
  return p->epilogue ? p->epilogue->slot * p->epilogue->registers : 0;
}

/// The same, and for the block of product that the program of a narrow one reads.
static inline int64_t apus_program_bytes(const apus_contract *p) { return apus_epilogue_bytes(p) + apus_tile_bytes(p); }
