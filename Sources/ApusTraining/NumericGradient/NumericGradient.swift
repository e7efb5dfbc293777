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
  public enum Difference: String, Hashable, Sendable, CaseIterable {
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
      let slopes = try (0..<entry.value.count).map { index in
        try slope(here: here) { try count(parameters.moved(entry.path, at: index, by: $0)) }
      }
      gradients[entry.path] = TensorData(slopes, shape: entry.value.shape)
    }
    return NumericEstimate(gradients: gradients, cost: here, evaluations: evaluations)
  }

  /// The slope of the cost along a direction, ∇J·d: two evaluations for any number of parameters.
  ///
  /// - Parameter direction: by path, of the parameters' shapes; a path that it lacks stays.
  public func slope(
    at parameters: ParameterStore, along direction: ParameterStore,
    _ cost: (ParameterStore) throws -> Double
  ) throws -> Double {
    let here = difference == .forward ? try cost(parameters) : nil
    return try slope(here: here) { try cost(parameters.moved(along: direction, by: $0)) }
  }

  /// - Parameter cost: at a distance along the line.
  private func slope(here: Double?, _ cost: (Double) throws -> Double) throws -> Double {
    let above = try cost(epsilon)
    if let here { return (above - here) / epsilon }
    return (above - (try cost(-epsilon))) / (2 * epsilon)
  }
}

extension ParameterStore {
  /// A copy with one number changed by `step`, in Float64; the store itself stays as it is. Deck
  /// 003's `w_update` and `b_update`.
  public func moved(_ path: String, at index: Int, by step: Double) -> ParameterStore {
    var moved = self
    guard let value = self[path], value.count > index, index >= 0 else { return moved }
    var numbers = value.doubles()
    numbers[index] += step
    moved[path] = TensorData(numbers, shape: value.shape)
    return moved
  }

  /// A copy of which every number is changed by `step` times that of a direction, in Float64.
  public func moved(along direction: ParameterStore, by step: Double) -> ParameterStore {
    var moved = self
    for entry in entries {
      guard let change = direction[entry.path]?.doubles(), change.count == entry.value.count else {
        continue
      }
      let numbers = zip(entry.value.doubles(), change).map { $0 + step * $1 }
      moved[entry.path] = TensorData(numbers, shape: entry.value.shape)
    }
    return moved
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
