public import ApusGraph

/// How a parameter gets its first numbers.
public protocol Initializer: Sendable {
  /// Numbers for a shape in row-major order.
  ///
  /// - Parameter fans: inputs and outputs of one unit.
  /// - Throws: ``InitializerError`` when it cannot fill this shape.
  func values(shape: [Int], fans: Fans, random: inout RandomStream) throws -> [Double]
}

/// An initializer that does not fit a parameter.
public struct InitializerError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
