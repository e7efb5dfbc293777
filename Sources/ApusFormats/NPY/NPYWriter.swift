public import ApusGraph

extension NPY {
  /// Writes a file by the protocol of ``AtomicFile``.
  public static func write(
    _ data: TensorData, to path: String, overwriting: Bool = false
  ) throws(FileError) {
    try File.write(encode(data), to: path, overwriting: overwriting)
  }

  /// Version 1.0, little-endian, row-major, the data at a multiple of 64. bfloat16, which NumPy
  /// lacks, is written as float32.
  public static func encode(_ data: TensorData) -> [UInt8] {
    let data = data.dtype == .bfloat16 ? data.converted(to: .float32) : data
    let dimensions = data.shape.map(String.init).joined(separator: ", ")
    let shape = data.shape.count == 1 ? "(\(dimensions),)" : "(\(dimensions))"
    var header = "{'descr': '\(descr(data.dtype))', 'fortran_order': False, 'shape': \(shape), }"
    let unpadded = magic.count + 4 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = header.utf8.count
    var bytes = magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(header.utf8)
    data.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return bytes
  }

  private static func descr(_ dtype: DType) -> String {
    switch dtype {
    case .float32, .bfloat16: "<f4"
    case .float64: "<f8"
    case .int32: "<i4"
    case .uint8: "|u1"
    case .bool: "|b1"
    }
  }
}
