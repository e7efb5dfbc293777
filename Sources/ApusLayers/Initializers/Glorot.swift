public import ApusGraph

/// Uniform in ±√(6 / (inputs + outputs)), which keeps the variance of signals and gradients equal
/// across a linear layer (Glorot and Bengio 2010). The default of ``Dense``.
public struct GlorotUniform: Initializer {
  public init() {}

  public func values(shape: [Int], fans: Fans, random: inout RandomStream) -> [Double] {
    let limit = (6 / Double(max(fans.inputs + fans.outputs, 1))).squareRoot()
    return (0..<shape.reduce(1, *)).map { _ in random.uniform(-limit, limit) }
  }
}

extension Initializer where Self == GlorotUniform {
  public static var glorotUniform: GlorotUniform { GlorotUniform() }
}
