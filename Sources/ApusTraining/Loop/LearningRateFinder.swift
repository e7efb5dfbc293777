public import ApusData
public import ApusLayers

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Looks for a good learning rate: trains for some steps while the rate grows from tiny to huge and
/// watches the loss fall and then explode (Smith 2015, "Cyclical learning rates").
///
/// ```swift
/// let sweep = try LearningRateFinder().sweep(
///   network, on: train, loss: .softmaxCrossEntropy, rule: UpdateRule(optimizer: .adam()))
/// print(sweep.suggestion ?? 0)
/// ```
public struct LearningRateFinder: Hashable, Sendable {
  /// The rate of the first step.
  public var lowest: Double
  /// The rate of the last step, unless the loss explodes before.
  public var highest: Double
  /// Steps of the whole sweep; rates form a geometric sequence.
  public var steps: Int
  /// β of the loss's exponential mean, m ← βm + (1−β)·loss, divided by 1 − βᵗ.
  public var smoothing: Double

  public init(
    lowest: Double = 1e-6, highest: Double = 10, steps: Int = 100, smoothing: Double = 0.9
  ) {
    self.lowest = lowest
    self.highest = highest
    self.steps = steps
    self.smoothing = smoothing
  }

  /// A sweep ends when the smoothed loss is so many times its smallest value.
  public static let explosion = 4.0

  /// Trains a copy of a network; batches come in the order in which `fit` would take them.
  ///
  /// - Throws: as `fit` does; ``TrainingError`` when the finder's own numbers are out of range.
  public func sweep(
    _ network: Network, on train: Dataset, loss: any Loss, rule: UpdateRule,
    options: TrainingOptions = TrainingOptions()
  ) throws -> LearningRateSweep {
    try validate()
    let batches = try SweepBatches(network, train, loss, rule, options)
    var sweep = LearningRateSweep()
    var mean = 0.0
    for index in 0..<steps {
      let progress = Double(index) / Double(max(steps - 1, 1))
      batches.step.learningRate = lowest * pow(highest / lowest, progress)
      let value = try batches.takeStep()
      mean = smoothing * mean + (1 - smoothing) * value
      let smoothed = mean / (1 - pow(smoothing, Double(index + 1)))
      let smallest = sweep.losses.min() ?? smoothed
      guard smoothed.isFinite, smoothed <= Self.explosion * smallest else { break }
      sweep.rates.append(batches.step.learningRate)
      sweep.losses.append(smoothed)
    }
    return sweep
  }

  private func validate() throws {
    guard lowest > 0, highest > lowest, highest.isFinite else {
      throw TrainingError(
        "learning-rate finder: the rates must be positive and rise, "
          + "found \(lowest) and \(highest)")
    }
    guard steps >= 2, (0..<1).contains(smoothing) else {
      throw TrainingError(
        "learning-rate finder: it needs at least 2 steps and a smoothing of at least 0 and below "
          + "1, found \(steps) and \(smoothing)")
    }
  }
}

/// What a sweep saw, up to where the loss exploded.
public struct LearningRateSweep: Hashable, Sendable {
  /// One per step, rising.
  public internal(set) var rates: [Double] = []
  /// The smoothed loss of each step, before its update.
  public internal(set) var losses: [Double] = []

  init() {}

  /// The rate at which the smoothed loss falls steepest against the logarithm of the rate, before
  /// its smallest value; nil when it never falls.
  public var suggestion: Double? {
    guard let bottom = losses.indices.min(by: { losses[$0] < losses[$1] }), bottom > 0 else {
      return nil
    }
    // Rates are a geometric sequence, so differences of losses are slopes up to a factor.
    let steepest = (1...bottom).min { losses[$0] - losses[$0 - 1] < losses[$1] - losses[$1 - 1] }
    return steepest.map { rates[$0] }
  }
}

/// An endless row of shuffled batches and the step that takes them.
private final class SweepBatches {
  let step: TrainingStep
  private let feeder: BatchFeeder
  private let batchSize: Int
  private var order: [Int32] = []
  private var next = 0

  init(
    _ network: Network, _ train: Dataset, _ loss: any Loss, _ rule: UpdateRule,
    _ options: TrainingOptions
  ) throws {
    try options.validate()
    let gatherer = try Measure(loss: loss, metrics: []).gatherer(
      for: train, network, options.precision)
    feeder = BatchFeeder(gatherer)
    step = try TrainingStep(
      network, loss: loss, rule: rule, targets: gatherer.targetType, engine: options.engine,
      threads: options.threads, precision: options.precision)
    step.epoch = 0
    batchSize = min(options.batchSize ?? train.count, train.count)
  }

  /// The loss before the update.
  func takeStep() throws -> Double {
    if next == order.count {
      step.epoch += 1
      order = feeder.gatherer.dataset.order(shuffledBy: step.seed, epoch: step.epoch)
      next = 0
    }
    let end = min(next + batchSize, order.count)
    defer { next = end }
    return try order.withUnsafeBufferPointer {
      try step(UnsafeBufferPointer(rebasing: $0[next..<end]), of: feeder).loss
    }
  }
}
