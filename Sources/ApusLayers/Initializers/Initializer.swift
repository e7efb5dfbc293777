public import ApusGraph

/// How a parameter gets its first numbers.
public protocol Initializer: Sendable {
  /// The name on the command line and in files, with settings: `he_normal`, `uniform(-1, 1)`.
  var name: String { get }

  /// Numbers for a shape in row-major order.
  ///
  /// - Parameter fans: inputs and outputs of one unit.
  /// - Throws: ``InitializerError`` when it cannot fill this shape.
  func values(shape: [Int], fans: Fans, random: inout RandomStream) throws -> [Double]
}

/// An initializer that does not fit a parameter.
public struct InitializerError: DiagnosableError, Hashable, Sendable {
  public var kind: ErrorKind { .usage }

  public let description: String

  public init(_ description: String) { self.description = description }
}
