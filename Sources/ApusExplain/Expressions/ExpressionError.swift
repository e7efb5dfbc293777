public import ApusGraph

/// A mistake in a written expression: where it is and what was expected there.
///
/// Prints as
/// ```
/// column 9: expected a number, a name, a function, ( or [, found *
///   w1*x1 + * w2
///           ^
/// ```
public struct ExpressionError: DiagnosableError, Hashable, Sendable {
  /// The whole text.
  public let text: String
  /// Counted from 1, in characters.
  public let column: Int
  public let message: String
  /// What the text is, where it is not the expression itself: `--at`.
  public let source: String?

  public init(text: String, column: Int, message: String, source: String? = nil) {
    self.text = text
    self.column = column
    self.message = message
    self.source = source
  }

  public var kind: ErrorKind { .usage }

  public var description: String {
    let (line, caret) = excerpt
    let place = (source.map { "\($0), " } ?? "") + "column \(column)"
    return "\(place): \(message)\n  \(line)\n  \(caret)"
  }

  /// At most 72 characters around the column, and a caret under it.
  private var excerpt: (line: String, caret: String) {
    let width = 72
    let all = text.map { $0.isNewline || $0 == "\t" ? " " : $0.isPrintable ? $0 : "\u{FFFD}" }
    let place = min(max(column - 1, 0), all.count)
    let start = all.count <= width ? 0 : max(0, min(place - width / 2, all.count - width))
    let end = min(start + width, all.count)
    let lead = start > 0 ? "…" : ""
    let line = lead + String(all[start..<end]) + (end < all.count ? "…" : "")
    return (line, String(repeating: " ", count: place - start + lead.count) + "^")
  }
}

extension Character {
  /// Whether a terminal may be given it as it is.
  fileprivate var isPrintable: Bool {
    unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
        .paragraphSeparator:
        false
      default: true
      }
    }
  }
}
