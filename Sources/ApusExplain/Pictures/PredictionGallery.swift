public import ApusData
public import ApusDrawing
internal import ApusFormats
internal import ApusGraph
public import ApusLayers
internal import ApusTraining

/// The rows behind a cell of a confusion matrix, or all that are wrong: their images, where they
/// are some, and how probable the network finds the classes, the surest first (LESSONS 3.6).
public struct PredictionGallery: Sendable {
  public enum Choice: Hashable, Sendable {
    /// Rows of one class that were taken for another one, or for their own.
    case cell(truth: String, predicted: String)
    case mistakes
  }

  private struct Row {
    let position: Int
    let truth: Int
    let said: Int
    /// Of all classes; empty when the network knows none.
    let probabilities: [Double]

    var sureness: Double { probabilities.isEmpty ? 0 : probabilities[said] }
  }

  private static let columns = 6
  /// More tiles would be a wall.
  private static let mostTiles = 30
  private static let tileWidth = 92.0
  private static let gap = 10.0
  /// One line of a class; as high as a character of the terminal.
  private static let lineHeight = 16.0

  private let dataset: Dataset
  private let classes: [String]
  private let chosen: [Row]
  private let words: String
  private let subtitle: String

  /// - Throws: when the data have no classes, a class is unknown, or there is no such row.
  public init(
    _ network: Network, on rows: Dataset, showing choice: Choice, subtitle: String
  ) throws {
    guard case .classification(let classes) = rows.task, let truths = rows.classIndices else {
      throw PictureError(
        "right and wrong classes are of classes; \(rows.name) is \(rows.task.kind)",
        kind: .badData)
    }
    let cell = try choice.indices(in: classes)
    let predictions = try network.predictions(for: rows)
    let all = truths.enumerated().map { position, truth in
      Row(
        position: position, truth: Int(truth), said: predictions.classIndex(ofRow: position),
        probabilities: (try? predictions.probabilities(ofRow: position)) ?? [])
    }
    let chosen = all.filter { row in
      cell.map { $0 == (row.truth, row.said) } ?? (row.truth != row.said)
    }.sorted { ($1.sureness, $0.position) < ($0.sureness, $1.position) }
    let words = cell.map { "\(classes[$0.0]) taken for \(classes[$0.1])" } ?? "mistakes"
    guard !chosen.isEmpty else {
      let count = cell.map { cell in all.count { $0.truth == cell.0 } } ?? all.count
      throw PictureError(
        cell.map {
          "none of the \(count) rows of class \(classes[$0.0]) is taken for \(classes[$0.1])"
        }
          ?? "there are no mistakes: all of the \(count) rows are right", kind: .other)
    }
    dataset = rows
    self.chosen = chosen
    self.words = words
    self.classes = classes
    self.subtitle = subtitle
  }

  private var shown: ArraySlice<Row> { chosen.prefix(Self.mostTiles) }

  /// Height of an image of the tiles' width, 0 without images; only those of one channel are shown.
  private var image: (rows: Int, columns: Int, frame: Size)? {
    guard let shape = dataset.imageShape, shape.count == 3, shape[0] == 1, shape[1] > 0,
      shape[2] > 0
    else { return nil }
    let scale = 64 / Double(max(shape[1], shape[2]))
    return (shape[1], shape[2], Size(Double(shape[2]) * scale, Double(shape[1]) * scale))
  }

  private var lines: Int { chosen[0].probabilities.isEmpty ? 1 : min(classes.count, 3) }

  public var figure: Figure {
    let height =
      Self.lineHeight + (image.map { $0.frame.height + 6 } ?? 0) + Double(lines) * Self.lineHeight
    let pitch = Size(Self.tileWidth + Self.gap, height + 12)
    // The brightest of all rows, so that one can be compared with the other.
    let values = image == nil ? [] : dataset.features.doubles()
    let brightest = max(values.max() ?? 1, 1e-9)
    let marks = shown.enumerated().flatMap { index, row in
      tile(
        row,
        Point(
          Double(index % Self.columns) * pitch.width, Double(index / Self.columns) * pitch.height),
        values, brightest)
    }
    let columns = Double(Self.columns)
    let rows = (shown.count + Self.columns - 1) / Self.columns
    return Figure(
      title: "Rows of the confusion matrix: \(printable(words, limit: 60))", subtitle: subtitle,
      caption: caption, legend: legend,
      size: Size(columns * pitch.width - Self.gap, Double(rows) * pitch.height), marks: marks,
      table: table)
  }

  private var legend: Legend {
    lines == 1
      ? Legend()
      : Legend([
        Legend.Entry("probability of the true class", .area(.series(0))),
        Legend.Entry("of another class", .area(.series(1))),
      ])
  }

  private func tile(
    _ row: Row, _ origin: Point, _ values: [Double], _ brightest: Double
  ) -> [Mark] {
    var y = origin.y
    var marks = [
      text("row \(dataset.storedRow(row.position) + 1)", Point(origin.x, y + 6), .start, .muted)
    ]
    y += Self.lineHeight
    if let image {
      let frame = Rect(origin.x, y, image.frame.width, image.frame.height)
      let start = dataset.storedRow(row.position) * dataset.featureCount
      let inks = values[start..<start + dataset.featureCount].map { Ink.grey(1 - $0 / brightest) }
      marks.append(
        .cells(Cells(in: frame, columns: image.columns, rows: image.rows, inks: inks)))
      marks.append(.rectangle(frame, stroke: Stroke(.grid)))
      y += image.frame.height + 6
    }
    guard !row.probabilities.isEmpty else {
      let said = "\(classes[row.truth]) → \(classes[row.said])"
      return marks + [
        text(said, Point(origin.x, y + Self.lineHeight / 2), .start, .foreground)
      ]
    }
    for index in classesShown(of: row) {
      marks += line(index, of: row, Point(origin.x, y + Self.lineHeight / 2))
      y += Self.lineHeight
    }
    return marks
  }

  /// A class's name, a bar and its probability.
  private func line(_ index: Int, of row: Row, _ left: Point) -> [Mark] {
    let (name, bar) = (26.0, 32.0)
    let share = row.probabilities[index]
    let frame = Rect(left.x + name, left.y - 4, bar, 8)
    var filled = frame
    filled = Rect(frame.x, frame.y, max(bar * (share.isNaN ? 0 : share), 0.5), frame.height)
    let percent = NumberFormat.percent(share, digits: share < 0.0995 ? 1 : 0)
    return [
      .text(
        Label(
          FontMetrics.fitted(classes[index], width: name - 3, size: 9.5), at: left, size: 9.5,
          alignment: .middle, weight: index == row.said ? .bold : .regular)),
      .rectangle(frame, fill: .panel),
      .rectangle(filled, fill: .series(index == row.truth ? 0 : 1)),
      .text(
        Label(
          percent, at: Point(left.x + Self.tileWidth, left.y), size: 9, anchor: .end,
          alignment: .middle, ink: .muted)),
    ]
  }

  private func text(_ text: String, _ point: Point, _ anchor: Label.Anchor, _ ink: Ink) -> Mark {
    .text(
      Label(
        FontMetrics.fitted(text, width: Self.tileWidth, size: 9.5), at: point, size: 9.5,
        anchor: anchor, alignment: .middle, ink: ink))
  }

  /// The most probable ones, with the true class among them.
  private func classesShown(of row: Row) -> [Int] {
    let order = row.probabilities.indices.sorted {
      (row.probabilities[$1], $0) < (row.probabilities[$0], $1)
    }
    let first = Array(order.prefix(lines))
    return first.contains(row.truth) ? first : first.dropLast() + [row.truth]
  }

  private var caption: String {
    let count = chosen.count
    let first = chosen[0]
    let row = dataset.storedRow(first.position) + 1
    var text = "\(NumberFormat.grouped(count)) row\(count == 1 ? "" : "s"): \(words)."
    if case let hidden = count - shown.count, hidden > 0 {
      text += " The first \(shown.count) are shown, the table has all."
    }
    if !first.probabilities.isEmpty {
      text +=
        " The surest is row \(row): \(classes[first.said]) with probability "
        + "\(NumberFormat.pictured(first.sureness, digits: 3)), \(classes[first.truth]) with "
        + "\(NumberFormat.pictured(first.probabilities[first.truth], digits: 3))."
    }
    return text + " Rows are counted from 1, as apus explain does; the class said is bold."
  }

  private var table: FigureTable {
    let names = chosen[0].probabilities.isEmpty ? [] : classes
    return FigureTable(
      ["row", "class", "predicted"] + names.map { "p(\($0))" },
      rows: chosen.map { row in
        [
          .integer(dataset.storedRow(row.position) + 1), .text(classes[row.truth]),
          .text(classes[row.said]),
        ] + row.probabilities.map { .number($0) }
      })
  }
}

extension PredictionGallery.Choice {
  /// `7,9`: a true class and the one that it was taken for. Names with commas in them are found too.
  ///
  /// - Throws: with the nearest name when one is no class.
  public init(parsing text: String, of classes: [String]) throws {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let pairs = parts.indices.dropFirst().map { index in
      [parts[..<index], parts[index...]].map { part in
        part.joined(separator: ",").trimmed
      }
    }
    guard let pair = pairs.first(where: { classes.contains($0[0]) && classes.contains($0[1]) })
    else {
      guard pairs.count == 1 else {
        throw PictureError(
          "\"\(printable(text, limit: 60))\" names no cell; write the true class, a comma, and "
            + "the class that was predicted, as \(classes.prefix(2).joined(separator: ","))")
      }
      self = .cell(truth: pairs[0][0], predicted: pairs[0][1])
      _ = try indices(in: classes)
      return
    }
    self = .cell(truth: pair[0], predicted: pair[1])
  }

  /// Nil for all mistakes.
  fileprivate func indices(in classes: [String]) throws -> (Int, Int)? {
    guard case .cell(let truth, let predicted) = self else { return nil }
    let found = try [truth, predicted].map { name in
      guard let index = classes.firstIndex(of: name) else {
        throw PictureError(
          "there is no class \"\(printable(name, limit: 40))\"; "
            + (didYouMean(name, in: classes)
              ?? "there are " + printable(classes.joined(separator: ", "), limit: 200)))
      }
      return index
    }
    return (found[0], found[1])
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
