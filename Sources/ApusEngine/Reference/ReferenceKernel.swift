public import ApusGraph

/// The readable, slow, true computation of an op. The planner finds it by `as?`, so an op of your
/// own gets one by conforming.
///
/// Kernels compute in Float64 and round once to the result's type.
public protocol ReferenceKernel: Primitive {
  /// - Parameters:
  ///   - inputs: numbers of the types that the shape rule has accepted.
  ///   - result: the type that the shape rule gave, with a concrete shape.
  func evaluate(_ inputs: [TensorData], _ result: TensorType) throws -> TensorData
}

/// An op that has no reference kernel.
public struct MissingKernelError: DiagnosableError, Hashable, Sendable {
  public let op: String

  public var kind: ErrorKind { .other }

  public var description: String {
    "the op '\(op)' has no kernel; conform it to ReferenceKernel"
  }
}
