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
    var left = [label]
    for (index, part) in parts.enumerated() {
      let line = left[left.count - 1]
      let joined = line + (index > 0 ? " " : "") + part
      if index == 0 || joined.count < column - 2 {
        left[left.count - 1] = joined
      } else {
        left.append(String(repeating: " ", count: indent) + part)
      }
    }
    var lines = left.flatMap { Self.cut($0, indent) }
    let last = lines.removeLast()
    for line in lines { add(line) }
    if last.count > column - 1 { add(last) }
    add((last.count > column - 1 ? "" : last).padded(to: column) + right)
  }

  /// Cuts a line that is wider than the page, in front of a plus or else at a space.
  private static func cut(_ line: String, _ indent: Int) -> [String] {
    var rest = Array(line)
    var pieces: [String] = []
    while rest.count > width {
      let spaces = rest.indices.filter { $0 > indent + 8 && $0 <= width && rest[$0] == " " }
      func last(before sign: Character) -> Int? {
        spaces.last { $0 + 1 < rest.count && rest[$0 + 1] == sign }
      }
      let place = last(before: "+") ?? last(before: "−") ?? spaces.last ?? width
      pieces.append(String(rest[..<place]))
      rest = Array(repeating: " ", count: indent + 2) + rest[place...].drop { $0 == " " }
    }
    return pieces + [String(rest)]
  }

  var text: String { lines.map { $0 + "\n" }.joined() }
}

extension String {
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 0))
  }

  /// Padded, with a blank behind it at least.
  func cell(_ width: Int) -> String { padded(to: Swift.max(width, count + 1)) }

  func aligned(right width: Int) -> String {
    String(repeating: " ", count: max(width - count, 0)) + self
  }

  fileprivate var trimmingEnd: String {
    var end = self[...]
    while end.last == " " { end.removeLast() }
    return String(end)
  }
}
