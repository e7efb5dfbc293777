extension JSON {
  /// Reads one JSON text (RFC 8259), strictly: valid UTF-8 without byte order mark, no duplicate
  /// names, no lone surrogates, no numbers beyond the range of a Double, at most `maximumDepth`
  /// arrays and objects inside each other, nothing but blanks around the value.
  public init(
    parsing bytes: [UInt8], maximumDepth: Int = 64, format: String = "JSON"
  ) throws(FormatError) {
    guard isValidUTF8(bytes) else {
      throw FormatError(format, rule: "the text must be valid UTF-8")
    }
    var reader = JSONReader(bytes: bytes, format: format, maximumDepth: maximumDepth)
    self = try reader.document()
  }

  public init(parsing text: String) throws(FormatError) {
    try self.init(parsing: Array(text.utf8))
  }
}

/// Whether the bytes are well-formed UTF-8.
func isValidUTF8(_ bytes: [UInt8]) -> Bool {
  String(validating: bytes, as: UTF8.self) != nil
}

/// A recursive descent over bytes known to be UTF-8, with a counter of its depth.
private struct JSONReader {
  let bytes: [UInt8]
  let format: String
  let maximumDepth: Int
  var position = 0
  var depth = 0

  private func failure(_ rule: String, at offset: Int? = nil) -> FormatError {
    let offset = offset ?? position
    let found = offset < bytes.count ? excerpt(from: offset) : "the end"
    return FormatError(format, offset: offset, rule: rule, found: found)
  }

  private func excerpt(from offset: Int) -> String {
    "\"" + String(decoding: bytes[offset..<min(offset + 12, bytes.count)], as: UTF8.self) + "\""
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      position += 1
    }
  }

  /// Passes this byte when it is next.
  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func document() throws(FormatError) -> JSON {
    let value = try value()
    skipBlanks()
    guard position == bytes.count else { throw failure("nothing may follow the value") }
    return value
  }

  private mutating func value() throws(FormatError) -> JSON {
    skipBlanks()
    guard let first = next else { throw failure("a value is expected") }
    switch first {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard depth < maximumDepth else {
        throw failure("at most \(maximumDepth) arrays and objects may be nested")
      }
      depth += 1
      defer { depth -= 1 }
      position += 1
      return first == UInt8(ascii: "{") ? try object() : try array()
    case UInt8(ascii: "\""):
      return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return try number()
    default:
      return try word()
    }
  }

  private mutating func word() throws(FormatError) -> JSON {
    for (text, value) in [("true", JSON.bool(true)), ("false", .bool(false)), ("null", .null)]
    where bytes[position...].starts(with: text.utf8) {
      position += text.utf8.count
      return value
    }
    throw failure("a value is expected")
  }

  private mutating func array() throws(FormatError) -> JSON {
    var values: [JSON] = []
    skipBlanks()
    if accept("]") { return .array(values) }
    while true {
      values.append(try value())
      skipBlanks()
      if accept("]") { return .array(values) }
      guard accept(",") else { throw failure("\",\" or \"]\" is expected") }
    }
  }

  private mutating func object() throws(FormatError) -> JSON {
    var members: [JSON.Member] = []
    var names: Set<[UInt8]> = []
    skipBlanks()
    if accept("}") { return .object(members) }
    while true {
      skipBlanks()
      let start = position
      guard next == UInt8(ascii: "\"") else { throw failure("a name in quotes is expected") }
      let name = try string()
      // Compared by bytes, for Swift calls differently composed strings equal.
      guard names.insert(Array(name.utf8)).inserted else {
        throw failure("no name may occur twice in an object", at: start)
      }
      skipBlanks()
      guard accept(":") else { throw failure("\":\" is expected") }
      members.append(JSON.Member(name, try value()))
      skipBlanks()
      if accept("}") { return .object(members) }
      guard accept(",") else { throw failure("\",\" or \"}\" is expected") }
    }
  }
}

extension JSONReader {
  private mutating func string() throws(FormatError) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        text.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20:
        throw failure("control characters in a string must be escaped")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw failure("the string must end with a quote")
  }

  private mutating func escape() throws(FormatError) -> Character {
    let start = position
    position += 1
    guard let letter = next else { throw failure("an escape must be complete", at: start) }
    position += 1
    switch letter {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return Character(try unicodeEscape(start))
    default: throw failure("unknown escape", at: start)
    }
  }

  private mutating func unicodeEscape(_ start: Int) throws(FormatError) -> Unicode.Scalar {
    var value = try fourHexDigits(start)
    if (0xD800..<0xDC00).contains(value), bytes[position...].starts(with: "\\u".utf8) {
      position += 2
      let low = try fourHexDigits(start)
      guard (0xDC00..<0xE000).contains(low) else {
        throw failure("a surrogate needs its other half", at: start)
      }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw failure("a surrogate needs its other half", at: start)
    }
    return scalar
  }

  private mutating func fourHexDigits(_ start: Int) throws(FormatError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80
      else { throw failure("\\u needs four hexadecimal digits", at: start) }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  private mutating func number() throws(FormatError) -> JSON {
    let start = position
    _ = accept("-")
    if !accept("0") { try digits(start) }
    var isInteger = true
    if accept(".") {
      isInteger = false
      try digits(start)
    }
    if accept("e") || accept("E") {
      isInteger = false
      if !accept("+") { _ = accept("-") }
      try digits(start)
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if let byte = next, Unicode.Scalar(byte).properties.isAlphabetic || (48...57).contains(byte) {
      throw failure("a number must be well formed", at: start)
    }
    if isInteger, text != "-0", let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw failure("a number must be in the range of a Double", at: start)
    }
    return .number(value)
  }

  private mutating func digits(_ start: Int) throws(FormatError) {
    let first = position
    while let byte = next, (48...57).contains(byte) { position += 1 }
    guard position > first else { throw failure("a number must be well formed", at: start) }
  }
}
