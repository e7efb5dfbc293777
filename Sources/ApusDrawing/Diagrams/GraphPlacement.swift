internal import CGraphviz

/// Where the nodes of a directed graph go and how the lines between them run, from left to right.
///
/// Layered drawing after Gansner, Koutsofios, North and Vo, "A technique for drawing directed
/// graphs" (1993), by the library Graphviz.
struct GraphPlacement {
  struct Node {
    enum Outline { case circle, rectangle, wire }

    var size: Size
    var outline: Outline
  }

  struct Edge {
    var tail: Int
    var head: Int
  }

  /// More would take minutes, and nobody could read it.
  static let mostNodes = 2_000

  private(set) var centres: [Point]
  /// Control points of cubic curves, 1 + 3n for each edge.
  private(set) var curves: [[Point]]
  let size: Size

  init(
    _ nodes: [Node], _ edges: [Edge], nodeGap: Double, rankGap: Double
  ) throws(DrawingError) {
    guard nodes.count <= Self.mostNodes, edges.count <= 4 * Self.mostNodes else {
      throw .nothingToDraw(
        "a graph of \(nodes.count) nodes and \(edges.count) arrows is too large to be drawn; at "
          + "most \(Self.mostNodes) nodes and \(4 * Self.mostNodes) arrows are")
    }
    let given = nodes.map {
      apus_graph_node(
        width: $0.size.width, height: $0.size.height, is_circle: $0.outline == .circle ? 1 : 0,
        is_wire: $0.outline == .wire ? 1 : 0)
    }
    let lines = edges.map { apus_graph_edge(tail: Int32($0.tail), head: Int32($0.head)) }
    let placed = apus_graphviz_place(
      given, Int32(given.count), lines, Int32(lines.count), nodeGap, rankGap)
    guard let placed else { throw .noGraphviz }
    defer { apus_placement_free(placed) }
    if let error = apus_placement_error(placed) { throw .graphviz(String(cString: error)) }
    let centres = Self.points(apus_placement_nodes(placed), nodes.count)
    let curves = lines.indices.map { index in
      var count = 0
      return Self.points(apus_placement_edge(placed, Int32(index), &count), count)
    }
    (self.centres, self.curves, size) = Self.fromTheTop(nodes, centres, curves)
  }

  /// Turns top and bottom round.
  mutating func mirror() {
    let height = size.height
    func mirrored(_ point: Point) -> Point { Point(point.x, height - point.y) }
    centres = centres.map(mirrored)
    curves = curves.map { $0.map(mirrored) }
  }

  private static func points(_ numbers: UnsafePointer<Double>?, _ count: Int) -> [Point] {
    guard let numbers else { return [] }
    return (0..<count).map { Point(numbers[2 * $0], numbers[2 * $0 + 1]) }
  }

  /// Heights count from the bottom in Graphviz and from the top in pictures.
  private static func fromTheTop(
    _ nodes: [Node], _ centres: [Point], _ curves: [[Point]]
  ) -> ([Point], [[Point]], Size) {
    let corners = zip(nodes, centres).flatMap { node, centre in
      let half = Point(node.size.width / 2, node.size.height / 2)
      return [centre - half, centre + half]
    }
    let all = corners + curves.joined()
    let left = all.map(\.x).min() ?? 0
    let top = all.map(\.y).max() ?? 0
    func turned(_ point: Point) -> Point { Point(point.x - left, top - point.y) }
    let size = Size(
      (all.map(\.x).max() ?? 0) - left, top - (all.map(\.y).min() ?? 0))
    return (centres.map(turned), curves.map { $0.map(turned) }, size)
  }
}
