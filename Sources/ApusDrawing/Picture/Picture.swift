/// A picture as a list of marks: built once, written as SVG, PNG, PDF or for the terminal.
///
/// ```swift
/// let picture = Picture(
///   size: Size(200, 100), title: "A circle", description: "One blue circle.",
///   marks: [.circle(centre: Point(100, 50), radius: 30, fill: .series(0))])
/// try picture.write(to: "circle.svg")
/// print(picture.terminalText(columns: 80))
/// ```
public struct Picture: Hashable, Sendable {
  /// In points; a PNG has `scale` pixels to the point.
  public var size: Size
  /// What a screen reader says first: what is shown, of which data, network and seed.
  public var title: String
  /// A sentence, computed from the data, for readers who do not see the picture.
  public var description: String
  public var marks: [Mark]

  public init(size: Size, title: String, description: String, marks: [Mark] = []) {
    self.size = size
    self.title = title
    self.description = description
    self.marks = marks
  }

  /// Every line of text with its place, clipped or not.
  public var labels: [Label] { marks.flatMap(\.labels) }
}

extension Mark {
  var labels: [Label] {
    switch self {
    case .text(let label): [label]
    case .group(let group): group.marks.flatMap(\.labels)
    default: []
    }
  }
}
