package import ApusGraph

/// An element type as files store it, and how it becomes one of ours.
///
/// Lossless only: F16 becomes float32; small integers become int32; U32, I64 and U64 become int32
/// when every value fits and are refused otherwise.
package enum StoredElement: Sendable {
  case bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64
  case float16, bfloat16, float32, float64

  package var byteCount: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  /// The type of the tensor that these elements become.
  var dtype: DType {
    switch self {
    case .bool: .bool
    case .uint8: .uint8
    case .float16, .float32: .float32
    case .bfloat16: .bfloat16
    case .float64: .float64
    default: .int32
    }
  }

  /// The elements at `range`, whose length is `shape`'s product × `byteCount`: the caller has
  /// checked that against the bytes that are there.
  package func decode(
    _ bytes: [UInt8], _ range: Range<Int>, shape: [Int], bigEndian: Bool, format: String
  ) throws(FormatError) -> TensorData {
    precondition(range.upperBound <= bytes.count, "StoredElement: the range is not checked")
    if self == .bool, let bad = bytes[range].firstIndex(where: { $0 > 1 }) {
      throw FormatError(
        format, offset: bad, rule: "a truth value is 0 or 1", found: "\(bytes[bad])")
    }
    var result = TensorData(zeros: shape, dtype: dtype)
    var badIndex: Int?
    bytes.withUnsafeBytes { all in
      let source = UnsafeRawBufferPointer(rebasing: all[range])
      result.withUnsafeMutableBytes { target in
        if !needsConversion(bigEndian) {
          target.copyMemory(from: source)
        } else {
          badIndex = convert(source, to: target, bigEndian: bigEndian)
        }
      }
    }
    if let badIndex {
      throw FormatError(
        format, offset: range.lowerBound + badIndex * byteCount,
        rule: "integers must fit 32 bits, for tensors here hold no wider ones")
    }
    return result
  }

  private func needsConversion(_ bigEndian: Bool) -> Bool {
    switch self {
    case .bool, .uint8: false
    case .int32, .bfloat16, .float32, .float64: bigEndian
    default: true
    }
  }

  /// Converts every element; returns the first that does not fit.
  private func convert(
    _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer, bigEndian: Bool
  ) -> Int? {
    func each<S: FixedWidthInteger, T: BitwiseCopyable>(
      _: S.Type, _: T.Type, _ body: (S) -> T?
    ) -> Int? {
      let count = source.count / MemoryLayout<S>.size
      for index in 0..<count {
        let raw = source.loadUnaligned(
          fromByteOffset: index * MemoryLayout<S>.size, as: S.self)
        guard let value = body(bigEndian ? S(bigEndian: raw) : S(littleEndian: raw)) else {
          return index
        }
        target.storeBytes(of: value, toByteOffset: index * MemoryLayout<T>.size, as: T.self)
      }
      return nil
    }
    return switch self {
    case .bool, .uint8: each(UInt8.self, UInt8.self) { $0 }
    case .int8: each(Int8.self, Int32.self) { Int32($0) }
    case .uint16: each(UInt16.self, Int32.self) { Int32($0) }
    case .int16: each(Int16.self, Int32.self) { Int32($0) }
    case .uint32: each(UInt32.self, Int32.self) { Int32(exactly: $0) }
    case .int32: each(Int32.self, Int32.self) { $0 }
    case .uint64: each(UInt64.self, Int32.self) { Int32(exactly: $0) }
    case .int64: each(Int64.self, Int32.self) { Int32(exactly: $0) }
    case .float16: each(UInt16.self, Float.self) { floatFromHalf($0) }
    case .bfloat16: each(UInt16.self, UInt16.self) { $0 }
    case .float32: each(UInt32.self, UInt32.self) { $0 }
    case .float64: each(UInt64.self, UInt64.self) { $0 }
    }
  }
}

/// IEEE 754 binary16, for Swift's own Float16 does not exist on every platform.
func floatFromHalf(_ bits: UInt16) -> Float {
  let sign = UInt32(bits >> 15) << 31
  let exponent = UInt32(bits >> 10 & 0x1F)
  let fraction = UInt32(bits & 0x3FF)
  switch exponent {
  case 0:
    let magnitude = Float(fraction) * 0x1p-24
    return Float(bitPattern: magnitude.bitPattern | sign)
  case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
  default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
  }
}
