public import ApusGraph

/// A view of a batch's numbers as rows and columns. It owns nothing: valid only as long as the
/// bytes that it was made of, so use it within the call that lends them.
///
/// Sound because every read is inside the byte count that `init` has checked; reads may be
/// unaligned.
public struct MetricMatrix {
  public let rows: Int
  public let columns: Int
  private let bytes: UnsafeRawBufferPointer
  private let dtype: DType

  /// - Parameter shape: [rows, …]; all further axes together are the columns.
  public init(
    _ bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType
  ) throws(MetricError) {
    guard let first = shape.first, let count = checkedElementCount(shape) else {
      throw MetricError("a batch needs a shape [rows, …], found \(shape)")
    }
    guard bytes.count == count * dtype.byteCount else {
      throw MetricError("\(bytes.count) bytes do not hold \(shape) numbers of \(dtype)")
    }
    rows = first
    columns = first == 0 ? shape.dropFirst().reduce(1, *) : count / first
    self.bytes = bytes
    self.dtype = dtype
  }

  /// Rows of a batch that is computed: as many columns as the bytes hold.
  init(_ bytes: UnsafeRawBufferPointer, rows: Int, dtype: DType) {
    self.rows = rows
    columns = bytes.count / Swift.max(rows * dtype.byteCount, 1)
    self.bytes = bytes
    self.dtype = dtype
  }

  /// Calls the body of the element type with a row's numbers; nil for other types and for bytes
  /// that do not lie as that type needs. Traps out of range.
  func withRow<R>(
    _ row: Int, _ float: (UnsafeBufferPointer<Float>) -> R,
    _ double: (UnsafeBufferPointer<Double>) -> R
  ) -> R? {
    precondition(row >= 0 && row < rows, "MetricMatrix: row \(row) of \(rows)")
    let size = dtype.byteCount
    let part = UnsafeRawBufferPointer(
      rebasing: bytes[row * columns * size..<(row + 1) * columns * size])
    guard Int(bitPattern: part.baseAddress) % size == 0 else { return nil }
    switch dtype {
    case .float32: return float(part.assumingMemoryBound(to: Float.self))
    case .float64: return double(part.assumingMemoryBound(to: Double.self))
    default: return nil
    }
  }

  /// The number as a Double. Traps out of range.
  public subscript(_ row: Int, _ column: Int) -> Double {
    precondition(
      row >= 0 && row < rows && column >= 0 && column < columns,
      "MetricMatrix: [\(row), \(column)] of [\(rows), \(columns)]")
    let offset = (row * columns + column) * dtype.byteCount
    switch dtype {
    case .float32: return Double(bytes.loadUnaligned(fromByteOffset: offset, as: Float.self))
    case .float64: return bytes.loadUnaligned(fromByteOffset: offset, as: Double.self)
    case .int32: return Double(bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
    case .bfloat16:
      return bytes.loadUnaligned(fromByteOffset: offset, as: BFloat16.self).asDouble
    case .uint8, .bool: return Double(bytes[offset])
    }
  }
}

/// Predictions, targets and optional weights of some rows.
public struct MetricBatch {
  public let predictions: MetricMatrix
  public let targets: MetricMatrix
  private let weights: MetricMatrix?

  public init(
    predictions: MetricMatrix, targets: MetricMatrix, weights: MetricMatrix? = nil
  ) throws(MetricError) {
    guard predictions.rows == targets.rows else {
      throw MetricError("\(predictions.rows) rows of predictions, but \(targets.rows) of targets")
    }
    if let weights, weights.rows != targets.rows || weights.columns != 1 {
      throw MetricError(
        "weights must be one number for each of \(targets.rows) rows, "
          + "found [\(weights.rows), \(weights.columns)]")
    }
    self.predictions = predictions
    self.targets = targets
    self.weights = weights
  }

  public var rows: Int { predictions.rows }

  /// 1 where no weights were given.
  public func weight(_ row: Int) -> Double { weights.map { $0[row, 0] } ?? 1 }

  /// The column of the largest score of a row: the first of equals.
  func predictedClass(_ row: Int) -> Int { largestColumn(of: predictions, row) }

  /// The class of a row, from a label or from one column for each class.
  func trueClass(_ row: Int, of classes: Int) throws(MetricError) -> Int {
    guard targets.columns == 1 else { return largestColumn(of: targets, row) }
    guard let label = Int(exactly: targets[row, 0]), label >= 0, label < classes else {
      throw MetricError(
        "row \(row) has the label \(targets[row, 0]), but the classes are 0 … \(classes - 1)")
    }
    return label
  }

  /// Whether a target of zeros and ones is 1.
  func isPositive(_ row: Int, _ column: Int) -> Bool { targets[row, column] > 0.5 }

  /// Throws unless the columns are those of a task.
  func expect(_ task: MetricTask, for metric: String) throws(MetricError) {
    let wanted = task.columns
    guard predictions.columns == wanted else {
      throw MetricError(
        "\(metric) expects \(wanted) column\(wanted == 1 ? "" : "s") of predictions, "
          + "found \(predictions.columns)")
    }
    if targets.columns == wanted { return }
    if case .multiclass = task, targets.columns == 1 { return }
    throw MetricError(
      "\(metric) expects \(wanted) column\(wanted == 1 ? "" : "s") of targets, "
        + "found \(targets.columns)")
  }

  private func largestColumn(of matrix: MetricMatrix, _ row: Int) -> Int {
    var best = 0
    for column in 0..<matrix.columns where matrix[row, column] > matrix[row, best] {
      best = column
    }
    return best
  }
}

extension MetricAccumulator {
  /// Takes in a batch that is there as tensors; the first axis counts rows.
  public mutating func update(
    predictions: TensorData, targets: TensorData, weights: TensorData? = nil
  ) throws {
    try predictions.withMatrix { predictions in
      try targets.withMatrix { targets in
        guard let weights else {
          return try update(MetricBatch(predictions: predictions, targets: targets))
        }
        try weights.withMatrix { weights in
          try update(MetricBatch(predictions: predictions, targets: targets, weights: weights))
        }
      }
    }
  }
}

extension TensorData {
  fileprivate func withMatrix<R>(_ body: (MetricMatrix) throws -> R) throws -> R {
    try withUnsafeBytes { try body(MetricMatrix($0, shape: shape, dtype: dtype)) }
  }
}
