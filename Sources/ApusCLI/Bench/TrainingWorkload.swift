internal import Apus
internal import CMallocCount

/// A workload that is a training: `Training` does all of it, and a callback reads the clock.
protocol TrainingWorkload: Workload {
  /// Nil for all rows.
  var batchSize: Int? { get }
  var optimizer: any Optimizer { get }
  var loss: any Loss { get }
  /// The step at which the loss is compared with other programs; within the first epoch, unless an
  /// epoch is one step.
  var checkStep: Int { get }
  var stack: Sequential { get }
  /// The rows, and where they came from.
  func rows(of data: BenchData) throws -> (Dataset, String)
}

extension TrainingWorkload {
  var loss: any Loss { .softmaxCrossEntropy }

  func rows(of data: BenchData) throws -> (Dataset, String) {
    let images = try data.trainingImages()
    return (images.dataset, images.description)
  }

  func measure(_ conditions: BenchConditions) throws -> [Measurement] {
    let (all, source) = try rows(of: conditions.data)
    // The last batch of an epoch is as full as the others.
    let batch = min(batchSize ?? all.count, all.count)
    let dataset = all.count.isMultiple(of: batch) ? all : all.prefix(all.count / batch * batch)
    let network = try Network(stack, for: dataset, seed: 0)
    let run = try TimedTraining(
      network, on: dataset, loss: loss, optimizer: optimizer, batchSize: batchSize,
      checkStep: checkStep, seconds: conditions.seconds, threads: conditions.threads,
      precision: conditions.precision, shouldStop: conditions.shouldStop)
    let products = MatrixProduct.all(of: network, rows: batch, training: true)
    return [
      Measurement(
        workload: name, timing: run.timing, samplesPerStep: batch, threads: conditions.threads,
        precision: run.bfloat16Products > 0 ? .bf16 : .f32,
        bfloat16Products: run.bfloat16Products, flopsPerStep: products.flops,
        bytesPerStep: run.bytesPerStep, planSeconds: run.planSeconds,
        limit: try conditions.limits?.limit(of: products, in: conditions.precision), data: source,
        check: run.check)
    ]
  }
}

/// A training that runs for as long as it takes to time its steps.
struct TimedTraining {
  let timing: Timing
  /// From the network to the end of the first step, less what a step takes: building the graph,
  /// its gradients and the plan.
  let planSeconds: Double
  let bytesPerStep: Double?
  let check: (step: Int, loss: Double)?
  /// How many products of a step are computed in bfloat16.
  let bfloat16Products: Int

  /// - Parameter batchSize: nil for all rows, in file order.
  init(
    _ network: Network, on dataset: Dataset, loss: any Loss, optimizer: any Optimizer,
    batchSize: Int?, checkStep: Int, seconds: Double, threads: Int, precision: BenchPrecision,
    shouldStop: @escaping @Sendable () -> Bool
  ) throws {
    let watch = StepWatch(seconds: seconds, checkStep: checkStep)
    let training = try Training(
      network, on: dataset, loss: loss, rule: UpdateRule(optimizer: optimizer),
      options: TrainingOptions(
        epochs: .max, batchSize: batchSize, shuffles: batchSize != nil, threads: threads,
        products: precision.products,
        shouldStop: shouldStop),
      callbacks: [watch])
    try training.run()
    guard let timing = watch.timer.timing, watch.timer.isDone else { throw Interrupted() }
    self.timing = timing
    planSeconds = max(0, watch.timer.secondsToFirstStep - timing.secondsPerStep)
    bytesPerStep = watch.bytesPerStep
    check = watch.check
    bfloat16Products = training.step.bfloat16Products
  }
}

/// Reads the clock at the ends of steps and stops the training when all is measured.
private final class StepWatch: Callback {
  private(set) var timer: StepTimer
  private(set) var check: (step: Int, loss: Double)?
  private let checkStep: Int
  private var bytesBefore: Int?
  private var measuredSteps = 0
  private(set) var bytesPerStep: Double?

  init(seconds: Double, checkStep: Int) {
    timer = StepTimer(seconds: seconds, fewestSteps: checkStep)
    self.checkStep = checkStep
  }

  func stepDidEnd(_ training: Training) {
    timer.stepDidEnd()
    if training.step.count == checkStep {
      check = (checkStep, training.scores.loss)
    }
    guard timer.isMeasuring || timer.isDone else { return }
    if let bytesBefore {
      measuredSteps += 1
      guard timer.isDone else { return }
      bytesPerStep = Double(apus_malloc_bytes() - bytesBefore) / Double(measuredSteps)
      training.stop("measured")
    } else if apus_malloc_bytes() >= 0 {
      bytesBefore = apus_malloc_bytes()
    } else if timer.isDone {
      training.stop("measured")
    }
  }
}

extension Sequential {
  /// Dense layers of these sizes with an activation between them.
  static func dense(_ sizes: [Int], activation: Activation = .relu) -> Sequential {
    Sequential {
      for size in sizes.dropLast() { Dense(size, activation: activation) }
      Dense(sizes[sizes.count - 1])
    }
  }
}
