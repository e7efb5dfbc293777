/// Puts pieces of text into lines of a page of fixed width.
struct TextLines {
  static let width = 80

  private(set) var lines: [String] = []

  mutating func add(_ line: String) { lines.append(line.trimmingEnd) }

  /// A heading with what its columns mean at the right.
  mutating func heading(_ title: String, _ right: String = "") {
    if !lines.isEmpty { lines.append("") }
    let gap = max(Self.width - title.count - right.count, 2)
    add(title + (right.isEmpty ? "" : String(repeating: " ", count: gap) + right))
  }

  /// A text in lines of the width, broken at spaces; further lines are indented.
  mutating func wrapped(_ text: String, first: String, indent: Int) {
    var line = first
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > Self.width {
        add(line)
        line = String(repeating: " ", count: indent)
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    add(line)
  }

  /// `left = right` with the right part in a column; what does not fit goes to the next lines.
  ///
  /// - Parameters:
  ///   - parts: the left part in pieces that stay together, each with its separator in front.
  ///   - column: where the right part begins.
  mutating func row(_ label: String, _ parts: [String], _ right: String, column: Int) {
    let indent = label.count + 2
    var line = label
    for (index, part) in parts.enumerated() {
      if index > 0, line.count + part.count + 1 > column - 2 {
        add(line)
        line = String(repeating: " ", count: indent) + part
      } else {
        line += (index > 0 ? " " : "") + part
      }
    }
    for piece in Self.cut(line, indent) {
      line = piece
      if piece.count > column - 1 { add(piece) }
    }
    if line.count > column - 1 { line = "" }
    add(line.padded(to: column) + right)
  }

  /// Cuts a line that is wider than the page, at a space or after an operator.
  private static func cut(_ line: String, _ indent: Int) -> [String] {
    var rest = Array(line)
    var pieces: [String] = []
    while rest.count > width {
      let breaks = rest.indices.filter { $0 > indent + 8 && $0 < width && rest[$0] == " " }
      let place = breaks.last ?? width
      pieces.append(String(rest[..<place]))
      let next = rest[place...].drop { $0 == " " }
      rest = Array(repeating: " ", count: indent + 2) + next
    }
    return pieces + [String(rest)]
  }

  var text: String { lines.map { $0 + "\n" }.joined() }
}

extension String {
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 0))
  }

  func aligned(right width: Int) -> String {
    String(repeating: " ", count: max(width - count, 0)) + self
  }

  fileprivate var trimmingEnd: String {
    var end = self[...]
    while end.last == " " { end.removeLast() }
    return String(end)
  }
}
