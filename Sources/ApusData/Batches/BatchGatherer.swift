public import ApusGraph

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
public struct BatchGatherer: Sendable {
  public let dataset: Dataset
  public let preprocessing: Preprocessing
  /// The type of the features and of targets that are not indices: float32 or float64.
  public let dtype: DType
  public let encoding: TargetEncoding
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
  public func gatherFeatures(
    _ positions: UnsafeBufferPointer<Int32>, into target: UnsafeMutableRawBufferPointer
  ) {
    precondition(target.count >= positions.count * featureBytes, "BatchGatherer: too little memory")
    switch dtype {
    case .float64: gather(positions, target, preprocessing.offsets, preprocessing.factors)
    default: gather(positions, target, floatOffsets, floatFactors)
    }
  }

  /// Writes the targets of the examples at `positions`. Traps like ``gatherFeatures(_:into:)``.
  public func gatherTargets(
    _ positions: UnsafeBufferPointer<Int32>, into target: UnsafeMutableRawBufferPointer
  ) {
    precondition(target.count >= positions.count * targetBytes, "BatchGatherer: too little memory")
    switch (encoding, dtype) {
    case (.indices, _): copyTargets(positions, target, as: Int32.self)
    case (.values, .float64): copyTargets(positions, target, as: Double.self)
    case (.values, _): copyTargets(positions, target, as: Float.self)
    case (.oneHot, .float64): oneHot(positions, target, as: Double.self)
    case (.oneHot, _): oneHot(positions, target, as: Float.self)
    }
  }
}

// Pointers: rows are scattered and the loops below must vectorise. Every position is checked
// against the data set, the sizes of the memory above, and the view's rows are inside the storage
// by construction.
extension BatchGatherer {
  private func gather<T: FloatingScalar>(
    _ positions: UnsafeBufferPointer<Int32>, _ target: UnsafeMutableRawBufferPointer,
    _ offsets: [T], _ factors: [T]
  ) {
    switch dataset.features.dtype {
    case .uint8:
      rows(positions, target, UInt8.self, T.self) { source, target, count in
        transform(source, target, count, offsets, factors) { T($0) }
      }
    case .float32: gatherWide(positions, target, Float.self, T.self)
    case .float64: gatherWide(positions, target, Double.self, T.self)
    case .int32: gatherWide(positions, target, Int32.self, T.self)
    case .bool: gatherWide(positions, target, Bool.self, T.self)
    case .bfloat16: gatherWide(positions, target, BFloat16.self, T.self)
    }
  }

  /// Calls `body` for every example with its stored and its written features.
  private func rows<S: Scalar, T: Scalar>(
    _ positions: UnsafeBufferPointer<Int32>, _ target: UnsafeMutableRawBufferPointer,
    _: S.Type, _: T.Type,
    _ body: (UnsafePointer<S>, UnsafeMutablePointer<T>, Int) -> Void
  ) {
    let width = dataset.featureCount
    let output = target.bindMemory(to: T.self)
    dataset.features.withUnsafeBytes { bytes in
      guard let stored = bytes.bindMemory(to: S.self).baseAddress, let start = output.baseAddress
      else { return }
      for (index, position) in positions.enumerated() {
        let row = checkedRow(position)
        body(stored + row * width, start + index * width, width)
      }
    }
  }

  /// Bytes are exact in either type, so the arithmetic runs in the batch's own.
  private func transform<S, T: FloatingScalar>(
    _ source: UnsafePointer<S>, _ target: UnsafeMutablePointer<T>, _ count: Int,
    _ offsets: [T], _ factors: [T], _ value: (S) -> T
  ) {
    if offsets.isEmpty && factors.count == 1 {
      let factor = factors[0]
      for i in 0..<count { target[i] = value(source[i]) * factor }
      return
    }
    offsets.withUnsafeBufferPointer { offsets in
      factors.withUnsafeBufferPointer { factors in
        let step = factors.count == 1 ? 0 : 1
        for i in 0..<count {
          let offset = offsets.isEmpty ? 0 : offsets[i]
          target[i] = (value(source[i]) - offset) * factors[i * step]
        }
      }
    }
  }

  /// Other types: in Double, rounded once, with missing values filled.
  private func gatherWide<S: Scalar, T: FloatingScalar>(
    _ positions: UnsafeBufferPointer<Int32>, _ target: UnsafeMutableRawBufferPointer,
    _: S.Type, _: T.Type
  ) {
    let (offsets, factors, fill) = (
      preprocessing.offsets, preprocessing.factors, preprocessing.fill
    )
    rows(positions, target, S.self, T.self) { source, target, count in
      for i in 0..<count {
        var value = source[i].asDouble
        if value.isNaN && !fill.isEmpty { value = fill[i] }
        if !offsets.isEmpty { value -= offsets[i] }
        target[i] = T(rounding: value * (factors.count == 1 ? factors[0] : factors[i]))
      }
    }
  }

  private func copyTargets<T: Scalar>(
    _ positions: UnsafeBufferPointer<Int32>, _ target: UnsafeMutableRawBufferPointer, as: T.Type
  ) {
    switch dataset.targets.dtype {
    case .int32: copyTargets(positions, target, from: Int32.self, as: T.self)
    case .uint8: copyTargets(positions, target, from: UInt8.self, as: T.self)
    case .float64: copyTargets(positions, target, from: Double.self, as: T.self)
    case .bool: copyTargets(positions, target, from: Bool.self, as: T.self)
    case .float32: copyTargets(positions, target, from: Float.self, as: T.self)
    case .bfloat16: copyTargets(positions, target, from: BFloat16.self, as: T.self)
    }
  }

  private func copyTargets<S: Scalar, T: Scalar>(
    _ positions: UnsafeBufferPointer<Int32>, _ target: UnsafeMutableRawBufferPointer,
    from: S.Type, as: T.Type
  ) {
    let width = targetWidth
    let output = target.bindMemory(to: T.self)
    dataset.targets.withUnsafeBytes { bytes in
      let stored = bytes.bindMemory(to: S.self)
      for (index, position) in positions.enumerated() {
        let row = checkedRow(position)
        for i in 0..<width {
          output[index * width + i] = T(rounding: stored[row * width + i].asDouble)
        }
      }
    }
  }

  private func oneHot<T: FloatingScalar>(
    _ positions: UnsafeBufferPointer<Int32>, _ target: UnsafeMutableRawBufferPointer, as: T.Type
  ) {
    let width = targetWidth
    let output = target.bindMemory(to: T.self)
    dataset.targets.withUnsafeBytes { bytes in
      let stored = bytes.bindMemory(to: Int32.self)
      for (index, position) in positions.enumerated() {
        let chosen = Int(stored[checkedRow(position)])
        for i in 0..<width { output[index * width + i] = i == chosen ? 1 : 0 }
      }
    }
  }

  private func checkedRow(_ position: Int32) -> Int {
    precondition(
      position >= 0 && position < dataset.count, "BatchGatherer: no example at \(position)")
    return dataset.storedRow(Int(position))
  }
}
