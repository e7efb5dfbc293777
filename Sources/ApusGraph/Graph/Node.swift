/// A node's place in its graph.
public struct NodeID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let index: Int

  public init(_ index: Int) { self.index = index }

  /// The node that stands for "a mistake was made here".
  static let poison = NodeID(-1)

  public static func < (a: NodeID, b: NodeID) -> Bool { a.index < b.index }

  public var description: String { "%\(index)" }
}

/// One operation in a graph: what it computes, from what, of which type, and where it came from.
public struct Node: Sendable {
  public let op: any Primitive
  public let inputs: [NodeID]
  public let type: TensorType
  /// The layer path, such as `encoder/dense_1`; empty at top level.
  public let scope: String
  public let location: SourceLocation?

  public init(
    op: any Primitive, inputs: [NodeID], type: TensorType, scope: String = "",
    location: SourceLocation? = nil
  ) {
    self.op = op
    self.inputs = inputs
    self.type = type
    self.scope = scope
    self.location = location
  }
}

extension Node: Equatable {
  public static func == (a: Node, b: Node) -> Bool {
    a.op.isEqual(to: b.op) && a.inputs == b.inputs && a.type == b.type && a.scope == b.scope
      && a.location == b.location
  }
}

/// The nodes that a composite op expanded into. Passes, explanations and drawings see it and can
/// open it.
public struct Region: Sendable {
  public let op: any Composite
  public let inputs: [NodeID]
  public let output: NodeID
  /// The nodes of the expansion in order; regions may nest, then the outer one lists them too.
  public let nodes: [NodeID]
  public let scope: String

  public init(
    op: any Composite, inputs: [NodeID], output: NodeID, nodes: [NodeID], scope: String = ""
  ) {
    self.op = op
    self.inputs = inputs
    self.output = output
    self.nodes = nodes
    self.scope = scope
  }
}

extension Region: Equatable {
  public static func == (a: Region, b: Region) -> Bool {
    a.op.isEqual(to: b.op) && a.inputs == b.inputs && a.output == b.output && a.nodes == b.nodes
      && a.scope == b.scope
  }
}
