public import ApusGraph

/// (x − mean) / standard deviation with numbers fitted to data beforehand; they are states, stored
/// with the model and never trained.
///
/// ```swift
/// Sequential {
///   Normalization(fittedTo: train.features)
///   Dense(10)
/// }
/// ```
public struct Normalization: Layer {
  /// One number per element of a row.
  public let mean: TensorData
  /// As `mean`; 1 where the data does not vary.
  public let deviation: TensorData

  /// Given numbers of the shape of a row. Traps unless both have one shape.
  public init(mean: TensorData, deviation: TensorData) {
    precondition(
      mean.shape == deviation.shape,
      "Normalization: mean \(mean.shape) and deviation \(deviation.shape)")
    self.mean = mean
    self.deviation = deviation
  }

  /// Mean and standard deviation of every column of `data` [N, …]; the variance divides by N.
  /// Columns that do not vary keep their scale.
  public init(fittedTo data: TensorData) {
    let shape = Array(data.shape.dropFirst())
    let columns = checkedElementCount(shape) ?? 0
    let rows = columns == 0 ? 0 : data.count / columns
    let values = data.doubles()
    var (means, squares) = (
      [Double](repeating: 0, count: columns), [Double](repeating: 0, count: columns)
    )
    for i in values.indices { means[i % columns] += values[i] / Double(rows) }
    for i in values.indices {
      let difference = values[i] - means[i % columns]
      squares[i % columns] += difference * difference / Double(rows)
    }
    let deviations = squares.map { $0 > 0 ? $0.squareRoot() : 1 }
    self.init(
      mean: TensorData(doubles: means, shape: shape, dtype: .float32),
      deviation: TensorData(doubles: deviations, shape: shape, dtype: .float32))
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
    if x.isPoison { return x }
    let row = Shape(Array(x.shape.dimensions.dropFirst()))
    guard x.rank >= 1, row == Shape(mean.shape) else {
      return scope.mistake(
        "normalization", "it was fitted to rows of shape \(mean.shape), not \(row)", inputs: [x])
    }
    return scope.enter {
      let mean = scope.state("mean", initial: mean)
      let deviation = scope.state("deviation", initial: deviation)
      return (x - mean) / deviation
    }
  }
}

extension Normalization: DescribedLayer {
  public var settings: Attributes { ["mean": .data(mean), "deviation": .data(deviation)] }

  public init(reading reader: SettingReader) throws {
    try reader.expect("mean", "deviation")
    let (mean, deviation) = (try reader.vector("mean"), try reader.vector("deviation"))
    guard mean.shape == deviation.shape else {
      throw DescriptionError(
        path: "\(reader.path).deviation",
        rule: "it must have as many numbers as mean, \(mean.count), found \(deviation.count)")
    }
    self.init(mean: mean, deviation: deviation)
  }
}
