/// Data drawn in a chart in one manner.
public struct ChartSeries: Hashable, Sendable {
  public enum Shape: Hashable, Sendable {
    /// Points joined by straight lines; one that is not finite interrupts them.
    case line(width: Double = 1.8, dashes: [Double] = [])
    /// A sign at each point; empty for points that are many and small.
    case symbols(Symbol?, radius: Double = 4)
    /// An upright bar at each point, so wide in units of x, from 0 (or the axis' end) to y.
    case bars(width: Double)
  }

  /// In the legend; nil for none.
  public var name: String?
  public var points: [Point]
  public var shape: Shape
  public var ink: Ink

  public init(_ name: String?, _ points: [Point], _ shape: Shape, _ ink: Ink) {
    self.name = name
    self.points = points
    self.shape = shape
    self.ink = ink
  }

  var isSign: Bool {
    if case .symbols(_?, _) = shape { true } else { false }
  }

  /// A line of numbers over 1, 2, 3, ….
  public static func line(
    _ name: String?, _ values: [Double], from first: Double = 1, dashes: [Double] = [], _ ink: Ink
  ) -> ChartSeries {
    ChartSeries(
      name, values.enumerated().map { Point(first + Double($0), $1) }, .line(dashes: dashes), ink)
  }
}

extension [Point] {
  /// Places on paper thinned out without a visible change: of a line the first, lowest, highest and
  /// last point of each half point of width (Jugel and others, "M4: a visualization-oriented time
  /// series data aggregation", 2014).
  func thinnedLine(width: Double) -> [Point] {
    guard Double(count) > 8 * Swift.max(width, 1) else { return self }
    var result: [Point] = []
    var column: [Point] = []
    func flush() {
      guard let first = column.first, let last = column.last else { return }
      let low = column.indices.min { column[$0].y < column[$1].y } ?? 0
      let high = column.indices.max { column[$0].y < column[$1].y } ?? 0
      var kept: [Point] = [first]
      for index in [low, high].sorted() where column[index] != kept.last {
        kept.append(column[index])
      }
      if last != kept.last { kept.append(last) }
      result += kept
      column = []
    }
    for point in self {
      guard point.isFinite else {
        flush()
        result.append(point)
        continue
      }
      if let first = column.first, (first.x * 2).rounded(.down) != (point.x * 2).rounded(.down) {
        flush()
      }
      column.append(point)
    }
    flush()
    return result
  }

  /// At most one point in each square of a point's size.
  func thinnedDots() -> [Point] {
    var seen: Set<Point> = []
    return filter { point in
      point.isFinite && seen.insert(Point(point.x.rounded(), point.y.rounded())).inserted
    }
  }
}
