/// Whether a text is well-formed XML, as far as our pictures use XML: elements, attributes, text,
/// the five entities.
enum XMLCheck {
  struct Mistake: Error, CustomStringConvertible {
    let description: String
  }

  static func check(_ text: String) throws {
    var open: [String] = []
    var rest = Substring(text)
    var roots = 0
    while let start = rest.firstIndex(of: "<") {
      try checkText(rest[..<start])
      guard let end = rest[start...].firstIndex(of: ">") else {
        throw Mistake(description: "a tag is not closed")
      }
      var tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        guard open.popLast() == String(tag.dropFirst()) else {
          throw Mistake(description: "<\(tag)> closes another element")
        }
        continue
      }
      let isEmpty = tag.hasSuffix("/")
      if isEmpty { tag.removeLast() }
      let name = String(tag.prefix { $0 != " " })
      try checkAttributes(tag.dropFirst(name.count), of: name)
      if open.isEmpty { roots += 1 }
      if !isEmpty { open.append(name) }
    }
    try checkText(rest)
    guard open.isEmpty, roots == 1 else {
      throw Mistake(description: "\(roots) roots, still open: \(open)")
    }
  }

  private static func checkAttributes(_ text: Substring, of element: String) throws {
    var names: Set<String> = []
    var rest = text
    while let match = rest.prefixMatch(of: #/\s+([\w:-]+)="([^"<]*)"/#) {
      guard names.insert(String(match.output.1)).inserted else {
        throw Mistake(description: "<\(element)> has \(match.output.1) twice")
      }
      try checkText(match.output.2)
      rest = rest[match.range.upperBound...]
    }
    guard rest.allSatisfy(\.isWhitespace) else {
      throw Mistake(description: "<\(element)>: \(rest)")
    }
  }

  private static func checkText(_ text: Substring) throws {
    for match in text.matches(of: #/&([^;]*;?)/#)
    where !["amp;", "lt;", "gt;", "quot;", "apos;"].contains(match.output.1) {
      throw Mistake(description: "&\(match.output.1) is no entity")
    }
    guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 || $0 == "\n" || $0 == "\t" }) else {
      throw Mistake(description: "a control character in \(text)")
    }
  }
}
