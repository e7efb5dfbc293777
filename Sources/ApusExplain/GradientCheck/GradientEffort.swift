import ApusGraph
import ApusLayers
public import ApusTraining

/// What a whole gradient takes each way: passes, counted, and time, measured.
public struct GradientEffort: Hashable, Sendable {
  public let parameters: Int
  /// Seconds of one forward pass.
  public let secondsOfForward: Double
  /// Seconds of one forward and one backward pass: a whole gradient by backpropagation.
  public let secondsOfBackpropagation: Double

  /// Of a whole gradient by differences: n + 1 and 2n for n parameters.
  public func forwardPasses(_ difference: NumericGradient.Difference, parameters: Int? = nil) -> Int
  {
    let count = parameters ?? self.parameters
    return difference == .forward ? count + 1 : 2 * count
  }

  /// Seconds of a whole gradient by differences, at this network's time of a pass.
  public func seconds(_ difference: NumericGradient.Difference, parameters: Int? = nil) -> Double {
    Double(forwardPasses(difference, parameters: parameters)) * secondsOfForward
  }

  /// How large a network the projection speaks of.
  public static let projected = 1_000_000

  init(_ cost: any CheckedCost) throws {
    parameters = cost.parameters.count
    secondsOfForward = try Self.median { _ = try cost(cost.parameters) }
    secondsOfBackpropagation = try Self.median { _ = try cost.gradient(at: cost.parameters) }
  }

  private static func median(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let times = try (0..<5).map { _ in
      let start = clock.now
      try body()
      return (clock.now - start).inSeconds
    }
    return times.sorted()[2]
  }
}
