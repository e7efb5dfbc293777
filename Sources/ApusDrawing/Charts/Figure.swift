public import ApusFormats

/// A picture with all that belongs to it: title, what was drawn of what, legend, a sentence that
/// says what is to be seen, and the numbers as a table.
public struct Figure: Hashable, Sendable {
  public var title: String
  /// Data set, network, seed: what one must know to make the figure again.
  public var subtitle: String
  /// Computed from the data.
  public var caption: String
  public var legend: Legend
  /// Between legend and caption, from (0, 0).
  public var marks: [Mark]
  public var size: Size
  public var table: FigureTable
  /// What a terminal shows that is too narrow for the picture's texts; empty where nothing is better.
  public var outline: [String] = []

  public init(
    title: String, subtitle: String, caption: String, legend: Legend = Legend(), size: Size,
    marks: [Mark], table: FigureTable, outline: [String] = []
  ) {
    self.title = title
    self.subtitle = subtitle
    self.caption = caption
    self.legend = legend
    self.size = size
    self.marks = marks
    self.table = table
    self.outline = outline
  }

  /// Charts side by side and below each other, with one legend for all.
  ///
  /// - Parameter chartSize: of each one, axes included.
  public init(
    title: String, subtitle: String, caption: String, charts: [Chart], columns: Int = 1,
    chartSize: Size = Size(616, 300), legend: Legend? = nil, table: FigureTable
  ) {
    let columns = max(min(columns, charts.count), 1)
    let rows = (charts.count + columns - 1) / columns
    let gap = 16.0
    let size = Size(
      Double(columns) * (chartSize.width + gap) - gap,
      Double(max(rows, 1)) * (chartSize.height + gap) - gap)
    let frames = Rect(size).grid(columns: columns, rows: max(rows, 1), gap: gap)
    let marks = zip(charts, frames).flatMap { ChartLayout.marks(of: $0, in: $1) }
    self.init(
      title: title, subtitle: subtitle, caption: caption, legend: legend ?? Legend(of: charts),
      size: size, marks: marks, table: table)
  }

  private static let margin = 12.0
  /// Points to a character at most for texts to have room: a letter of a diagram is about as wide.
  private static let readable = 6.4

  /// The whole figure.
  public var picture: Picture {
    let width = max(size.width, 240)
    var y = Self.margin
    var marks: [Mark] = []
    func add(_ text: String, size: Double, weight: Label.Weight, ink: Ink) {
      for line in FontMetrics.wrapped(text, width: width, size: size, weight: weight) {
        marks.append(
          .text(
            Label(
              line, at: Point(Self.margin, y), size: size, alignment: .top, weight: weight,
              ink: ink)))
        y += size * 1.35
      }
    }
    add(title, size: 15, weight: .bold, ink: .foreground)
    add(subtitle, size: 11, weight: .regular, ink: .muted)
    y += 8
    let body = body(width: width)
    marks += body.marks.map { $0.moved(by: Point(Self.margin, y)) }
    y += body.height + 10
    add(caption, size: 11.5, weight: .regular, ink: .foreground)
    return Picture(
      size: Size(width + 2 * Self.margin, y + Self.margin - 4),
      title: [title, subtitle].filter { !$0.isEmpty }.joined(separator: ". "),
      description: caption, marks: marks)
  }

  private func body(width: Double) -> (marks: [Mark], height: Double) {
    let (samples, height) = legend.layout(width: width)
    return (samples + marks.map { $0.moved(by: Point(0, height)) }, height + size.height)
  }

  /// The figure in characters: its texts as lines, its picture in braille.
  public func terminalText(columns: Int = 80, isColoured: Bool = false) -> String {
    let columns = min(max(columns, 20), 400)
    let width = max(size.width, 240)
    let lines = [title, subtitle].filter { !$0.isEmpty }.flatMap { Self.wrapped($0, columns) }
    let middle: String
    if !outline.isEmpty, width > Self.readable * Double(columns) {
      middle = outline.map { $0 + "\n" }.joined()
    } else {
      let body = body(width: width)
      middle = Picture(
        size: Size(width, body.height), title: title, description: caption, marks: body.marks
      ).terminalText(columns: columns, isColoured: isColoured)
    }
    return lines.map { $0 + "\n" }.joined() + "\n" + middle + "\n"
      + Self.wrapped(caption, columns).map { $0 + "\n" }.joined()
  }

  private static func wrapped(_ text: String, _ columns: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= columns {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// `{"title", "subtitle", "caption", "table": {"columns", "rows"}}`
  public var json: JSON {
    [
      "title": .string(title), "subtitle": .string(subtitle), "caption": .string(caption),
      "table": table.json,
    ]
  }
}
