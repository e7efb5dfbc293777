internal import Apus

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// How time per step grows with one size of a network while the others stay.
struct ScaleSweep: Sendable {
  enum Size: String, Sendable { case width, batch, depth }

  let size: Size
  let values: [Int]

  /// The sweeps of `apus scale`: powers of two, and a depth of a thousand.
  static let all = [
    ScaleSweep(size: .width, values: (4...12).map { 1 << $0 }),
    ScaleSweep(size: .batch, values: (0...12).map { 1 << $0 }),
    ScaleSweep(size: .depth, values: (0...9).map { 1 << $0 } + [1_000]),
  ]

  /// The same sweep without values above a limit.
  func limited(to largest: Int) -> ScaleSweep {
    ScaleSweep(size: size, values: values.filter { $0 <= largest })
  }

  /// Width, rows of a batch and number of layers at a value of the sweep.
  private func sizes(at value: Int) -> (width: Int, batch: Int, depth: Int) {
    switch size {
    case .width: (value, 32, 2)
    case .batch: (64, value, 2)
    case .depth: (32, 32, value)
    }
  }

  /// What stays, in words.
  var fixed: String {
    switch size {
    case .width: "batch 32, 2 layers"
    case .batch: "width 64, 2 layers"
    case .depth: "width 32, batch 32, residual layers"
    }
  }

  func point(
    at value: Int, seconds: Double, threads: Int, _ shouldStop: @escaping @Sendable () -> Bool
  )
    throws -> ScalePoint
  {
    let (width, batch, depth) = sizes(at: value)
    // Enough rows that the ends of epochs do not count.
    let dataset = try Self.rows(max(4096, 8 * batch), features: width)
    let stack =
      size == .depth
      ? Deep.stack(blocks: depth, width: width)
      : Sequential.dense(Array(repeating: width, count: depth) + [10])
    let network = try Network(stack, for: dataset, seed: 0)
    let run = try TimedTraining(
      network, on: dataset, loss: .softmaxCrossEntropy, optimizer: Adam(learningRate: 0.00001),
      batchSize: batch, checkStep: 0, seconds: seconds, threads: threads, precision: .f32,
      shouldStop: shouldStop)
    let products = MatrixProduct.all(of: network, rows: batch, training: true)
    return ScalePoint(
      value: value, threads: threads, seconds: run.timing.fastestSecondsPerStep,
      planSeconds: run.planSeconds, flops: products.flops)
  }

  /// Bytes at random in ten classes.
  private static func rows(_ count: Int, features: Int) throws -> Dataset {
    var random = RandomStream(seed: 0, purpose: .generate)
    let values = (0..<count * features).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) }
    let labels = (0..<count).map { _ in Int32(random.integer(below: 10)) }
    return try Dataset(
      name: "generated", features: TensorData(values, shape: [count, features]), scale: 1 / 255,
      targets: TensorData(labels), task: .classification(classes: (0..<10).map(String.init)))
  }
}

/// One network of a sweep on so many threads.
struct ScalePoint: Sendable {
  var value: Int
  var threads: Int
  var seconds: Double
  var planSeconds: Double
  /// Of the step's matrix products.
  var flops: Double
  /// Time per unit of work over the line through its neighbours; nil at the ends.
  var bend: Double?

  var secondsPerFlop: Double { seconds / flops }
  /// A point further off than this, up or down, is a cliff.
  static let limit = 1.5
  var isCliff: Bool { bend.map { $0 > Self.limit || $0 < 1 / Self.limit } ?? false }

  /// Compares every inner point with the straight line through its neighbours, both axes
  /// logarithmic.
  static func bent(_ points: [ScalePoint]) -> [ScalePoint] {
    var result = points
    for index in points.indices.dropFirst().dropLast() {
      let (left, point, right) = (points[index - 1], points[index], points[index + 1])
      let place =
        log(Double(point.value) / Double(left.value))
        / log(Double(right.value) / Double(left.value))
      let expected = left.secondsPerFlop * pow(right.secondsPerFlop / left.secondsPerFlop, place)
      result[index].bend = point.secondsPerFlop / expected
    }
    return result
  }
}
