public import ApusFormats
internal import ApusGraph

/// The numbers of a figure as rows and columns: its twin for readers who do not see it.
public struct FigureTable: Hashable, Sendable {
  public enum Cell: Hashable, Sendable {
    case text(String)
    case number(Double)
    case integer(Int)
    case missing
  }

  public var columns: [String]
  public var rows: [[Cell]]

  public init(_ columns: [String], rows: [[Cell]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// Aligned columns with so many significant digits; numbers to the right.
  public func text(digits: Int = 6) -> String {
    let texts = rows.map { $0.map { Self.text(of: $0, digits) } }
    let widths = columns.indices.map { column in
      ([columns[column]] + texts.compactMap { $0.indices.contains(column) ? $0[column] : nil })
        .map(\.count).max() ?? 0
    }
    let isRight = columns.indices.map { column in
      !rows.contains { row in
        if row.indices.contains(column), case .text = row[column] { true } else { false }
      }
    }
    func line(_ cells: [String]) -> String {
      var text = ""
      for (column, cell) in cells.enumerated() where column < widths.count {
        let gap = String(repeating: " ", count: max(widths[column] - cell.count, 0))
        text += (column > 0 ? "  " : "") + (isRight[column] ? gap + cell : cell + gap)
      }
      while text.last == " " { text.removeLast() }
      return text + "\n"
    }
    return line(columns) + texts.map(line).joined()
  }

  /// `{"columns": […], "rows": [[…], …]}` with every digit.
  public var json: JSON {
    let rows = rows.map { JSON.array($0.map(\.json)) }
    return ["columns": JSON(columns), "rows": .array(rows)]
  }

  private static func text(of cell: Cell, _ digits: Int) -> String {
    switch cell {
    case .text(let text): text
    case .number(let value): NumberFormat.significant(value, digits: digits)
    case .integer(let value): String(value)
    case .missing: "–"
    }
  }
}

extension FigureTable.Cell {
  fileprivate var json: JSON {
    switch self {
    case .text(let text): .string(text)
    case .number(let value): .number(value)
    case .integer(let value): .integer(value)
    case .missing: .null
    }
  }
}
