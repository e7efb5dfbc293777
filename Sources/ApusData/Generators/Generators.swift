internal import ApusGraph

/// Data sets made by a formula, the same for the same seed.
public enum Generators {
  /// Points of the plane with classes, in the order in which they were drawn.
  static func points(
    _ name: String, _ summary: String, _ rows: Int, noise: Double, seed: UInt64,
    classes: Int = 2, _ point: (Int, inout RandomStream) -> (Double, Double)
  ) throws(DataError) -> Dataset {
    try check(name, rows, noise, atLeast: classes)
    var random = RandomStream(seed: seed, purpose: .generate)
    var features: [Float] = []
    var targets: [Int32] = []
    for row in 0..<rows {
      let (x, y) = point(row % classes, &random)
      features += [Float(x), Float(y)]
      targets.append(Int32(row % classes))
    }
    return try Dataset(
      name: name, summary: summary, features: TensorData(features, shape: [rows, 2]),
      targets: TensorData(targets),
      task: .classification(classes: (0..<classes).map(String.init)))
  }

  /// Rows with one number to predict.
  static func curve(
    _ name: String, _ summary: String, _ rows: Int, noise: Double, seed: UInt64, inputs: Int,
    _ row: (inout RandomStream) -> (x: [Double], y: Double)
  ) throws(DataError) -> Dataset {
    try check(name, rows, noise, atLeast: 1)
    var random = RandomStream(seed: seed, purpose: .generate)
    var features: [Float] = []
    var targets: [Float] = []
    for _ in 0..<rows {
      let (x, y) = row(&random)
      features += x.map { Float($0) }
      targets.append(Float(y + noise * random.normal()))
    }
    return try Dataset(
      name: name, summary: summary, features: TensorData(features, shape: [rows, inputs]),
      targets: TensorData(targets, shape: [rows, 1]), task: .regression(outputs: ["y"]))
  }

  private static func check(
    _ name: String, _ rows: Int, _ noise: Double, atLeast least: Int
  ) throws(DataError) {
    guard rows >= least, rows <= 100_000_000 else {
      throw DataError("rows are \(least) to 100,000,000; found \(rows)", source: name, kind: .usage)
    }
    guard noise >= 0, noise.isFinite else {
      throw DataError("noise is a finite number ≥ 0; found \(noise)", source: name, kind: .usage)
    }
  }
}
