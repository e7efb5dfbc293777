import ApusData
import ApusGraph
import ApusLayers

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension InputFacts {
  /// Rows that are measured.
  private static let rowLimit = 1024
  private static let rowsAtOnce = 32

  /// Measured on some rows, drawn with a seed.
  init(_ gatherer: BatchGatherer, seed: UInt64) {
    let dataset = gatherer.dataset
    let rows = Array(dataset.order(shuffledBy: seed).prefix(Self.rowLimit))
    let width = dataset.featureCount
    features = width
    largest = Feature(name: dataset.featureNames.first ?? "", value: 0)
    // Row by row, as the numbers lie; a few at a time, which stay in the cache.
    var columns = [(sum: Double, squares: Double, most: Double)](repeating: (0, 0, 0), count: width)
    for start in stride(from: 0, to: rows.count, by: Self.rowsAtOnce) {
      let part = Array(rows[start..<min(start + Self.rowsAtOnce, rows.count)])
      let values = gatherer.batch(part).features.doubles()
      for row in part.indices {
        for column in 0..<width {
          let value = values[row * width + column]
          columns[column].sum += value
          columns[column].squares += value * value
          columns[column].most = max(columns[column].most, abs(value))
        }
      }
    }
    for (column, (sum, squares, most)) in columns.enumerated() {
      let mean = sum / Double(rows.count)
      let deviation = max(squares / Double(rows.count) - mean * mean, 0).squareRoot()
      let name = dataset.featureNames[column]
      if most > largest.value { largest = Feature(name: name, value: most) }
      // What is left by rounding is no variation.
      guard deviation > 1e-6 * max(most, .leastNormalMagnitude) else { continue }
      if deviation > widest?.value ?? 0 { widest = Feature(name: name, value: deviation) }
      if deviation < narrowest?.value ?? .infinity {
        narrowest = Feature(name: name, value: deviation)
      }
    }
  }
}

extension TargetFacts {
  init(of dataset: Dataset, _ loss: any Loss) {
    emptyClasses = []
    classes = 0
    if let counts = dataset.classCounts {
      classes = counts.count
      emptyClasses = zip(dataset.task.names, counts).filter { $0.1 == 0 }.map(\.0)
      if loss.targets == .classes || counts.count == 2 && loss.targets == .binary {
        let shares = counts.map { Double($0) / Double(max(dataset.count, 1)) }
        lossOfConstant = -shares.filter { $0 > 0 }.reduce(0) { $0 + $1 * log($1) }
      }
      return
    }
    let rows = dataset.targetRows.doubles()
    let width = max(dataset.task.names.count, 1)
    lowest = rows.min()
    highest = rows.max()
    guard let squared = loss as? SquaredError, squared.reduction.rows == .mean else { return }
    let count = Double(max(dataset.count, 1))
    let variances = (0..<width).map { column in
      let own = stride(from: column, to: rows.count, by: width).map { rows[$0] }
      let mean = own.reduce(0, +) / count
      return own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    }
    let sum = variances.reduce(0, +)
    switch squared.reduction.outputs {
    case .sum: lossOfConstant = sum
    case .mean: lossOfConstant = sum / Double(width)
    case .halfSum: lossOfConstant = sum / 2
    }
  }
}
