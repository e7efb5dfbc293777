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
    let bytes =
      Gzip.isGzip(bytes) ? try Gzip.inflate(bytes, maximumBytes: maximumBytes) : bytes
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
      size == cursor.remaining
    else {
      throw cursor.failure(
        "the elements of shape \(shape) follow, and nothing else",
        found: "\(cursor.remaining) bytes")
    }
    return try element.decode(
      bytes, cursor.offset..<bytes.count, shape: shape, bigEndian: true, format: formatName)
  }

  private static let elements: [UInt8: StoredElement] = [
    0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
  ]
}
