import ApusGraph

/// Steps of gradient descent beside what the linear approximation says of them.
enum StepTrials {
  /// A prediction holds when the change is within this share of the predicted one.
  static let tolerance = 0.1

  static func report(
    _ tape: Tape, _ groups: [ParameterGroup], gradients: [NodeID: TensorData],
    learningRate: Double
  ) throws -> StepPart? {
    guard let before = tape.trace.value(tape.subject.result)?.scalar, !groups.isEmpty else {
      return nil
    }
    let parameters = gradients.filter { tape.subject.role(of: $0.key) == .parameter }
    let squaredNorm = groups.reduce(0) { $0 + $1.gradientNorm * $1.gradientNorm }
    let trials = try [1, 2, 0.5].map { factor in
      let rate = learningRate * factor
      var moved: [NodeID: TensorData] = [:]
      for (id, gradient) in parameters {
        let values = zip(tape.trace.numbers(id), gradient.doubles()).map { $0 - rate * $1 }
        moved[id] = TensorData(doubles: values, shape: gradient.shape, dtype: gradient.dtype)
      }
      let actual = try tape.trace.result(with: moved)?.scalar ?? .nan
      let change = rate * squaredNorm
      let held = ((before - actual) - change).magnitude <= tolerance * change
      return StepPart.Trial(
        learningRate: rate, predicted: before - change, actual: actual, held: held)
    }
    return StepPart(before: before, squaredNorm: squaredNorm, trials: trials)
  }
}
