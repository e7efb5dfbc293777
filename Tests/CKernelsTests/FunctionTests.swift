import CKernels
import Glibc
import Testing

/// An op with one source and the function it stands for, in Float64.
private struct Function: Sendable, CustomTestStringConvertible {
  var name: String
  var op: apus_op
  /// Largest error in units of the last place, float32 and float64.
  var ulps: (Double, Double)
  var range: ClosedRange<Double>
  var exact: @Sendable (Double) -> Double
  var testDescription: String { name }
}

private let functions: [Function] = [
  Function(name: "exp", op: APUS_EXP, ulps: (2, 2), range: -87...88.7, exact: { exp($0) }),
  Function(name: "log", op: APUS_LOG, ulps: (2, 2), range: 1e-30...1e30, exact: { log($0) }),
  Function(name: "log near 1", op: APUS_LOG, ulps: (2, 2), range: 0.5...2, exact: { log($0) }),
  Function(name: "tanh", op: APUS_TANH, ulps: (2, 4), range: -12...12, exact: { tanh($0) }),
  Function(
    name: "tanh near 0", op: APUS_TANH, ulps: (2, 4), range: -0.7...0.7, exact: { tanh($0) }),
  Function(name: "expm1", op: APUS_EXPM1, ulps: (3, 3), range: -20...80, exact: { expm1($0) }),
  Function(
    name: "expm1 near 0", op: APUS_EXPM1, ulps: (3, 3), range: -1.5...1.5, exact: { expm1($0) }),
  Function(name: "log1p", op: APUS_LOG1P, ulps: (3, 3), range: -0.999...1e6, exact: { log1p($0) }),
  Function(
    name: "log1p near 0", op: APUS_LOG1P, ulps: (3, 3), range: -0.5...1, exact: { log1p($0) }),
  Function(
    name: "sigmoid", op: APUS_SIGMOID, ulps: (3, 5), range: -80...80, exact: { 1 / (1 + exp(-$0)) }),
  Function(
    name: "softplus", op: APUS_SOFTPLUS, ulps: (4, 4), range: -80...80,
    exact: { max($0, 0) + log1p(exp(-abs($0))) }),
  Function(name: "erf", op: APUS_ERF, ulps: (3, 1), range: -4...4, exact: { erf($0) }),
  Function(name: "sin", op: APUS_SIN, ulps: (2, 1), range: -100...100, exact: { sin($0) }),
  Function(name: "cos", op: APUS_COS, ulps: (2, 1), range: -100...100, exact: { cos($0) }),
  Function(name: "sin far", op: APUS_SIN, ulps: (2, 1), range: -1e8...1e8, exact: { sin($0) }),
  Function(name: "sqrt", op: APUS_SQRT, ulps: (0.51, 0.51), range: 0...1e10, exact: { sqrt($0) }),
  Function(
    name: "rsqrt", op: APUS_RSQRT, ulps: (2, 2), range: 1e-6...1e10, exact: { 1 / sqrt($0) }),
]

/// Runs one op on a vector.
private func apply<T: Real>(_ op: apus_op, _ x: [T], level: apus_level) -> [T] {
  let memory = Memory()
  var program = Program(rows: 1, cols: x.count, dtype: dtype(of: T.self))
  let source = program.input(memory.place(x))
  let result = memory.space(T.self, x.count)
  let value = program.add(op, source)
  program.output(value, to: result)
  memory.run([program.step(in: memory, level: level)])
  return memory.read(result, x.count)
}

/// The largest distance in units of the last place of T at the exact value.
private func worstUlps<T: Real>(_ f: Function, as type: T.Type, _ level: apus_level) -> Double {
  let count = 40_001
  let points: [T] = (0..<count).map {
    let t = Double($0) / Double(count - 1)
    if f.range.lowerBound > 0 {
      return T(f.range.lowerBound * pow(f.range.upperBound / f.range.lowerBound, t))
    }
    return T(f.range.lowerBound + (f.range.upperBound - f.range.lowerBound) * t)
  }
  var worst = 0.0
  for (x, y) in zip(points, apply(f.op, points, level: level)) {
    let exact = f.exact(Double(x))
    let unit = max(Double(T(exact).ulp), Double(T.leastNormalMagnitude.ulp))
    let distance = abs(Double(y) - exact) / unit
    worst = max(worst, distance.isNaN ? .infinity : distance)
  }
  return worst
}

@Suite struct FunctionTests {
  @Test(arguments: functions) private func withinUlps(_ f: Function) {
    for level in levels {
      let name = String(cString: apus_level_name(level))
      let single = worstUlps(f, as: Float.self, level)
      #expect(single <= f.ulps.0, "float32, \(name)")
      let double = worstUlps(f, as: Double.self, level)
      #expect(double <= f.ulps.1, "float64, \(name)")
    }
  }

  @Test func specialValues() {
    let inf = Double.infinity
    let cases: [(apus_op, (Double) -> Double)] = [
      (APUS_EXP, { exp($0) }), (APUS_EXPM1, { expm1($0) }), (APUS_LOG, { log($0) }),
      (APUS_LOG1P, { log1p($0) }), (APUS_TANH, { tanh($0) }),
      (APUS_SIGMOID, { 1 / (1 + exp(-$0)) }),
      (APUS_ERF, { erf($0) }), (APUS_SIN, { sin($0) }), (APUS_COS, { cos($0) }),
      (APUS_SOFTPLUS, { $0.isNaN ? $0 : max($0, 0) + log1p(exp(-abs($0))) }),
      (APUS_SQRT, { sqrt($0) }), (APUS_RSQRT, { 1 / sqrt($0) }), (APUS_RECIPROCAL, { 1 / $0 }),
      (APUS_NEG, { -$0 }), (APUS_ABS, { abs($0) }), (APUS_SQUARE, { $0 * $0 }),
      (APUS_SIGN, { $0.isNaN ? $0 : $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }),
      (APUS_RELU, { $0.isNaN ? $0 : max($0, 0) }), (APUS_STEP, { $0 > 0 ? 1 : 0 }),
      (APUS_FLOOR, { floor($0) }), (APUS_CEIL, { ceil($0) }), (APUS_ROUND, { rint($0) }),
      (APUS_NOT, { $0 == 0 ? 1 : 0 }), (APUS_IS_NAN, { $0.isNaN ? 1 : 0 }), (APUS_COPY, { $0 }),
    ]
    let points: [Double] = [.nan, inf, -inf, 0, -0.0, 1, -1, 0.5, -2.5, 3, -3, 1000, -1000]
    for level in levels {
      for (op, exact) in cases {
        let expected = points.map(exact)
        check(apply(op, points.map { Float($0) }, level: level), expected, op)
        check(apply(op, points, level: level), expected, op)
      }
    }
  }

  private func check<T: Real>(_ found: [T], _ expected: [Double], _ op: apus_op) {
    for (f, e) in zip(found, expected) {
      let near = abs(Double(f) - e) <= 1e-6 * abs(e)
      let same =
        e.isNaN ? f.isNaN : T(e).isInfinite ? f == T(e) : near || (abs(e) < 1e-38 && f == 0)
      #expect(same, "op \(op.rawValue): \(f) instead of \(e)")
    }
  }

  @Test func signOfZeroStays() {
    for op in [APUS_EXPM1, APUS_LOG1P, APUS_TANH, APUS_ERF, APUS_SIN, APUS_SQRT, APUS_COPY] {
      for level in levels {
        #expect(apply(op, [Float(-0.0)], level: level)[0].sign == .minus, "op \(op.rawValue)")
        #expect(apply(op, [-0.0], level: level)[0].sign == .minus, "op \(op.rawValue)")
      }
    }
  }
}
