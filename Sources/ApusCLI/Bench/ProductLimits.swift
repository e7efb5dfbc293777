internal import Apus
internal import ApusEngine

/// C [rows, columns] = A [rows, depth] · B [depth, columns]
struct MatrixProduct: Hashable, Sendable {
  var rows: Int
  var columns: Int
  var depth: Int

  /// Whether a step in bf16 rounds its operands.
  var isLarge: Bool { ProductShape.isLarge(m: rows, n: columns, k: depth) }

  var flops: Double { 2 * Double(rows) * Double(columns) * Double(depth) }

  /// What a forward pass multiplies, and with `training` also the gradients of weights and of inputs,
  /// but for the first layer's input.
  ///
  /// Every matrix [outputs, inputs] among the parameters is one dense layer.
  static func all(of network: Network, rows: Int, training: Bool) -> [MatrixProduct] {
    let weights = network.parameters.entries.map(\.value.shape).filter { $0.count == 2 }
    return weights.enumerated().flatMap { index, shape -> [MatrixProduct] in
      let (outputs, inputs) = (shape[0], shape[1])
      let forward = MatrixProduct(rows: rows, columns: outputs, depth: inputs)
      guard training else { return [forward] }
      let ofWeights = MatrixProduct(rows: outputs, columns: inputs, depth: rows)
      let ofInputs = MatrixProduct(rows: rows, columns: inputs, depth: outputs)
      return index == 0 ? [forward, ofWeights] : [forward, ofWeights, ofInputs]
    }
  }
}

extension [MatrixProduct] {
  var flops: Double { reduce(0) { $0 + $1.flops } }
}

/// The yardstick: the time of a step's products alone, each by one-thread `dnnl_sgemm` in its
/// fastest operand order of NN, NT and TN. Without oneDNN by the engine's own products. Large
/// products of a step in bf16 by oneDNN's product of operands that were rounded and packed before.
final class ProductLimits {
  struct Limit: Sendable {
    var seconds: Double
    /// `dnnl_sgemm`, `own`, or `dnnl_sgemm, bf16 matmul`
    var by: String
  }

  private struct Key: Hashable {
    var product: MatrixProduct
    var precision: BenchPrecision
  }

  private var known: [Key: Double] = [:]
  private let hasOneDNN = DefaultEngine.oneDNNVersion != nil

  /// Time spent on measuring one operand order, in seconds.
  private let budget: Double

  init(budget: Double) { self.budget = budget }

  func limit(of products: [MatrixProduct], in precision: BenchPrecision = .f32) throws -> Limit {
    var seconds = 0.0
    let isRounded = products.map { precision == .bf16 && $0.isLarge }
    for (product, isRounded) in zip(products, isRounded) {
      seconds += try self.seconds(of: Key(product: product, precision: isRounded ? .bf16 : .f32))
    }
    let name = hasOneDNN ? "dnnl_sgemm" : "own"
    return Limit(seconds: seconds, by: isRounded.contains(true) ? "\(name), bf16 matmul" : name)
  }

  private func seconds(of key: Key) throws -> Double {
    if let seconds = known[key] { return seconds }
    // Packing has its own order: one is as good as another.
    let orders =
      key.precision == .bf16 ? [(false, false)] : [(false, false), (false, true), (true, false)]
    let seconds = try orders.map { try self.seconds(of: key, $0.0, $0.1) }.min() ?? 0
    known[key] = seconds
    return seconds
  }

  /// The median over repeats of about a fifth of the budget each.
  private func seconds(
    of key: Key, _ transposesA: Bool, _ transposesB: Bool
  ) throws -> Double {
    let multiply =
      key.precision == .bf16
      ? try roundedMultiplication(key.product)
      : try multiplication(key.product, transposesA, transposesB)
    let clock = ContinuousClock()
    try multiply(1)
    let once = try clock.measure { try multiply(1) }.inSeconds
    let times = max(1, Int(min(budget / 5 / max(once, 1e-9), 1e7)))
    let repeats = max(1, min(5, Int(min(budget / max(once, 1e-9), 5))))
    let measured = try (0..<repeats).map { _ in
      try clock.measure { try multiply(times) }.inSeconds
    }
    return Timing(measured, stepsPerRepeat: times).secondsPerStep
  }

  /// Runs the product in bfloat16 so many times, its operands packed before.
  private func roundedMultiplication(_ product: MatrixProduct) throws -> (Int) throws -> Void {
    let a = Self.noise([product.rows, product.depth])
    let b = Self.noise([product.depth, product.columns])
    guard let multiply = DefaultEngine.packedForBFloat16(a, b) else {
      throw BenchError("oneDNN has no bfloat16 product of \(a.shape) and \(b.shape)")
    }
    return multiply
  }

  /// Runs the product so many times.
  private func multiplication(
    _ product: MatrixProduct, _ transposesA: Bool, _ transposesB: Bool
  ) throws -> (Int) throws -> Void {
    let (m, n, k) = (product.rows, product.columns, product.depth)
    let a = Self.noise(transposesA ? [k, m] : [m, k])
    let b = Self.noise(transposesB ? [n, k] : [k, n])
    if hasOneDNN {
      return { times in
        _ = DefaultEngine.multiplyByOneDNN(
          a, transposesA: transposesA, b, transposesB: transposesB, times: times)
      }
    }
    let graph = Graph()
    let c = matmul(
      graph.input("a", Shape(a.shape)), graph.input("b", Shape(b.shape)),
      transposeA: transposesA, transposeB: transposesB)
    let program = try Program(graph, outputs: [("c", c)])
    let layout = VariableLayout(program)
    let plan = try DefaultEngine.engine.plan(
      program, sizes: [:], layout: layout, options: PlanOptions(threads: 1))
    let execution = try plan.makeExecution(VariableStorage(layout))
    execution.setInput(0, to: a)
    execution.setInput(1, to: b)
    return { times in
      for _ in 0..<times { try execution.run() }
    }
  }

  private static func noise(_ shape: [Int]) -> TensorData {
    var random = RandomStream(seed: 0, purpose: .generate)
    let values = (0..<shape.reduce(1, *)).map { _ in random.uniformFloat() - 0.5 }
    return TensorData(values, shape: shape)
  }
}
