extension JSON {
  /// The JSON text. Doubles are written with the fewest digits that read back equal. Equal values
  /// give equal bytes. With `indented` every member stands on a line of its own.
  public func text(indented: Bool = false) -> String {
    var writer = JSONWriter(isIndented: indented)
    writer.write(self)
    return writer.text
  }
}

extension JSON: CustomStringConvertible {
  public var description: String { text() }
}

private struct JSONWriter {
  let isIndented: Bool
  var text = ""
  var depth = 0

  mutating func write(_ value: JSON) {
    switch value {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += value.isFinite ? value.description : "null"
    case .string(let value): write(quoted: value)
    case .array(let values):
      // Rows of numbers stay on one line: a line per number helps nobody.
      let isFlat = values.allSatisfy { $0.members == nil && $0.elements == nil }
      list("[", values, "]", isFlat: isFlat) { $0.write($1) }
    case .object(let members):
      list("{", members, "}", isFlat: false) { writer, member in
        writer.write(quoted: member.name)
        writer.text += writer.isIndented ? ": " : ":"
        writer.write(member.value)
      }
    }
  }

  private mutating func list<T>(
    _ open: String, _ items: [T], _ close: String, isFlat: Bool,
    _ body: (inout JSONWriter, T) -> Void
  ) {
    let isSpread = isIndented && !isFlat && !items.isEmpty
    text += open
    depth += 1
    for (index, item) in items.enumerated() {
      if index > 0 { text += isIndented && !isSpread ? ", " : "," }
      if isSpread { newLine() }
      body(&self, item)
    }
    depth -= 1
    if isSpread { newLine() }
    text += close
  }

  private mutating func newLine() {
    text += "\n" + String(repeating: "  ", count: depth)
  }

  private mutating func write(quoted string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
