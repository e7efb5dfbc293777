public import ApusGraph
import ApusLayers
public import ApusTraining

/// The error of differences against their step ε: too large a step errs by curvature, too small a
/// one by rounding, so the curve is a V.
public struct ErrorValley: Hashable, Sendable {
  public struct Method: Hashable, Sendable {
    public let precision: DType
    public let difference: NumericGradient.Difference
    /// One per step; relative to the largest gradient.
    public let errors: [Double]

    /// The position of the smallest error.
    public var best: Int { errors.indices.min { errors[$0] < errors[$1] } ?? 0 }
  }

  /// Falling powers of ten.
  public let epsilons: [Double]
  /// Float64 and Float32, forward and central.
  public let methods: [Method]
  /// Whether each parameter was moved by itself; else all of them at once in a random direction.
  public let checksEveryEntry: Bool

  /// Networks with more parameters are looked at in a random direction.
  static let entryLimit = 64

  /// - Parameter kinks: numbers at a kink by path and position; they are left out.
  init(
    _ exact: any CheckedCost, _ rounded: any CheckedCost, gradient: ParameterStore,
    without kinks: [String: Set<Int>], seed: UInt64
  ) throws {
    epsilons = (1...15).map { Self.powerOfTen(-$0) }
    checksEveryEntry = exact.parameters.count <= Self.entryLimit
    let direction =
      checksEveryEntry ? nil : Self.direction(of: exact.parameters, without: kinks, seed)
    let reference = Self.slopes(gradient, along: direction, without: kinks)
    let largest = gradient.entries.flatMap { $0.value.doubles() }.reduce(0) { max($0, abs($1)) }
    var methods: [Method] = []
    for cost in [exact, rounded] {
      for difference in NumericGradient.Difference.allCases {
        let errors = try epsilons.map { epsilon in
          let method = try NumericGradient(difference, epsilon: epsilon)
          let found = try Self.estimate(method, cost, along: direction, without: kinks)
          let error = zip(found, reference).reduce(0) { max($0, abs($1.0 - $1.1)) }
          return error == 0 ? 0 : error / largest
        }
        methods.append(Method(precision: cost.precision, difference: difference, errors: errors))
      }
    }
    self.methods = methods
  }

  private static func powerOfTen(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? .nan }

  /// A vector of length about 1 over all parameters.
  private static func direction(
    of parameters: ParameterStore, without kinks: [String: Set<Int>], _ seed: UInt64
  ) -> ParameterStore {
    var random = RandomStream(seed: seed, purpose: RandomPurpose(named: "gradient check valley"))
    let length = Double(parameters.count).squareRoot()
    var direction = ParameterStore()
    for entry in parameters.entries {
      let numbers = (0..<entry.value.count).map { index in
        let number = random.normal() / length
        return kinks[entry.path]?.contains(index) == true ? 0 : number
      }
      direction[entry.path] = TensorData(numbers, shape: entry.value.shape)
    }
    return direction
  }

  private static func slopes(
    _ gradient: ParameterStore, along direction: ParameterStore?, without kinks: [String: Set<Int>]
  ) -> [Double] {
    guard let direction else {
      return gradient.entries.flatMap { entry in
        let isKink = kinks[entry.path] ?? []
        return entry.value.doubles().enumerated().filter { !isKink.contains($0.offset) }
          .map(\.element)
      }
    }
    let parts = gradient.entries.map { entry in
      zip(entry.value.doubles(), direction[entry.path]?.doubles() ?? [])
        .reduce(0) { $0 + $1.0 * $1.1 }
    }
    return [parts.reduce(0, +)]
  }

  private static func estimate(
    _ method: NumericGradient, _ cost: any CheckedCost, along direction: ParameterStore?,
    without kinks: [String: Set<Int>]
  ) throws -> [Double] {
    if let direction {
      return [try method.slope(at: cost.parameters, along: direction) { try cost($0) }]
    }
    let estimate = try method.estimate(at: cost.parameters) { try cost($0) }
    return slopes(estimate.gradients, along: nil, without: kinks)
  }
}
