internal import Apus

/// What one workload gave.
struct Measurement: Sendable {
  var workload: String
  /// Which of several measurements of a workload; nil when there is one.
  var part: String?
  var timing: Timing
  var samplesPerStep: Int
  var threads: Int
  /// `bf16` where at least one product of a step is.
  var precision: BenchPrecision
  var bfloat16Products = 0
  /// Of the matrix products of a step; nil where there are none.
  var flopsPerStep: Double?
  /// Allocated per step by the thread that trains, ends of epochs included; nil where it cannot be
  /// counted.
  var bytesPerStep: Double?
  /// From the network to the end of the first step, less a step; nil where there is no training.
  var planSeconds: Double?
  var limit: ProductLimits.Limit?
  /// Where the rows came from.
  var data: String
  /// Loss after a fixed number of steps, so that others can be checked to do the same work.
  var check: (step: Int, loss: Double)?
  /// Peak resident memory of the process that was measured; nil where it is not known.
  var peakBytes: Int?

  var title: String { part.map { "\(workload) (\($0))" } ?? workload }

  var gigaflops: Double? {
    flopsPerStep.map { $0 / timing.secondsPerStep / 1e9 }
  }

  var ratioToLimit: Double? { limit.map { timing.secondsPerStep / $0.seconds } }

  var json: JSON {
    func number(_ value: Double?) -> JSON { value.map { .finite($0) } ?? .null }
    return [
      "workload": .string(workload), "part": part.map { .string($0) } ?? .null,
      "us_per_step": .finite(timing.secondsPerStep * 1e6),
      "spread": .finite(timing.spread),
      "repeats": .integer(timing.repeats), "steps_per_repeat": .integer(timing.stepsPerRepeat),
      "samples_per_s": .finite(Double(samplesPerStep) / timing.secondsPerStep),
      "threads": .integer(threads), "precision": .string(precision.rawValue),
      "bf16_products": .integer(bfloat16Products),
      "gflops": number(gigaflops), "bytes_per_step": number(bytesPerStep),
      "plan_ms": number(planSeconds.map { $0 * 1e3 }),
      "limit_us": number(limit.map { $0.seconds * 1e6 }),
      "limit_by": limit.map { .string($0.by) } ?? .null,
      "ratio_to_limit": number(ratioToLimit),
      "data": .string(data),
      "check": check.map { ["step": .integer($0.step), "loss": .finite($0.loss)] } ?? .null,
      "peak_bytes": peakBytes.map { .integer($0) } ?? .null,
    ]
  }
}

/// Times of equal numbers of steps, taken one after the other.
struct Timing: Sendable {
  /// The median of the repeats.
  let secondsPerStep: Double
  /// Of the fastest repeat: other work on the machine can only make a repeat longer.
  let fastestSecondsPerStep: Double
  /// The middle half of the repeats, from end to end, over the median.
  let spread: Double
  let repeats: Int
  let stepsPerRepeat: Int

  /// - Parameter seconds: of each repeat; at least one.
  init(_ seconds: [Double], stepsPerRepeat: Int) {
    precondition(!seconds.isEmpty, "Timing: there are no repeats")
    let sorted = seconds.sorted()
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
    let median = quantile(0.5)
    secondsPerStep = median / Double(stepsPerRepeat)
    fastestSecondsPerStep = sorted[0] / Double(stepsPerRepeat)
    spread = median > 0 ? (quantile(0.75) - quantile(0.25)) / median : 0
    repeats = seconds.count
    self.stepsPerRepeat = stepsPerRepeat
  }
}

/// Cuts a row of steps into a warm-up and repeats of equal length. Told of the end of every step.
struct StepTimer {
  private enum Phase { case starting, warmingUp, measuring, done }

  private let seconds: Double
  /// Of the warm-up, at least.
  private let fewestSteps: Int
  private let clock = ContinuousClock()
  private var phase = Phase.starting
  private var mark: ContinuousClock.Instant
  private var count = 0
  private var next = 1
  private var wantedRepeats = BenchConditions.repeats
  private var times: [Double] = []
  private(set) var stepsPerRepeat = 1
  /// From the making of the timer to the end of the first step.
  private(set) var secondsToFirstStep = 0.0

  init(seconds: Double, fewestSteps: Int = 1) {
    self.seconds = seconds
    self.fewestSteps = max(1, fewestSteps)
    mark = clock.now
    times.reserveCapacity(BenchConditions.repeats)
  }

  /// Whether the measurement goes on with the next step.
  var isMeasuring: Bool { phase == .measuring }
  var isDone: Bool { phase == .done }
  /// Nil before the first repeat has ended.
  var timing: Timing? { times.isEmpty ? nil : Timing(times, stepsPerRepeat: stepsPerRepeat) }

  mutating func stepDidEnd() {
    count += 1
    guard count >= next else { return }
    let now = clock.now
    let passed = (now - mark).inSeconds
    switch phase {
    case .starting:
      // The first step makes the plan; it tells nothing about the others.
      secondsToFirstStep = passed
      (phase, mark, count) = (.warmingUp, now, 0)
    case .warmingUp:
      guard count >= fewestSteps, passed >= seconds / Double(BenchConditions.repeats) else {
        return
      }
      plan(stepSeconds: passed / Double(count))
      (phase, mark, count, next) = (.measuring, now, 0, stepsPerRepeat)
    case .measuring:
      times.append(passed)
      (mark, count) = (now, 0)
      if times.count >= wantedRepeats { phase = .done }
    case .done: break
    }
  }

  /// Long steps are repeated less often, but never fewer than three times.
  private mutating func plan(stepSeconds: Double) {
    let affordable = min(seconds / max(stepSeconds, 1e-9), 1e9)
    let repeats = BenchConditions.repeats
    wantedRepeats = min(repeats, max(3, Int(affordable)))
    stepsPerRepeat = max(1, Int(affordable) / repeats)
  }
}
