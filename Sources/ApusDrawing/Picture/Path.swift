/// Lines and cubic curves, one after the other; several pieces may make one path.
public struct Path: Hashable, Sendable {
  public enum Element: Hashable, Sendable {
    case move(Point)
    case line(Point)
    /// A cubic Bézier curve with two control points.
    case curve(Point, Point, to: Point)
    /// Back to the last move.
    case close
  }

  public var elements: [Element]

  public init(_ elements: [Element] = []) { self.elements = elements }

  /// Straight lines through points. A point that is not finite interrupts them.
  public init(lines points: some Sequence<Point>, isClosed: Bool = false) {
    elements = []
    var isDrawing = false
    for point in points {
      guard point.isFinite else {
        isDrawing = false
        continue
      }
      elements.append(isDrawing ? .line(point) : .move(point))
      isDrawing = true
    }
    if isClosed, !elements.isEmpty { elements.append(.close) }
  }

  public static func line(_ from: Point, _ to: Point) -> Path { Path(lines: [from, to]) }

  public mutating func move(to point: Point) { elements.append(.move(point)) }
  public mutating func line(to point: Point) { elements.append(.line(point)) }
  public mutating func curve(_ first: Point, _ second: Point, to point: Point) {
    elements.append(.curve(first, second, to: point))
  }
  public mutating func close() { elements.append(.close) }

  public func moved(by offset: Point) -> Path {
    Path(
      elements.map { element in
        switch element {
        case .move(let point): .move(point + offset)
        case .line(let point): .line(point + offset)
        case .curve(let a, let b, let end): .curve(a + offset, b + offset, to: end + offset)
        case .close: .close
        }
      })
  }

  /// The path as straight pieces, each a list of points; curves become 16 lines.
  public var polylines: [[Point]] {
    var pieces: [[Point]] = []
    for element in elements {
      switch element {
      case .move(let point): pieces.append([point])
      case .line(let point): pieces.extend(by: point)
      case .curve(let a, let b, let end):
        let start = pieces.last?.last ?? a
        for step in 1...16 {
          let t = Double(step) / 16
          let s = 1 - t
          let near = s * s * s * start + 3 * s * s * t * a
          let point = near + 3 * s * t * t * b + t * t * t * end
          pieces.extend(by: point)
        }
      case .close:
        if let first = pieces.last?.first { pieces.extend(by: first) }
      }
    }
    return pieces
  }
}

extension [[Point]] {
  /// Adds to the last piece, or starts one when there is none.
  fileprivate mutating func extend(by point: Point) {
    if isEmpty { append([]) }
    self[count - 1].append(point)
  }
}

extension Path {
  /// A rectangle, its corners rounded by quarter circles.
  public init(_ rect: Rect, radius: Double = 0) {
    let r = min(max(radius, 0), min(rect.width, rect.height) / 2)
    guard r > 0 else {
      self.init(
        lines: [
          Point(rect.left, rect.top), Point(rect.right, rect.top),
          Point(rect.right, rect.bottom), Point(rect.left, rect.bottom),
        ], isClosed: true)
      return
    }
    // A cubic curve is within 0.03 % of a quarter circle when its handles have this length.
    let h = r * (1 - 0.5522847498)
    let (l, t, e, b) = (rect.left, rect.top, rect.right, rect.bottom)
    self.init([
      .move(Point(l + r, t)), .line(Point(e - r, t)),
      .curve(Point(e - h, t), Point(e, t + h), to: Point(e, t + r)), .line(Point(e, b - r)),
      .curve(Point(e, b - h), Point(e - h, b), to: Point(e - r, b)), .line(Point(l + r, b)),
      .curve(Point(l + h, b), Point(l, b - h), to: Point(l, b - r)), .line(Point(l, t + r)),
      .curve(Point(l, t + h), Point(l + h, t), to: Point(l + r, t)), .close,
    ])
  }
}
