/// A place in an array of bytes. Every read is checked against what remains.
public struct ByteCursor: Sendable {
  public let bytes: [UInt8]
  public let format: String
  public private(set) var offset: Int

  public init(_ bytes: [UInt8], format: String, offset: Int = 0) {
    self.bytes = bytes
    self.format = format
    self.offset = offset
  }

  public var remaining: Int { bytes.count - offset }

  /// An error at the present place.
  public func failure(_ rule: String, found: String? = nil, hint: String? = nil) -> FormatError {
    FormatError(format, offset: offset, rule: rule, found: found, hint: hint)
  }

  /// The place of the next `count` bytes, which it passes; `what` names them in the error.
  public mutating func take(_ count: Int, _ what: String) throws(FormatError) -> Range<Int> {
    guard count >= 0, count <= remaining else {
      throw failure("\(what) takes \(count) bytes", found: "\(remaining) bytes before the end")
    }
    defer { offset += count }
    return offset..<offset + count
  }

  public mutating func byte(_ what: String) throws(FormatError) -> UInt8 {
    bytes[try take(1, what).lowerBound]
  }

  /// An unsigned integer of `T`'s width, least significant byte first.
  public mutating func littleEndian<T: FixedWidthInteger & UnsignedInteger>(
    _: T.Type, _ what: String
  ) throws(FormatError) -> T {
    let range = try take(T.bitWidth / 8, what)
    return bytes[range].reversed().reduce(0) { $0 << 8 | T(truncatingIfNeeded: $1) }
  }

  /// An unsigned integer of `T`'s width, most significant byte first.
  public mutating func bigEndian<T: FixedWidthInteger & UnsignedInteger>(
    _: T.Type, _ what: String
  ) throws(FormatError) -> T {
    let range = try take(T.bitWidth / 8, what)
    return bytes[range].reduce(0) { $0 << 8 | T(truncatingIfNeeded: $1) }
  }
}
