public import ApusGraph

/// A stack of layers, each fed with the one before; children are numbered by kind: `dense_1`.
///
/// ```swift
/// Sequential {
///   Dense(30, activation: .relu)
///   Dense(10)
/// }
/// ```
public struct Sequential: Layer {
  public let layers: [any Layer]

  public init(_ layers: [any Layer]) { self.layers = layers }

  public init(@LayerBuilder _ layers: () -> [any Layer]) { self.layers = layers() }

  public func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
    layers.reduce(x) { $1($0, asChildOf: scope) }
  }
}

/// Collects layers written one per line, with `if` and `for`.
@resultBuilder
public enum LayerBuilder {
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}

extension Sequential: DescribedLayer {
  public var settings: Attributes { [:] }
  public var children: [any Layer] { layers }

  public init(reading reader: SettingReader) throws {
    try reader.expect(children: true)
    self.init(reader.children)
  }
}
