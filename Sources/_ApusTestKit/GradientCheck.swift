import ApusEngine
public import ApusGraph

/// Compares gradients with central differences, in the precision of the graph (use Float64).
///
/// Differences of steps h and h/2 are combined to (4 D(h/2) − D(h)) / 3, whose error is of the order
/// h⁴ (Richardson 1911).
public struct GradientCheck {
  private let graph: Graph
  private let output: Tensor
  private let targets: [Tensor]
  private let feeds: [Tensor: TensorData]
  /// Tensors with at most this many elements are checked entry by entry; all are checked along
  /// random directions.
  private let entryLimit: Int

  public init(
    _ graph: Graph, of output: Tensor, with targets: [Tensor], feeding feeds: [Tensor: TensorData],
    entryLimit: Int = 64
  ) {
    self.graph = graph
    self.output = output
    self.targets = targets
    self.feeds = feeds
    self.entryLimit = entryLimit
  }

  /// Throws ``OpHarnessFailure`` when an error, divided by the largest entry of the gradient, is
  /// above `tolerance`.
  public func run(_ label: String, within tolerance: Double) throws {
    let slopes = graph.gradients(of: output, with: targets)
    let values = try graph.evaluate([output] + slopes, feeding: feeds)
    let gradients = values.dropFirst().map { $0.doubles() }
    let largest = gradients.joined().reduce(0) { max($0, abs($1)) }
    // Below this, rounding of the output itself is all that a difference sees.
    let scale = max(largest, 1e-4 * abs(values[0].scalar ?? 0), 1e-9)
    var failures: [String] = []
    for (position, target) in targets.enumerated() {
      let gradient = gradients[position]
      for (name, direction) in directions(count: gradient.count) {
        let slope = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
        let difference = try centralDifference(target, direction)
        let error = abs(slope - difference) / scale
        if !(error <= tolerance) {
          failures.append(
            "\(label), input \(position) along \(name): \(slope), central difference "
              + "\(difference), error \(error) of the largest")
        }
      }
    }
    if !failures.isEmpty { throw OpHarnessFailure(messages: failures) }
  }

  private func directions(count: Int) -> [(name: String, values: [Double])] {
    var directions = (0..<3).map { index in
      ("direction \(index)", randomData([count], seed: 100 + UInt64(index)).doubles())
    }
    if count <= entryLimit {
      for entry in 0..<count {
        var unit = [Double](repeating: 0, count: count)
        unit[entry] = 1
        directions.append(("entry \(entry)", unit))
      }
    }
    return directions
  }

  private func centralDifference(_ target: Tensor, _ direction: [Double]) throws -> Double {
    let h = 1e-3
    let (wide, narrow) = (
      try difference(target, direction, h), try difference(target, direction, h / 2)
    )
    return (4 * narrow - wide) / 3
  }

  private func difference(
    _ target: Tensor, _ direction: [Double], _ h: Double
  ) throws -> Double {
    try (value(target, direction, h) - value(target, direction, -h)) / (2 * h)
  }

  private func value(_ target: Tensor, _ direction: [Double], _ h: Double) throws -> Double {
    guard let start = feeds[target] else { throw FeedError.missing(name: "\(target)") }
    let moved = zip(start.doubles(), direction).map { $0 + h * $1 }
    var feeds = feeds
    feeds[target] = TensorData(moved, shape: start.shape)
    return try graph.evaluate([output], feeding: feeds)[0].scalar ?? .nan
  }
}
