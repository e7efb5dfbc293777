public import ApusGraph

/// Uniform in [low, high).
public struct UniformInitializer: Initializer {
  public let low: Double
  public let high: Double

  public init(_ low: Double = -0.05, _ high: Double = 0.05) {
    self.low = low
    self.high = high
  }

  public var name: String { settingText("uniform", [low, high]) }

  public func values(
    shape: [Int], fans: Fans, random: inout RandomStream
  ) throws -> [Double] {
    guard low <= high, (high - low).isFinite else {
      throw InitializerError("uniform: the lower bound \(low) must not be above the upper \(high)")
    }
    return (0..<shape.reduce(1, *)).map { _ in random.uniform(low, high) }
  }
}

extension Initializer where Self == UniformInitializer {
  public static func uniform(_ low: Double, _ high: Double) -> UniformInitializer {
    UniformInitializer(low, high)
  }
}
