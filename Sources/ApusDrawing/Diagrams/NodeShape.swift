/// How a node of a computation diagram looks: its outline, its lines of text, its size.
struct NodeShape {
  static let textSize = 11.0
  static let lineHeight = 14.0
  /// The second ink, of gradients.
  static let gradientInk = Ink.series(3)

  let node: ComputationDiagram.Node
  let size: Size

  init(_ node: ComputationDiagram.Node) {
    self.node = node
    let lines = node.lines + node.gradient
    let width = lines.map { FontMetrics.width(of: $0, size: Self.textSize) }.max() ?? 0
    let height = Double(lines.count) * Self.lineHeight
    switch node.kind {
    case .operation:
      // The circle around the text.
      let side = max((width * width + height * height).squareRoot() + 2, 30)
      size = Size(side, side)
    case .layer: size = Size(width + height + 6, height + 14)
    case .quantity:
      let above = max(node.lines.count, node.gradient.count)
      size = Size(width + 10, 2 * Double(above) * Self.lineHeight + 4)
    case .input, .parameter, .constant: size = Size(width + 16, height + 8)
    case .result: size = Size(width + 22, height + 14)
    }
  }

  var outline: GraphPlacement.Node.Outline {
    switch node.kind {
    case .operation: .circle
    case .quantity: .wire
    default: .rectangle
    }
  }

  func marks(at centre: Point) -> [Mark] {
    let frame = Rect(
      centre.x - size.width / 2, centre.y - size.height / 2, size.width, size.height)
    let drawn = Self.background(node.kind, frame, isCurrent: node.isCurrent) + texts(in: frame)
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
    _ kind: ComputationDiagram.Kind, _ frame: Rect, isCurrent: Bool = false
  ) -> [Mark] {
    let ink = ink(of: kind)
    let stroke = Stroke(ink, width: isCurrent ? 3 : 1.4)
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
          Point(frame.left, frame.centre.y), Point(frame.right, frame.centre.y),
          ComputationDiagram.line)
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

  private func texts(in frame: Rect) -> [Mark] {
    func label(_ text: String, _ middle: Double, _ ink: Ink) -> Mark {
      .text(
        Label(
          text, at: Point(frame.centre.x, middle), size: Self.textSize, anchor: .middle,
          alignment: .middle, ink: ink))
    }
    let height = Self.lineHeight
    if node.kind == .quantity {
      let first = frame.centre.y - (Double(node.lines.count) - 0.5) * height - 1
      var marks = node.lines.enumerated().map {
        label($1, first + Double($0) * height, .foreground)
      }
      marks += node.gradient.enumerated().map {
        label($1, frame.centre.y + (Double($0) + 0.5) * height + 1, Self.gradientInk)
      }
      return marks
    }
    let lines =
      node.lines.map { ($0, Ink.foreground) }
      + node.gradient.map { ($0, Self.gradientInk) }
    let first = frame.centre.y - Double(lines.count - 1) / 2 * height
    return lines.enumerated().map { label($1.0, first + Double($0) * height, $1.1) }
  }
}
