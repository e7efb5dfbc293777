public import ApusGraph
internal import CKernels

/// How targets are handed to a loss.
public enum TargetEncoding: Hashable, Sendable {
  /// Class indices, int32 [batch].
  case indices
  /// A 1 at the class, [batch, classes].
  case oneHot
  /// The numbers themselves, [batch, outputs]; for classes their index in one column.
  case values
}

/// Writes batches of a data set into memory of the caller: gathers the rows, converts, scales and
/// fills in one pass, without allocating. Sendable: threads may share one.
///
/// A class, so that a batch counts one reference and not one for each of its arrays.
public final class BatchGatherer: Sendable {
  public let dataset: Dataset
  public let preprocessing: Preprocessing
  /// The type of the features and of targets that are not indices: float32 or float64.
  public let dtype: DType
  public let encoding: TargetEncoding
  /// As the loops take them: no type that they lack.
  private let features: TensorData
  private let targets: TensorData
  private let floatOffsets: [Float]
  private let floatFactors: [Float]

  /// Without `encoding`, classes come as indices and everything else as values.
  public init(
    _ dataset: Dataset, preprocessing: Preprocessing? = nil, dtype: DType = .float32,
    encoding: TargetEncoding? = nil
  ) throws(DataError) {
    let preprocessing = preprocessing ?? Preprocessing(scale: dataset.scale)
    guard preprocessing.fits(featureCount: dataset.featureCount) else {
      throw dataset.failure(
        "the preprocessing of \(preprocessing.factors.count) features does not fit rows of "
          + "\(dataset.featureCount)")
    }
    guard dtype == .float32 || dtype == .float64 else {
      throw dataset.failure("batches are float32 or float64, not \(dtype)")
    }
    let encoding = encoding ?? (dataset.task.isClassification ? .indices : .values)
    guard dataset.task.isClassification || encoding == .values else {
      throw dataset.failure("only classes can be encoded as \(encoding)")
    }
    self.dataset = dataset
    self.preprocessing = preprocessing
    self.dtype = dtype
    self.encoding = encoding
    features = Self.readable(dataset.features)
    targets =
      encoding == .values
      ? Self.readable(dataset.targets) : dataset.targets.converted(to: .int32)
    floatOffsets = preprocessing.offsets.map { Float($0) }
    floatFactors = preprocessing.factors.map { Float($0) }
  }

  /// Throws when a feature is missing and the preprocessing has nothing to put in its place.
  public func checkCompleteness() throws(DataError) {
    guard preprocessing.fill.isEmpty, dataset.features.dtype.isFloatingPoint else { return }
    let values = dataset.features.doubles()
    let width = dataset.featureCount
    for position in 0..<dataset.count {
      let row = dataset.storedRow(position)
      guard let feature = (0..<width).first(where: { values[row * width + $0].isNaN }) else {
        continue
      }
      throw DataError(
        "a value is missing", source: dataset.name, row: row + 1,
        column: dataset.featureNames[feature],
        hint: "Drop the row, or fit the preprocessing to rows with missing values: it fills them.")
    }
  }

  /// Bytes of the features of one example.
  public var featureBytes: Int { dataset.featureCount * dtype.byteCount }

  /// Elements of the target of one example.
  public var targetWidth: Int {
    switch encoding {
    case .indices: 1
    case .oneHot: dataset.task.names.count
    case .values: dataset.task.isClassification ? 1 : dataset.task.names.count
    }
  }

  public var targetDType: DType { encoding == .indices ? .int32 : dtype }

  /// Bytes of the target of one example.
  public var targetBytes: Int { targetWidth * targetDType.byteCount }

  /// The shapes of a batch of so many examples.
  public func shapes(batch: Int) -> (features: [Int], targets: [Int]) {
    ([batch, dataset.featureCount], encoding == .indices ? [batch] : [batch, targetWidth])
  }

  /// Writes the features of the examples at `positions`, row by row. Traps when a position is out
  /// of range or the memory too small.
  ///
  /// - Parameters:
  ///   - columns: which of the features; by default all.
  ///   - next: examples that will be gathered later, as many or fewer: they are asked for meanwhile.
  public func gatherFeatures(
    _ positions: UnsafeBufferPointer<Int32>, columns: Range<Int>? = nil,
    into target: UnsafeMutableRawBufferPointer,
    askingFor next: UnsafeBufferPointer<Int32> = UnsafeBufferPointer(start: nil, count: 0)
  ) {
    precondition(target.count >= positions.count * featureBytes, "BatchGatherer: too little memory")
    let isExact = features.dtype == .uint8 || features.dtype == .bool
    if isExact && dtype == .float32 {
      gather(features, positions, next, columns, target, dtype, floatOffsets, floatFactors)
    } else {
      gather(
        features, positions, next, columns, target, dtype, preprocessing.offsets,
        preprocessing.factors)
    }
  }

  /// Where a feature is nothing but a stored byte times one factor, that factor.
  public var byteFactor: Double? {
    guard features.dtype == .uint8, preprocessing.offsets.isEmpty, preprocessing.factors.count <= 1
    else { return nil }
    return preprocessing.factors.first ?? 1
  }

  /// Writes the stored bytes of features in place of the numbers: those of an example begin where the number of
  /// the first column would. Traps like ``gatherFeatures(_:columns:into:askingFor:)``, and where features are not bytes.
  public func gatherFeatureBytes(
    _ positions: UnsafeBufferPointer<Int32>, columns: Range<Int>,
    into target: UnsafeMutableRawBufferPointer,
    askingFor next: UnsafeBufferPointer<Int32> = UnsafeBufferPointer(start: nil, count: 0)
  ) {
    precondition(target.count >= positions.count * featureBytes, "BatchGatherer: too little memory")
    check(columns, of: dataset.featureCount)
    features.withUnsafeBytes { source in
      var rows = apus_rows()
      rows.cols = Int64(dataset.featureCount)
      rows.in = source.baseAddress
      rows.out = target.baseAddress
      (rows.in_dtype, rows.out_dtype) = (features.dtype.rowType, dtype.rowType)
      eachPart(of: positions, next, &rows) {
        let isDone = apus_rows_gather_bytes(
          &$0, Int64(columns.lowerBound), Int64(columns.upperBound))
        precondition(isDone != 0, "BatchGatherer: \(features.dtype) are not bytes")
      }
    }
  }

  /// Writes the targets of the examples at `positions`. Traps like
  /// ``gatherFeatures(_:columns:into:askingFor:)``.
  public func gatherTargets(
    _ positions: UnsafeBufferPointer<Int32>, into target: UnsafeMutableRawBufferPointer,
    askingFor next: UnsafeBufferPointer<Int32> = UnsafeBufferPointer(start: nil, count: 0)
  ) {
    precondition(target.count >= positions.count * targetBytes, "BatchGatherer: too little memory")
    switch (encoding, dtype) {
    case (.oneHot, .float64): oneHot(positions, target, as: Double.self)
    case (.oneHot, _): oneHot(positions, target, as: Float.self)
    default:
      gather(targets, positions, next, nil, target, targetDType, [Double](), [Double]())
    }
  }
}

extension BatchGatherer {
  /// The addresses that the features of these examples are stored at, for asking the processor to
  /// bring them near; they are valid as long as the gatherer is.
  ///
  /// - Returns: the bytes of each.
  public func locateFeatures(
    _ positions: UnsafeBufferPointer<Int32>,
    _ addresses: UnsafeMutableBufferPointer<UnsafeRawPointer?>
  ) -> Int {
    let bytes = dataset.featureCount * features.dtype.byteCount
    features.withUnsafeBytes { source in
      for (index, position) in positions.enumerated() {
        addresses[index] = source.baseAddress.map { $0 + checkedRow(position) * bytes }
      }
    }
    return bytes
  }
}

// Pointers: rows are scattered. Every position is checked against the data set, the sizes of the
// memory above, and the view's rows are inside the storage by construction.
extension BatchGatherer {
  /// The loops have no bfloat16; float32 holds its numbers exactly.
  private static func readable(_ data: TensorData) -> TensorData {
    data.dtype == .bfloat16 ? data.converted(to: .float32) : data
  }

  private func gather<T>(
    _ data: TensorData, _ positions: UnsafeBufferPointer<Int32>,
    _ next: UnsafeBufferPointer<Int32>, _ columns: Range<Int>?,
    _ target: UnsafeMutableRawBufferPointer, _ type: DType, _ offsets: [T], _ factors: [T]
  ) {
    let width = data.shape.dropFirst().reduce(1, *)
    let columns = columns ?? 0..<width
    check(columns, of: width)
    let level = apus_cpu_level()
    data.withUnsafeBytes { source in
      offsets.withUnsafeBytes { offset in
        factors.withUnsafeBytes { factor in
          preprocessing.fill.withUnsafeBufferPointer { fill in
            var rows = apus_rows()
            rows.cols = Int64(width)
            rows.in = source.baseAddress
            rows.out = target.baseAddress
            rows.offset = offsets.isEmpty ? nil : offset.baseAddress
            rows.factor = factors.count > 1 ? factor.baseAddress : nil
            rows.factor_all = factors.isEmpty ? 1 : preprocessing.factors[0]
            rows.fill = fill.isEmpty || factors.isEmpty ? nil : fill.baseAddress
            (rows.in_dtype, rows.out_dtype) = (data.dtype.rowType, type.rowType)
            eachPart(of: positions, next, &rows) {
              let isDone = apus_rows_gather(
                &$0, Int64(columns.lowerBound), Int64(columns.upperBound), level)
              precondition(isDone != 0, "BatchGatherer: no loop from \(data.dtype) to \(type)")
            }
          }
        }
      }
    }
  }

  /// Calls `body` for a few rows at a time, with their places in the storage.
  private func eachPart(
    of positions: UnsafeBufferPointer<Int32>, _ next: UnsafeBufferPointer<Int32>,
    _ rows: inout apus_rows, _ body: (inout apus_rows) -> Void
  ) {
    let part = 64
    let stride = Int(rows.cols * apus_dtype_size(rows.out_dtype))
    let out = rows.out
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * part) { stored in
      for start in Swift.stride(from: 0, to: positions.count, by: part) {
        let count = min(part, positions.count - start)
        let nextCount = max(min(part, next.count - start), 0)
        for i in 0..<count { stored[i] = Int32(checkedRow(positions[start + i])) }
        for i in 0..<nextCount { stored[part + i] = Int32(checkedRow(next[start + i])) }
        rows.index = UnsafePointer(stored.baseAddress)
        rows.count = Int64(count)
        rows.next = stored.baseAddress.map { UnsafePointer($0 + part) }
        rows.next_count = Int64(nextCount)
        rows.out = out.map { $0 + start * stride }
        body(&rows)
      }
    }
  }

  private func oneHot<T: FloatingScalar>(
    _ positions: UnsafeBufferPointer<Int32>, _ target: UnsafeMutableRawBufferPointer, as: T.Type
  ) {
    let width = targetWidth
    let output = target.bindMemory(to: T.self)
    targets.withUnsafeBytes { bytes in
      let stored = bytes.bindMemory(to: Int32.self)
      for (index, position) in positions.enumerated() {
        let chosen = Int(stored[checkedRow(position)])
        for i in 0..<width { output[index * width + i] = i == chosen ? 1 : 0 }
      }
    }
  }

  private func check(_ columns: Range<Int>, of width: Int) {
    precondition(
      columns.lowerBound >= 0 && columns.upperBound <= width, "BatchGatherer: columns \(columns)")
  }

  private func checkedRow(_ position: Int32) -> Int {
    precondition(
      position >= 0 && position < dataset.count, "BatchGatherer: no example at \(position)")
    return dataset.storedRow(Int(position))
  }
}

extension DType {
  /// The type in the loops that gather rows.
  fileprivate var rowType: apus_dtype {
    switch self {
    case .float32, .bfloat16: APUS_F32
    case .float64: APUS_F64
    case .int32: APUS_I32
    case .uint8: APUS_U8
    case .bool: APUS_BOOL
    }
  }
}
