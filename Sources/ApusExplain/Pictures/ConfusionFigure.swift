public import ApusData
public import ApusDrawing
internal import ApusFormats
internal import ApusGraph
public import ApusLayers
internal import ApusTraining

/// Which class was taken for which: counts and shares of each row, precision and recall of every
/// class, accuracy (LESSONS 3.6).
public struct ConfusionFigure: Sendable {
  /// Above so many classes the numbers are left to the table.
  private static let mostNumbers = 16

  private let classes: [String]
  /// Rows are true classes, columns predicted ones.
  private let counts: [[Int]]
  private let subtitle: String
  /// The surest of the wrong answers: row of the data from 1, class said, true class, probability.
  private let surest: (row: Int, said: Int, truth: Int, probability: Double)?

  /// - Throws: when the data have no classes.
  public init(_ network: Network, on rows: Dataset, subtitle: String) throws {
    guard case .classification(let classes) = rows.task, let truths = rows.classIndices else {
      throw PictureError(
        "a confusion matrix is of classes; \(rows.name) is \(rows.task.kind)", kind: .badData)
    }
    guard classes.count <= 200 else {
      throw PictureError(
        "a picture of \(classes.count) classes cannot be read; 200 are the most", kind: .badData)
    }
    let predictions = try network.predictions(for: rows)
    var counts = [[Int]](
      repeating: [Int](repeating: 0, count: classes.count), count: classes.count)
    var surest: (row: Int, said: Int, truth: Int, probability: Double)?
    for (row, truth) in truths.enumerated() {
      let said = predictions.classIndex(ofRow: row)
      counts[Int(truth)][said] += 1
      if said != Int(truth), let probabilities = try? predictions.probabilities(ofRow: row),
        probabilities[said] > surest?.probability ?? 0
      {
        surest = (rows.storedRow(row) + 1, said, Int(truth), probabilities[said])
      }
    }
    self.classes = classes.map { printable($0, limit: 24) }
    self.counts = counts
    self.surest = surest
    self.subtitle = subtitle
  }

  private var total: Int { counts.joined().reduce(0, +) }
  private var right: Int { counts.indices.reduce(0) { $0 + counts[$1][$1] } }

  private func recall(_ index: Int) -> Double? {
    let sum = counts[index].reduce(0, +)
    return sum > 0 ? Double(counts[index][index]) / Double(sum) : nil
  }

  private func precision(_ index: Int) -> Double? {
    let sum = counts.reduce(0) { $0 + $1[index] }
    return sum > 0 ? Double(counts[index][index]) / Double(sum) : nil
  }

  public var figure: Figure {
    let layout = Layout(classes: classes, hasNumbers: classes.count <= Self.mostNumbers)
    return Figure(
      title: "Confusion matrix", subtitle: subtitle, caption: caption,
      size: layout.size, marks: marks(layout), table: table)
  }

  /// Where the cells are.
  private struct Layout {
    let hasNumbers: Bool
    let cell: Size
    let left: Double
    let top = 38.0
    let count: Int

    init(classes: [String], hasNumbers: Bool) {
      self.hasNumbers = hasNumbers
      count = classes.count
      let widest = classes.map { Double($0.count) * 8 }.max() ?? 0
      left = min(max(widest, 72), 160) + 14
      let room = 600 - left - (hasNumbers ? 68 : 0)
      let width = min(max(room / Double(max(count, 1)), hasNumbers ? 44 : 2.4), 84)
      cell = Size(width, hasNumbers ? 34 : width)
    }

    func frame(_ row: Int, _ column: Int) -> Rect {
      Rect(
        left + Double(column) * cell.width, top + Double(row) * cell.height, cell.width,
        cell.height)
    }

    var size: Size {
      let edge = frame(count, count)
      return Size(max(edge.left + (hasNumbers ? 68 : 8), 320), edge.top + (hasNumbers ? 40 : 8))
    }
  }

  private func marks(_ layout: Layout) -> [Mark] {
    var marks: [Mark] = [
      text("true", Point(layout.left - 8, layout.top - 14), .end, .muted),
      text("predicted", Point(layout.left, 7), .start, .muted),
    ]
    for (row, counts) in counts.enumerated() {
      let sum = counts.reduce(0, +)
      let shares = counts.map { sum > 0 ? Double($0) / Double(sum) : 0 }
      marks += cells(counts, shares, row, layout)
    }
    return marks + (layout.hasNumbers ? names(layout) + margins(layout) : fewNames(layout))
  }

  private func cells(
    _ counts: [Int], _ shares: [Double], _ row: Int, _ layout: Layout
  ) -> [Mark] {
    counts.indices.flatMap { column -> [Mark] in
      let frame = layout.frame(row, column)
      let strength = shares[column] > 0 ? 0.08 + 0.92 * shares[column] : 0
      let ink = Ink.tint(.series(row == column ? 0 : 1), strength)
      let rectangle = Mark.rectangle(
        frame.inset(by: layout.hasNumbers ? 1 : 0.1), radius: layout.hasNumbers ? 2 : 0,
        fill: shares[column] > 0 ? ink : .panel)
      guard layout.hasNumbers else { return [rectangle] }
      guard counts[column] > 0 else { return [rectangle] }
      let words: Ink = .contrast(ink)
      return [
        rectangle,
        text(
          "\(counts[column])", Point(frame.centre.x, frame.centre.y - 6.5), .middle, words),
        text(
          Self.percent(shares[column]), Point(frame.centre.x, frame.centre.y + 8), .middle, words,
          size: 8.5),
      ]
    }
  }

  private static func percent(_ share: Double?) -> String {
    share.map { NumberFormat.percent($0, digits: $0 > 0.0995 ? 0 : 1) } ?? "–"
  }

  private func text(
    _ text: String, _ point: Point, _ anchor: Label.Anchor, _ ink: Ink, size: Double = 11
  ) -> Mark {
    .text(Label(text, at: point, size: size, anchor: anchor, alignment: .middle, ink: ink))
  }

  private func names(_ layout: Layout) -> [Mark] {
    classes.enumerated().flatMap { index, name -> [Mark] in
      let row = layout.frame(index, 0)
      let column = layout.frame(0, index)
      let side = FontMetrics.fitted(name, width: layout.left - 12, size: 11)
      let top = FontMetrics.fitted(name, width: column.width - 4, size: 11)
      return [
        text(side, Point(row.left - 8, row.centre.y), .end, .foreground),
        text(top, Point(column.centre.x, layout.top - 10), .middle, .foreground),
      ]
    }
  }

  /// Every tenth class or so, as far as names fit.
  private func fewNames(_ layout: Layout) -> [Mark] {
    let every = max(Int((14 / layout.cell.height).rounded(.up)), 1)
    return stride(from: 0, to: classes.count, by: every).map { index in
      let row = layout.frame(index, 0)
      let side = FontMetrics.fitted(classes[index], width: layout.left - 12, size: 9)
      return text(side, Point(row.left - 6, row.centre.y), .end, .foreground, size: 9)
    }
  }

  private func margins(_ layout: Layout) -> [Mark] {
    let corner = layout.frame(classes.count, classes.count)
    var marks: [Mark] = [
      text("recall", Point(corner.left + 8, layout.top - 10), .start, .muted),
      text("precision", Point(layout.left - 8, corner.top + 12), .end, .muted),
      text(
        Self.percent(Double(right) / Double(max(total, 1))),
        Point(corner.left + 8, corner.top + 12),
        .start, .foreground),
      text("accuracy", Point(corner.left + 8, corner.top + 27), .start, .muted, size: 9),
    ]
    for index in classes.indices {
      let row = layout.frame(index, classes.count)
      let column = layout.frame(classes.count, index)
      marks.append(
        text(
          Self.percent(recall(index)), Point(row.left + 8, row.centre.y), .start, .foreground))
      marks.append(
        text(
          Self.percent(precision(index)), Point(column.centre.x, column.top + 12), .middle,
          .foreground))
    }
    return marks
  }

  private var caption: String {
    var sentences = [
      "\(NumberFormat.grouped(right)) of \(NumberFormat.grouped(total)) rows are right: accuracy "
        + "\(NumberFormat.percent(Double(right) / Double(max(total, 1))))."
    ]
    let pairs = counts.indices.flatMap { row in
      counts.indices.filter { $0 != row }.map { (row, $0) }
    }
    if let worst = pairs.max(by: { counts[$0.0][$0.1] < counts[$1.0][$1.1] }),
      counts[worst.0][worst.1] > 0
    {
      sentences.append(
        "The most frequent mistake: \(classes[worst.0]) taken for \(classes[worst.1]), "
          + "\(counts[worst.0][worst.1]) times.")
    }
    if let surest {
      sentences.append(
        "The surest mistake: row \(surest.row), \(classes[surest.truth]) taken for "
          + "\(classes[surest.said]) with probability "
          + "\(NumberFormat.pictured(surest.probability, digits: 3)).")
    }
    return sentences.joined(separator: " ")
  }

  private var table: FigureTable {
    let rows = classes.indices.map { index -> [FigureTable.Cell] in
      let (recall, precision) = (recall(index), precision(index))
      return [.text(classes[index])] + counts[index].map { .integer($0) }
        + [
          recall.map { .number($0) } ?? .missing, precision.map { .number($0) } ?? .missing,
        ]
    }
    return FigureTable(["true \\ predicted"] + classes + ["recall", "precision"], rows: rows)
  }
}
