public import ApusGraph

/// Some examples as a network takes them.
public struct Batch: Sendable {
  /// [batch, features]
  public let features: TensorData
  /// [batch] of class indices or [batch, outputs].
  public let targets: TensorData
  /// One factor for the loss of each example, [batch]; nil when all weigh the same.
  public let weights: TensorData?
  /// The positions of the examples in the data set; empty when they come from elsewhere.
  public let positions: [Int32]

  /// Examples of your own.
  public init(
    features: TensorData, targets: TensorData, weights: TensorData? = nil, positions: [Int32] = []
  ) {
    self.features = features
    self.targets = targets
    self.weights = weights
    self.positions = positions
  }

  /// The number of examples.
  public var count: Int { features.shape.first ?? 0 }
}

/// The batches of one epoch, in order; the last one may be smaller.
public struct Batches: Sequence, Sendable {
  let gatherer: BatchGatherer
  let size: Int
  let order: [Int32]

  /// The number of batches.
  public var count: Int { (order.count + size - 1) / size }

  public func makeIterator() -> Iterator { Iterator(batches: self) }

  public struct Iterator: IteratorProtocol {
    let batches: Batches
    var start = 0

    public mutating func next() -> Batch? {
      let end = Swift.min(start + batches.size, batches.order.count)
      guard start < end else { return nil }
      defer { start = end }
      return batches.gatherer.batch(Array(batches.order[start..<end]))
    }
  }
}

extension BatchGatherer {
  /// The examples at these positions in memory of their own.
  public func batch(_ positions: [Int32]) -> Batch {
    let shapes = shapes(batch: positions.count)
    var features = TensorData(zeros: shapes.features, dtype: dtype)
    var targets = TensorData(zeros: shapes.targets, dtype: targetDType)
    positions.withUnsafeBufferPointer { positions in
      features.withUnsafeMutableBytes { gatherFeatures(positions, into: $0) }
      targets.withUnsafeMutableBytes { gatherTargets(positions, into: $0) }
    }
    return Batch(features: features, targets: targets, positions: positions)
  }
}

extension Dataset {
  /// The order of the examples in an epoch: as they are without a seed, otherwise shuffled by
  /// (seed, epoch) alone.
  public func order(shuffledBy seed: UInt64?, epoch: Int = 0) -> [Int32] {
    guard let seed else { return (0..<Int32(count)).map { $0 } }
    var random = RandomStream(seed: seed, purpose: .shuffle, epoch: epoch)
    return random.permutation(of: count)
  }

  /// The batches of an epoch. Without `preprocessing`, features are in their natural unit.
  public func batches(
    of size: Int, shuffledBy seed: UInt64? = nil, epoch: Int = 0,
    preprocessing: Preprocessing? = nil, dtype: DType = .float32, encoding: TargetEncoding? = nil
  ) throws(DataError) -> Batches {
    guard size > 0 else { throw failure("a batch has at least 1 row; found \(size)", kind: .usage) }
    let gatherer = try BatchGatherer(
      self, preprocessing: preprocessing, dtype: dtype, encoding: encoding)
    return Batches(gatherer: gatherer, size: size, order: order(shuffledBy: seed, epoch: epoch))
  }

  /// All examples in one batch.
  public func whole(
    preprocessing: Preprocessing? = nil, dtype: DType = .float32, encoding: TargetEncoding? = nil
  ) throws(DataError) -> Batch {
    try BatchGatherer(self, preprocessing: preprocessing, dtype: dtype, encoding: encoding)
      .batch(order(shuffledBy: nil))
  }
}
