import ApusEngine
import ApusGraph
import Testing

/// Forward values of every op against NumPy and SciPy, edge inputs included.
@Suite struct FixtureTests {
  typealias Build = @Sendable (FixtureCase, [Tensor]) -> Tensor

  @Test(arguments: builders.map { $0.name })
  func valuesAreNumPys(name: String) throws {
    let build = try #require(Self.builders.first { $0.name == name }).build
    let cases = try FixtureCase.all(of: name)
    #expect(cases.count >= 2)
    for fixture in cases {
      let graph = Graph()
      let inputs = fixture.inputs.enumerated().map {
        graph.input("x\($0)", Shape($1.shape), dtype: $1.dtype)
      }
      let feeds = Dictionary(uniqueKeysWithValues: zip(inputs, fixture.inputs))
      let found = try graph.evaluate([build(fixture, inputs)], feeding: feeds)[0]
      try expectEqual(found, fixture)
    }
  }

  private func expectEqual(_ found: TensorData, _ fixture: FixtureCase) throws {
    let label = "\(fixture.op), case \(fixture.number)"
    #expect(found.shape == fixture.output.shape, "\(label)")
    let isFloat32 = fixture.text("dtype") == "float32"
    let rounds = isFloat32 && fixture.output.dtype == .float64
    let expected = (rounds ? fixture.output.converted(to: .float32) : fixture.output)
    #expect(found.dtype == expected.dtype, "\(label)")
    if Self.exact.contains(fixture.op) {
      #expect(found == expected, "\(label)")
      return
    }
    let relative = isFloat32 ? 1.3e-7 : 1e-13
    let absolute = Self.sums.contains(fixture.op) ? relative * 10 : 0
    for (position, (a, b)) in zip(found.doubles(), expected.doubles()).enumerated() {
      let isClose = a == b || (a.isNaN && b.isNaN) || abs(a - b) <= relative * abs(b) + absolute
      #expect(isClose, "\(label) at \(position): \(a), expected \(b)")
    }
  }

  /// Ops that move values or change only the sign: every bit counts.
  private static let exact: Set<String> = [
    "abs", "negate", "cast", "select", "reshape", "broadcast", "transpose", "slice", "pad",
    "concatenate", "gather_rows", "argmax", "equal", "not_equal", "less", "less_equal", "greater",
    "greater_equal",
  ]
  /// Ops whose terms may cancel, so that rounding is measured against the terms.
  private static let sums: Set<String> = [
    "reduce_sum", "mean", "log_sum_exp", "matmul", "scatter_add_rows",
  ]

  static let builders: [(name: String, build: Build)] = unary + binary + structural + reductions

  private static let unary: [(name: String, build: Build)] = [
    ("negate", { -$1[0] }), ("abs", { abs($1[0]) }), ("sign", { sign($1[0]) }),
    ("exp", { exp($1[0]) }), ("expm1", { expm1($1[0]) }), ("log", { log($1[0]) }),
    ("log1p", { log1p($1[0]) }), ("sqrt", { sqrt($1[0]) }), ("rsqrt", { rsqrt($1[0]) }),
    ("reciprocal", { reciprocal($1[0]) }), ("square", { square($1[0]) }),
    ("sin", { sin($1[0]) }), ("cos", { cos($1[0]) }), ("tanh", { tanh($1[0]) }),
    ("sigmoid", { sigmoid($1[0]) }), ("erf", { erf($1[0]) }), ("floor", { floor($1[0]) }),
    ("relu", { relu($1[0]) }), ("step", { step($1[0]) }), ("softplus", { softplus($1[0]) }),
    ("clip", { clip($1[0], $0.real("minimum"), $0.real("maximum")) }),
    (
      "cast",
      { $1[0].cast(to: DType(rawValue: $0.text("to") ?? "") ?? .int32) }
    ),
  ]

  private static let binary: [(name: String, build: Build)] = [
    ("add", { $1[0] + $1[1] }), ("subtract", { $1[0] - $1[1] }),
    ("multiply", { $1[0] * $1[1] }), ("divide", { $1[0] / $1[1] }),
    ("power", { pow($1[0], $1[1]) }), ("maximum", { max($1[0], $1[1]) }),
    ("minimum", { min($1[0], $1[1]) }),
    ("equal", { ($1[0] .== $1[1]).cast(to: .uint8) }),
    ("not_equal", { ($1[0] .!= $1[1]).cast(to: .uint8) }),
    ("less", { ($1[0] .< $1[1]).cast(to: .uint8) }),
    ("less_equal", { ($1[0] .<= $1[1]).cast(to: .uint8) }),
    ("greater", { ($1[0] .> $1[1]).cast(to: .uint8) }),
    ("greater_equal", { ($1[0] .>= $1[1]).cast(to: .uint8) }),
    ("select", { select($1[0].cast(to: .bool), $1[1], $1[2]) }),
    (
      "matmul",
      {
        matmul(
          $1[0], $1[1], transposeA: $0.flag("transposeA"), transposeB: $0.flag("transposeB"))
      }
    ),
  ]

  private static let structural: [(name: String, build: Build)] = [
    ("reshape", { $1[0].reshaped(to: Shape($0.integers("shape"))) }),
    ("broadcast", { $1[0].broadcast(to: Shape($0.integers("shape"))) }),
    ("transpose", { $1[0].transposed($0.integers("permutation")) }),
    (
      "slice",
      {
        $1[0].graph.apply(
          Slice(
            starts: $0.integers("starts"), limits: $0.integers("ends"),
            strides: $0.integers("strides")), to: [$1[0]])
      }
    ),
    (
      "pad",
      {
        $1[0].padded(low: $0.integers("low"), high: $0.integers("high"), value: $0.real("value"))
      }
    ),
    ("concatenate", { concatenate($1, axis: $0.integer("axis")) }),
    ("gather_rows", { gather($1[0], rows: $1[1]) }),
    ("scatter_add_rows", { $1[0] + scatterAdd($1[2], rows: $1[1], count: $1[0].shape[0]) }),
  ]

  private static let reductions: [(name: String, build: Build)] = [
    ("reduce_sum", { $1[0].sum($0.integers("axes"), keepDimensions: $0.flag("keepDimensions")) }),
    (
      "reduce_max",
      { $1[0].maximum($0.integers("axes"), keepDimensions: $0.flag("keepDimensions")) }
    ),
    (
      "reduce_min",
      { $1[0].minimum($0.integers("axes"), keepDimensions: $0.flag("keepDimensions")) }
    ),
    ("mean", { $1[0].mean($0.integers("axes"), keepDimensions: $0.flag("keepDimensions")) }),
    (
      "argmax",
      { $1[0].argMax($0.integer("axis"), keepDimensions: $0.flag("keepDimensions")) }
    ),
    (
      "log_sum_exp",
      { $1[0].logSumExp($0.integer("axis"), keepDimensions: $0.flag("keepDimensions")) }
    ),
  ]
}
