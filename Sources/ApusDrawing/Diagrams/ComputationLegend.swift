/// What circles, arrows and boxes of a computation diagram mean, printed above it.
enum ComputationLegend {
  private static let sampleWidth = 34.0
  private static let rowHeight = 22.0

  private static func words(_ kind: ComputationDiagram.Kind) -> String {
    switch kind {
    case .operation: "operation"
    case .layer: "several operations, opened by --layer"
    case .quantity: "quantity: value above, gradient ∂ below"
    case .input: "input (round)"
    case .parameter: "parameter (square)"
    case .constant: "constant (dashed)"
    case .result: "result or loss (double)"
    }
  }

  /// Marks from (0, 0), and how high they are.
  static func layout(
    _ kinds: Set<ComputationDiagram.Kind>, width: Double
  ) -> (marks: [Mark], height: Double) {
    var marks: [Mark] = []
    var (x, y) = (0.0, 0.0)
    for kind in ComputationDiagram.Kind.allCases where kinds.contains(kind) {
      let text = words(kind)
      let needed =
        sampleWidth + 6 + FontMetrics.width(of: text, size: NodeShape.textSize)
      if x > 0, x + needed > width {
        x = 0
        y += rowHeight
      }
      let middle = y + rowHeight / 2
      marks += sample(kind, Rect(x, middle - 8, sampleWidth, 16))
      marks.append(
        .text(
          Label(
            text, at: Point(x + sampleWidth + 6, middle), size: NodeShape.textSize,
            alignment: .middle)))
      x += needed + 18
    }
    return (marks, y + rowHeight)
  }

  private static func sample(_ kind: ComputationDiagram.Kind, _ frame: Rect) -> [Mark] {
    switch kind {
    case .operation:
      return NodeShape.background(
        kind, Rect(frame.centre.x - 8, frame.centre.y - 8, 16, 16))
    case .quantity:
      let tip = Point(frame.right, frame.centre.y)
      return [
        .line(Point(frame.left, frame.centre.y), tip, ComputationDiagram.line),
        ComputationDiagram.arrowHead(at: tip, from: frame.centre),
      ]
    default: return NodeShape.background(kind, frame)
    }
  }
}
