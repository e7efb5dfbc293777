#if os(Linux)
import Glibc
#endif

/// Numbers on the host: a shape, an element type and aligned bytes in row-major order.
///
/// A value: copying is cheap, writing to a shared copy copies the bytes first.
///
/// ```swift
/// let x = TensorData([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
/// x.values(as: Float.self)  // [1, 2, 3, 4, 5, 6]
/// ```
public struct TensorData: Sendable {
  public let shape: [Int]
  public let dtype: DType
  public let count: Int
  private var storage: AlignedBytes

  /// All elements zero. Traps when the shape has a negative count or more elements than an Int
  /// holds: check untrusted shapes with ``checkedElementCount(_:)`` first.
  public init(zeros shape: [Int], dtype: DType) {
    guard let count = checkedElementCount(shape) else {
      preconditionFailure("TensorData: no such shape: \(shape)")
    }
    self.shape = shape
    self.dtype = dtype
    self.count = count
    storage = AlignedBytes(zeroedByteCount: count * dtype.byteCount)
  }

  /// The given elements in row-major order. Traps unless their number is the shape's product.
  public init<T: Scalar>(_ values: [T], shape: [Int]) {
    self.init(zeros: shape, dtype: T.dtype)
    precondition(
      values.count == count, "TensorData: \(values.count) values for the shape \(shape)")
    withUnsafeMutableBytes { bytes in
      values.withUnsafeBytes { bytes.copyMemory(from: $0) }
    }
  }

  /// Bytes that come into being in the tensor's own memory, such as unpacked ones.
  ///
  /// - Parameter fill: writes all of the memory, whose content is undefined.
  package init(byteCount: Int, filledBy fill: (UnsafeMutableRawBufferPointer) -> Void) {
    precondition(byteCount >= 0, "TensorData: \(byteCount) bytes")
    shape = [byteCount]
    dtype = .uint8
    count = byteCount
    storage = AlignedBytes(uninitializedByteCount: byteCount)
    fill(UnsafeMutableRawBufferPointer(start: storage.pointer, count: byteCount))
  }

  /// A copy of the first bytes, at most so many.
  package func leadingBytes(_ limit: Int) -> [UInt8] { withUnsafeBytes { Array($0.prefix(limit)) } }

  /// Drops the first bytes and puts a shape on the others, in the same memory. Traps when this is no
  /// vector of bytes or the shape has not as many as are left.
  package mutating func dropLeadingBytes(_ first: Int, reshapingTo shape: [Int]) {
    precondition(
      dtype == .uint8 && (0...count).contains(first)
        && checkedElementCount(shape) == count - first,
      "TensorData: \(type) without \(first) as \(shape)")
    withUnsafeMutableBytes { bytes in
      bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[first...]))
    }
    self = TensorData(shape: shape, dtype: dtype, count: count - first, storage: storage)
  }

  /// A vector.
  public init<T: Scalar>(_ values: [T]) { self.init(values, shape: [values.count]) }

  /// A scalar.
  public init<T: Scalar>(scalar value: T) { self.init([value], shape: []) }

  /// The given elements, rounded to `dtype`.
  public init(doubles values: [Double], shape: [Int], dtype: DType) {
    self = TensorData(values, shape: shape).converted(to: dtype)
  }

  public var byteCount: Int { count * dtype.byteCount }
  public var type: TensorType { TensorType(Shape(shape), dtype) }

  /// The elements in row-major order. Traps when `T` is not the element type.
  public func values<T: Scalar>(as type: T.Type) -> [T] {
    precondition(T.dtype == dtype, "TensorData: \(dtype) read as \(T.dtype)")
    return withUnsafeBytes { Array($0.bindMemory(to: T.self)) }
  }

  /// The elements as Double, whatever their type.
  public func doubles() -> [Double] {
    func read<T: Scalar>(_: T.Type) -> [Double] {
      withUnsafeBytes { $0.bindMemory(to: T.self).map(\.asDouble) }
    }
    switch dtype {
    case .float32: return read(Float.self)
    case .float64: return read(Double.self)
    case .bfloat16: return read(BFloat16.self)
    case .int32: return read(Int32.self)
    case .uint8: return read(UInt8.self)
    case .bool: return read(Bool.self)
    }
  }

  /// The only element of a one-element tensor as a Double; nil otherwise.
  public var scalar: Double? { count == 1 ? doubles()[0] : nil }

  /// The same numbers rounded to another type.
  public func converted(to target: DType) -> TensorData {
    if target == dtype { return self }
    let source = doubles()
    var result = TensorData(zeros: shape, dtype: target)
    func write<T: Scalar>(_: T.Type) {
      result.withUnsafeMutableBytes { bytes in
        let elements = bytes.bindMemory(to: T.self)
        for i in source.indices { elements[i] = T(rounding: source[i]) }
      }
    }
    switch target {
    case .float32: write(Float.self)
    case .float64: write(Double.self)
    case .bfloat16: write(BFloat16.self)
    case .int32: write(Int32.self)
    case .uint8: write(UInt8.self)
    case .bool: write(Bool.self)
    }
    return result
  }

  /// The same elements under another shape with the same product.
  public func reshaped(to shape: [Int]) -> TensorData {
    precondition(
      checkedElementCount(shape) == count, "TensorData: \(self.shape) reshaped to \(shape)")
    return TensorData(shape: shape, dtype: dtype, count: count, storage: storage)
  }

  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try body(UnsafeRawBufferPointer(start: storage.pointer, count: byteCount))
  }

  public mutating func withUnsafeMutableBytes<R>(
    _ body: (UnsafeMutableRawBufferPointer) throws -> R
  ) rethrows -> R {
    if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
    return try body(UnsafeMutableRawBufferPointer(start: storage.pointer, count: byteCount))
  }

  private init(shape: [Int], dtype: DType, count: Int, storage: AlignedBytes) {
    self.shape = shape
    self.dtype = dtype
    self.count = count
    self.storage = storage
  }
}

/// Equal means: same shape, same type, same bytes. So NaN equals itself and −0 differs from 0.
extension TensorData: Hashable {
  public static func == (a: TensorData, b: TensorData) -> Bool {
    guard a.shape == b.shape, a.dtype == b.dtype else { return false }
    return a.storage === b.storage
      || a.withUnsafeBytes { left in b.withUnsafeBytes { left.elementsEqual($0) } }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(shape)
    hasher.combine(dtype)
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}

/// Bytes aligned to a cache line.
///
/// `@unchecked Sendable`: TensorData writes only when it holds the sole reference.
private final class AlignedBytes: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
  let byteCount: Int

  init(zeroedByteCount byteCount: Int) {
    self.byteCount = byteCount
    pointer = Self.allocate(byteCount)
    pointer.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 1))
  }

  init(uninitializedByteCount byteCount: Int) {
    self.byteCount = byteCount
    pointer = Self.allocate(byteCount)
  }

  private init(copying other: AlignedBytes) {
    byteCount = other.byteCount
    pointer = Self.allocate(byteCount)
    pointer.copyMemory(from: other.pointer, byteCount: byteCount)
  }

  /// A data set's rows are read in shuffled order: in pages of 4 KiB each row would cost a walk
  /// through the page tables, in huge ones it does not. Advice only.
  private static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let hugePage = 2 << 20
    guard byteCount >= 2 * hugePage else {
      return .allocate(byteCount: max(byteCount, 1), alignment: 64)
    }
    let pointer = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: hugePage)
    #if os(Linux)
    _ = madvise(pointer, byteCount / hugePage * hugePage, Int32(MADV_HUGEPAGE))
    #endif
    return pointer
  }

  func copy() -> AlignedBytes { AlignedBytes(copying: self) }

  deinit { pointer.deallocate() }
}

/// A number is a Float64 scalar; whoever takes it converts to the type that is needed.
extension TensorData: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self.init(scalar: value) }
  public init(integerLiteral value: Int) { self.init(scalar: Double(value)) }
}
