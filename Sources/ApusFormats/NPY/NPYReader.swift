public import ApusGraph

/// The array format of NumPy (NEP 1), one array a file.
public enum NPY {
  static let formatName = "NPY"
  static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
  static let maximumHeaderBytes = 10_000
  static let maximumRank = 32

  /// Reads a file. Loads truth values, integers and floats of any byte order, in row-major order;
  /// float16 becomes float32, other integers become int32 when they fit.
  public static func read(
    _ path: String, maximumBytes: Int = File.defaultMaximumBytes
  ) throws -> TensorData {
    let bytes = try File.read(path, maximumBytes: maximumBytes)
    return try namingFile(path) { try decode(bytes) }
  }

  /// Reads the bytes of a file; nothing may follow the array.
  public static func decode(_ bytes: [UInt8]) throws(FormatError) -> TensorData {
    var cursor = ByteCursor(bytes, format: formatName)
    let header = try readHeader(&cursor)
    let (element, bigEndian) = try readType(header.descr)
    guard let count = checkedElementCount(header.shape) else {
      throw cursor.failure("the shape has a countable number of elements", found: "\(header.shape)")
    }
    let (size, overflow) = count.multipliedReportingOverflow(by: element.byteCount)
    guard !overflow, size == cursor.remaining else {
      throw cursor.failure(
        "\(count) elements of \(element.byteCount) bytes follow the header, and nothing else",
        found: "\(cursor.remaining) bytes")
    }
    let stored = header.isFortranOrder ? header.shape.reversed() : header.shape
    let data = try element.decode(
      bytes, cursor.offset..<bytes.count, shape: stored, bigEndian: bigEndian, format: formatName)
    return header.isFortranOrder ? transposed(data) : data
  }

  private static func readHeader(_ cursor: inout ByteCursor) throws(FormatError) -> NPYHeader {
    let bytes = cursor.bytes
    if bytes.first == 0x80, bytes.count > 1, bytes[1] <= 5 {
      throw cursor.failure(
        "pickle is not supported, for reading it can run code",
        hint: "Save the array with numpy.save(file, array, allow_pickle=False).")
    }
    let start = try cursor.take(8, "the start of an array file")
    guard bytes[start.prefix(6)].elementsEqual(magic) else {
      throw FormatError(formatName, offset: 0, rule: "an array file starts with \\x93NUMPY")
    }
    guard (1...3).contains(bytes[6]), bytes[7] == 0 else {
      throw FormatError(
        formatName, offset: 6, rule: "the version is 1.0, 2.0 or 3.0",
        found: "\(bytes[6]).\(bytes[7])")
    }
    let length =
      bytes[6] == 1
      ? Int(try cursor.littleEndian(UInt16.self, "the length of the header"))
      : Int(try cursor.littleEndian(UInt32.self, "the length of the header"))
    guard length <= maximumHeaderBytes else {
      throw cursor.failure("the header has at most \(maximumHeaderBytes) bytes", found: "\(length)")
    }
    let range = try cursor.take(length, "the header")
    var parser = NPYHeaderParser(bytes: bytes, position: range.lowerBound, end: range.upperBound)
    return try parser.header()
  }

  private static func readType(
    _ descr: String
  ) throws(FormatError) -> (StoredElement, bigEndian: Bool) {
    let types: [String: StoredElement] = [
      "i2": .int16, "i4": .int32, "i8": .int64, "u2": .uint16, "u4": .uint32, "u8": .uint64,
      "f2": .float16, "f4": .float32, "f8": .float64,
    ]
    switch descr {
    case "|b1": return (.bool, false)
    case "|i1": return (.int8, false)
    case "|u1": return (.uint8, false)
    default:
      if let order = descr.first, "<>=".contains(order), let type = types[String(descr.dropFirst())]
      {
        return (type, order == ">")
      }
      throw FormatError(
        formatName, rule: "the elements are truth values, integers or floats of up to 8 bytes",
        found: "descr \"\(printable(descr, limit: 40))\"")
    }
  }
}

/// Reverses the axes: an array in column-major order is the transposed one in row-major order.
private func transposed(_ data: TensorData) -> TensorData {
  let shape = Array(data.shape.reversed())
  var result = TensorData(zeros: shape, dtype: data.dtype)
  let size = data.dtype.byteCount
  // Stride, in elements of `data`, of each axis of the result.
  var strides: [Int] = []
  for axis in shape.indices { strides.append(axis == 0 ? 1 : strides[axis - 1] * shape[axis - 1]) }
  var index = [Int](repeating: 0, count: shape.count)
  var source = 0
  data.withUnsafeBytes { from in
    result.withUnsafeMutableBytes { to in
      for target in 0..<data.count {
        for byte in 0..<size { to[target * size + byte] = from[source * size + byte] }
        for axis in shape.indices.reversed() {
          index[axis] += 1
          source += strides[axis]
          if index[axis] < shape[axis] { break }
          source -= strides[axis] * shape[axis]
          index[axis] = 0
        }
      }
    }
  }
  return result
}
