/// The nodes of a graph at one moment, as an immutable value. Inputs come before their uses.
public struct GraphSnapshot: Hashable, Sendable {
  public var nodes: [Node]
  public var regions: [Region]

  public init(nodes: [Node] = [], regions: [Region] = []) {
    self.nodes = nodes
    self.regions = regions
  }

  public subscript(_ id: NodeID) -> Node { nodes[id.index] }

  public static func == (a: GraphSnapshot, b: GraphSnapshot) -> Bool {
    a.nodes == b.nodes && a.regions == b.regions
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(nodes.count) }

  /// Which nodes the given ones need, themselves included; indexed by node.
  public func ancestors(of roots: some Sequence<NodeID>) -> [Bool] {
    var needed = [Bool](repeating: false, count: nodes.count)
    for root in roots { needed[root.index] = true }
    for index in nodes.indices.reversed() where needed[index] {
      for input in nodes[index].inputs { needed[input.index] = true }
    }
    return needed
  }

  /// Which nodes depend on the given ones, themselves included; indexed by node.
  public func descendants(of roots: some Sequence<NodeID>) -> [Bool] {
    var reached = [Bool](repeating: false, count: nodes.count)
    for root in roots { reached[root.index] = true }
    for index in nodes.indices where !reached[index] {
      reached[index] = nodes[index].inputs.contains { reached[$0.index] }
    }
    return reached
  }
}
