/// A computation as the lectures draw it: circles are operations, arrows are quantities with their
/// value above and the gradient of the result below, boxes are given values.
///
/// ```swift
/// var diagram = ComputationDiagram()
/// let x = diagram.add(.init(.input, ["x = 3"], gradient: ["∂ 6"]))
/// let square = diagram.add(.init(.operation, ["x²"]))
/// let y = diagram.add(.init(.result, ["y = 9"], gradient: ["∂ 1"]))
/// diagram.connect(x, square)
/// diagram.connect(square, y)
/// let (marks, size) = try diagram.laidOut()
/// ```
public struct ComputationDiagram: Hashable, Sendable {
  public enum Kind: Hashable, Sendable, CaseIterable {
    case operation
    /// Several operations drawn as one.
    case layer
    /// A computed quantity between operations: drawn as a part of the arrow.
    case quantity
    /// What a gradient is multiplied by on its way back through an operation, on the arrow there.
    case factor
    case input, parameter, constant
    /// What everything leads to.
    case result
  }

  public enum Emphasis: Hashable, Sendable {
    case none, strong, faded
  }

  public struct Node: Hashable, Sendable {
    public var kind: Kind
    /// Name and value, or the sign of the operation.
    public var lines: [String]
    /// Empty where there is none, as of constants; else the gradient, and what it is the sum of.
    public var gradient: [String]
    /// Of a tensor with too many numbers for a line: its numbers, and those of its gradient.
    public var map: HeatMap?
    public var gradientMap: HeatMap?
    /// Whether this is the step at which the picture stops.
    public var isCurrent: Bool
    /// In a picture that is about some of its nodes, the others step back.
    public var emphasis = Emphasis.none
    /// What a reader of the SVG sees when the pointer rests here.
    public var tooltip: String?

    public init(
      _ kind: Kind, _ lines: [String], gradient: [String] = [], isCurrent: Bool = false,
      tooltip: String? = nil
    ) {
      self.kind = kind
      self.lines = lines
      self.gradient = gradient
      self.isCurrent = isCurrent
      self.tooltip = tooltip
    }
  }

  public struct Arrow: Hashable, Sendable {
    public let from: Int
    public let to: Int
  }

  public private(set) var nodes: [Node] = []
  public private(set) var arrows: [Arrow] = []

  public init() {}

  /// The number of the node, for ``connect(_:_:)``.
  public mutating func add(_ node: Node) -> Int {
    nodes.append(node)
    return nodes.count - 1
  }

  /// - Precondition: both nodes are there.
  public mutating func connect(_ from: Int, _ to: Int) {
    precondition(nodes.indices.contains(from) && nodes.indices.contains(to), "no such node")
    arrows.append(Arrow(from: from, to: to))
  }
}

extension ComputationDiagram {
  /// The diagram with its legend, from (0, 0).
  ///
  /// - Throws: ``DrawingError`` when Graphviz is missing or the graph is too large.
  public func laidOut() throws(DrawingError) -> (marks: [Mark], size: Size) {
    guard !nodes.isEmpty else { throw .nothingToDraw("the graph has no nodes") }
    let shapes = nodes.map(NodeShape.init)
    var placement = try GraphPlacement(
      shapes.map { GraphPlacement.Node(size: $0.size, outline: $0.outline) },
      arrows.map { GraphPlacement.Edge(tail: $0.from, head: $0.to) }, nodeGap: 14, rankGap: 22)
    if isUpsideDown(placement) { placement.mirror() }
    let width = max(placement.size.width, 460)
    let legend = ComputationLegend.layout(
      Set(nodes.map(\.kind)), hasMaps: nodes.contains { $0.map != nil || $0.gradientMap != nil },
      width: width)
    let gap = 16.0
    let offset = Point((width - placement.size.width) / 2, legend.height + gap)
    var marks: [Mark] = []
    for (arrow, curve) in zip(arrows, placement.curves) {
      marks += Self.marks(
        of: curve, Self.stroke(nodes[arrow.from].emphasis, nodes[arrow.to].emphasis),
        hasHead: ![.quantity, .factor].contains(nodes[arrow.to].kind))
    }
    for (shape, centre) in zip(shapes, placement.centres) { marks += shape.marks(at: centre) }
    return (
      legend.marks + marks.map { $0.moved(by: offset) },
      Size(width, placement.size.height + legend.height + gap)
    )
  }

  static let line = Stroke(.muted, width: 1.2)

  /// The line between two nodes.
  static func stroke(_ from: Emphasis, _ to: Emphasis) -> Stroke {
    if from == .faded || to == .faded { return Stroke(.faded(.muted, 0.45), width: 1) }
    return from == .strong && to == .strong ? Stroke(NodeShape.gradientInk, width: 2.4) : line
  }

  /// Whether given values that stand in one column read from the bottom to the top.
  private func isUpsideDown(_ placement: GraphPlacement) -> Bool {
    let boxes = nodes.indices.filter { [.input, .parameter, .constant].contains(nodes[$0].kind) }
      .map { placement.centres[$0] }
    var balance = 0
    for (index, upper) in boxes.enumerated() {
      for lower in boxes[(index + 1)...] where abs(upper.x - lower.x) < 40 {
        balance += upper.y < lower.y ? 1 : -1
      }
    }
    return balance < 0
  }

  /// Curves through control points, with a head at the end.
  private static func marks(
    of curve: [Point], _ line: Stroke, hasHead: Bool
  ) -> [Mark] {
    guard let first = curve.first, let tip = curve.last, curve.count >= 4 else { return [] }
    var path = Path([.move(first)])
    for start in stride(from: 1, to: curve.count - 2, by: 3) {
      path.curve(curve[start], curve[start + 1], to: curve[start + 2])
    }
    return [.path(path, stroke: line)]
      + (hasHead ? [arrowHead(at: tip, from: curve[curve.count - 2], line.ink)] : [])
  }

  static func arrowHead(at tip: Point, from: Point, _ ink: Ink = line.ink) -> Mark {
    let back = from - tip
    let length = back.length
    guard length > 0 else { return .polygon([]) }
    let along = (7 / length) * back
    let across = Point(-along.y * 0.45, along.x * 0.45)
    return .polygon([tip, tip + along + across, tip + along - across], fill: ink)
  }
}
