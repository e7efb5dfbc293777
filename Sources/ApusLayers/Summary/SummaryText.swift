import ApusGraph

extension Summary: CustomStringConvertible {
  /// A table as wide as its longest entries; counts with thousands separators.
  public var description: String {
    let header = ["layer", "output shape", "parameters", "formula", "FLOPs/row"]
    let lines = rows.map { row in
      [
        row.name, row.outputShape.description, grouped(row.parameters + row.states),
        row.formula
          + (row.states > 0 ? "\(row.formula.isEmpty ? "" : "+")\(row.states) fixed" : ""),
        grouped(row.operationsPerRow),
      ]
    }
    let widths = header.indices.map { column in
      ([header] + lines).map { $0[column].count }.max() ?? 0
    }
    let rule = String(repeating: "─", count: widths.reduce(0, +) + 2 * (widths.count - 1))
    let table = ([header] + lines).map { line in
      let cells = line.indices.map { column in
        padded(line[column], to: widths[column], atStart: column == 2 || column == 4)
      }
      return trimmed(cells.joined(separator: "  "))
    }
    return ([table[0], rule] + table.dropFirst() + [rule] + totals).joined(separator: "\n") + "\n"
  }

  private var totals: [String] {
    [
      "Total params: \(grouped(parameters + states))",
      "Trainable params: \(grouped(parameters))",
      "Non-trainable params: \(grouped(states))",
      "Forward pass: \(grouped(operationsPerRow)) FLOPs and "
        + "\(grouped(activationBytesPerRow)) bytes per row; parameters \(grouped(parameterBytes)) "
        + "bytes",
    ]
  }
}

/// 24790 → `24,790`.
func grouped(_ number: Int) -> String {
  let digits = String(number.magnitude)
  var text = ""
  for (position, digit) in digits.enumerated() {
    if position > 0, (digits.count - position).isMultiple(of: 3) { text += "," }
    text.append(digit)
  }
  return number < 0 ? "-" + text : text
}

private func padded(_ text: String, to width: Int, atStart: Bool) -> String {
  let space = String(repeating: " ", count: max(width - text.count, 0))
  return atStart ? space + text : text + space
}

private func trimmed(_ line: String) -> String {
  var line = line[...]
  while line.last == " " { line.removeLast() }
  return String(line)
}
