public import ApusGraph

/// Mean 0 and variance scale / fan, so that signals keep their size from layer to layer. Glorot, He
/// and LeCun differ in scale and fan.
public struct VarianceScaling: Initializer {
  public enum Fan: Hashable, Sendable { case inputs, average }
  public enum Distribution: Hashable, Sendable { case uniform, normal }

  public let name: String
  public let scale: Double
  public let fan: Fan
  public let distribution: Distribution

  public init(_ name: String, scale: Double, fan: Fan, distribution: Distribution) {
    self.name = name
    self.scale = scale
    self.fan = fan
    self.distribution = distribution
  }

  /// A uniform number in ±a has the variance a²/3.
  public func values(shape: [Int], fans: Fans, random: inout RandomStream) -> [Double] {
    let count = fan == .inputs ? Double(fans.inputs) : Double(fans.inputs + fans.outputs) / 2
    let variance = scale / max(count, 0.5)
    let limit = (3 * variance).squareRoot()
    let deviation = variance.squareRoot()
    return (0..<shape.reduce(1, *)).map { _ in
      distribution == .uniform ? random.uniform(-limit, limit) : deviation * random.normal()
    }
  }
}
