public import ApusGraph

/// Where each variable lives in a ``VariableStorage``: by path, at a fixed aligned offset.
public struct VariableLayout: Hashable, Sendable {
  public struct Slot: Hashable, Sendable {
    public let path: String
    public let shape: [Int]
    public let dtype: DType
    /// From the start of the storage, in bytes; a multiple of 64.
    public let offset: Int
    /// Whether a matrix [n, k] is stored as [k, n], which only plans see: ``VariableStorage/read(_:)`` and
    /// ``VariableStorage/write(_:to:)`` give and take [n, k].
    public internal(set) var isTransposed = false

    public var byteCount: Int { (checkedElementCount(shape) ?? 0) * dtype.byteCount }
  }

  public private(set) var slots: [Slot] = []
  public private(set) var byteCount = 0
  private var indices: [String: Int] = [:]

  public init() {}

  /// The variables of programs, each path once, in order of declaration; those that ``FirstLayerWeights``
  /// finds are stored transposed.
  public init(_ programs: Program...) {
    for program in programs {
      for variable in program.variables { add(variable.path, variable.type) }
    }
    for path in FirstLayerWeights.transposedPaths(in: programs, slots) { transpose(path) }
  }

  /// Stores a matrix with its axes exchanged.
  package mutating func transpose(_ path: String) {
    guard let index = indices[path] else { return }
    precondition(slots[index].shape.count == 2, "VariableLayout: '\(path)' is no matrix")
    slots[index].isTransposed = true
  }

  /// Whether any variable is stored with its axes exchanged.
  var hasTransposed: Bool { slots.contains(where: \.isTransposed) }

  public subscript(_ path: String) -> Slot? { indices[path].map { slots[$0] } }

  /// Adds a variable unless its path is there.
  public mutating func add(_ path: String, _ type: TensorType) {
    guard indices[path] == nil, let shape = type.shape.concrete else { return }
    indices[path] = slots.count
    let slot = Slot(path: path, shape: shape, dtype: type.dtype, offset: byteCount)
    slots.append(slot)
    byteCount += (slot.byteCount + 63) / 64 * 64
  }
}

/// The numbers of all variables in one aligned block, updated in place by executions.
///
/// `@unchecked Sendable`: any number of threads may run plans without updates at once; a plan with
/// updates, ``write(_:to:)`` and ``read(_:)`` need the storage to themselves. Owners
/// (training, networks) keep to that by never sharing a storage that they train on.
public final class VariableStorage: @unchecked Sendable {
  public let layout: VariableLayout
  package let base: UnsafeMutableRawPointer

  /// All variables zero.
  public init(_ layout: VariableLayout) {
    self.layout = layout
    let count = max(layout.byteCount, 64)
    base = .allocate(byteCount: count, alignment: 64)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: count)
  }

  deinit { base.deallocate() }

  /// All bytes at once, to keep a copy and to put it back. Setting traps unless the count is the
  /// layout's.
  public var bytes: [UInt8] {
    get { Array(UnsafeRawBufferPointer(start: base, count: layout.byteCount)) }
    set {
      precondition(
        newValue.count == layout.byteCount,
        "VariableStorage: \(newValue.count) bytes for \(layout.byteCount)")
      newValue.withUnsafeBytes {
        base.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(base), byteCount: $0.count)
      }
    }
  }

  /// Copies all bytes into memory that is there, without allocating when its size fits.
  package func copyBytes(into copy: inout [UInt8]) {
    guard copy.count == layout.byteCount else {
      copy = bytes
      return
    }
    copy.withUnsafeMutableBytes {
      $0.copyMemory(from: UnsafeRawBufferPointer(start: base, count: layout.byteCount))
    }
  }

  /// The value of a variable; nil when there is none of this path.
  public func read(_ path: String) -> TensorData? {
    guard let slot = layout[path] else { return nil }
    var data = TensorData(zeros: slot.shape, dtype: slot.dtype)
    read(slot, into: &data)
    return data
  }

  /// Copies a variable into a tensor, without allocating when it is of the same type and in no other
  /// hands.
  package func read(_ path: String, into data: inout TensorData) {
    if let slot = layout[path] { read(slot, into: &data) }
  }

  /// The same for a variable of this layout whose slot is known: paths take longer to find than small
  /// tensors to copy.
  package func read(_ slot: VariableLayout.Slot, into data: inout TensorData) {
    if data.dtype != slot.dtype || data.shape != slot.shape {
      data = TensorData(zeros: slot.shape, dtype: slot.dtype)
    }
    data.withUnsafeMutableBytes { bytes in
      guard slot.isTransposed, let target = bytes.baseAddress else {
        bytes.copyMemory(
          from: UnsafeRawBufferPointer(start: base + slot.offset, count: slot.byteCount))
        return
      }
      copyExchangingAxes(
        from: base + slot.offset, rows: slot.shape[1], columns: slot.shape[0],
        elementBytes: slot.dtype.byteCount, to: target)
    }
  }

  /// Whether a variable is free of NaN and infinities; true when there is none of this path.
  public func isFinite(_ path: String) -> Bool {
    guard let slot = layout[path] else { return true }
    let bytes = UnsafeRawBufferPointer(start: base + slot.offset, count: slot.byteCount)
    switch slot.dtype {
    case .float32: return bytes.bindMemory(to: Float.self).allSatisfy(\.isFinite)
    case .float64: return bytes.bindMemory(to: Double.self).allSatisfy(\.isFinite)
    case .bfloat16, .int32, .uint8, .bool:
      return read(path)?.doubles().allSatisfy(\.isFinite) ?? true
    }
  }

  /// Overwrites a variable, converting to its element type. Throws when there is no such path or
  /// the shape differs.
  public func write(_ data: TensorData, to path: String) throws {
    guard let slot = layout[path] else { throw VariableError.unknown(path: path) }
    guard slot.shape == data.shape else {
      throw VariableError.shape(path: path, expected: slot.shape, found: data.shape)
    }
    data.converted(to: slot.dtype).withUnsafeBytes { bytes in
      guard slot.isTransposed, let source = bytes.baseAddress else {
        UnsafeMutableRawBufferPointer(start: base + slot.offset, count: slot.byteCount)
          .copyMemory(from: bytes)
        return
      }
      copyExchangingAxes(
        from: source, rows: slot.shape[0], columns: slot.shape[1],
        elementBytes: slot.dtype.byteCount, to: base + slot.offset)
    }
  }
}

/// A variable that does not fit.
public enum VariableError: DiagnosableError, Hashable, Sendable {
  case unknown(path: String)
  case shape(path: String, expected: [Int], found: [Int])

  public var kind: ErrorKind { .badData }

  public var description: String {
    switch self {
    case .unknown(let path): "there is no variable '\(path)'"
    case .shape(let path, let expected, let found):
      "'\(path)' has the shape \(expected), got \(found)"
    }
  }
}
