/// A place in a picture: points to the right and down from its top left corner.
public struct Point: Hashable, Sendable {
  public var x: Double
  public var y: Double

  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  public static func + (a: Point, b: Point) -> Point { Point(a.x + b.x, a.y + b.y) }
  public static func - (a: Point, b: Point) -> Point { Point(a.x - b.x, a.y - b.y) }
  public static func * (factor: Double, a: Point) -> Point { Point(factor * a.x, factor * a.y) }

  public var length: Double { (x * x + y * y).squareRoot() }
  public var isFinite: Bool { x.isFinite && y.isFinite }
}

/// Width and height in points.
public struct Size: Hashable, Sendable {
  public var width: Double
  public var height: Double

  public init(_ width: Double, _ height: Double) {
    self.width = width
    self.height = height
  }
}

/// A rectangle with its sides along the picture's.
public struct Rect: Hashable, Sendable {
  public var x: Double
  public var y: Double
  public var width: Double
  public var height: Double

  public init(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  public init(_ size: Size) { self.init(0, 0, size.width, size.height) }

  public var left: Double { x }
  public var top: Double { y }
  public var right: Double { x + width }
  public var bottom: Double { y + height }
  public var centre: Point { Point(x + width / 2, y + height / 2) }
  public var size: Size { Size(width, height) }

  /// What is left between margins; never of negative size.
  public func inset(
    left: Double = 0, top: Double = 0, right: Double = 0, bottom: Double = 0
  ) -> Rect {
    Rect(x + left, y + top, max(width - left - right, 0), max(height - top - bottom, 0))
  }

  public func inset(by margin: Double) -> Rect {
    inset(left: margin, top: margin, right: margin, bottom: margin)
  }

  public func contains(_ point: Point) -> Bool {
    point.x >= left && point.x <= right && point.y >= top && point.y <= bottom
  }

  public func contains(_ other: Rect) -> Bool {
    other.left >= left && other.right <= right && other.top >= top && other.bottom <= bottom
  }

  /// Whether the insides meet; touching sides do not count.
  public func overlaps(_ other: Rect) -> Bool {
    left < other.right && other.left < right && top < other.bottom && other.top < bottom
  }

  /// `columns` × `rows` equal parts, row by row, with a gap between them.
  public func grid(columns: Int, rows: Int, gap: Double = 0) -> [Rect] {
    let (columns, rows) = (max(columns, 1), max(rows, 1))
    let cellWidth = max((width - gap * Double(columns - 1)) / Double(columns), 0)
    let cellHeight = max((height - gap * Double(rows - 1)) / Double(rows), 0)
    return (0..<rows * columns).map { index in
      Rect(
        x + Double(index % columns) * (cellWidth + gap),
        y + Double(index / columns) * (cellHeight + gap), cellWidth, cellHeight)
    }
  }
}
