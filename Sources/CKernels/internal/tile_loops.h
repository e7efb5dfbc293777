// Body of tile_table.c: the loops of one type and level.
#include "functions.h"

#define LOOP(op, sources, expression)                                                                     \
  static void NAME(loop_##op)(void *dp, const void *ap, const void *bp, const void *cp, int64_t n,        \
                              const double *s) {                                                          \
    T *d = dp;                                                                                            \
    const T *a_ = ap, *b_ = bp, *c_ = cp;                                                                 \
    (void)a_, (void)b_, (void)c_, (void)s;                                                                \
    int64_t i = 0;                                                                                        \
    for (; i + VN <= n; i += VN) {                                                                        \
      V sources(NAME(load), );                                                                            \
      NAME(store)(d + i, expression);                                                                     \
    }                                                                                                     \
    if (i < n) {                                                                                          \
      V sources(NAME(load_part), COMMA n - i);                                                            \
      NAME(store_part)(d + i, expression, n - i);                                                         \
    }                                                                                                     \
  }
#define COMMA ,
#define NO_SOURCE(get, count) a __attribute__((unused))
#define ONE(get, count) a = get(a_ + i count)
#define TWO(get, count) a = get(a_ + i count), b = get(b_ + i count)
#define THREE(get, count) a = get(a_ + i count), b = get(b_ + i count), c = get(c_ + i count)
#define S0 NAME(splat)((T)s[0])
#define S1 NAME(splat)((T)s[1])

LOOP(copy, ONE, a)
LOOP(neg, ONE, -a)
LOOP(abs, ONE, NAME(abs)(a))
LOOP(sign, ONE, NAME(pick)(a != a, a, NAME(truth)(a > 0) - NAME(truth)(a < 0)))
LOOP(exp, ONE, NAME(exp)(a))
LOOP(expm1, ONE, NAME(expm1)(a))
LOOP(log, ONE, NAME(log)(a))
LOOP(log1p, ONE, NAME(log1p)(a))
LOOP(sqrt, ONE, NAME(sqrt)(a))
LOOP(rsqrt, ONE, 1 / NAME(sqrt)(a))
LOOP(reciprocal, ONE, 1 / a)
LOOP(square, ONE, a *a)
LOOP(sin, ONE, NAME(sin)(a))
LOOP(cos, ONE, NAME(cos)(a))
LOOP(tanh, ONE, NAME(tanh)(a))
LOOP(sigmoid, ONE, NAME(sigmoid)(a))
LOOP(erf, ONE, NAME(erf)(a))
LOOP(softplus, ONE, NAME(softplus)(a))
LOOP(floor, ONE, __builtin_elementwise_floor(a))
LOOP(ceil, ONE, __builtin_elementwise_ceil(a))
LOOP(round, ONE, __builtin_elementwise_roundeven(a))
LOOP(relu, ONE, NAME(pick)(a <= 0, NAME(splat)(0), a))
LOOP(step, ONE, NAME(truth)(a > 0))
LOOP(not, ONE, NAME(truth)(a == 0))
LOOP(is_nan, ONE, NAME(truth)(a != a))
LOOP(clip, ONE, NAME(min)(NAME(max)(a, S0), S1))
LOOP(scale, ONE, a *S0)
LOOP(offset, ONE, a + S0)
LOOP(affine, ONE, a *S0 + S1)
LOOP(add, TWO, a + b)
LOOP(sub, TWO, a - b)
LOOP(mul, TWO, a *b)
LOOP(div, TWO, a / b)
LOOP(pow, TWO, NAME(pow)(a, b))
LOOP(max, TWO, NAME(max)(a, b))
LOOP(min, TWO, NAME(min)(a, b))
LOOP(eq, TWO, NAME(truth)(a == b))
LOOP(ne, TWO, NAME(truth)(a != b))
LOOP(lt, TWO, NAME(truth)(a < b))
LOOP(le, TWO, NAME(truth)(a <= b))
LOOP(gt, TWO, NAME(truth)(a > b))
LOOP(ge, TWO, NAME(truth)(a >= b))
LOOP(and, TWO, NAME(truth)((a != 0) & (b != 0)))
LOOP(or, TWO, NAME(truth)((a != 0) | (b != 0)))
LOOP(combine, TWO, a *S0 + b * S1)
LOOP(select, THREE, NAME(pick)(a != 0, b, c))
LOOP(fma, THREE, NAME(fma)(a, b, c))
LOOP(fill, NO_SOURCE, S0)

// The numbers 0, 1, … of the columns, from s[0] on.
static void NAME(loop_iota)(void *dp, const void *a, const void *b, const void *c, int64_t n, const double *s) {
  (void)a, (void)b, (void)c;
  T *d = dp;
  for (int64_t i = 0; i < n; i++) d[i] = (T)((int64_t)s[0] + i);
}

// Whole vectors may run over the end of a row where others come after it.
static void NAME(row_expand)(void *dp, const void *ap, int64_t rows, int64_t cols) {
  T *d = dp, *end = d + rows * cols;
  const T *a = ap;
  for (int64_t r = 0; r < rows; r++, d += cols) {
    V v = NAME(splat)(a[r]);
    int64_t i = 0, most = end - d - VN < cols - 1 ? end - d - VN : cols - 1;
    for (; i <= most; i += VN) NAME(store)(d + i, v);
    for (; i < cols; i++) d[i] = a[r];
  }
}

/// What is left of a vector when its lanes have been joined by halves down to 16 bytes.
typedef T NAME(part) __attribute__((vector_size(16)));

/// Rows whose lanes are joined at a time: as many as a part has.
enum { NAME(joined) = 16 / sizeof(T) };

// The lanes of each vector become one number, in the order of sum_lanes.
#define JOIN_LANES(name, join)                                                              \
  INLINE NAME(part) NAME(name)(const V v[NAME(joined)]) {                                   \
    NAME(part) part[NAME(joined)];                                                          \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < NAME(joined); r++) {             \
      NAME(part) half[sizeof(V) / 16];                                                      \
      memcpy(half, &v[r], sizeof half);                                                     \
      _Pragma("clang loop unroll(full)") for (int h = sizeof(V) / 32; h > 0; h /= 2)        \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < h; i++)                      \
          half[i] = join(half[i], half[i + h]);                                             \
      part[r] = half[0];                                                                    \
    }                                                                                       \
    return JOIN_PARTS(part, join);                                                          \
  }
#if APUS_IS_F32
#define MIX(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#define JOIN_TWO(a, b, join) join(MIX(a, b, 0, 1, 4, 5), MIX(a, b, 2, 3, 6, 7))
#define JOIN_PAIRS(a, b, join) join(MIX(a, b, 0, 2, 4, 6), MIX(a, b, 1, 3, 5, 7))
#define JOIN_PARTS(p, join) JOIN_PAIRS(JOIN_TWO(p[0], p[1], join), JOIN_TWO(p[2], p[3], join), join)
#else
#define MIX(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#define JOIN_PARTS(p, join) join(MIX(p[0], p[1], 0, 2), MIX(p[0], p[1], 1, 3))
#endif
#define PLUS(a, b) ((a) + (b))
#define EXTREME(name, is_better)                                                        \
  INLINE NAME(part) NAME(name)(NAME(part) a, NAME(part) b) {                            \
    __auto_type first = (a is_better b) | (a != a);                                     \
    return (NAME(part))((first & (__typeof__(first))a) | (~first & (__typeof__(first))b)); \
  }
EXTREME(larger, >)
EXTREME(smaller, <)
#undef EXTREME
JOIN_LANES(each_sum, PLUS)
JOIN_LANES(each_max, NAME(larger))
JOIN_LANES(each_min, NAME(smaller))

/// d[r] = the joined lanes of `of_row(a + r·cols)`.
#define EACH_ROW(join, of_row)                                                                                   \
  {                                                                                                              \
    int64_t r = 0;                                                                                               \
    for (; r + NAME(joined) <= rows; r += NAME(joined)) {                                                        \
      V each[NAME(joined)];                                                                                      \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < NAME(joined); i++) each[i] = of_row(a + (r + i) * cols); \
      NAME(part) all = join(each);                                                                               \
      memcpy(d + r, &all, sizeof all);                                                                           \
    }                                                                                                            \
    for (; r < rows; r++) {                                                                                      \
      V each[NAME(joined)] = {of_row(a + r * cols)};                                                             \
      d[r] = join(each)[0];                                                                                      \
    }                                                                                                            \
  }

enum { NAME(sum_block) = 64 * VN };

/// Four vectors of sums, joined.
INLINE V NAME(block_sum)(const T *a, int64_t n) {
  V sum[4] = {NAME(splat)(0), NAME(splat)(0), NAME(splat)(0), NAME(splat)(0)};
  int64_t i = 0;
  for (; i + 4 * VN <= n; i += 4 * VN)
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) sum[j] += NAME(load)(a + i + j * VN);
  for (; i + VN <= n; i += VN) sum[0] += NAME(load)(a + i);
  if (i < n) sum[1] += NAME(load_part)(a + i, n - i);
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

// Blocks of a row are joined in double.
static void NAME(row_sum)(void *dp, const void *ap, int64_t rows, int64_t cols) {
  T *d = dp;
  const T *a = ap;
#define OF_ROW(from) NAME(block_sum)(from, cols)
  if (cols <= NAME(sum_block)) EACH_ROW(NAME(each_sum), OF_ROW)
#undef OF_ROW
  for (int64_t r = 0; r < rows && cols > NAME(sum_block); r++, a += cols) {
    double total = 0;
    for (int64_t from = 0; from < cols; from += NAME(sum_block)) {
      int64_t n = cols - from < NAME(sum_block) ? cols - from : NAME(sum_block);
      total += (double)NAME(sum_lanes)(NAME(block_sum)(a + from, n));
    }
    d[r] = (T)total;
  }
}

#define ROW_EXTREME(name, join, function, start)                                        \
  INLINE V NAME(name##_lanes)(const T *a, int64_t n) {                                  \
    V best = NAME(splat)((T)(start));                                                   \
    int64_t i = 0;                                                                      \
    for (; i + VN <= n; i += VN) best = function(best, NAME(load)(a + i));              \
    if (i == n) return best;                                                            \
    V part = NAME(load_part)(a + i, n - i);                                             \
    return function(best, NAME(pick)(NAME(first_lanes)(n - i), part, best));            \
  }                                                                                     \
  static void NAME(name)(void *dp, const void *ap, int64_t rows, int64_t cols) {        \
    T *d = dp;                                                                          \
    const T *a = ap;                                                                    \
    EACH_ROW(join, OF_ROW_##name)                                                       \
  }
#define OF_ROW_row_max(from) NAME(row_max_lanes)(from, cols)
#define OF_ROW_row_min(from) NAME(row_min_lanes)(from, cols)
ROW_EXTREME(row_max, NAME(each_max), NAME(max), -INFINITY)
ROW_EXTREME(row_min, NAME(each_min), NAME(min), INFINITY)
#undef OF_ROW_row_max
#undef OF_ROW_row_min
#undef EACH_ROW
#undef PLUS
#undef JOIN_LANES
#undef JOIN_PARTS
#undef MIX
#if APUS_IS_F32
#undef JOIN_TWO
#undef JOIN_PAIRS
#endif

static void NAME(row_argmax)(void *dp, const void *ap, int64_t rows, int64_t cols) {
  T *d = dp;
  const T *a = ap;
  for (int64_t r = 0; r < rows; r++, a += cols) {
    int64_t best = 0;
    for (int64_t i = 1; i < cols && a[best] == a[best]; i++)
      if (!(a[i] <= a[best])) best = i;
    d[r] = (T)best;
  }
}

#define READ(name, type)                                             \
  static void NAME(name)(void *dp, const void *ap, int64_t n) {      \
    T *restrict d = dp;                                              \
    const type *restrict a = ap;                                     \
    for (int64_t i = 0; i < n; i++) d[i] = (T)a[i];                  \
  }
READ(read_f32, float)
READ(read_f64, double)
READ(read_i32, int32_t)
READ(read_u8, uint8_t)

#define WRITE(name, type, expression)                                \
  static void NAME(name)(void *dp, const void *ap, int64_t n) {      \
    type *restrict d = dp;                                           \
    const T *restrict a = ap;                                        \
    for (int64_t i = 0; i < n; i++) {                                \
      T x = a[i];                                                    \
      d[i] = (type)(expression);                                     \
    }                                                                \
  }
WRITE(write_f32, float, x)
WRITE(write_f64, double, x)
WRITE(write_i32, int32_t, x != x ? 0 : x >= (T)0x1p31 ? INT32_MAX : x <= (T)-0x1p31 ? INT32_MIN : (int32_t)x)
WRITE(write_u8, uint8_t, !(x > 0) ? 0 : x >= 255 ? 255 : (uint8_t)x)
WRITE(write_bool, uint8_t, x != 0)

/// `lanes` numbers of the update of Adam, rounded as by its instructions.
INLINE void NAME(update_moments)(const apus_moments *at, const V number[5], int64_t i, int64_t lanes) {
#define GET(what) \
  (lanes == VN ? NAME(load)((const T *)at->from[what] + i) : NAME(load_part)((const T *)at->from[what] + i, lanes))
#define PUT(to, v) (lanes == VN ? NAME(store)((T *)(to) + i, v) : NAME(store_part)((T *)(to) + i, v, lanes))
  V gradient = GET(apus_gradient), parameter = GET(apus_old_parameter);
  V first = GET(apus_old_first) * number[0] + gradient * number[1];
  V second = GET(apus_old_second) * number[2] + gradient * gradient * number[3];
  V spread = NAME(sqrt)(second) * GET(apus_factor) + number[4];
  parameter -= GET(apus_rate) * first / spread;
  PUT(at->first, first);
  PUT(at->second, second);
  PUT(at->parameter, parameter);
#undef GET
#undef PUT
}

static void NAME(moments)(const apus_moments *moments, int64_t n, const apus_instruction *code) {
  // Copies: what is stored could be what they point to.
  apus_moments at = *moments;
  V number[5] = {
    NAME(splat)((T)code[0].s[0]), NAME(splat)((T)code[0].s[1]), NAME(splat)((T)code[2].s[0]),
    NAME(splat)((T)code[2].s[1]), NAME(splat)((T)code[5].s[0]),
  };
  int64_t i = 0;
  for (; i + VN <= n; i += VN) NAME(update_moments)(&at, number, i, VN);
  if (i < n) NAME(update_moments)(&at, number, i, n - i);
}

static const apus_tile_table NAME(table)[1] = {{
  .size = sizeof(T),
  .loop = {
    [APUS_COPY] = NAME(loop_copy), [APUS_NEG] = NAME(loop_neg), [APUS_ABS] = NAME(loop_abs),
    [APUS_SIGN] = NAME(loop_sign), [APUS_EXP] = NAME(loop_exp), [APUS_EXPM1] = NAME(loop_expm1),
    [APUS_LOG] = NAME(loop_log), [APUS_LOG1P] = NAME(loop_log1p), [APUS_SQRT] = NAME(loop_sqrt),
    [APUS_RSQRT] = NAME(loop_rsqrt), [APUS_RECIPROCAL] = NAME(loop_reciprocal),
    [APUS_SQUARE] = NAME(loop_square), [APUS_SIN] = NAME(loop_sin), [APUS_COS] = NAME(loop_cos),
    [APUS_TANH] = NAME(loop_tanh), [APUS_SIGMOID] = NAME(loop_sigmoid), [APUS_ERF] = NAME(loop_erf),
    [APUS_SOFTPLUS] = NAME(loop_softplus), [APUS_FLOOR] = NAME(loop_floor), [APUS_CEIL] = NAME(loop_ceil),
    [APUS_ROUND] = NAME(loop_round), [APUS_RELU] = NAME(loop_relu), [APUS_STEP] = NAME(loop_step),
    [APUS_NOT] = NAME(loop_not), [APUS_IS_NAN] = NAME(loop_is_nan), [APUS_CLIP] = NAME(loop_clip),
    [APUS_SCALE] = NAME(loop_scale), [APUS_OFFSET] = NAME(loop_offset), [APUS_AFFINE] = NAME(loop_affine),
    [APUS_ADD] = NAME(loop_add), [APUS_SUB] = NAME(loop_sub), [APUS_MUL] = NAME(loop_mul),
    [APUS_DIV] = NAME(loop_div), [APUS_POW] = NAME(loop_pow), [APUS_MAX] = NAME(loop_max),
    [APUS_MIN] = NAME(loop_min), [APUS_EQ] = NAME(loop_eq), [APUS_NE] = NAME(loop_ne),
    [APUS_LT] = NAME(loop_lt), [APUS_LE] = NAME(loop_le), [APUS_GT] = NAME(loop_gt),
    [APUS_GE] = NAME(loop_ge), [APUS_AND] = NAME(loop_and), [APUS_OR] = NAME(loop_or),
    [APUS_COMBINE] = NAME(loop_combine), [APUS_SELECT] = NAME(loop_select), [APUS_FMA] = NAME(loop_fma), [APUS_FILL] = NAME(loop_fill),
    [APUS_IOTA] = NAME(loop_iota),
  },
  .row = {
    [APUS_EXPAND] = NAME(row_expand), [APUS_ROW_SUM] = NAME(row_sum), [APUS_ROW_MAX] = NAME(row_max),
    [APUS_ROW_MIN] = NAME(row_min), [APUS_ROW_ARGMAX] = NAME(row_argmax),
  },
  .read = {
    [APUS_F32] = NAME(read_f32), [APUS_F64] = NAME(read_f64), [APUS_I32] = NAME(read_i32),
    [APUS_U8] = NAME(read_u8), [APUS_BOOL] = NAME(read_u8),
  },
  .write = {
    [APUS_F32] = NAME(write_f32), [APUS_F64] = NAME(write_f64), [APUS_I32] = NAME(write_i32),
    [APUS_U8] = NAME(write_u8), [APUS_BOOL] = NAME(write_bool),
  },
  .moments = NAME(moments),
}};

#undef LOOP
#undef COMMA
#undef NO_SOURCE
#undef ONE
#undef TWO
#undef THREE
#undef S0
#undef S1
#undef ROW_EXTREME
#undef READ
#undef WRITE
