public import ApusGraph

/// Makes every row one vector: [N, a, b, …] to [N, a·b·…], in row-major order.
public struct Flatten: Layer {
  public init() {}

  public func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
    if x.isPoison { return x }
    guard x.rank >= 1, let features = Shape(Array(x.shape.dimensions.dropFirst())).elementCount
    else {
      return scope.mistake("flatten", "its input must have a batch axis", inputs: [x])
    }
    return scope.enter { x.reshaped(to: [x.shape[0], features]) }
  }
}

extension Flatten: DescribedLayer {
  public var settings: Attributes { [:] }

  public init(reading reader: SettingReader) throws {
    try reader.expect()
    self.init()
  }
}
