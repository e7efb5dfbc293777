public import ApusFormats
internal import ApusGraph

/// What happens to the stored features before a network sees them: x′ = (x − offset)·factor, with
/// one offset and factor per feature. Fitted on the training rows only; part of a model file.
public struct Preprocessing: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// The stored numbers in their natural unit: x·scale.
    case scale
    /// (x − mean) / standard deviation, of the training rows; a constant feature becomes 0.
    case standardize
    /// (x − minimum) / (maximum − minimum), of the training rows; a constant feature becomes 0.
    case minMax
  }

  public let kind: Kind
  /// One per feature, or none when all are 0.
  public let offsets: [Double]
  /// One per feature, or a single one for all.
  public let factors: [Double]
  /// What replaces a missing value (NaN), the mean of the training rows, one per feature; none
  /// when the training rows miss no value.
  public let fill: [Double]

  /// One factor for all features.
  public init(scale: Double) {
    kind = .scale
    offsets = []
    factors = [scale]
    fill = []
  }

  /// Leaves numbers as they are.
  public static let identity = Preprocessing(scale: 1)

  /// Measures the training rows.
  public init(_ kind: Kind, fittedTo training: Dataset) {
    self.kind = kind
    // Whole numbers miss no value, so a mere scale has nothing to measure.
    guard kind != .scale || training.features.dtype.isFloatingPoint else {
      (offsets, factors, fill) = ([], [training.scale], [])
      return
    }
    let statistics = FeatureStatistics(training)
    fill = statistics.hasMissing ? statistics.means : []
    switch kind {
    case .scale:
      offsets = []
      factors = [training.scale]
    case .standardize:
      offsets = statistics.means
      factors = statistics.deviations.map { $0 > 0 ? 1 / $0 : 1 }
    case .minMax:
      offsets = statistics.minima
      factors = zip(statistics.minima, statistics.maxima).map { $1 > $0 ? 1 / ($1 - $0) : 1 }
    }
  }

  /// The usual choice: tables are standardised; images and generated points, whose features share
  /// one unit, are only scaled.
  public init(automaticFor training: Dataset) {
    let isTable = training.schema != nil && training.imageShape == nil
    self.init(isTable ? .standardize : .scale, fittedTo: training)
  }

  /// Whether it can be applied to rows of so many features.
  public func fits(featureCount: Int) -> Bool {
    [0, featureCount].contains(offsets.count) && [1, featureCount].contains(factors.count)
      && [0, featureCount].contains(fill.count)
  }

  public var json: JSON {
    var members = [
      JSON.Member("kind", .string(kind.rawValue)), JSON.Member("factors", JSON(factors)),
    ]
    if !offsets.isEmpty { members.append(.init("offsets", JSON(offsets))) }
    if !fill.isEmpty { members.append(.init("fill", JSON(fill))) }
    return .object(members)
  }

  public init(json: JSON) throws(DataError) {
    guard let kind = json["kind"]?.stringValue.flatMap(Kind.init(rawValue:)),
      let factors = json["factors"]?.doubleValues, !factors.isEmpty,
      let offsets = (json["offsets"] ?? []).doubleValues,
      let fill = (json["fill"] ?? []).doubleValues
    else {
      throw DataError(
        "preprocessing has a kind (scale, standardize or minMax) and lists of numbers",
        source: "model file")
    }
    let width = max(factors.count, offsets.count, fill.count)
    self.kind = kind
    self.factors = factors
    self.offsets = offsets
    self.fill = fill
    guard fits(featureCount: width) else {
      throw DataError(
        "preprocessing has one factor, offset and fill per feature; found \(factors.count), "
          + "\(offsets.count) and \(fill.count)", source: "model file")
    }
  }
}

/// Mean, deviation and range of every feature over the rows of a data set; NaN is left out.
private struct FeatureStatistics {
  var means: [Double]
  var deviations: [Double]
  var minima: [Double]
  var maxima: [Double]
  var hasMissing = false

  init(_ data: Dataset) {
    let width = data.featureCount
    means = [Double](repeating: 0, count: width)
    deviations = means
    minima = [Double](repeating: .infinity, count: width)
    maxima = [Double](repeating: -.infinity, count: width)
    switch data.features.dtype {
    case .uint8: measure(data, as: UInt8.self)
    case .float32: measure(data, as: Float.self)
    case .float64: measure(data, as: Double.self)
    case .int32: measure(data, as: Int32.self)
    case .bool: measure(data, as: Bool.self)
    case .bfloat16: measure(data, as: BFloat16.self)
    }
    for index in 0..<width where minima[index] > maxima[index] {
      (minima[index], maxima[index]) = (0, 0)
    }
  }

  private mutating func measure<T: Scalar>(_ data: Dataset, as: T.Type) {
    let width = data.featureCount
    var counts = [Double](repeating: 0, count: width)
    data.features.withUnsafeBytes { bytes in
      let values = bytes.bindMemory(to: T.self)
      func each(_ body: (Int, Double) -> Void) {
        for position in 0..<data.count {
          let start = data.storedRow(position) * width
          for index in 0..<width {
            let value = values[start + index].asDouble
            if !value.isNaN { body(index, value) }
          }
        }
      }
      each { index, value in
        means[index] += value
        counts[index] += 1
        minima[index] = min(minima[index], value)
        maxima[index] = max(maxima[index], value)
      }
      for index in 0..<width { means[index] /= max(counts[index], 1) }
      each { index, value in
        let difference = value - means[index]
        deviations[index] += difference * difference
      }
    }
    for index in 0..<width {
      deviations[index] = (deviations[index] / max(counts[index], 1)).squareRoot()
    }
    hasMissing = counts.contains { $0 < Double(data.count) }
  }
}
