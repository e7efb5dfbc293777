/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)}`
struct NPYHeader {
  var descr: String
  var isFortranOrder: Bool
  var shape: [Int]
}

/// Reads exactly the three entries above, in any order, with either quote: not Python's grammar.
struct NPYHeaderParser {
  let bytes: [UInt8]
  var position: Int
  let end: Int

  private func failure(_ rule: String) -> FormatError {
    let found =
      position < end
      ? String(decoding: bytes[position..<min(position + 16, end)], as: UTF8.self)
      : "the end of the header"
    return FormatError(NPY.formatName, offset: position, rule: rule, found: found)
  }

  private var next: UInt8? { position < end ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while next == 0x20 || next == 0x0A { position += 1 }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func header() throws(FormatError) -> NPYHeader {
    var descr: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    guard accept("{") else { throw failure("the header starts with {") }
    while !accept("}") {
      let start = position
      let key = try string()
      guard accept(":") else { throw failure("a colon follows the key") }
      switch key {
      case "descr" where descr == nil: descr = try string()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try truth()
      case "shape" where shape == nil: shape = try tuple()
      default:
        position = start
        throw failure("the keys are descr, fortran_order and shape, each once")
      }
      if accept(",") { continue }
      guard accept("}") else { throw failure("a comma or } follows the value") }
      break
    }
    skipBlanks()
    guard position == end else { throw failure("only blanks follow the }") }
    guard let descr, let isFortranOrder, let shape else {
      throw failure("the keys are descr, fortran_order and shape, each once")
    }
    return NPYHeader(descr: descr, isFortranOrder: isFortranOrder, shape: shape)
  }

  private mutating func string() throws(FormatError) -> String {
    skipBlanks()
    guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw failure("a text in quotes is expected; structured and object arrays are not supported")
    }
    position += 1
    let start = position
    while let byte = next, byte != quote, byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
    guard next == quote,
      let text = String(validating: bytes[start..<position], as: UTF8.self)
    else { throw failure("the text ends with its quote and has no escapes") }
    position += 1
    return text
  }

  private mutating func truth() throws(FormatError) -> Bool {
    skipBlanks()
    for (word, value) in [("True", true), ("False", false)]
    where bytes[position..<end].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw failure("fortran_order is True or False")
  }

  private mutating func tuple() throws(FormatError) -> [Int] {
    guard accept("(") else { throw failure("the shape is a tuple") }
    var counts: [Int] = []
    while !accept(")") {
      counts.append(try integer())
      guard counts.count <= NPY.maximumRank else {
        throw failure("an array has at most \(NPY.maximumRank) dimensions")
      }
      if accept(",") { continue }
      guard counts.count > 1, accept(")") else {
        throw failure("a comma follows each dimension of the tuple")
      }
      break
    }
    return counts
  }

  private mutating func integer() throws(FormatError) -> Int {
    skipBlanks()
    let start = position
    while let byte = next, (48...57).contains(byte) { position += 1 }
    let digits = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Int(digits), digits == "0" || digits.first != "0" else {
      position = start
      throw failure("a dimension is a whole number of plain digits")
    }
    return value
  }
}
