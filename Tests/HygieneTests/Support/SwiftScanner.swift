/// Blanks comments, regular expressions (`#/…/#`) and the text of string literals, so that words and
/// braces that are left are code. Line ends stay, so line numbers stay; code inside `\(…)` stays.
struct SwiftScanner {
  private enum Context {
    /// `parentheses` counts the open ones of an interpolation; at the top level it is not used.
    case code(parentheses: Int)
    case string(quotes: Int, hashes: Int)
  }

  private let source: [UInt8]
  private var output: [UInt8] = []
  private var position = 0
  private var contexts: [Context] = [.code(parentheses: 0)]

  static func code(of text: String) -> String {
    var scanner = SwiftScanner(source: Array(text.utf8))
    scanner.run()
    return String(decoding: scanner.output, as: UTF8.self)
  }

  private init(source: [UInt8]) { self.source = source }

  private mutating func run() {
    while position < source.count {
      switch contexts[contexts.count - 1] {
      case .code(let parentheses): scanCode(parentheses)
      case .string(let quotes, let hashes): scanString(quotes: quotes, hashes: hashes)
      }
    }
  }

  private mutating func scanCode(_ parentheses: Int) {
    let isInterpolation = contexts.count > 1
    if starts(with: "//") {
      while position < source.count, source[position] != UInt8(ascii: "\n") { blank() }
    } else if starts(with: "/*") {
      blankBlockComment()
    } else if starts(with: "#/") {
      blank(2)
      while position < source.count, !starts(with: "/#") { blank() }
      blank(min(2, source.count - position))
    } else if let (quotes, hashes) = openingDelimiter() {
      blank(quotes + hashes)
      contexts.append(.string(quotes: quotes, hashes: hashes))
    } else if isInterpolation, starts(with: "(") {
      contexts[contexts.count - 1] = .code(parentheses: parentheses + 1)
      copy()
    } else if isInterpolation, starts(with: ")") {
      if parentheses == 1 {
        contexts.removeLast()
      } else {
        contexts[contexts.count - 1] = .code(parentheses: parentheses - 1)
      }
      copy()
    } else {
      copy()
    }
  }

  private mutating func scanString(quotes: Int, hashes: Int) {
    let marks = String(repeating: "#", count: hashes)
    if starts(with: String(repeating: "\"", count: quotes) + marks) {
      blank(quotes + hashes)
      contexts.removeLast()
    } else if starts(with: "\\" + marks + "(") {
      blank(1 + hashes)
      contexts.append(.code(parentheses: 0))
    } else if starts(with: "\\" + marks) {
      blank(min(2 + hashes, source.count - position))
    } else {
      blank()
    }
  }

  /// The length of the quotes and hashes when a string literal begins here.
  private func openingDelimiter() -> (quotes: Int, hashes: Int)? {
    var hashes = 0
    while position + hashes < source.count, source[position + hashes] == UInt8(ascii: "#") {
      hashes += 1
    }
    let rest = source[(position + hashes)...]
    guard rest.first == UInt8(ascii: "\"") else { return nil }
    return (rest.starts(with: "\"\"\"".utf8) ? 3 : 1, hashes)
  }

  private mutating func blankBlockComment() {
    var depth = 0
    repeat {
      if starts(with: "/*") {
        depth += 1
        blank(2)
      } else if starts(with: "*/") {
        depth -= 1
        blank(2)
      } else {
        blank()
      }
    } while depth > 0 && position < source.count
  }

  private func starts(with text: String) -> Bool { source[position...].starts(with: text.utf8) }

  private mutating func copy() {
    output.append(source[position])
    position += 1
  }

  private mutating func blank(_ count: Int = 1) {
    for _ in 0..<count {
      let isLineEnd = source[position] == UInt8(ascii: "\n")
      output.append(UInt8(ascii: isLineEnd ? "\n" : " "))
      position += 1
    }
  }
}
