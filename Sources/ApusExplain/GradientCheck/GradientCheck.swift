public import ApusData
public import ApusGraph
public import ApusLayers
import ApusTraining

/// Compares backpropagation with central differences, (J(w + ε) − J(w − ε)) / 2ε, in Float64 by the
/// reference engine: every number of a small tensor, and of a large one the number with the largest
/// gradient and a random direction, which all its numbers take part in.
///
/// An error counts relative to the largest gradient of its layer: entry by entry, a ratio is noise
/// where an activation is saturated. Below 4u·|J|/ε (u the rounding of Float64) the rounding of the
/// cost J is all that a difference sees.
///
/// ```swift
/// let report = try GradientCheck().run(network, loss: .softmaxCrossEntropy, on: data.prefix(16))
/// print(report.text)
/// try report.requireSuccess()
/// ```
public struct GradientCheck: Sendable {
  /// The step ε of the differences.
  public var epsilon = 1e-5
  /// The largest error that passes, relative to the largest gradient of the layer.
  public var tolerance = 1e-6
  /// Tensors with more numbers are checked along a random direction.
  public var entryLimit = 256
  /// The random directions are drawn from it.
  public var seed: UInt64 = 0

  public init() {}

  /// - Parameter dataset: the rows that the cost is taken on; a few are enough.
  /// - Throws: when network, loss and data do not fit together; a gradient that is wrong is in the
  ///   report.
  public func run(
    _ network: Network, loss: any Loss, on dataset: Dataset
  ) throws -> GradientReport {
    try report(GradientSubject(loss, rows: dataset.count)) {
      try NetworkCost(network, loss: loss, on: dataset, precision: $0)
    }
  }

  /// - Parameters:
  ///   - inputs: one tensor [rows, …] for each input of the network, prepared.
  ///   - targets: [rows, …], as the loss takes them.
  public func run(
    _ network: Network, loss: any Loss, inputs: [TensorData], targets: TensorData
  ) throws -> GradientReport {
    try report(GradientSubject(loss, rows: targets.shape.first ?? 0)) {
      try NetworkCost(network, loss: loss, inputs: inputs, targets: targets, precision: $0)
    }
  }

  /// Below, rounding alone would decide.
  private func validate() throws(GradientCheckError) {
    guard (1e-9...1).contains(epsilon), (1e-12...1).contains(tolerance) else {
      throw GradientCheckError(
        "epsilon must be from 1e-9 to 1 and the tolerance from 1e-12 to 1, found \(epsilon) and "
          + "\(tolerance)", kind: .usage)
    }
  }

  func report(
    _ subject: GradientSubject, _ cost: (DType) throws -> any CheckedCost
  ) throws -> GradientReport {
    try validate()
    let exact = try cost(.float64)
    guard exact.parameters.count > 0 else {
      throw GradientCheckError("there are no parameters, so there is no gradient to check")
    }
    let value = try exact(exact.parameters)
    let gradient = try exact.gradient(at: exact.parameters)
    let isFinite =
      value.isFinite
      && gradient.entries.allSatisfy { $0.value.doubles().allSatisfy(\.isFinite) }
    guard isFinite else {
      throw GradientCheckError(
        "J is \(value.isNaN ? "NaN" : "\(value)"), or its gradient is not finite, at these numbers; "
          + "look at the data's scale, or take smaller weights")
    }
    let lines = CostLines(cost: exact, value: value, settings: self)
    let layers = LayerScales(gradient)
    let tensors = try gradient.entries.map { entry in
      try lines.check(entry.path, gradient: entry.value, largestOfLayer: layers[entry.path])
    }
    let kinks = Dictionary(uniqueKeysWithValues: tensors.map { ($0.path, $0.kinkEntries) })
    return GradientReport(
      settings: self, subject: subject, cost: value, tensors: tensors,
      effort: try GradientEffort(exact),
      valley: try ErrorValley(
        exact, try cost(.float32), gradient: gradient, without: kinks, seed: seed))
  }
}

/// The largest gradient of every layer.
private struct LayerScales {
  private var largest: [String: Double] = [:]

  init(_ gradient: ParameterStore) {
    for entry in gradient.entries {
      let own = entry.value.doubles().reduce(0) { max($0, abs($1)) }
      largest[layerPath(of: entry.path), default: 0] = max(
        largest[layerPath(of: entry.path)] ?? 0, own)
    }
  }

  subscript(path: String) -> Double { largest[layerPath(of: path)] ?? 0 }
}

/// `dense_1` of `dense_1.weight`.
func layerPath(of path: String) -> String {
  path.lastIndex(of: ".").map { String(path[..<$0]) } ?? path
}

/// A check that cannot be made.
public struct GradientCheckError: DiagnosableError, Hashable, Sendable {
  public let kind: ErrorKind
  public let description: String

  init(_ description: String, kind: ErrorKind = .badData) {
    self.description = "gradient check: \(description)"
    self.kind = kind
  }
}
