/// The tables of a batch, the same in text and Markdown.
struct BatchWording {
  /// Rows and columns of a matrix that are written out; of more the first ones and the last.
  static let (mostRows, mostColumns) = (6, 6)

  let batch: BatchPart
  private let style: NumberStyle
  /// Positions of the rows that get a column; the others share one.
  private let shown: [Int]

  /// - Parameter columns: of rows at the most, the column of the others counted.
  init(_ batch: BatchPart, columns: Int, _ style: NumberStyle) {
    self.batch = batch
    self.style = style
    let room = columns - (batch.hasPenalty ? 1 : 0)
    let all = Array(batch.rows.indices)
    guard all.count > room else {
      shown = all
      return
    }
    let sizes = all.map { row in batch.groups.reduce(0) { $0 + $1.rows[row].squaredNorm } }
    shown = all.sorted { (sizes[$0], $1) > (sizes[$1], $0) }.prefix(room - 1).sorted()
  }

  // MARK: Matrices

  /// A line for each example, where a tensor has them.
  func matrix(_ value: Numbers, _ role: QuantityRole) -> [[String]] {
    guard batch.hasRows(value, role) else { return [] }
    let width = value.values.count / batch.rows.count
    func line(_ row: Int) -> [String] {
      let own = value.values[row * width..<(row + 1) * width].map(style.text)
      let cells =
        own.count > Self.mostColumns
        ? own.prefix(Self.mostColumns - 2) + ["…"] + own.suffix(1) : own[...]
      return ["row \(batch.rows[row])"] + cells
    }
    let rows = batch.rows.indices
    guard rows.count > Self.mostRows else { return rows.map(line) }
    return rows.prefix(2).map(line) + [["…"]] + rows.suffix(1).map(line)
  }

  /// The shape and the norm: the numbers stand below.
  func brief(_ value: Numbers, _ role: QuantityRole) -> String {
    batch.hasRows(value, role) ? "\(value.shape)" : style.brief(value)
  }

  // MARK: Parts of the gradient

  /// What the lines below stand for.
  var heading: String {
    let penalty = batch.hasPenalty ? ", the penalty added" : ""
    return "the gradient of each row's own loss; the batch's is their "
      + "\(batch.combination.rawValue)\(penalty)"
  }

  /// Of the columns behind the name.
  var columns: [String] {
    shown.map { "row \(batch.rows[$0])" } + (left.isEmpty ? [] : ["Σ other \(left.count)"])
      + (batch.hasPenalty ? ["penalty"] : []) + [batch.combination.rawValue]
  }

  /// Of each row and of the batch.
  var losses: [String] { cells(batch.losses, batch.penalty, batch.loss) }

  /// By the chain rule and by differences.
  func cells(_ entry: BatchPart.Entry) -> (gradient: [String], estimate: [String]) {
    (
      cells(entry.rows, entry.penalty, entry.gradient),
      cells(entry.estimates, entry.penaltyEstimate, entry.estimate)
    )
  }

  private var left: [Int] {
    let columns = Set(shown)
    return batch.rows.indices.filter { !columns.contains($0) }
  }

  private func cells(_ rows: [Double], _ penalty: Double, _ total: Double) -> [String] {
    let others = left.isEmpty ? [] : [left.reduce(0) { $0 + rows[$1] }]
    return (shown.map { rows[$0] } + others + (batch.hasPenalty ? [penalty] : []) + [total])
      .map(style.text)
  }
}

extension BatchPart {
  /// Whether a part of the loss belongs to no row.
  var hasPenalty: Bool {
    penalty != 0 || groups.contains { $0.entries.contains { $0.penalty != 0 } }
  }
}

extension Numbers {
  fileprivate var squaredNorm: Double { norm * norm }
}
