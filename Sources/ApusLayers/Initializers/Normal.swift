public import ApusGraph

/// Normal with a mean and a standard deviation.
public struct NormalInitializer: Initializer {
  public let mean: Double
  public let standardDeviation: Double
  /// Whether numbers beyond two standard deviations are drawn anew.
  public let isTruncated: Bool

  public init(mean: Double = 0, standardDeviation: Double = 1, isTruncated: Bool = false) {
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.isTruncated = isTruncated
  }

  public var name: String {
    settingText(isTruncated ? "truncated_normal" : "normal", [mean, standardDeviation])
  }

  public func values(
    shape: [Int], fans: Fans, random: inout RandomStream
  ) throws -> [Double] {
    guard standardDeviation >= 0, standardDeviation.isFinite, mean.isFinite else {
      throw InitializerError(
        "\(name): the standard deviation must be a number of at least 0 and the mean finite")
    }
    return (0..<shape.reduce(1, *)).map { _ in mean + standardDeviation * draw(&random) }
  }

  private func draw(_ random: inout RandomStream) -> Double {
    var value = random.normal()
    while isTruncated, abs(value) > 2 { value = random.normal() }
    return value
  }
}

extension Initializer where Self == NormalInitializer {
  public static func normal(
    mean: Double = 0, standardDeviation: Double = 1
  ) -> NormalInitializer {
    NormalInitializer(mean: mean, standardDeviation: standardDeviation)
  }

  public static func truncatedNormal(
    mean: Double = 0, standardDeviation: Double = 1
  ) -> NormalInitializer {
    NormalInitializer(mean: mean, standardDeviation: standardDeviation, isTruncated: true)
  }
}
