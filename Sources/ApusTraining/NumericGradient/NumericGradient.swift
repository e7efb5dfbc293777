public import ApusGraph
public import ApusLayers

/// The gradient of a cost by differences: every parameter is moved a little, and the cost is
/// computed anew for each. Slow, and independent of any derivative rule.
///
/// Forward: ∂J/∂w ≈ (J(w + ε) − J(w)) / ε takes n + 1 evaluations for n parameters and errs by
/// about ½ε·J″ + (rounding of J)/ε. Central: (J(w + ε) − J(w − ε)) / 2ε takes 2n and errs by about
/// ε²/6·J‴ + (rounding of J)/2ε. So ε must be small but not tiny. Backpropagation takes one forward
/// and one backward pass for any n.
public struct NumericGradient: Hashable, Sendable {
  public enum Difference: String, Hashable, Sendable {
    case forward, central
  }

  public let difference: Difference
  public let epsilon: Double

  /// - Parameter epsilon: by default near the best in Float64, 1e-7 forward and 1e-5 central.
  /// - Throws: ``NumericGradientError`` when it is not positive.
  public init(_ difference: Difference = .forward, epsilon: Double? = nil) throws {
    self.difference = difference
    self.epsilon = epsilon ?? (difference == .forward ? 1e-7 : 1e-5)
    guard self.epsilon > 0, self.epsilon.isFinite else {
      throw NumericGradientError("epsilon must be positive, found \(self.epsilon)")
    }
  }

  /// How many evaluations of the cost an estimate takes.
  public func evaluations(parameters: Int) -> Int {
    difference == .forward ? parameters + 1 : 2 * parameters
  }

  /// The estimate at some parameters, which are left untouched.
  public func estimate(
    at parameters: ParameterStore, _ cost: (ParameterStore) throws -> Double
  ) throws -> NumericEstimate {
    var evaluations = 0
    func count(_ parameters: ParameterStore) throws -> Double {
      evaluations += 1
      return try cost(parameters)
    }
    let here = difference == .forward ? try count(parameters) : nil
    var gradients = ParameterStore()
    for entry in parameters.entries {
      let values = entry.value.doubles()
      var slopes = [Double](repeating: 0, count: values.count)
      func moved(_ index: Int, by step: Double) throws -> Double {
        var changed = values
        changed[index] += step
        var moved = parameters
        moved[entry.path] = TensorData(changed, shape: entry.value.shape)
        return try count(moved)
      }
      for index in values.indices {
        let above = try moved(index, by: epsilon)
        if let here {
          slopes[index] = (above - here) / epsilon
        } else {
          slopes[index] = (above - (try moved(index, by: -epsilon))) / (2 * epsilon)
        }
      }
      gradients[entry.path] = TensorData(slopes, shape: entry.value.shape)
    }
    return NumericEstimate(gradients: gradients, cost: here, evaluations: evaluations)
  }
}

/// A gradient by differences.
public struct NumericEstimate: Hashable, Sendable {
  /// By path, in Float64.
  public let gradients: ParameterStore
  /// The cost at the parameters themselves, which only forward differences compute.
  public let cost: Double?
  /// How often the cost was computed.
  public let evaluations: Int
}

/// A setting that makes no sense.
public struct NumericGradientError: DiagnosableError, Hashable, Sendable {
  public var kind: ErrorKind { .usage }

  public let description: String

  init(_ description: String) { self.description = "numeric gradient: \(description)" }
}
