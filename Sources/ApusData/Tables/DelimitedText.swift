internal import ApusFormats

/// The fields of a CSV or TSV file (RFC 4180: quotes, doubled quotes, line breaks in quotes; CR LF,
/// LF or CR). Holds places in the bytes, not texts. Blank lines are passed over.
struct DelimitedText: Sendable {
  let bytes: [UInt8]
  let source: String
  let separator: UInt8
  private var starts: [UInt32] = []
  private var ends: [UInt32] = []
  /// The first field and the line of each record; one more at the end.
  private var records: [(field: Int, line: Int)] = []

  init(_ bytes: [UInt8], source: String) throws(DataError) {
    self.bytes = bytes
    self.source = source
    guard bytes.count < UInt32.max else {
      throw DataError("the table is larger than 4 GiB", source: source)
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw DataError("the text is in UTF-16", source: source, hint: "Save the table as UTF-8.")
    }
    if let zero = bytes.firstIndex(of: 0) {
      throw DataError("this is not a text: byte \(zero) is zero", source: source)
    }
    separator = guessSeparator(bytes, source)
    try parse()
  }

  var recordCount: Int { records.count - 1 }

  func fieldCount(_ record: Int) -> Int { records[record + 1].field - records[record].field }

  /// The line of the file on which a record starts, counted from 1.
  func line(_ record: Int) -> Int { records[record].line }

  /// The bytes of a field: what is between the quotes, or all but the blanks around it.
  func range(_ record: Int, _ column: Int) -> Range<Int> {
    let field = records[record].field + column
    return Int(starts[field])..<Int(ends[field])
  }

  func isQuoted(_ range: Range<Int>) -> Bool {
    range.lowerBound > 0 && bytes[range.lowerBound - 1] == quote
      && range.upperBound < bytes.count && bytes[range.upperBound] == quote
  }

  /// The text of a field, with doubled quotes made single; nil when it is not UTF-8.
  func text(_ record: Int, _ column: Int) -> String? {
    let range = range(record, column)
    guard isQuoted(range), bytes[range].contains(quote) else {
      return String(validating: bytes[range], as: UTF8.self)
    }
    var unescaped: [UInt8] = []
    var index = range.lowerBound
    while index < range.upperBound {
      unescaped.append(bytes[index])
      index += bytes[index] == quote ? 2 : 1
    }
    return String(validating: unescaped, as: UTF8.self)
  }
}

private let quote = UInt8(ascii: "\"")
private let carriageReturn: UInt8 = 0x0D
private let lineFeed: UInt8 = 0x0A

extension DelimitedText {
  private mutating func parse() throws(DataError) {
    var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 1
    while position < bytes.count {
      let first = starts.count
      let firstLine = line
      var atEnd = false
      while !atEnd {
        try field(&position, &line)
        atEnd = position >= bytes.count || bytes[position] != separator
        if !atEnd { position += 1 }
      }
      passLineBreak(&position, &line)
      let isBlank = starts.count == first + 1 && starts[first] == ends[first]
      if isBlank && !isQuoted(Int(starts[first])..<Int(ends[first])) {
        starts.removeLast()
        ends.removeLast()
      } else {
        records.append((first, firstLine))
      }
    }
    records.append((starts.count, line))
  }

  private mutating func field(_ position: inout Int, _ line: inout Int) throws(DataError) {
    var start = position
    while start < bytes.count, isBlank(bytes[start]), bytes[start] != separator { start += 1 }
    if start < bytes.count, bytes[start] == quote {
      position = start
      try quotedField(&position, &line)
      return
    }
    while position < bytes.count, bytes[position] != separator, bytes[position] != lineFeed,
      bytes[position] != carriageReturn
    { position += 1 }
    var end = position
    start = min(start, end)
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    starts.append(UInt32(start))
    ends.append(UInt32(end))
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private mutating func quotedField(_ position: inout Int, _ line: inout Int) throws(DataError) {
    let firstLine = line
    position += 1
    starts.append(UInt32(position))
    while position < bytes.count {
      if bytes[position] == quote {
        guard position + 1 < bytes.count, bytes[position + 1] == quote else { break }
        position += 1
      } else if bytes[position] == lineFeed {
        line += 1
      }
      position += 1
    }
    guard position < bytes.count else {
      throw DataError("a quote is opened and never closed", source: source, line: firstLine)
    }
    ends.append(UInt32(position))
    position += 1
    while position < bytes.count, isBlank(bytes[position]), bytes[position] != separator {
      position += 1
    }
    guard
      position == bytes.count || [separator, lineFeed, carriageReturn].contains(bytes[position])
    else {
      throw DataError(
        "a closing quote is followed by more text", source: source, line: line,
        hint: "A quote inside quotes is written twice.")
    }
  }

  private func passLineBreak(_ position: inout Int, _ line: inout Int) {
    guard position < bytes.count else { return }
    if bytes[position] == carriageReturn, position + 1 < bytes.count,
      bytes[position + 1] == lineFeed
    {
      position += 1
    }
    position += 1
    line += 1
  }
}

/// Tab for a name that ends in .tsv or .tab; otherwise the commonest of comma, tab and semicolon
/// in the first line, outside quotes.
private func guessSeparator(_ bytes: [UInt8], _ source: String) -> UInt8 {
  let tab: UInt8 = 0x09
  if source.hasSuffix(".tsv") || source.hasSuffix(".tab") { return tab }
  var counts: [UInt8: Int] = [:]
  var isInside = false
  for byte in bytes {
    if byte == quote { isInside.toggle() }
    if isInside { continue }
    if byte == lineFeed || byte == carriageReturn { break }
    counts[byte, default: 0] += 1
  }
  var best = UInt8(ascii: ",")
  for candidate in [tab, UInt8(ascii: ";")]
  where counts[candidate, default: 0] > counts[best, default: 0] {
    best = candidate
  }
  return best
}
