/// Headings, tables and lists of Markdown.
package struct MarkdownPage {
  private var lines: [String] = []

  package init() {}

  package var text: String { lines.joined(separator: "\n") + "\n" }

  package mutating func add(_ line: String) { lines.append(line) }

  package mutating func heading(_ text: String, level: Int = 2) {
    if lines.last?.isEmpty == false { lines.append("") }
    lines += [String(repeating: "#", count: level) + " " + Self.escaped(text), ""]
  }

  /// - Parameters:
  ///   - rows: escaped already where they are not words of this program.
  ///   - right: columns whose words end at the right, as numbers do.
  package mutating func table(_ header: [String], _ rows: [[String]], right: Set<Int> = []) {
    lines.append("| " + header.joined(separator: " | ") + " |")
    lines.append(
      "|" + header.indices.map { right.contains($0) ? "---:|" : "---|" }.joined())
    for row in rows { lines.append("| " + row.joined(separator: " | ") + " |") }
  }

  /// Signs that Markdown or a table would read as its own.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "|*_[]<>`\\#".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
