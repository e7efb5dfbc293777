public import ApusFormats
public import ApusGraph

/// The array format of MNIST: `00 00 type rank`, the dimensions as big-endian u32, the elements.
/// Packed files (gzip) are unpacked on the way.
public enum IDX {
  static let formatName = "IDX"

  /// Reads a file.
  public static func read(
    _ path: String, maximumBytes: Int = File.defaultMaximumBytes
  ) throws -> TensorData {
    let bytes = try File.read(path, maximumBytes: maximumBytes)
    return try namingFile(path) { try decode(bytes, maximumBytes: maximumBytes) }
  }

  /// Reads the bytes of a file. int8 and int16 become int32; nothing may follow the elements.
  public static func decode(
    _ bytes: [UInt8], maximumBytes: Int = File.defaultMaximumBytes
  ) throws(FormatError) -> TensorData {
    guard Gzip.isGzip(bytes) else {
      let header = try header(of: bytes, count: bytes.count)
      return try header.element.decode(
        bytes, header.byteCount..<bytes.count, shape: header.shape, bigEndian: true,
        format: formatName)
    }
    var unpacked = try Gzip.inflate(bytes, maximumBytes: maximumBytes)
    let header = try header(of: unpacked.leadingBytes(longestHeader), count: unpacked.count)
    // Images are many: they stay in the memory where they were unpacked.
    if case .uint8 = header.element {
      unpacked.dropLeadingBytes(header.byteCount, reshapingTo: header.shape)
      return unpacked
    }
    return try header.element.decode(
      unpacked.values(as: UInt8.self), header.byteCount..<unpacked.count, shape: header.shape,
      bigEndian: true, format: formatName)
  }

  /// Of rank 8.
  private static let longestHeader = 4 + 4 * 8

  private struct Header {
    var element: StoredElement
    var shape: [Int]
    var byteCount: Int
  }

  /// Reads and checks the header of `count` bytes that start with these.
  private static func header(
    of bytes: [UInt8], count total: Int
  ) throws(FormatError) -> Header {
    var cursor = ByteCursor(bytes, format: formatName)
    let magic = try cursor.take(4, "the start of an IDX file")
    guard bytes[0] == 0, bytes[1] == 0 else {
      throw FormatError(formatName, offset: 0, rule: "the file starts with two zero bytes")
    }
    guard let element = elements[bytes[magic.lowerBound + 2]] else {
      throw FormatError(
        formatName, offset: 2, rule: "the type is 08, 09, 0B, 0C, 0D or 0E",
        found: String(bytes[2], radix: 16))
    }
    let rank = Int(bytes[3])
    guard (1...8).contains(rank) else {
      throw FormatError(formatName, offset: 3, rule: "the rank is 1 to 8", found: "\(rank)")
    }
    var shape: [Int] = []
    for _ in 0..<rank { shape.append(Int(try cursor.bigEndian(UInt32.self, "a dimension"))) }
    guard let count = checkedElementCount(shape),
      case (let size, let overflow) =
        count.multipliedReportingOverflow(by: element.byteCount), !overflow,
      size == total - cursor.offset
    else {
      throw cursor.failure(
        "the elements of shape \(shape) follow, and nothing else",
        found: "\(total - cursor.offset) bytes")
    }
    return Header(element: element, shape: shape, byteCount: cursor.offset)
  }

  private static let elements: [UInt8: StoredElement] = [
    0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
  ]
}
