// Elementary functions on vectors. float: exp, log, tanh ≤ 2 ulp (tested against Float64 for a dense set of
// arguments); double: the same for exp, log; the rest of double calls the C library lane by lane.
// Subnormal arguments of log count as 0, as they do everywhere under denormals-are-zero.

#if APUS_IS_F32
#define C_(f, d) ((T)(f))
#define MANTISSA 23
#define EXPONENT_BIAS 127
#define ROUNDER 12582912.0f           // 1.5·2²³: adding it rounds to a whole number
#define SMALLEST_NORMAL 0x1p-126f
#define HALF_ROOT_BITS 0x3f3504f3     // √½
#define EXP_HIGH 88.8f
#define EXP_LOW -104.0f
#else
#define C_(f, d) ((T)(d))
#define MANTISSA 52
#define EXPONENT_BIAS 1023
#define ROUNDER 6755399441055744.0    // 1.5·2⁵²
#define SMALLEST_NORMAL 0x1p-1022
#define HALF_ROOT_BITS 0x3fe6a09e667f3bcd
#define EXP_HIGH 709.9
#define EXP_LOW -746.0
#endif

// ln 2 in two parts; the product of a small whole number with the first is exact.
#define LN2_HIGH C_(0.693359375f, 6.93147180369123816490e-01)
#define LN2_LOW C_(-2.12194440e-4f, 1.90821492927058770002e-10)

// 2ⁿ for n with a normal result.
INLINE V NAME(power_of_two)(VI n) { return (V)((n + EXPONENT_BIAS) << MANTISSA); }

// A whole number as T; |n| < 2²² (2⁵¹).
INLINE V NAME(from_int)(VI n) { return (V)(n + (VI)NAME(splat)(ROUNDER)) - ROUNDER; }

// x = n·ln 2 + r with |r| ≤ ½ ln 2; returns e^r - 1. float: Cephes expf; double: Taylor.
INLINE V NAME(exp_reduced)(V x, VI *n) {
  V shifted = x * (T)1.44269504088896340736 + ROUNDER;
  V whole = shifted - ROUNDER;
  *n = (VI)shifted - (VI)NAME(splat)(ROUNDER);
  V r = NAME(fma)(whole, NAME(splat)(-LN2_HIGH), x);
  r = NAME(fma)(whole, NAME(splat)(-LN2_LOW), r);
#if APUS_IS_F32
  static const T c[] = {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f,
                        4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f};
#else
  static const T c[] = {1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800,
                        1.0 / 362880,     1.0 / 40320,     1.0 / 5040,     1.0 / 720,
                        1.0 / 120,        1.0 / 24,        1.0 / 6,        0.5};
#endif
  V p = NAME(splat)(c[0]);
#pragma clang loop unroll(full)
  for (int i = 1; i < (int)(sizeof c / sizeof c[0]); i++) p = NAME(fma)(p, r, NAME(splat)(c[i]));
  return NAME(fma)(r * r, p, r);
}

INLINE V NAME(exp)(V x) {
  V bounded = NAME(pick)(x > EXP_HIGH, NAME(splat)(EXP_HIGH), x);
  bounded = NAME(pick)(bounded < EXP_LOW, NAME(splat)(EXP_LOW), bounded);
  VI n;
  V p = NAME(exp_reduced)(bounded, &n) + 1;
  VI half = n >> 1;
  return p * NAME(power_of_two)(half) * NAME(power_of_two)(n - half);
}

INLINE V NAME(expm1)(V x) {
  V bounded = NAME(pick)(x > EXP_HIGH, NAME(splat)(EXP_HIGH), x);
  T low = (T)(-0.7 * (MANTISSA + 3));
  bounded = NAME(pick)(bounded < low, NAME(splat)(low), bounded);
  VI n;
  V p = NAME(exp_reduced)(bounded, &n);
  V s = NAME(power_of_two)(n - 1);
  V r = NAME(fma)(s, p, s - (T)0.5) * 2;
  r = NAME(pick)(n == 0, p, r);
  return NAME(pick)(x == 0, x, r);
}

// float: Cephes logf; double: fdlibm's log.
INLINE V NAME(log)(V x) {
  VI bits = (VI)x - HALF_ROOT_BITS;
  VI exponent = bits >> MANTISSA;
  V m = (V)((bits & (((TI)1 << MANTISSA) - 1)) + HALF_ROOT_BITS);
  V e = NAME(from_int)(exponent);
  V f = m - 1;
#if APUS_IS_F32
  static const T c[] = {7.0376836292e-2f,  -1.1514610310e-1f, 1.1676998740e-1f,
                        -1.2420140846e-1f, 1.4249322787e-1f,  -1.6668057665e-1f,
                        2.0000714765e-1f,  -2.4999993993e-1f, 3.3333331174e-1f};
  V p = NAME(splat)(c[0]);
#pragma clang loop unroll(full)
  for (int i = 1; i < 9; i++) p = NAME(fma)(p, f, NAME(splat)(c[i]));
  V z = f * f;
  V y = NAME(fma)(e, NAME(splat)(LN2_LOW), f * z * p);
  y = NAME(fma)(z, NAME(splat)((T)-0.5), y);
  V r = NAME(fma)(e, NAME(splat)(LN2_HIGH), f + y);
#else
  static const T c[] = {1.479819860511658591e-01, 1.531383769920937332e-01,
                        1.818357216161805012e-01, 2.222219843214978396e-01,
                        2.857142874366239149e-01, 3.999999999940941908e-01,
                        6.666666666666735130e-01};
  V s = f / (f + 2), z = s * s;
  V p = NAME(splat)(c[0]);
#pragma clang loop unroll(full)
  for (int i = 1; i < 7; i++) p = NAME(fma)(p, z, NAME(splat)(c[i]));
  V half_square = f * f * (T)0.5;
  V tail = NAME(fma)(e, NAME(splat)(LN2_LOW), s * (half_square + z * p));
  V r = e * LN2_HIGH - ((half_square - tail) - f);
#endif
  V infinity = NAME(splat)((T)INFINITY);
  r = NAME(pick)(x < SMALLEST_NORMAL, -infinity, r);
  r = NAME(pick)(x < 0, NAME(splat)((T)NAN), r);
  r = NAME(pick)(x == infinity, x, r);
  return NAME(pick)(x != x, x, r);
}

// u = 1 + x rounded; the rest of x is added to ln u in first order.
INLINE V NAME(log1p)(V x) {
  V u = x + 1;
  V rest = x - (u - 1);
  V r = NAME(log)(u) + rest / u;
  r = NAME(pick)((x == -1) | (x == NAME(splat)((T)INFINITY)), NAME(log)(u), r);
  return NAME(pick)(x == 0, x, r);
}

// float, below 0.625: an odd polynomial (minimax); above: 1 - 2/(e^2a + 1), where an error of the exponential counts less
// and less. It is taken in half units, a = n·½ ln 2 + r, e^2a = 2ⁿ·e^2r, and needs no bounds but one: tanh is 1 from 9.02 on.
INLINE V NAME(tanh)(V x) {
  V a = NAME(abs)(x);
#if APUS_IS_F32
  static const T c[] = {-5.7049873270e-3f, 2.0639087556e-2f, -5.3739715187e-2f, 1.3331442199e-1f, -3.3333281942e-1f};
  static const T d[] = {9.152e-2f, 2.666704615e-1f, 6.666527343e-1f, 1.33333323672f, 2.000000048f, 2, 1};
  V z = x * x;
  V p = NAME(splat)(c[0]);
#pragma clang loop unroll(full)
  for (int i = 1; i < 5; i++) p = NAME(fma)(p, z, NAME(splat)(c[i]));
  V small = NAME(fma)(z * a, p, a);
  V bounded = NAME(pick)(a > C_(9.02f, 9.02), NAME(splat)(C_(9.02f, 9.02)), a);
  V shifted = NAME(fma)(bounded, NAME(splat)(2.885390081777927f), NAME(splat)(ROUNDER));
  V whole = shifted - ROUNDER;
  // Where n is large, so that one constant is not enough, the quotient is small.
  V r = NAME(fma)(whole, NAME(splat)(-0.34657359f), bounded);
  // By Estrin's scheme: what takes time here is one operation waiting for the other.
  V rr = r * r;
  V first = NAME(fma)(r, NAME(splat)(d[4]), NAME(splat)(d[5]));
  V third = NAME(fma)(r, NAME(splat)(d[2]), NAME(splat)(d[3]));
  V fifth = NAME(fma)(r, NAME(splat)(d[0]), NAME(splat)(d[1]));
  V q = NAME(fma)(rr * rr, fifth, NAME(fma)(rr, third, first));
  V e = NAME(fma)(r, q, NAME(splat)(d[6]));
  V power = (V)(((VI)shifted << MANTISSA) + (VI)NAME(splat)(1));
  V large = 1 - 2 / NAME(fma)(e, power, NAME(splat)(1));
  V y = NAME(pick)(a < C_(0.625f, 0.625), small, large);
#else
  V bounded = NAME(pick)(a > 22, NAME(splat)(22), a);
  V e = NAME(expm1)(bounded + bounded);
  V y = e / (e + 2);
#endif
  return NAME(copysign)(y, x);
}

INLINE V NAME(sigmoid)(V x) { return 1 / (NAME(exp)(-x) + 1); }

INLINE V NAME(softplus)(V x) {
  V positive = NAME(max)(x, NAME(splat)(0));
  return positive + NAME(log1p)(NAME(exp)(-NAME(abs)(x)));
}

// Calls a function of the C library for each lane.
#define EACH_LANE(call)                          \
  T t[VN];                                       \
  NAME(store)(t, x);                             \
  for (int64_t i = 0; i < VN; i++) t[i] = call;  \
  return NAME(load)(t);

#if APUS_IS_F32
#define WIDE(x) APUS_JOIN(x, f64, APUS_TARGET)
typedef float NAME(halfv) __attribute__((vector_size(APUS_VECTOR_BYTES / 2)));

// The lower and upper half as double.
INLINE void NAME(widen)(V x, WIDE(v) w[2]) {
  NAME(halfv) h[2];
  memcpy(h, &x, sizeof x);
  w[0] = __builtin_convertvector(h[0], WIDE(v));
  w[1] = __builtin_convertvector(h[1], WIDE(v));
}

INLINE V NAME(narrow)(const WIDE(v) w[2]) {
  NAME(halfv) h[2] = {__builtin_convertvector(w[0], NAME(halfv)), __builtin_convertvector(w[1], NAME(halfv))};
  V x;
  memcpy(&x, h, sizeof x);
  return x;
}

// sin of r + (n + shift)·π/2, |r| ≤ π/4, with the polynomials of musl's sinf.
INLINE WIDE(v) NAME(sine_wide)(WIDE(v) x, int shift) {
  const double rounder = 6755399441055744.0;
  WIDE(v) shifted = x * 0.63661977236758134308 + rounder;
  WIDE(v) n = shifted - rounder;
  WIDE(vi) quadrant = (WIDE(vi))shifted + shift;
  WIDE(v) r = WIDE(fma)(n, WIDE(splat)(-1.57079632679489655800), x);
  r = WIDE(fma)(n, WIDE(splat)(-6.12323399573676603587e-17), r);
  WIDE(v) z = r * r;
  WIDE(v) s = z * 0.0000027183114939898219064 - 0.000198393348360966317347;
  s = WIDE(fma)(WIDE(fma)(s, z, WIDE(splat)(0.0083333293858894631756)), z, WIDE(splat)(-0.166666666416265235595));
  s = WIDE(fma)(s, z * r, r);
  WIDE(v) c = z * 0.0000243904487962774090654 - 0.00138867637746099294692;
  c = WIDE(fma)(WIDE(fma)(c, z, WIDE(splat)(0.0416666233237390631894)), z, WIDE(splat)(-0.499999997251031003120));
  c = WIDE(fma)(c, z, WIDE(splat)(1));
  WIDE(v) y = WIDE(pick)((quadrant & 1) != 0, c, s);
  return WIDE(pick)((quadrant & 2) != 0, -y, y);
}

INLINE V NAME(sine)(V x, int shift) {
  if (__builtin_reduce_or((NAME(abs)(x) > 1e7f)) != 0) {
    EACH_LANE(shift ? cosf(t[i]) : sinf(t[i]))
  }
  WIDE(v) w[2];
  NAME(widen)(x, w);
  w[0] = NAME(sine_wide)(w[0], shift);
  w[1] = NAME(sine_wide)(w[1], shift);
  V y = NAME(narrow)(w);
  return shift ? y : NAME(pick)(x == 0, x, y);
}

INLINE V NAME(sin)(V x) { return NAME(sine)(x, 0); }
INLINE V NAME(cos)(V x) { return NAME(sine)(x, 1); }

// Coefficients: N. Juffa's single-precision erf (1.2 ulp).
INLINE V NAME(erf)(V x) {
  V t = NAME(abs)(x), s = x * x;
  static const T far[] = {1.72948930e-5f, -3.83208680e-4f, 3.88393435e-3f, -2.42545605e-2f,
                          1.06777847e-1f, 6.34846687e-1f,  1.28717512e-1f};
  V bounded = NAME(pick)(t > 5, NAME(splat)(5), t);
  V q = NAME(splat)(far[0]);
#pragma clang loop unroll(full)
  for (int i = 1; i < 7; i++) q = NAME(fma)(q, bounded, NAME(splat)(far[i]));
  q = NAME(fma)(q, bounded, bounded);
  V outer = NAME(copysign)(1 - NAME(exp)(-q), x);
  static const T near[] = {-5.99104969e-4f, 4.99339588e-3f,  -2.67667342e-2f,
                           1.12818025e-1f,  -3.76124859e-1f, 1.28379151e-1f};
  V p = NAME(splat)(near[0]);
#pragma clang loop unroll(full)
  for (int i = 1; i < 6; i++) p = NAME(fma)(p, s, NAME(splat)(near[i]));
  V inner = NAME(fma)(p, x, x);
  return NAME(pick)(t > 0.927734375f, outer, NAME(pick)(x == 0, x, inner));
}

// |a|^b in double, then the sign and the cases where that is not defined.
INLINE V NAME(pow)(V a, V b) {
  WIDE(v) base[2], exponent[2];
  NAME(widen)(NAME(abs)(a), base);
  NAME(widen)(b, exponent);
  for (int i = 0; i < 2; i++) base[i] = WIDE(exp)(exponent[i] * WIDE(log)(base[i]));
  V r = NAME(narrow)(base);
  V half = b * 0.5f;
  VI whole = __builtin_elementwise_floor(b) == b;
  VI odd = whole & (__builtin_elementwise_floor(half) != half);
  VI negative = (VI)a < 0;
  r = NAME(pick)(negative & odd, -r, r);
  r = NAME(pick)((a < 0) & ~whole & (NAME(abs)(a) != INFINITY), NAME(splat)(NAN), r);
  r = NAME(pick)((NAME(abs)(a) == 1) & (NAME(abs)(b) == INFINITY), NAME(splat)(1), r);
  return NAME(pick)((b == 0) | (a == 1), NAME(splat)(1), r);
}
#undef WIDE
#else
INLINE V NAME(sin)(V x) { EACH_LANE(sin(t[i])) }
INLINE V NAME(cos)(V x) { EACH_LANE(cos(t[i])) }
INLINE V NAME(erf)(V x) { EACH_LANE(erf(t[i])) }

INLINE V NAME(pow)(V x, V b) {
  T u[VN];
  NAME(store)(u, b);
  EACH_LANE(pow(t[i], u[i]))
}
#endif

#undef EACH_LANE
#undef C_
#undef MANTISSA
#undef EXPONENT_BIAS
#undef ROUNDER
#undef SMALLEST_NORMAL
#undef HALF_ROOT_BITS
#undef EXP_HIGH
#undef EXP_LOW
#undef LN2_HIGH
#undef LN2_LOW
