public import ApusGraph

/// A skip connection: x + f(x) for a stack f that keeps the shape (He, Zhang, Ren and Sun 2016).
///
/// ```swift
/// Residual { Dense(64, activation: .relu); Dense(64) }
/// ```
public struct Residual: Layer {
  public let layers: [any Layer]

  public init(_ layers: [any Layer]) { self.layers = layers }

  public init(@LayerBuilder _ layers: () -> [any Layer]) { self.layers = layers() }

  public func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
    let result = layers.reduce(x) { $1($0, asChildOf: scope) }
    if x.isPoison || result.isPoison { return result }
    guard result.shape == x.shape else {
      return scope.mistake(
        "residual",
        "its layers must give the shape that they take, \(x.shape), not "
          + "\(result.shape)",
        hint: x.shape.dimensions.last?.constant.map { "end the stack with Dense(\($0))" },
        inputs: [x, result])
    }
    return scope.enter { x + result }
  }
}

extension Residual: DescribedLayer {
  public var settings: Attributes { [:] }
  public var children: [any Layer] { layers }

  public init(reading reader: SettingReader) throws {
    try reader.expect(children: true)
    self.init(reader.children)
  }
}
