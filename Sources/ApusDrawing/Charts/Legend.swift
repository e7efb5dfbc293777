/// What the marks of a figure mean: samples with names, in rows from left to right.
public struct Legend: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public enum Sample: Hashable, Sendable {
      case line(Stroke)
      case symbol(Symbol, radius: Double, Ink)
      case area(Ink)
    }

    public let name: String
    public let sample: Sample

    public init(_ name: String, _ sample: Sample) {
      self.name = name
      self.sample = sample
    }
  }

  public var entries: [Entry]

  public init(_ entries: [Entry] = []) { self.entries = entries }

  /// Everything that has a name in some charts, each name once.
  public init(of charts: [Chart]) {
    var entries: [Entry] = []
    func add(_ name: String?, _ sample: Entry.Sample) {
      guard let name, !entries.contains(where: { $0.name == name }) else { return }
      entries.append(Entry(name, sample))
    }
    for chart in charts {
      for series in chart.series {
        switch series.shape {
        case .line(let width, let dashes):
          add(series.name, .line(Stroke(series.ink, width: width, dashes: dashes)))
        case .symbols(let symbol, let radius):
          add(series.name, .symbol(symbol ?? .disc, radius: radius, series.ink))
        case .bars: add(series.name, .area(series.ink))
        }
      }
      for rule in chart.rules { add(rule.name, .line(rule.stroke)) }
    }
    self.entries = entries
  }

  private static let rowHeight = 18.0
  private static let sampleWidth = 24.0

  /// Marks from the top left corner (0, 0) down, and how high they are.
  func layout(width: Double) -> (marks: [Mark], height: Double) {
    guard !entries.isEmpty else { return ([], 0) }
    var marks: [Mark] = []
    var (x, y) = (0.0, 0.0)
    for entry in entries {
      let room = width - Self.sampleWidth - 8
      let name = FontMetrics.fitted(entry.name, width: room, size: ChartLayout.textSize)
      let needed = Self.sampleWidth + 6 + ChartLayout.room(for: name)
      if x > 0, x + needed > width {
        x = 0
        y += Self.rowHeight
      }
      marks += sample(entry.sample, Point(x, y + Self.rowHeight / 2))
      marks.append(
        .text(
          Label(
            name, at: Point(x + Self.sampleWidth + 6, y + Self.rowHeight / 2),
            size: ChartLayout.textSize, alignment: .middle)))
      x += needed + 16
    }
    return (marks, y + Self.rowHeight + 4)
  }

  private func sample(_ sample: Entry.Sample, _ left: Point) -> [Mark] {
    let middle = Point(left.x + Self.sampleWidth / 2, left.y)
    switch sample {
    case .line(let stroke):
      return [.line(left, Point(left.x + Self.sampleWidth, left.y), stroke)]
    case .symbol(let symbol, let radius, let ink):
      return [.symbol(symbol, at: middle, radius: max(radius, 1.5), fill: ink)]
    case .area(let ink):
      return [.rectangle(Rect(left.x + 4, left.y - 5, 16, 10), radius: 2, fill: ink)]
    }
  }
}
