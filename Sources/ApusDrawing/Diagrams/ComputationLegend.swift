/// What circles, arrows and boxes of a computation diagram mean, printed above it.
enum ComputationLegend {
  private static let sampleWidth = 34.0
  private static let rowHeight = 22.0

  private static func words(_ kind: ComputationDiagram.Kind) -> String {
    switch kind {
    case .operation: "operation"
    case .layer: "several operations, opened by --layer and --unit"
    case .quantity: "quantity: value above, gradient ∂ below"
    case .factor: "factor of the gradient on its way back"
    case .input: "input (round)"
    case .parameter: "parameter (square)"
    case .constant: "constant (dashed)"
    case .result: "result or loss (double)"
    }
  }

  /// Marks from (0, 0), and how high they are.
  static func layout(
    _ kinds: Set<ComputationDiagram.Kind>, hasMaps: Bool, width: Double
  ) -> (marks: [Mark], height: Double) {
    var marks: [Mark] = []
    var (x, y) = (0.0, 0.0)
    let samples =
      ComputationDiagram.Kind.allCases.filter(kinds.contains).map {
        (words($0), sample($0, Rect(0, 0, sampleWidth, 16)))
      } + (hasMaps ? [mapSample] : [])
    for (text, sample) in samples {
      let needed =
        sampleWidth + 6 + FontMetrics.width(of: text, size: NodeShape.textSize)
      if x > 0, x + needed > width {
        x = 0
        y += rowHeight
      }
      let middle = y + rowHeight / 2
      marks += sample.map { $0.moved(by: Point(x, middle - 8)) }
      marks.append(
        .text(
          Label(
            text, at: Point(x + sampleWidth + 6, middle), size: NodeShape.textSize,
            alignment: .middle)))
      x += needed + 18
    }
    return (marks, y + rowHeight)
  }

  private static var mapSample: (String, [Mark]) {
    let map = HeatMap([-1, -0.4, 0.4, 1], shape: [4])
    return (
      "a tensor's numbers, orange below 0, on a scale of its own", map?.marks(at: Point(1, 4)) ?? []
    )
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
    case .factor:
      return [
        .text(
          Label(
            "×2", at: frame.centre, size: NodeShape.textSize, anchor: .middle, alignment: .middle,
            weight: .bold, ink: NodeShape.gradientInk))
      ]
    default: return NodeShape.background(kind, frame)
    }
  }
}
