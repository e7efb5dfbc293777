public import ApusGraph
public import ApusLayers

/// Gradient descent on all rows at once with gradients by differences: w ← w − η·∂J/∂w, all
/// parameters at once from the old ones. What one does before one knows backpropagation; each step
/// costs n + 1 forward passes for n parameters.
///
/// ```swift
/// let method = NumericGradientDescent(learningRate: 1)
/// let run = try method.train(&network, loss: .squaredErrorPerRow, inputs: [x], targets: y,
///                            epochs: 5000)
/// ```
public struct NumericGradientDescent: Hashable, Sendable {
  public let learningRate: Double
  public let gradient: NumericGradient

  /// - Throws: ``NumericGradientError`` when the rate is not positive.
  public init(learningRate: Double = 1, gradient: NumericGradient? = nil) throws {
    guard learningRate > 0, learningRate.isFinite else {
      throw NumericGradientError("the learning rate must be positive, found \(learningRate)")
    }
    self.learningRate = learningRate
    self.gradient = try gradient ?? NumericGradient()
  }

  /// What a training gave.
  public struct Run: Hashable, Sendable {
    /// The cost after each epoch.
    public internal(set) var errors: [Double] = []
    /// How often the cost was computed.
    public internal(set) var evaluations = 0
  }

  /// One step: new parameters from old ones, and the estimate that led there.
  public func step(
    from parameters: ParameterStore, _ cost: (ParameterStore) throws -> Double
  ) throws -> (parameters: ParameterStore, estimate: NumericEstimate) {
    let estimate = try gradient.estimate(at: parameters, cost)
    var new = parameters
    for entry in parameters.entries {
      let slopes = estimate.gradients[entry.path]?.doubles() ?? []
      let values = zip(entry.value.doubles(), slopes).map { $0 - learningRate * $1 }
      new[entry.path] = TensorData(values, shape: entry.value.shape)
    }
    return (new, estimate)
  }

  /// Trains a network, in Float64; its parameters get the result in their own type. Ends early
  /// when the task is cancelled.
  ///
  /// - Parameter report: told the epoch, from 1, and the cost after it.
  public func train(
    _ network: inout Network, loss: any Loss, inputs: [TensorData], targets: TensorData,
    epochs: Int, report: (_ epoch: Int, _ error: Double) -> Void = { _, _ in }
  ) throws -> Run {
    let cost = try NetworkCost(network, loss: loss, inputs: inputs, targets: targets)
    var parameters = cost.parameters
    var run = Run()
    func note(_ error: Double) {
      run.errors.append(error)
      report(run.errors.count, error)
    }
    for epoch in 0..<max(epochs, 0) where !Task.isCancelled {
      let (new, estimate) = try step(from: parameters) { try cost($0) }
      // The cost at the start of an epoch is the one after the epoch before.
      if epoch > 0 { note(try estimate.cost ?? cost(parameters)) }
      parameters = new
    }
    if epochs > 0 { note(try cost(parameters)) }
    run.evaluations = cost.evaluations
    for entry in network.parameters.entries {
      network.parameters[entry.path] = parameters[entry.path]?.converted(to: entry.value.dtype)
    }
    return run
  }
}
