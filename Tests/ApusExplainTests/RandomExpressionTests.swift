import ApusExplain
import ApusGraph
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// 500 expressions of a grammar, explained, against an evaluator of this test's own: plain recursion
/// over the test's own tree, and central differences of that.
struct RandomExpressionTests {
  indirect enum Tree {
    case number(Double)
    case name(Int)
    case negate(Tree)
    case binary(Character, Tree, Tree)
    case power(Tree, Int)
    case call(String, [Tree])
  }

  static let names = ["x", "y", "w1", "w_2", "θ"]

  @Test func agreeWithAnIndependentEvaluator() throws {
    var random = RandomStream(seed: 2026, purpose: RandomPurpose(named: "expressions"))
    var checked = 0
    var drawn = 0
    while checked < 500, drawn < 5_000 {
      drawn += 1
      let tree = Self.tree(depth: 1 + random.integer(below: 6), &random)
      let point = Self.names.map { _ in random.uniform(-2, 2) }
      // Near a kink, a pole or an overflow a difference says nothing about the derivative.
      guard Self.isSmooth(tree, near: point) else { continue }
      try check(tree, at: point)
      checked += 1
    }
    #expect(checked == 500)
  }

  private func check(_ tree: Tree, at point: [Double]) throws {
    let text = Self.text(tree)
    let used = Self.names.indices.filter { Self.uses(tree, $0) }
    let values = used.map { "\(Self.names[$0])=\(point[$0])" }.joined(separator: ",")
    let explanation = try Expression(text, at: values, parameters: used.map { Self.names[$0] })
      .explanation()
    let value = Self.evaluate(tree, point)
    let shown = try #require(explanation.forward.last?.value.scalar ?? value)
    #expect(Self.differ(shown, value, scale: abs(value)) <= 1e-6, "\(text) at \(values)")
    for index in used {
      let slope = Self.difference(tree, point, index)
      let row = explanation.backward.first { $0.quantity.name == Self.names[index] }
      let gradient = try #require(row?.gradient.scalar, "\(text)")
      let estimate = try #require(row?.estimate.value)
      let scale = Swift.max(abs(slope), abs(value), 1)
      #expect(
        Self.differ(gradient, slope, scale: scale) <= 1e-6, "\(text) by \(index) at \(values)")
      #expect(Self.differ(gradient, estimate, scale: scale) <= 1e-6, "\(text) by \(index)")
    }
  }

  private static func differ(_ a: Double, _ b: Double, scale: Double) -> Double {
    abs(a - b) / Swift.max(scale, 1e-9)
  }

  // MARK: The grammar

  private static let unary = [
    "exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "sigmoid", "relu", "abs", "softplus",
    "square", "elu", "leaky_relu", "step", "sign",
  ]

  private static func tree(depth: Int, _ random: inout RandomStream) -> Tree {
    if depth == 0 || random.integer(below: 8) == 0 {
      return random.integer(below: 3) == 0
        ? .number(Double(random.integer(below: 9)) / 2 + 0.5)
        : .name(random.integer(below: names.count))
    }
    func next() -> Tree { tree(depth: depth - 1, &random) }
    switch random.integer(below: 10) {
    case 0: return .negate(next())
    case 1: return .power(next(), 2 + random.integer(below: 2))
    case 2: return .call(random.integer(below: 2) == 0 ? "max" : "min", [next(), next()])
    case 3, 4, 5: return .call(unary[random.integer(below: unary.count)], [next()])
    default:
      let sign = Array("+-*/")[random.integer(below: 4)]
      return .binary(sign, next(), next())
    }
  }

  private static func text(_ tree: Tree) -> String {
    switch tree {
    case .number(let value): "\(value)"
    case .name(let index): names[index]
    case .negate(let x): "-(\(text(x)))"
    case .binary(let sign, let a, let b): "(\(text(a)) \(sign) \(text(b)))"
    case .power(let x, let n): "(\(text(x)))^\(n)"
    case .call(let name, let operands): "\(name)(\(operands.map(text).joined(separator: ", ")))"
    }
  }

  private static func uses(_ tree: Tree, _ index: Int) -> Bool {
    switch tree {
    case .number: false
    case .name(let own): own == index
    case .negate(let x), .power(let x, _): uses(x, index)
    case .binary(_, let a, let b): uses(a, index) || uses(b, index)
    case .call(_, let operands): operands.contains { uses($0, index) }
    }
  }

  private static func evaluate(_ tree: Tree, _ point: [Double]) -> Double {
    switch tree {
    case .number(let value): return value
    case .name(let index): return point[index]
    case .negate(let x): return -evaluate(x, point)
    case .power(let x, let n): return pow(evaluate(x, point), Double(n))
    case .binary(let sign, let a, let b):
      let (a, b) = (evaluate(a, point), evaluate(b, point))
      switch sign {
      case "+": return a + b
      case "-": return a - b
      case "*": return a * b
      default: return a / b
      }
    case .call(let name, let operands):
      return function(name, operands.map { evaluate($0, point) })
    }
  }

  private static func function(_ name: String, _ x: [Double]) -> Double {
    switch name {
    case "max": x[0] > x[1] ? x[0] : x[1]
    case "min": x[0] < x[1] ? x[0] : x[1]
    case "exp": exp(x[0])
    case "log": log(x[0])
    case "sqrt": sqrt(x[0])
    case "sin": sin(x[0])
    case "cos": cos(x[0])
    case "tan": tan(x[0])
    case "tanh": tanh(x[0])
    case "sigmoid": 1 / (1 + exp(-x[0]))
    case "relu": x[0] > 0 ? x[0] : 0
    case "abs": abs(x[0])
    case "softplus": log(1 + exp(x[0]))
    case "square": x[0] * x[0]
    case "elu": x[0] > 0 ? x[0] : exp(x[0]) - 1
    case "leaky_relu": x[0] > 0 ? x[0] : 0.01 * x[0]
    case "step": x[0] > 0 ? 1 : 0
    case "sign": x[0] > 0 ? 1 : x[0] < 0 ? -1 : 0
    default: .nan
    }
  }

  private static func difference(
    _ tree: Tree, _ point: [Double], _ index: Int, step: Double = 1e-5
  ) -> Double {
    func moved(_ sign: Double) -> Double {
      var point = point
      point[index] += sign * step
      return evaluate(tree, point)
    }
    return (moved(1) - moved(-1)) / (2 * step)
  }

  /// Whether differences of two sizes agree and all inner numbers keep away from what breaks them.
  private static func isSmooth(_ tree: Tree, near point: [Double]) -> Bool {
    guard isTame(tree, point) else { return false }
    let value = evaluate(tree, point)
    return names.indices.allSatisfy { index in
      if !uses(tree, index) { return true }
      let (fine, coarse) = (
        difference(tree, point, index), difference(tree, point, index, step: 3e-5)
      )
      let scale = Swift.max(abs(fine), abs(value), 1)
      return fine.isFinite && abs(fine - coarse) <= 5e-7 * scale
    }
  }

  private static func isTame(_ tree: Tree, _ point: [Double]) -> Bool {
    let value = evaluate(tree, point)
    guard value.isFinite, abs(value) < 1e4 else { return false }
    switch tree {
    case .number, .name: return true
    case .negate(let x), .power(let x, _): return isTame(x, point)
    case .binary(let sign, let a, let b):
      if sign == "/", abs(evaluate(b, point)) < 0.05 { return false }
      return isTame(a, point) && isTame(b, point)
    case .call(let name, let operands):
      let values = operands.map { evaluate($0, point) }
      let margin =
        switch name {
        case "max", "min": abs(values[0] - values[1])
        case "log", "sqrt": values[0]
        case "relu", "abs", "elu", "leaky_relu", "step", "sign": abs(values[0])
        case "tan": abs(cos(values[0]))
        default: 1.0
        }
      return margin > 0.01 && operands.allSatisfy { isTame($0, point) }
    }
  }
}
