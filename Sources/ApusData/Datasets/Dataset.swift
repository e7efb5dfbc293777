public import ApusGraph
internal import CDeflate
internal import Synchronization

/// Examples with their targets: an immutable value that shares its numbers with its subsets.
///
/// Features stay as compact as they came (image bytes stay bytes); `scale` is their natural unit,
/// such as 1/255, and is applied when a batch is gathered.
///
/// ```swift
/// let (train, test) = try Datasets.digits().split(test: 0.2, seed: 1)
/// for batch in try train.batches(of: 32, shuffledBy: 1) { … }
/// ```
public struct Dataset: Sendable {
  public var name: String
  /// One sentence: what it is and where it comes from.
  public var summary: String
  /// [stored rows, features], of type uint8, int32, float32 or float64. NaN marks a missing value.
  public let features: TensorData
  public let featureNames: [String]
  /// [channels, height, width] when the features of a row are an image.
  public var imageShape: [Int]?
  /// What a stored feature is multiplied by to be in its natural unit.
  public var scale: Double
  /// As the task says; rows as in `features`. All zero when not `isLabeled`.
  public let targets: TensorData
  public let task: LearningTask
  /// Whether the targets are known.
  public var isLabeled = true
  /// How to read further tables like the one that this comes from.
  public var schema: TableSchema?
  /// The stored rows of a subset, in its order; nil for all of them.
  let view: [Int32]?
  /// ``fingerprint`` once it was asked for: the numbers never change, and there may be many.
  private let knownFingerprint = Known<String>()

  /// All stored rows. Throws when the sizes disagree, a class index is out of range or a feature
  /// is infinite.
  public init(
    name: String, summary: String = "", features: TensorData, featureNames: [String]? = nil,
    imageShape: [Int]? = nil, scale: Double = 1, targets: TensorData, task: LearningTask
  ) throws(DataError) {
    self.name = name
    self.summary = summary
    self.imageShape = imageShape
    self.scale = scale
    self.task = task
    view = nil
    let rows = features.shape.first ?? 1
    guard features.count > 0, rows <= Int32.max else {
      throw DataError(
        "there are 1 to 2^31 − 1 rows with features; found the shape \(features.shape)",
        source: name)
    }
    let width = features.count / rows
    self.features = features.reshaped(to: [rows, width])
    self.featureNames = featureNames ?? (0..<width).map { "x\($0 + 1)" }
    self.targets = task.isClassification ? targets.converted(to: .int32) : targets
    try check()
  }

  private init(_ base: Dataset, view: [Int32]) {
    name = base.name
    summary = base.summary
    features = base.features
    featureNames = base.featureNames
    imageShape = base.imageShape
    scale = base.scale
    targets = base.targets
    task = base.task
    isLabeled = base.isLabeled
    schema = base.schema
    self.view = view
  }

  /// The number of examples.
  public var count: Int { view?.count ?? features.shape[0] }

  /// The number of features of an example.
  public var featureCount: Int { features.shape[1] }

  /// The stored row of the example at a position.
  public func storedRow(_ position: Int) -> Int { view.map { Int($0[position]) } ?? position }

  /// The examples at these positions, in this order, sharing the numbers.
  public func subset(_ positions: [Int32]) -> Dataset {
    guard let view else { return Dataset(self, view: positions) }
    return Dataset(self, view: positions.map { view[Int($0)] })
  }

  /// The first examples.
  public func prefix(_ count: Int) -> Dataset {
    subset((0..<Int32(min(count, self.count))).map { $0 })
  }

  /// The class index of every example; nil unless the task is classification.
  public var classIndices: [Int32]? {
    guard task.isClassification else { return nil }
    let all = targets.values(as: Int32.self)
    return view.map { $0.map { all[Int($0)] } } ?? all
  }

  /// The targets of the examples in their order, as float64 [N] for classes and [N, names] else.
  public var targetRows: TensorData {
    let width = task.isClassification ? 1 : task.names.count
    let all = targets.doubles()
    var values: [Double] = []
    values.reserveCapacity(count * width)
    for position in 0..<count {
      let start = storedRow(position) * width
      values += all[start..<start + width]
    }
    let shape = task.isClassification ? [count] : [count, width]
    return TensorData(values, shape: shape)
  }

  /// How many examples each class has; nil unless the task is classification.
  public var classCounts: [Int]? {
    guard let indices = classIndices else { return nil }
    var counts = [Int](repeating: 0, count: task.names.count)
    for index in indices { counts[Int(index)] += 1 }
    return counts
  }

  /// A short mark of the numbers and their order: equal data sets have equal fingerprints. CRC-32,
  /// so it finds accidents, not attacks.
  public var fingerprint: String { knownFingerprint.value(or: makeFingerprint) }

  private func makeFingerprint() -> String {
    var crc: UInt32 = 0
    func add(_ bytes: UnsafeRawBufferPointer) {
      crc = libdeflate_crc32(crc, bytes.baseAddress, bytes.count)
    }
    features.withUnsafeBytes(add)
    targets.withUnsafeBytes(add)
    view?.withUnsafeBytes(add)
    let digits = String(crc, radix: 16)
    return "crc32-" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}

extension Dataset {
  private func check() throws(DataError) {
    let rows = features.shape[0]
    guard featureNames.count == featureCount else {
      throw failure("\(featureNames.count) feature names for \(featureCount) features")
    }
    if let imageShape, checkedElementCount(imageShape) != featureCount {
      throw failure("images of shape \(imageShape) do not have \(featureCount) values")
    }
    let expected = task.isClassification ? [rows] : [rows, task.names.count]
    guard targets.shape == expected else {
      throw failure("the targets have shape \(targets.shape), expected \(expected)")
    }
    if task.isClassification { try checkClasses() }
    for (data, what) in [(features, "feature"), (targets, "target")] {
      guard let bad = data.firstIndex(where: { what == "target" ? !$0.isFinite : $0.isInfinite })
      else { continue }
      let width = max(data.count / max(rows, 1), 1)
      throw DataError(
        "a \(what) is not a finite number", source: name, row: bad / width + 1,
        column: what == "target" ? task.names[bad % width] : featureNames[bad % width])
    }
  }

  private func checkClasses() throws(DataError) {
    let count = task.names.count
    let indices = targets.values(as: Int32.self)
    if let row = indices.firstIndex(where: { $0 < 0 || $0 >= count }) {
      throw DataError(
        "the label \(indices[row]) is not one of the \(count) classes 0…\(count - 1)",
        source: name, row: row + 1)
    }
  }

  func failure(_ reason: String, kind: ErrorKind = .badData) -> DataError {
    DataError(reason, source: name, kind: kind)
  }
}

/// A value that is made when it is first asked for; copies of what holds it share it.
private final class Known<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)

  func value(or make: () -> Value) -> Value {
    value.withLock { value in
      if let value { return value }
      let made = make()
      value = made
      return made
    }
  }
}

extension TensorData {
  /// The first element of a floating point tensor for which `isBad` holds.
  fileprivate func firstIndex(where isBad: (Double) -> Bool) -> Int? {
    switch dtype {
    case .float32:
      return withUnsafeBytes { $0.bindMemory(to: Float.self).firstIndex { isBad(Double($0)) } }
    case .float64:
      return withUnsafeBytes { $0.bindMemory(to: Double.self).firstIndex(where: isBad) }
    case .bfloat16: return doubles().firstIndex(where: isBad)
    case .int32, .uint8, .bool: return nil
    }
  }
}
