// Chooses how a product is computed and cut. Shape, strides and level decide which numbers come out, never the number of
// threads.
#include "apus_contract.h"

#include "internal/contract_job.h"

#include <stddef.h>

enum {
  dot_depth = 128,            // from here on, sums in lanes beat copying B
  longest_packed = 1024,      // along k; beyond, the blocked kernel copies piece by piece
  few_products = 32768,
  direct_depth = 256, direct_rows = 8,
  chunk_products = 1 << 19,   // about 10 µs on one thread
  shortest_piece = 192,       // along k, of a product whose sums are cut
  blocked_m = 192, blocked_n = 256,
  longest_shared = 1 << 26,   // bytes of both operands' copies
  widest_row_program = 256,
  fewest_listed = 64,         // numbers in a line whose zeros are worth looking for
};

static int choose_route(const apus_contract *p) {
  int narrow = p->m <= apus_narrow_side || p->n <= apus_narrow_side || p->m * p->n * p->k <= few_products;
  // Rows of a wide B lie far apart: read more than once, they are better copied.
  if (!narrow || (p->n > apus_narrow_side && p->k > direct_depth && p->m > direct_rows)) return apus_route_blocked;
  if (p->b_col == 1 || p->n == 1 || p->k <= 1) return p->b_col == 1 ? apus_route_direct : apus_route_packed;
  int contiguous = p->b_row == 1 && p->a_col == 1;
  if (contiguous && (p->k >= dot_depth || (p->m <= 2 && p->k >= 16))) return apus_route_dot;
  return p->k <= longest_packed ? apus_route_packed : apus_route_blocked;
}

/// Equal pieces of at most `limit`, each a multiple of `unit`.
static int64_t even_piece(int64_t size, int64_t limit, int64_t unit) {
  int64_t pieces = (size + limit - 1) / limit;
  return apus_round_up((size + pieces - 1) / apus_max(pieces, 1), unit);
}

static void cut_blocked(apus_contract *p, const apus_blocking *b) {
  int64_t most_m = blocked_m, most_n = blocked_n, unit_m = b->rows, unit_n = b->cols;
  // Where zeros may be left out, whole strips of the other operand. Those of A are packed anew for every piece of columns:
  // where there are many, pieces are wide and low.
  if (p->zeros_a) unit_n = b->list_cols;
  if (p->zeros_b) unit_m = 3 * b->strip, most_m = blocked_m / 2;
  if (p->zeros_b && p->m > most_m) most_n = 2 * blocked_n;
  p->chunk_m = even_piece(apus_max(p->m, 1), most_m, unit_m);
  p->chunk_n = even_piece(apus_max(p->n, 1), most_n, unit_n);
}

static int64_t pieces_of(const apus_contract *p) {
  return (p->m * p->n * p->k + chunk_products - 1) / chunk_products;
}

/// The gradient of weights [inputs, outputs] is cut by inputs as `cut_sums` cuts the product with them: so a thread finds in
/// its cache the weights that it has updated and its columns of the batch.
static int cut_inputs(apus_contract *p, const apus_blocking *b) {
  if (p->a_col == 1 || p->m <= apus_narrow_side || p->n > apus_narrow_side || p->k > apus_narrow_side) return 0;
  int64_t pieces = apus_min(pieces_of(p), p->m / shortest_piece);
  if (pieces < 2 || p->batch != 1 || (p->epilogue && p->epilogue->has_rows)) return 0;
  p->chunk_m = even_piece(p->m, (p->m + pieces - 1) / pieces, 2 * b->lanes);
  return 1;
}

/// A small C of long sums is cut along them: whoever computes a piece reads a panel of A and one of B that nobody else
/// does.
static int cut_sums(apus_contract *p, const apus_blocking *b) {
  if (p->m > apus_narrow_side || p->n > apus_narrow_side || p->batch != 1 || p->route == apus_route_packed) return 0;
  int64_t pieces = apus_min(pieces_of(p), p->k / shortest_piece);
  if (pieces < 2) return 0;
  p->chunk_k = even_piece(p->k, (p->k + pieces - 1) / pieces, 2 * b->lanes);
  return 1;
}

/// Whole rows of C where C is tall, whole columns where it is wide.
static void cut_narrow(apus_contract *p, const apus_blocking *b) {
  int is_free = p->cut_m == 0 && p->cut_k == 0;
  p->chunk_m = apus_max(p->m, 1);
  p->chunk_n = apus_max(p->n, 1);
  if (is_free && (cut_inputs(p, b) || cut_sums(p, b))) return;
  if (p->cut_k > 0) p->chunk_k = p->cut_k;
  int64_t unit = (p->m == 1 ? 4 : 2) * b->lanes;
  int64_t depth = apus_max(p->k, 1);
  if (p->cut_m > 0) {
    p->chunk_m = p->cut_m;
  } else if (p->m >= p->n || (p->epilogue && p->epilogue->has_rows)) {
    // Half of a chunk: eleven pieces for two threads would leave one waiting for a tenth of the time.
    int64_t rows = apus_max(chunk_products / 2 / (depth * apus_max(p->n, 1)), 2 * b->direct_rows);
    p->chunk_m = even_piece(p->chunk_m, rows, b->direct_rows);
  } else {
    int64_t cols = apus_max(chunk_products / (depth * apus_max(p->m, 1)), unit);
    p->chunk_n = even_piece(p->chunk_n, cols, unit);
  }
}

/// Whether zeros are worth looking for in a narrow product; else the flags are taken back.
static void set_listing(apus_contract *p) {
  if (p->route == apus_route_blocked) return;
  int64_t length = p->a_col == 1 ? p->k : p->a_row == 1 ? p->m : 0;
  int is_listed = p->zeros_a == APUS_ZEROS_IN_ROWS && p->route == apus_route_direct && p->batch == 1
                  && p->n <= apus_narrow_side && length >= fewest_listed;
  if (!is_listed) p->zeros_a = APUS_NO_ZEROS, p->keeps_map = 0;
  p->zeros_b = APUS_NO_ZEROS;
}

static int64_t scratch_bytes(const apus_contract *p, const apus_blocking *b) {
  int64_t size = apus_dtype_size(p->dtype);
  if (p->route == apus_route_blocked) return apus_block_bytes(p, b) + apus_tile_bytes(p);
  int64_t packed = p->route == apus_route_packed ? apus_round_up(apus_min(p->chunk_n, p->n), b->lanes) * p->k * size : 0;
  return apus_program_bytes(p) + packed;
}

/// Bytes of a piece of cut sums.
static int64_t piece_bytes(const apus_contract *p) {
  return p->m * apus_piece_row(p->n) * apus_dtype_size(p->dtype);
}

static void piece_kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  (void)scratch;
  const apus_contract *p = step->extras;
  apus_piece_loop loop = (apus_piece_loop)p->loop;
  int64_t from = chunk * p->chunk_k, to = apus_min(from + p->chunk_k, p->k);
  loop(p, context, from, to, apus_shared(step, context) + chunk * piece_bytes(p));
}

static void join_kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  (void)chunk;
  const apus_contract *p = step->extras;
  apus_join_loop join = (apus_join_loop)p->join;
  join(p, context, apus_shared(step, context), 0, p->m, scratch);
}

static void join_rows_kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  const apus_contract *p = step->extras;
  apus_join_loop join = (apus_join_loop)p->join;
  int64_t from = chunk * p->join_rows;
  join(p, context, context->shared, from, apus_min(from + p->join_rows, p->m), scratch);
}

apus_step apus_contract_join_step(apus_contract *p, apus_step *step, int64_t rows) {
  apus_step end = {.extras = p};
  if (!step->finish || p->chunk_k >= p->k || p->epilogue || rows < 1 || step->shared_at != 0) return end;
  p->join_rows = rows;
  step->finish = NULL;
  end.kernel = join_rows_kernel;
  end.chunks = (p->m + rows - 1) / rows;
  end.work = 1 + p->m * p->n * step->chunks / 8;
  return end;
}

/// Pieces are [count, m, rows as long as `apus_piece_row` says]; behind them is room for C.
static void set_pieces(apus_contract *p, apus_step *step, apus_level level) {
  p->loop = (void (*)(void))apus_narrow_piece(p->dtype, level);
  p->join = (void (*)(void))apus_narrow_join(p->dtype, level);
  step->kernel = piece_kernel;
  step->finish = join_kernel;
  step->chunks = (p->k + p->chunk_k - 1) / p->chunk_k;
  int64_t joined = p->epilogue ? (p->m * p->n + 16) * apus_dtype_size(p->dtype) : 0;
  step->shared = step->chunks * piece_bytes(p) + joined;
}

static void pack_kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  (void)scratch;
  const apus_contract *p = step->extras;
  int64_t depths = (p->k + apus_depth - 1) / apus_depth;
  apus_pack_loop pack = (apus_pack_loop)p->pack;
  pack(p, context, chunk / depths, chunk % depths * apus_depth);
}

/// Bytes of the lists of what is not 0 in an operand: room for all numbers, their places and how many there are in each.
static int64_t list_bytes(const apus_contract *p, const apus_blocking *b) {
  int64_t lines = apus_may_list_a(p) ? p->m : apus_may_list_b(p) ? apus_round_up(p->n, 2) : 0;
  int64_t pieces = (p->k + b->list_depth - 1) / b->list_depth, size = apus_dtype_size(p->dtype);
  return lines * (p->k * (size + (int64_t)sizeof(uint16_t)) + pieces * (int64_t)sizeof(uint16_t));
}

/// Where several chunks read the same rows or columns, these are copied once for all of them; and so are the lists made.
static void set_packing(apus_contract *p, apus_step *step, const apus_blocking *b, apus_level level) {
  p->is_packed = 0;
  if (p->route != apus_route_blocked || p->batch != 1) return;
  int64_t down = (p->m + p->chunk_m - 1) / p->chunk_m, across = (p->n + p->chunk_n - 1) / p->chunk_n;
  int64_t numbers = (apus_round_up(p->m, b->rows) + apus_round_up(p->n, b->cols)) * p->k;
  int64_t bytes = numbers * apus_dtype_size(p->dtype), listed = list_bytes(p, b);
  p->is_packed = down * across >= 3 && bytes <= longest_shared;
  if (!p->is_packed && listed == 0) return;
  p->pack = (void (*)(void))apus_blocked_pack(p->dtype, level);
  step->prepare = pack_kernel;
  step->prepare_chunks = (down + across) * ((p->k + apus_depth - 1) / apus_depth);
  step->shared = apus_max(p->is_packed ? bytes : 0, listed);
}

static void contract_kernel(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  const apus_contract *p = step->extras;
  int64_t down = (p->m + p->chunk_m - 1) / p->chunk_m, across = (p->n + p->chunk_n - 1) / p->chunk_n;
  int64_t g = chunk / (down * across), at = chunk % (down * across);
  int64_t i0 = at / across * p->chunk_m, j0 = at % across * p->chunk_n;
  apus_contract_loop loop = (apus_contract_loop)p->loop;
  loop(p, context, g, i0, apus_min(i0 + p->chunk_m, p->m), j0, apus_min(j0 + p->chunk_n, p->n), scratch);
}

static int epilogue_fits(const apus_contract *p) {
  const apus_tile *e = p->epilogue;
  if (p->bias.base >= 0 || p->mask.base >= 0 || p->rate.base >= 0 || p->relu || p->accumulate) return 0;
  if (e->rows != p->m || e->cols != p->n || e->dtype != p->dtype || p->batch != 1) return 0;
  return !e->has_rows || p->n <= widest_row_program;
}

/// Whether the product can be cut as its caller wants.
static int cut_fits(const apus_contract *p) {
  if (p->cut_m == 0 && p->cut_k == 0) return 1;
  if (p->cut_m < 0 || p->cut_k < 0 || (p->cut_m > 0 && p->cut_k > 0)) return 0;
  if (p->batch != 1 || p->m < 1 || p->n < 1 || p->k < 1 || p->route == apus_route_blocked) return 0;
  return p->cut_k == 0 || (p->route != apus_route_packed && p->m <= apus_narrow_side && p->n <= apus_narrow_side);
}

int64_t apus_contract_map_bytes(const apus_contract *p) {
  return (p->k + p->chunk_k - 1) / p->chunk_k * apus_map_bytes(p->m, p->chunk_k);
}

apus_step apus_contract_step(apus_contract *p, apus_level level) {
  apus_step step = {.extras = p};
  if (p->dtype > APUS_F64 || p->m < 0 || p->n < 0 || p->k < 0 || p->batch < 0) return step;
  if (p->a.base < 0 || p->b.base < 0 || (p->c.base < 0 && !p->epilogue)) return step;
  if (p->epilogue) {
    apus_step inner = apus_tile_step(p->epilogue, level);
    if (!inner.kernel || !epilogue_fits(p)) return step;
    step.work = inner.work;
  }
  apus_blocking b = apus_blocking_of(p->dtype, level);
  p->route = (uint8_t)choose_route(p);
  if (!cut_fits(p)) return step;
  p->chunk_k = apus_max(p->k, 1);
  if (p->route == apus_route_blocked) {
    if (!apus_may_list_b(p)) p->zeros_b = APUS_NO_ZEROS;
    if (!apus_may_list_a(p)) p->zeros_a = APUS_NO_ZEROS;
    cut_blocked(p, &b);
    p->loop = (void (*)(void))apus_blocked_loop(p->dtype, level);
  } else {
    cut_narrow(p, &b);
    p->loop = (void (*)(void))apus_narrow_loop(p->dtype, level);
  }
  set_listing(p);
  set_packing(p, &step, &b, level);
  step.scratch = scratch_bytes(p, &b);
  double products = (double)p->batch * (double)p->m * (double)p->n * ((double)p->k + 1);
  step.work += 200 + (int64_t)(products * (double)apus_dtype_size(p->dtype) / (double)(b.lanes * 4 * 2) / 3);
  if (p->chunk_k < p->k || p->cut_k > 0) {
    set_pieces(p, &step, level);
  } else {
    step.kernel = contract_kernel;
    step.chunks = p->batch * ((p->m + p->chunk_m - 1) / p->chunk_m) * ((p->n + p->chunk_n - 1) / p->chunk_n);
  }
  return step;
}
