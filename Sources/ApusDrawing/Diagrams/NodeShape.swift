/// How a node of a computation diagram looks: its outline, its lines of text, its size.
struct NodeShape {
  static let textSize = 11.0
  static let lineHeight = 14.0
  private static let mapGap = 6.0
  /// The second ink, of gradients.
  static let gradientInk = Ink.series(3)

  let node: ComputationDiagram.Node
  let size: Size

  init(_ node: ComputationDiagram.Node) {
    self.node = node
    let content = Self.size(of: node.lines, node.map)
    let gradient = Self.size(of: node.gradient, node.gradientMap)
    let width = max(content.width, gradient.width)
    let height = content.height + gradient.height
    switch node.kind {
    case .operation:
      // The circle around the text.
      let side = max((width * width + height * height).squareRoot() + 6, 30)
      size = Size(side, side)
    case .layer: size = Size(width + height + 6, height + 14)
    case .quantity: size = Size(width + 10, 2 * max(content.height, gradient.height) + 4)
    case .factor: size = Size(width + 6, height + 2)
    case .input, .parameter, .constant: size = Size(width + 16, height + 8)
    case .result: size = Size(width + 22, height + 14)
    }
  }

  /// Lines with a map below them.
  private static func size(of lines: [String], _ map: HeatMap?) -> Size {
    let width = lines.map { FontMetrics.width(of: $0, size: textSize) }.max() ?? 0
    return Size(
      max(width, map?.size.width ?? 0),
      Double(lines.count) * lineHeight + (map.map { $0.size.height + mapGap } ?? 0))
  }

  var outline: GraphPlacement.Node.Outline {
    switch node.kind {
    case .operation: .circle
    case .quantity, .factor: .wire
    default: .rectangle
    }
  }

  func marks(at centre: Point) -> [Mark] {
    let frame = Rect(
      centre.x - size.width / 2, centre.y - size.height / 2, size.width, size.height)
    let line = ComputationDiagram.stroke(node.emphasis, node.emphasis)
    let drawn =
      Self.background(node.kind, frame, isCurrent: node.isCurrent, node.emphasis, line)
      + contents(in: frame)
    return node.tooltip.map { [.group(Group(drawn, tooltip: $0))] } ?? drawn
  }

  /// The ink of a kind's outline.
  static func ink(of kind: ComputationDiagram.Kind) -> Ink {
    switch kind {
    case .input: .series(5)
    case .parameter: .series(0)
    case .constant: .series(6)
    default: .foreground
    }
  }

  static func background(
    _ kind: ComputationDiagram.Kind, _ frame: Rect, isCurrent: Bool = false,
    _ emphasis: ComputationDiagram.Emphasis = .none, _ line: Stroke = ComputationDiagram.line
  ) -> [Mark] {
    let ink = emphasis == .faded ? Ink.faded(ink(of: kind), 0.45) : ink(of: kind)
    let stroke = Stroke(ink, width: isCurrent ? 3 : emphasis == .strong ? 2.4 : 1.4)
    let fill = Ink.tint(ink, 0.14)
    switch kind {
    case .operation:
      return [
        .circle(
          centre: frame.centre, radius: frame.width / 2 - 1,
          fill: isCurrent ? .tint(.series(2), 0.3) : .panel, stroke: stroke)
      ]
    case .layer:
      return [
        .rectangle(
          frame.inset(by: 1), radius: frame.height / 2,
          fill: isCurrent ? .tint(.series(2), 0.3) : .panel, stroke: stroke)
      ]
    case .quantity:
      return [
        .line(
          Point(frame.left, frame.centre.y), Point(frame.right, frame.centre.y), line)
      ]
    // The text stands on the line, on paper.
    case .factor:
      return [
        .line(Point(frame.left, frame.centre.y), Point(frame.right, frame.centre.y), line),
        .rectangle(frame, radius: 4, fill: .background),
      ]
    case .input: return [.rectangle(frame.inset(by: 1), radius: 9, fill: fill, stroke: stroke)]
    case .parameter: return [.rectangle(frame.inset(by: 1), fill: fill, stroke: stroke)]
    case .constant:
      return [
        .rectangle(
          frame.inset(by: 1), fill: fill, stroke: Stroke(ink, width: 1.4, dashes: [3, 2]))
      ]
    case .result:
      return [
        .rectangle(frame.inset(by: 1), fill: .background, stroke: Stroke(ink, width: 1.4)),
        .rectangle(frame.inset(by: 4), fill: .panel, stroke: Stroke(ink, width: 1.4)),
      ]
    }
  }

  /// Lines with maps below them, from the top down.
  private func contents(in frame: Rect) -> [Mark] {
    let content = Self.size(of: node.lines, node.map)
    let gradient = Self.size(of: node.gradient, node.gradientMap)
    let middle = frame.centre.y
    let top: Double
    switch node.kind {
    case .quantity: top = middle - content.height - 1
    default: top = middle - (content.height + gradient.height) / 2
    }
    let below = node.kind == .quantity ? middle + 1 : top + content.height
    let isFactor = node.kind == .factor
    return stack(
      node.lines, node.map, frame.centre.x, top, isFactor ? Self.gradientInk : .foreground,
      isFactor ? .bold : .regular)
      + stack(node.gradient, node.gradientMap, frame.centre.x, below, Self.gradientInk, .regular)
  }

  private func stack(
    _ lines: [String], _ map: HeatMap?, _ centre: Double, _ top: Double, _ ink: Ink,
    _ weight: Label.Weight
  ) -> [Mark] {
    let height = Self.lineHeight
    var marks = lines.enumerated().map { index, text -> Mark in
      .text(
        Label(
          text, at: Point(centre, top + (Double(index) + 0.5) * height), size: Self.textSize,
          anchor: .middle, alignment: .middle, weight: weight,
          ink: node.emphasis == .faded ? .faded(ink, 0.55) : ink))
    }
    if let map {
      let y = top + Double(lines.count) * height + Self.mapGap / 2
      marks += map.marks(at: Point(centre - map.size.width / 2, y))
    }
    return marks
  }
}
