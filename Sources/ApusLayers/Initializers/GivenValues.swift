public import ApusGraph

/// Numbers of your own, of the parameter's shape.
public struct GivenValues: Initializer {
  public let data: TensorData

  public init(_ data: TensorData) { self.data = data }

  public var name: String { "values" }

  public func values(
    shape: [Int], fans: Fans, random: inout RandomStream
  ) throws -> [Double] {
    guard data.shape == shape else {
      throw InitializerError(
        "the given values have the shape \(data.shape), the parameter has \(shape)")
    }
    return data.doubles()
  }
}

extension Initializer where Self == GivenValues {
  public static func values(_ data: TensorData) -> GivenValues { GivenValues(data) }
}
