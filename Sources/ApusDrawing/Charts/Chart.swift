/// Data in one system of axes.
///
/// ```swift
/// let chart = Chart(
///   x: Axis("epoch", 1...5), y: Axis(fitting: "loss", losses),
///   series: [.line("train", losses, .series(0))])
/// ```
public struct Chart: Hashable, Sendable {
  /// Above a chart that is one of several.
  public var heading: String?
  public var x: Axis
  public var y: Axis
  /// Behind everything, stretched over the ranges of both axes.
  public var ground: ChartGround?
  public var series: [ChartSeries]
  public var rules: [Rule]
  public var notes: [Note]
  /// Whether a unit of x is as long as one of y.
  public var isEven: Bool

  public init(
    heading: String? = nil, x: Axis, y: Axis, ground: ChartGround? = nil,
    series: [ChartSeries] = [],
    rules: [Rule] = [], notes: [Note] = [], isEven: Bool = false
  ) {
    self.heading = heading
    self.x = x
    self.y = y
    self.ground = ground
    self.series = series
    self.rules = rules
    self.notes = notes
    self.isEven = isEven
  }
}

/// A grid of inks behind a chart: the side of a boundary, a loss over two weights.
public struct ChartGround: Hashable, Sendable {
  public let columns: Int
  public let rows: Int
  /// From the top row (the largest y), left to right.
  public let inks: [Ink]

  public init(columns: Int, rows: Int, inks: [Ink]) {
    self.columns = columns
    self.rows = rows
    self.inks = inks
  }
}

/// A straight line across a chart at one value.
public struct Rule: Hashable, Sendable {
  public enum Direction: Hashable, Sendable { case horizontal, vertical }

  public var direction: Direction
  public var value: Double
  /// In the legend; nil for none.
  public var name: String?
  public var stroke: Stroke

  public init(_ direction: Direction, at value: Double, _ name: String? = nil, _ stroke: Stroke) {
    self.direction = direction
    self.value = value
    self.name = name
    self.stroke = stroke
  }
}

/// A few words at a point of a chart; placed beside it where they cover no other words.
public struct Note: Hashable, Sendable {
  public var text: String
  public var point: Point
  public var ink: Ink
  /// Whether a ring is drawn around the point.
  public var hasRing: Bool

  public init(_ text: String, at point: Point, ink: Ink = .foreground, hasRing: Bool = true) {
    self.text = text
    self.point = point
    self.ink = ink
    self.hasRing = hasRing
  }
}
