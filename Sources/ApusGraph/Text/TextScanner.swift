/// Reads the tokens of one line of the text form.
struct TextScanner {
  private let bytes: [UInt8]
  private let line: Int
  private var position = 0

  init(_ bytes: [UInt8], line: Int) {
    self.bytes = bytes
    self.line = line
  }

  var isAtEnd: Bool { position >= bytes.count }

  func error(_ message: String) -> GraphTextError {
    GraphTextError(line: line, column: position + 1, message: message)
  }

  mutating func skipSpaces() {
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x0D {
      position += 1
    }
  }

  func peek(_ token: String) -> Bool {
    bytes[min(position, bytes.count)...].starts(with: token.utf8)
  }

  mutating func take(_ token: String) -> Bool {
    guard peek(token) else { return false }
    position += token.utf8.count
    skipSpaces()
    return true
  }

  mutating func expect(_ token: String) throws(GraphTextError) {
    guard take(token) else { throw error("expected '\(token)'") }
  }

  /// Letters, digits, `_`, `.`, `+`, `-`, and `:` inside `nan:7ff8…`.
  mutating func word() throws(GraphTextError) -> String {
    let start = position
    while position < bytes.count, isWordByte(bytes[position]) { position += 1 }
    guard position > start else { throw error("expected a name or a number") }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if text == "nan", position < bytes.count, bytes[position] == UInt8(ascii: ":") {
      position += 1
      return text + ":" + (try word())
    }
    skipSpaces()
    return text
  }

  mutating func integer() throws(GraphTextError) -> Int {
    let text = try word()
    guard let value = Int(text) else { throw error("expected an integer, found '\(text)'") }
    return value
  }

  mutating func nodeID() throws(GraphTextError) -> NodeID {
    try expect("%")
    let index = try integer()
    guard index >= 0 else { throw error("expected a node number, found \(index)") }
    return NodeID(index)
  }

  /// A quoted string with the escapes `\"`, `\\` and `\u{…}`.
  mutating func string() throws(GraphTextError) -> String {
    guard peek("\"") else { throw error("expected a string in quotes") }
    position += 1
    var result: [UInt8] = []
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == UInt8(ascii: "\\") {
        position += 1
        result += try escape()
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    guard let text = String(validating: result, as: UTF8.self) else {
      throw error("the string is not valid UTF-8")
    }
    try expect("\"")
    return text
  }

  private mutating func escape() throws(GraphTextError) -> [UInt8] {
    if peek("\"") || peek("\\") {
      position += 1
      return [bytes[position - 1]]
    }
    try expect("u{")
    let digits = try word()
    guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
      throw error("expected a Unicode scalar, found '\(digits)'")
    }
    guard peek("}") else { throw error("expected '}'") }
    position += 1
    return Array(String(scalar).utf8)
  }

  mutating func tensorType() throws(GraphTextError) -> TensorType {
    let dtype = try dtype(try word())
    return TensorType(try dimensions("[", "]"), dtype)
  }

  /// `{axis: 1, keepDimensions: true}`; none when there is no brace.
  mutating func attributes() throws(GraphTextError) -> Attributes {
    guard take("{") else { return [:] }
    var entries: [Attributes.Entry] = []
    repeat {
      let key = try word()
      try expect(":")
      entries.append(.init(key: key, value: try value()))
    } while take(",")
    try expect("}")
    return Attributes(entries)
  }

  private mutating func value() throws(GraphTextError) -> AttributeValue {
    if peek("\"") { return .text(try string()) }
    if peek("<") { return .shape(try dimensions("<", ">")) }
    if peek("[") { return .integers(try integers()) }
    let text = try word()
    if let flag = Bool(text) { return .boolean(flag) }
    if let value = Int(text) { return .integer(value) }
    if let value = real(text) { return .real(value) }
    let dtype = try dtype(text)
    guard peek("[") else { return .dtype(dtype) }
    let type = TensorType(try dimensions("[", "]"), dtype)
    return peek("{") ? .data(try numbers(type)) : .type(type)
  }

  private func dtype(_ text: String) throws(GraphTextError) -> DType {
    guard let dtype = DType(rawValue: text) else {
      throw error("expected an element type or a value, found '\(text)'")
    }
    return dtype
  }

  private mutating func dimensions(
    _ open: String, _ close: String
  ) throws(GraphTextError) -> Shape {
    try expect(open)
    var dimensions: [Dimension] = []
    if take(close) { return [] }
    repeat {
      let text = try word()
      guard let dimension = Dimension(parsing: text) else {
        throw error("expected a dimension such as 3 or N, found '\(text)'")
      }
      dimensions.append(dimension)
    } while take(",")
    try expect(close)
    return Shape(dimensions)
  }

  private mutating func integers() throws(GraphTextError) -> [Int] {
    try expect("[")
    var values: [Int] = []
    if take("]") { return values }
    repeat { values.append(try integer()) } while take(",")
    try expect("]")
    return values
  }

  private mutating func numbers(_ type: TensorType) throws(GraphTextError) -> TensorData {
    try expect("{")
    var texts: [String] = []
    if !peek("}") {
      repeat { texts.append(try word()) } while take(",")
    }
    try expect("}")
    guard let shape = type.shape.concrete, checkedElementCount(shape) == texts.count else {
      throw error("expected the numbers of \(type), found \(texts.count)")
    }
    guard let data = TensorData(texts: texts, shape: shape, dtype: type.dtype) else {
      throw error("expected numbers of the type \(type.dtype)")
    }
    return data
  }
}

private func isWordByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
    UInt8(ascii: "+"), UInt8(ascii: "-"):
    true
  default: false
  }
}

private func real(_ text: String) -> Double? {
  if text.hasPrefix("nan:") {
    return UInt64(text.dropFirst(4), radix: 16).map(Double.init(bitPattern:))
  }
  return Double(text)
}

private func single(_ text: String) -> Float? {
  if text.hasPrefix("nan:") {
    return UInt32(text.dropFirst(4), radix: 16).map(Float.init(bitPattern:))
  }
  return Float(text)
}

extension TensorData {
  /// The numbers that the text form wrote; nil when one is not of the type.
  fileprivate init?(texts: [String], shape: [Int], dtype: DType) {
    func read<T: Scalar>(_ parse: (String) -> T?) -> TensorData? {
      let values = texts.compactMap(parse)
      return values.count == texts.count ? TensorData(values, shape: shape) : nil
    }
    let data: TensorData? =
      switch dtype {
      case .float32: read(single)
      case .float64: read(real)
      case .bfloat16: read { UInt16($0, radix: 16).map(BFloat16.init(bits:)) }
      case .int32: read { Int32($0) }
      case .uint8: read { UInt8($0) }
      case .bool: read { $0 == "1" ? true : $0 == "0" ? false : nil }
      }
    guard let data else { return nil }
    self = data
  }
}
