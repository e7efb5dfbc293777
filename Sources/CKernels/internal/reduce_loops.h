// Body of reduce.c: reductions of one type and level.
#include "functions.h"

/// Sum of n neighbours: blocks of 64 vectors in T, joined in double.
static double NAME(sum_run)(const T *a, int64_t n) {
  double total = 0;
  for (int64_t from = 0; from < n; from += 64 * VN) {
    int64_t end = apus_least(from + 64 * VN, n), i = from;
    V sum[4] = {NAME(splat)(0), NAME(splat)(0), NAME(splat)(0), NAME(splat)(0)};
    for (; i + 4 * VN <= end; i += 4 * VN)
      for (int j = 0; j < 4; j++) sum[j] += NAME(load)(a + i + j * VN);
    for (; i + VN <= end; i += VN) sum[0] += NAME(load)(a + i);
    if (i < end) sum[1] += NAME(load_part)(a + i, end - i);
    total += (double)NAME(sum_lanes)((sum[0] + sum[1]) + (sum[2] + sum[3]));
  }
  return total;
}

static T NAME(extreme_run)(const T *a, int64_t n, int largest) {
  V best = NAME(splat)(largest ? -(T)INFINITY : (T)INFINITY);
  int64_t i = 0;
  for (; i + VN <= n; i += VN) {
    V v = NAME(load)(a + i);
    best = largest ? NAME(max)(best, v) : NAME(min)(best, v);
  }
  T t[VN];
  NAME(store)(t, best);
  T result = t[0];
  for (int64_t j = 1; j < VN; j++)
    if (t[j] != t[j] || (largest ? t[j] > result : t[j] < result)) result = t[j];
  for (; i < n; i++)
    if (a[i] != a[i] || (largest ? a[i] > result : a[i] < result)) result = a[i];
  return result;
}

static T NAME(logsumexp_run)(const T *a, int64_t n) {
  T most = NAME(extreme_run)(a, n, 1);
  if (!(most - most == 0)) return most;
  double total = 0;
  for (int64_t from = 0; from < n; from += 64 * VN) {
    int64_t end = apus_least(from + 64 * VN, n), i = from;
    V sum = NAME(splat)(0);
    for (; i + VN <= end; i += VN) sum += NAME(exp)(NAME(load)(a + i) - most);
    if (i < end) {
      V e = NAME(exp)(NAME(load_part)(a + i, end - i) - most);
      sum += (V)((VI)e & NAME(first_lanes)(end - i));
    }
    total += (double)NAME(sum_lanes)(sum);
  }
  return most + (T)log(total);
}

static int32_t NAME(argmax_run)(const T *a, int64_t n, int64_t stride) {
  int64_t best = 0;
  for (int64_t i = 1; i < n && a[best * stride] == a[best * stride]; i++)
    if (!(a[i * stride] <= a[best * stride])) best = i;
  return (int32_t)best;
}

static void NAME(put)(const apus_reduce *p, T *out, int64_t at, double value) {
  T v = (T)(value * p->scale);
  out[at] = p->accumulate ? out[at] + v : v;
}

/// Outer positions o0..<o1 when inner is 1.
static void NAME(reduce_runs)(const apus_reduce *p, const T *in, void *out, int64_t o0, int64_t o1) {
  for (int64_t o = o0; o < o1; o++) {
    const T *a = in + o * p->reduce;
    T *to = out;
    if (p->kind == APUS_SUM) NAME(put)(p, to, o, NAME(sum_run)(a, p->reduce));
    if (p->kind == APUS_MAXIMUM) to[o] = NAME(extreme_run)(a, p->reduce, 1);
    if (p->kind == APUS_MINIMUM) to[o] = NAME(extreme_run)(a, p->reduce, 0);
    if (p->kind == APUS_LOGSUMEXP) to[o] = NAME(logsumexp_run)(a, p->reduce);
    if (p->kind == APUS_ARGMAX) ((int32_t *)out)[o] = NAME(argmax_run)(a, p->reduce, 1);
  }
}

enum { NAME(width) = 16 * APUS_VECTOR_BYTES / (int)sizeof(T), NAME(height) = 64 };

/// Sums of `cols` ≤ width columns over the rows r0..<r1: 64 rows at a time in T, joined in double.
static void NAME(sum_rows)(const apus_reduce *p, const T *in, double *total, int64_t cols, int64_t r0, int64_t r1) {
  for (int64_t i = 0; i < cols; i++) total[i] = 0;
  for (int64_t from = r0; from < r1; from += NAME(height)) {
    int64_t end = apus_least(from + NAME(height), r1);
    T block[NAME(width)];
    int64_t i = 0;
    for (; i + 2 * VN <= cols; i += 2 * VN) {
      V left = NAME(splat)(0), right = left;
      for (int64_t r = from; r < end; r++) {
        left += NAME(load)(in + r * p->inner + i);
        right += NAME(load)(in + r * p->inner + i + VN);
      }
      NAME(store)(block + i, left);
      NAME(store)(block + i + VN, right);
    }
    for (; i < cols; i += VN) {
      int64_t lanes = apus_least(cols - i, VN);
      V sum = NAME(splat)(0);
      for (int64_t r = from; r < end; r++) sum += NAME(load_part)(in + r * p->inner + i, lanes);
      NAME(store)(block + i, sum);
    }
    for (int64_t c = 0; c < cols; c++) total[c] += (double)block[c];
  }
}

static void NAME(sum_columns)(const apus_reduce *p, const T *in, T *out, int64_t cols) {
  double total[NAME(width)];
  NAME(sum_rows)(p, in, total, cols, 0, p->reduce);
  for (int64_t c = 0; c < cols; c++) NAME(put)(p, out, c, total[c]);
}

/// Few long columns, or a sum of all, are cut into pieces of `piece` rows, whose sums [pieces, inner] are in shared memory.
static void NAME(sum_piece)(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  (void)scratch;
  const apus_reduce *p = step->extras;
  const T *in = (const T *)apus_address(context, p->in);
  double *total = (double *)apus_shared(step, context) + chunk * p->inner;
  int64_t from = chunk * p->piece, to = apus_least(from + p->piece, p->reduce);
  if (p->inner == 1) {
    *total = NAME(sum_run)(in + from, to - from);
    return;
  }
  for (int64_t i = 0; i < p->inner; i += NAME(width))
    NAME(sum_rows)(p, in + i, total + i, apus_least(p->inner - i, NAME(width)), from, to);
}

static void NAME(join_pieces)(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  (void)chunk, (void)scratch;
  const apus_reduce *p = step->extras;
  const double *pieces = (const double *)apus_shared(step, context);
  T *out = (T *)apus_address(context, p->out);
  for (int64_t c = 0; c < p->inner; c++) {
    double total = 0;
    for (int64_t i = 0; i < step->chunks; i++) total += pieces[i * p->inner + c];
    NAME(put)(p, out, c, total);
  }
}

static void NAME(extreme_columns)(const apus_reduce *p, const T *in, T *out, int64_t cols, int largest) {
  for (int64_t i = 0; i < cols; i += VN) {
    int64_t lanes = apus_least(cols - i, VN);
    V best = NAME(splat)(largest ? -(T)INFINITY : (T)INFINITY);
    for (int64_t r = 0; r < p->reduce; r++) {
      const T *a = in + r * p->inner + i;
      V v = lanes == VN ? NAME(load)(a) : NAME(load_part)(a, lanes);
      best = largest ? NAME(max)(best, v) : NAME(min)(best, v);
    }
    if (lanes == VN)
      NAME(store)(out + i, best);
    else
      NAME(store_part)(out + i, best, lanes);
  }
}

static void NAME(logsumexp_columns)(const apus_reduce *p, const T *in, T *out, int64_t cols) {
  NAME(extreme_columns)(p, in, out, cols, 1);
  for (int64_t i = 0; i < cols; i += VN) {
    int64_t lanes = apus_least(cols - i, VN);
    V most = NAME(load_part)(out + i, lanes), sum = NAME(splat)(0);
    if (lanes == VN) most = NAME(load)(out + i);
    for (int64_t r = 0; r < p->reduce; r++) {
      const T *a = in + r * p->inner + i;
      sum += NAME(exp)((lanes == VN ? NAME(load)(a) : NAME(load_part)(a, lanes)) - most);
    }
    V r = most + NAME(log)(sum);
    r = NAME(pick)(most - most == 0, r, most);
    if (lanes == VN)
      NAME(store)(out + i, r);
    else
      NAME(store_part)(out + i, r, lanes);
  }
}

/// Columns i0..<i1 of outer position o.
static void NAME(reduce_columns)(const apus_reduce *p, const T *in, void *out, int64_t o, int64_t i0, int64_t i1) {
  const T *from = in + o * p->reduce * p->inner;
  for (int64_t i = i0; i < i1; i += NAME(width)) {
    int64_t cols = apus_least(i1 - i, NAME(width)), at = o * p->inner + i;
    T *to = (T *)out + at;
    if (p->kind == APUS_SUM) NAME(sum_columns)(p, from + i, to, cols);
    if (p->kind == APUS_MAXIMUM) NAME(extreme_columns)(p, from + i, to, cols, 1);
    if (p->kind == APUS_MINIMUM) NAME(extreme_columns)(p, from + i, to, cols, 0);
    if (p->kind == APUS_LOGSUMEXP) NAME(logsumexp_columns)(p, from + i, to, cols);
    if (p->kind == APUS_ARGMAX)
      for (int64_t c = 0; c < cols; c++)
        ((int32_t *)out)[at + c] = p->reduce ? NAME(argmax_run)(from + i + c, p->reduce, p->inner) : 0;
  }
}

static void NAME(reduce)(const apus_step *step, apus_context *context, int64_t chunk, char *scratch) {
  (void)scratch;
  const apus_reduce *p = step->extras;
  const T *in = (const T *)apus_address(context, p->in);
  void *out = apus_address(context, p->out);
  if (p->inner == 1) {
    NAME(reduce_runs)(p, in, out, chunk * p->piece, apus_least((chunk + 1) * p->piece, p->outer));
    return;
  }
  int64_t across = (p->inner + p->piece - 1) / p->piece, at = chunk % across * p->piece;
  NAME(reduce_columns)(p, in, out, chunk / across, at, apus_least(at + p->piece, p->inner));
}
