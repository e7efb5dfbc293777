internal import Apus

/// Whole runs of this program, one after the other, each in a process of its own.
struct ProcessRuns {
  private let conditions: BenchConditions
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var times: [Double] = []
  private var isWarm = false
  /// What the last run printed.
  private(set) var lastOutput = ""
  private var peak = 0

  init(_ conditions: BenchConditions) {
    self.conditions = conditions
    start = clock.now
  }

  /// At least three runs after the warm-up, and at most 101.
  var wantsMore: Bool {
    if times.count < 3 { return true }
    return times.count < 101 && (clock.now - start).inSeconds < conditions.seconds
  }

  /// The largest resident memory of any run; nil when this process is larger, because the system
  /// counts for a new process what the one that started it had.
  var peakBytes: Int? { peak > ChildProcess.ownPeakBytes ? peak : nil }

  var timing: Timing { Timing(times, stepsPerRepeat: 1) }

  /// The first run warms the file cache and does not count.
  mutating func measure(_ words: [String]) throws {
    if conditions.shouldStop() { throw Interrupted() }
    let begin = clock.now
    let result = try ChildProcess.run(words)
    let seconds = (clock.now - begin).inSeconds
    if conditions.shouldStop() { throw Interrupted() }
    guard result.exitCode == 0 else {
      throw BenchError(
        "apus \(words.joined(separator: " ")) ended with "
          + (result.exitCode.map { "code \($0)" } ?? "a signal"))
    }
    if isWarm { times.append(seconds) }
    isWarm = true
    lastOutput = result.output
    peak = max(peak, result.peakBytes)
  }
}
