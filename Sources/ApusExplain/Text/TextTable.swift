/// Rows of words in columns, for terminals: two blanks between columns, none at the end of a line.
struct TextTable {
  private let header: [String]
  /// Columns whose words end at the right, as numbers do.
  private let rightAligned: Set<Int>
  private var rows: [[String]] = []

  init(_ header: [String], rightAligned: Set<Int> = []) {
    self.header = header
    self.rightAligned = rightAligned
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  var lines: [String] {
    let all = (header.isEmpty ? [] : [header]) + rows
    let columns = all.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return all.map { row in
      var line = ""
      for (column, word) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - word.count)
        line +=
          (column > 0 ? "  " : "") + (rightAligned.contains(column) ? space + word : word + space)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
