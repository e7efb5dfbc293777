/// Where a function is and how many lines it takes, its signature included.
struct FunctionLength {
  var name: String
  var line: Int
  var lines: Int
}

/// Finds functions by reading braces; no full parser, but enough to measure.
enum FunctionLengths {
  /// `func`, `init`, `deinit` and `subscript` of Swift code from `SwiftScanner`.
  static func inSwift(_ code: String) -> [FunctionLength] {
    let pattern = #/\b(?:func\s+(?<name>[^\s(<]+)|init|deinit|subscript)[?!]?\s*[(<{]/#
    return code.matches(of: pattern).compactMap { match in
      // `.init(` and `self.init(` are calls.
      if code[..<match.range.lowerBound].last == "." { return nil }
      let isDeinit = match.output.0.hasPrefix("deinit")
      let start = isDeinit ? match.range.lowerBound : code.index(before: match.range.upperBound)
      guard let body = bodyRange(in: code, from: start) else { return nil }
      let before = code[..<match.range.lowerBound].count { $0 == "\n" }
      let inside = code[match.range.lowerBound..<body.upperBound].count { $0 == "\n" }
      let name = match.output.name.map(String.init) ?? "init"
      return FunctionLength(name: name, line: before + 1, lines: inside + 1)
    }
  }

  /// C functions: a line that starts in the first column and ends with `) {`, up to a `}` there.
  static func inC(_ code: String) -> [FunctionLength] {
    var found: [FunctionLength] = []
    var open: FunctionLength?
    for (index, line) in code.allLines.enumerated() {
      if line.hasPrefix("}"), var function = open {
        function.lines = index + 2 - function.line
        found.append(function)
        open = nil
      } else if let match = line.firstMatch(of: #/^[A-Za-z_].*?(\w+)\(.*\)\s*\{$/#) {
        open = FunctionLength(name: String(match.output.1), line: index + 1, lines: 0)
      }
    }
    return found
  }

  /// The braces of the body that follows a signature; nil for a requirement of a protocol.
  private static func bodyRange(in code: String, from start: String.Index) -> Range<String.Index>? {
    let declaration =
      #/(?:(?:public|package|private|static|mutating|@\w+)\s+)*(?:func|var|let|init|case)\b/#
    var parentheses = 0
    var index = start
    while index < code.endIndex {
      switch code[index] {
      case "(", "[": parentheses += 1
      case ")", "]": parentheses -= 1
      case "}" where parentheses == 0: return nil
      case "{" where parentheses == 0: return index..<endOfBlock(in: code, from: index)
      case "\n" where parentheses == 0:
        let next = code[index...].drop { $0.isWhitespace }
        if next.prefixMatch(of: declaration) != nil { return nil }
      default: break
      }
      index = code.index(after: index)
    }
    return nil
  }

  private static func endOfBlock(in code: String, from start: String.Index) -> String.Index {
    var depth = 0
    var index = start
    while index < code.endIndex {
      if code[index] == "{" { depth += 1 }
      if code[index] == "}" { depth -= 1 }
      index = code.index(after: index)
      if depth == 0 { break }
    }
    return index
  }
}
