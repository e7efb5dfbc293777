#include "apus_reduce.h"

static inline int64_t apus_least(int64_t a, int64_t b) { return a < b ? a : b; }

#define APUS_BODY "reduce_loops.h"
#include "internal/each_level.h"

/// The integer reductions, element by element: nothing hot uses them.
static void reduce_integers(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  (void)scratch;
  const apus_reduce *p = step->extras;
  const int32_t *in = (const int32_t *)apus_address(context, p->in);
  int32_t *out = (int32_t *)apus_address(context, p->out);
  int64_t end = apus_least((chunk + 1) * p->piece, p->outer * p->inner);
  for (int64_t at = chunk * p->piece; at < end; at++) {
    const int32_t *a = in + at / p->inner * p->reduce * p->inner + at % p->inner;
    int32_t best = p->kind == APUS_MAXIMUM ? INT32_MIN : p->kind == APUS_MINIMUM ? INT32_MAX : 0;
    uint32_t sum = 0;
    int64_t where = 0;
    for (int64_t r = 0; r < p->reduce; r++, a += p->inner) {
      sum += (uint32_t)*a;
      int better = r == 0 || (p->kind == APUS_MINIMUM ? *a < best : *a > best);
      if (better) where = r;
      if (better) best = *a;
    }
    if (p->kind == APUS_SUM) out[at] = (int32_t)(sum + (p->accumulate ? (uint32_t)out[at] : 0));
    if (p->kind == APUS_ARGMAX) out[at] = (int32_t)where;
    if (p->kind == APUS_MAXIMUM || p->kind == APUS_MINIMUM) out[at] = best;
  }
}

/// Elements a chunk reads: about 5 µs of sums.
enum { chunk_elements = 1 << 16, column_unit = 64, shortest_piece = 512, longest_cut = 1024 };

/// Sums in pieces of `piece` along the reduced axis, joined in their order.
static void set_pieces(apus_reduce *p, apus_step *step, int64_t piece, apus_level level) {
  p->piece = piece;
  step->chunks = (p->reduce + piece - 1) / piece;
  step->kernel = APUS_PICK(sum_piece, p->dtype, level);
  step->finish = APUS_PICK(join_pieces, p->dtype, level);
  step->shared = step->chunks * p->inner * (int64_t)sizeof(double);
}

/// Columns that would be one chunk, and long enough for several.
static void cut_columns(apus_reduce *p, apus_step *step, apus_level level) {
  if (p->kind != APUS_SUM || p->dtype == APUS_I32 || p->outer != 1 || p->inner < 2 || p->inner > longest_cut) return;
  int64_t pieces = p->reduce * p->inner / (chunk_elements / 2);
  if (step->chunks > 1 || pieces < 2 || p->reduce < 2 * shortest_piece) return;
  int64_t rows = (p->reduce + pieces - 1) / pieces;
  set_pieces(p, step, ((rows > shortest_piece ? rows : shortest_piece) + 63) / 64 * 64, level);
}

static int cut_fits(const apus_reduce *p) {
  if (p->cut_reduce == 0) return 1;
  return p->cut_reduce > 0 && p->kind == APUS_SUM && p->dtype != APUS_I32 && p->outer == 1 && p->reduce > 0
         && p->inner > 0 && p->inner <= longest_cut;
}

apus_step apus_reduce_step(apus_reduce *p, apus_level level) {
  apus_step step = {.extras = p};
  int floating = p->dtype == APUS_F32 || p->dtype == APUS_F64;
  if ((!floating && p->dtype != APUS_I32) || p->kind > APUS_LOGSUMEXP) return step;
  if (p->outer < 0 || p->reduce < 0 || p->inner < 0 || p->in.base < 0 || p->out.base < 0) return step;
  if (p->accumulate && p->kind != APUS_SUM) return step;
  if ((!floating && p->kind == APUS_LOGSUMEXP) || !cut_fits(p)) return step;
  int64_t rows = chunk_elements / (p->reduce > 0 ? p->reduce : 1);
  int64_t outputs = p->outer * p->inner;
  if (p->cut_reduce > 0) {
    set_pieces(p, &step, p->cut_reduce, level);
  } else if (!floating || p->inner == 1) {
    p->piece = rows > 16 ? rows : 16;
    step.chunks = (outputs + p->piece - 1) / p->piece;
    step.kernel = floating ? APUS_PICK(reduce, p->dtype, level) : reduce_integers;
  } else {
    p->piece = rows > column_unit ? rows / column_unit * column_unit : column_unit;
    step.chunks = p->outer * ((p->inner + p->piece - 1) / p->piece);
    step.kernel = APUS_PICK(reduce, p->dtype, level);
    cut_columns(p, &step, level);
  }
  double each = p->kind == APUS_LOGSUMEXP ? 1 : p->kind == APUS_ARGMAX ? 1 : 0.1;
  step.work = 20 + (int64_t)(each * (double)outputs * (double)(p->reduce + 1));
  return step;
}
