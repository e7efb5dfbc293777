/// Text that grows piece by piece as UTF-8, for files of many numbers: a `String` checks and counts
/// at each piece, which takes several times as long.
package struct UTF8Text: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func append(_ text: String) { append(text, ifAll: { _ in true }) }

  /// Appends a text if each of its bytes is allowed; says whether it did. The bytes are copied at
  /// once: one by one through `text.utf8` takes several times as long.
  @discardableResult
  package mutating func append(_ text: String, ifAll isAllowed: (UInt8) -> Bool) -> Bool {
    var text = text
    return text.withUTF8 { characters in
      guard characters.allSatisfy(isAllowed) else { return false }
      bytes.append(contentsOf: characters)
      return true
    }
  }

  /// One character of ASCII.
  package mutating func append(_ character: Unicode.Scalar) {
    if character.isASCII {
      bytes.append(UInt8(truncatingIfNeeded: character.value))
    } else {
      bytes.append(contentsOf: UTF8.encode(character) ?? UTF8.encodedReplacementCharacter)
    }
  }

  package mutating func append(_ number: Int) {
    if number < 0 { append("-" as Unicode.Scalar) }
    var first = bytes.count
    var rest = number.magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    var last = bytes.count - 1
    while first < last {
      bytes.swapAt(first, last)
      (first, last) = (first + 1, last - 1)
    }
  }

  /// With the fewest digits that read back equal.
  package mutating func append(_ number: Double) { append(number.description) }

  package mutating func append(repeating character: Unicode.Scalar, count: Int) {
    guard character.isASCII else {
      for _ in 0..<count { append(character) }
      return
    }
    bytes.append(
      contentsOf: repeatElement(UInt8(truncatingIfNeeded: character.value), count: count))
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }
}
