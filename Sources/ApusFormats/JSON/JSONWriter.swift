extension JSON {
  /// The JSON text. Doubles are written with the fewest digits that read back equal. Equal values
  /// give equal bytes. With `indented` every member stands on a line of its own.
  public func text(indented: Bool = false) -> String {
    String(decoding: encoded(indented: indented), as: UTF8.self)
  }

  /// The JSON text in UTF-8, as files have it.
  package func encoded(indented: Bool = false) -> [UInt8] {
    var text = UTF8Text()
    text.append(self, indented: indented)
    return text.bytes
  }
}

extension JSON {
  fileprivate var isScalar: Bool {
    switch self {
    case .array, .object: false
    case .null, .bool, .integer, .number, .string: true
    }
  }
}

extension JSON: CustomStringConvertible {
  public var description: String { text() }
}

extension UTF8Text {
  /// The text of a JSON value.
  package mutating func append(_ value: JSON, indented: Bool = false) {
    var writer = JSONWriter(isIndented: indented, text: self)
    self = UTF8Text()
    writer.write(value)
    self = writer.text
  }
}

private struct JSONWriter {
  let isIndented: Bool
  var text: UTF8Text
  var depth = 0

  mutating func write(_ value: JSON) {
    switch value {
    case .null: text.append("null")
    case .bool(let value): text.append(value ? "true" : "false")
    case .integer(let value): text.append(value)
    case .number(let value): value.isFinite ? text.append(value) : text.append("null")
    case .string(let value): write(quoted: value)
    case .array(let values):
      // Rows of numbers stay on one line: a line per number helps nobody.
      let isFlat = values.allSatisfy(\.isScalar)
      list("[", values, "]", isFlat: isFlat) { $0.write($1) }
    case .object(let members):
      list("{", members, "}", isFlat: false) { writer, member in
        writer.write(quoted: member.name)
        writer.append(":", spacing: writer.isIndented)
        writer.write(member.value)
      }
    }
  }

  private mutating func list<T>(
    _ open: Unicode.Scalar, _ items: [T], _ close: Unicode.Scalar, isFlat: Bool,
    _ body: (inout JSONWriter, T) -> Void
  ) {
    let isSpread = isIndented && !isFlat && !items.isEmpty
    text.append(open)
    depth += 1
    for (index, item) in items.enumerated() {
      if index > 0 { append(",", spacing: isIndented && !isSpread) }
      if isSpread { newLine() }
      body(&self, item)
    }
    depth -= 1
    if isSpread { newLine() }
    text.append(close)
  }

  private mutating func append(_ mark: Unicode.Scalar, spacing: Bool) {
    text.append(mark)
    if spacing { text.append(" " as Unicode.Scalar) }
  }

  private mutating func newLine() {
    text.append("\n" as Unicode.Scalar)
    text.append(repeating: " ", count: 2 * depth)
  }

  private mutating func write(quoted string: String) {
    text.append("\"" as Unicode.Scalar)
    if !text.append(string, ifAll: Self.isPlain) {
      for scalar in string.unicodeScalars { write(escaped: scalar) }
    }
    text.append("\"" as Unicode.Scalar)
  }

  /// ASCII that stands for itself.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private mutating func write(escaped scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": text.append("\\\"")
    case "\\": text.append("\\\\")
    case "\n": text.append("\\n")
    case "\r": text.append("\\r")
    case "\t": text.append("\\t")
    case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}":
      let digits = String(scalar.value, radix: 16)
      text.append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
    default: text.append(scalar)
    }
  }
}
