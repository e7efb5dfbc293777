/// One thing drawn. Later marks cover earlier ones.
public indirect enum Mark: Hashable, Sendable {
  case path(Path, fill: Ink? = nil, stroke: Stroke? = nil)
  case circle(centre: Point, radius: Double, fill: Ink? = nil, stroke: Stroke? = nil)
  case rectangle(Rect, radius: Double = 0, fill: Ink? = nil, stroke: Stroke? = nil)
  /// A small sign that stands for one row of data; in the terminal it is one character.
  case symbol(Symbol, at: Point, radius: Double = 4, fill: Ink? = nil, stroke: Stroke? = nil)
  case text(Label)
  case cells(Cells)
  case group(Group)

  /// A straight line.
  public static func line(_ from: Point, _ to: Point, _ stroke: Stroke) -> Mark {
    .path(.line(from, to), stroke: stroke)
  }

  /// Straight lines through points; one that is not finite interrupts them.
  public static func polyline(_ points: [Point], _ stroke: Stroke) -> Mark {
    .path(Path(lines: points), stroke: stroke)
  }

  /// A closed figure.
  public static func polygon(_ points: [Point], fill: Ink? = nil, stroke: Stroke? = nil) -> Mark {
    .path(Path(lines: points, isClosed: true), fill: fill, stroke: stroke)
  }
}

extension Mark {
  /// The mark as far to the right and down as `offset` says.
  public func moved(by offset: Point) -> Mark {
    func moved(_ rect: Rect) -> Rect {
      Rect(rect.x + offset.x, rect.y + offset.y, rect.width, rect.height)
    }
    switch self {
    case .path(let path, let fill, let stroke):
      return .path(path.moved(by: offset), fill: fill, stroke: stroke)
    case .circle(let centre, let radius, let fill, let stroke):
      return .circle(centre: centre + offset, radius: radius, fill: fill, stroke: stroke)
    case .rectangle(let rect, let radius, let fill, let stroke):
      return .rectangle(moved(rect), radius: radius, fill: fill, stroke: stroke)
    case .symbol(let symbol, let point, let radius, let fill, let stroke):
      return .symbol(symbol, at: point + offset, radius: radius, fill: fill, stroke: stroke)
    case .text(var label):
      label.point = label.point + offset
      return .text(label)
    case .cells(var cells):
      cells.frame = moved(cells.frame)
      return .cells(cells)
    case .group(var group):
      group.marks = group.marks.map { $0.moved(by: offset) }
      group.clip = group.clip.map(moved)
      return .group(group)
    }
  }
}

/// How a line is drawn.
public struct Stroke: Hashable, Sendable {
  public var ink: Ink
  public var width: Double
  /// Lengths of strokes and gaps in turn; empty for a solid line.
  public var dashes: [Double]

  public init(_ ink: Ink, width: Double = 1, dashes: [Double] = []) {
    self.ink = ink
    self.width = width
    self.dashes = dashes
  }
}

/// A line of text.
public struct Label: Hashable, Sendable {
  public enum Anchor: String, Hashable, Sendable { case start, middle, end }
  /// What of the text stands at the given height.
  public enum Alignment: Hashable, Sendable { case baseline, middle, top }
  public enum Weight: Hashable, Sendable { case regular, bold }

  public var text: String
  /// The start, middle or end of the baseline.
  public var point: Point
  public var size: Double
  public var anchor: Anchor
  public var weight: Weight
  /// Degrees clockwise around ``point``.
  public var rotation: Double
  public var ink: Ink

  public init(
    _ text: String, at point: Point, size: Double = 12, anchor: Anchor = .start,
    alignment: Alignment = .baseline, weight: Weight = .regular, rotation: Double = 0,
    ink: Ink = .foreground
  ) {
    self.text = text
    self.size = size
    self.anchor = anchor
    self.weight = weight
    self.rotation = rotation
    self.ink = ink
    switch alignment {
    case .baseline: self.point = point
    case .middle: self.point = Point(point.x, point.y + FontMetrics.capHeight * size / 2)
    case .top: self.point = Point(point.x, point.y + FontMetrics.ascent * size)
    }
  }

  public var width: Double { FontMetrics.width(of: text, size: size, weight: weight) }

  /// The smallest upright rectangle that holds the text, by ``FontMetrics``.
  public var box: Rect {
    let left =
      switch anchor {
      case .start: 0.0
      case .middle: -width / 2
      case .end: -width
      }
    let flat = Rect(
      left, -FontMetrics.ascent * size, width, (FontMetrics.ascent + FontMetrics.descent) * size)
    let (sine, cosine) = FontMetrics.sineAndCosine(degrees: rotation)
    let corners = [
      Point(flat.left, flat.top), Point(flat.right, flat.top), Point(flat.left, flat.bottom),
      Point(flat.right, flat.bottom),
    ].map { Point($0.x * cosine - $0.y * sine, $0.x * sine + $0.y * cosine) + point }
    let (x, y) = (corners.map(\.x), corners.map(\.y))
    let (minX, minY) = (x.min() ?? point.x, y.min() ?? point.y)
    return Rect(minX, minY, (x.max() ?? minX) - minX, (y.max() ?? minY) - minY)
  }
}

/// A grid of coloured cells: a heat map, an image.
public struct Cells: Hashable, Sendable {
  public var frame: Rect
  public let columns: Int
  public let rows: Int
  /// Row by row from the top left; columns × rows of them.
  public let inks: [Ink]

  /// - Precondition: there are columns × rows inks.
  public init(in frame: Rect, columns: Int, rows: Int, inks: [Ink]) {
    precondition(
      columns >= 0 && rows >= 0 && columns * rows == inks.count,
      "\(columns) × \(rows) cells need as many inks, got \(inks.count)")
    self.frame = frame
    self.columns = columns
    self.rows = rows
    self.inks = inks
  }
}

/// Marks that belong together.
public struct Group: Hashable, Sendable {
  public var marks: [Mark]
  /// Nothing is drawn outside of it.
  public var clip: Rect?
  /// What a reader of the SVG sees when the pointer rests here.
  public var tooltip: String?

  public init(_ marks: [Mark], clip: Rect? = nil, tooltip: String? = nil) {
    self.marks = marks
    self.clip = clip
    self.tooltip = tooltip
  }
}
