public import ApusGraph

/// Gives every row another shape with the same number of elements: [N, …] to [N] + `shape`.
public struct Reshape: Layer {
  /// Without the batch axis.
  public let shape: [Int]

  public init(_ shape: Int...) { self.shape = shape }

  public init(_ shape: [Int]) { self.shape = shape }

  public func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
    if x.isPoison { return x }
    let row = Array(x.shape.dimensions.dropFirst())
    guard x.rank >= 1, let count = checkedElementCount(shape),
      Shape(row).elementCount == Dimension(count)
    else {
      return scope.mistake(
        "reshape", "a row of shape \(Shape(row)) cannot become \(shape)",
        hint: "the products of both shapes must be equal", inputs: [x])
    }
    return scope.enter {
      x.reshaped(to: Shape([x.shape[0]] + shape.map { Dimension($0) }))
    }
  }
}

extension Reshape: DescribedLayer {
  public var settings: Attributes { ["shape": .integers(shape)] }

  public init(reading reader: SettingReader) throws {
    try reader.expect("shape")
    self.init(try reader.integers("shape"))
  }
}
