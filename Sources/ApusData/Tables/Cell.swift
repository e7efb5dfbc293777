/// What a field of a table holds.
enum Cell: Equatable {
  case number(Double)
  /// NaN, ±Inf or a number beyond the range of a Double.
  case infinite
  /// Nothing, or one of `missingMarks`.
  case missing
  case text

  /// What stands for a missing value, besides an empty field.
  static let missingMarks = ["NA", "N/A", "n/a", "NaN", "nan", "NAN", "null", "NULL", "?"]
}

extension DelimitedText {
  func cell(_ record: Int, _ column: Int) -> Cell {
    let range = range(record, column)
    if range.isEmpty { return .missing }
    if let number = parseNumber(bytes, range) {
      return number.isFinite ? .number(number) : .infinite
    }
    guard range.count <= 9 else { return .text }
    let text = String(decoding: bytes[range], as: UTF8.self)
    if Cell.missingMarks.contains(text) { return .missing }
    let unsigned = text.first == "+" || text.first == "-" ? text.dropFirst() : text[...]
    return ["inf", "infinity", "nan"].contains(unsigned.lowercased()) ? .infinite : .text
  }
}

/// A decimal number: sign, digits, point, exponent. nil for anything else; ±Inf beyond the range.
///
/// Up to 2⁵³ and powers of ten up to 22, which are exact in a Double, one division or product is
/// correctly rounded (Clinger, "How to read floating point numbers accurately", 1990); the rest is
/// left to the standard library.
func parseNumber(_ bytes: [UInt8], _ range: Range<Int>) -> Double? {
  var index = range.lowerBound
  let end = range.upperBound
  var isNegative = false
  if index < end, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
    isNegative = bytes[index] == UInt8(ascii: "-")
    index += 1
  }
  var mantissa: UInt64 = 0
  var digits = 0
  var exponent = 0
  var isExact = true
  func digit() -> UInt64? {
    guard index < end, bytes[index] &- 48 < 10 else { return nil }
    return UInt64(bytes[index] &- 48)
  }
  func takeDigits(_ exponentStep: Int) {
    while let next = digit() {
      if mantissa < 900_000_000_000_000 {
        mantissa = mantissa * 10 + next
        exponent += exponentStep
      } else {
        isExact = false
      }
      digits += 1
      index += 1
    }
  }
  takeDigits(0)
  if index < end, bytes[index] == UInt8(ascii: ".") {
    index += 1
    takeDigits(-1)
  }
  guard digits > 0 else { return nil }
  if index < end, bytes[index] | 0x20 == UInt8(ascii: "e") {
    index += 1
    var isNegativeExponent = false
    if index < end, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
      isNegativeExponent = bytes[index] == UInt8(ascii: "-")
      index += 1
    }
    guard digit() != nil else { return nil }
    var value = 0
    while let next = digit() {
      value = min(value * 10 + Int(next), 100_000)
      index += 1
    }
    exponent += isNegativeExponent ? -value : value
  }
  guard index == end else { return nil }
  guard isExact, abs(exponent) <= 22 else {
    return Double(String(decoding: bytes[range], as: UTF8.self))
  }
  let magnitude = Double(mantissa)
  let scaled =
    exponent < 0 ? magnitude / powersOfTen[-exponent] : magnitude * powersOfTen[exponent]
  return isNegative ? -scaled : scaled
}

private let powersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]
