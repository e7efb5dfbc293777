internal import ApusGraph

/// How far a run has come.
package struct Progress: Sendable {
  package var epoch: Int
  package var epochs: Int
  /// Steps done in this epoch.
  package var step: Int
  package var steps: Int
  /// Loss and metrics, in the order in which they are shown.
  package var values: [(name: String, value: Double)]
  package var samplesPerSecond: Double
  /// Until the run's end; nil when unknown.
  package var secondsLeft: Double?

  package init(
    epoch: Int, epochs: Int, step: Int, steps: Int, values: [(name: String, value: Double)],
    samplesPerSecond: Double, secondsLeft: Double?
  ) {
    self.epoch = epoch
    self.epochs = epochs
    self.step = step
    self.steps = steps
    self.values = values
    self.samplesPerSecond = samplesPerSecond
    self.secondsLeft = secondsLeft
  }
}

extension Progress {
  /// `epoch 2/5 [████████······] 24/45  loss 0.1234  accuracy 0.9712  51,200 samples/s  1.2 s left`,
  /// cut to `width` columns.
  package func line(width: Int) -> String {
    let bar = 20
    let part = steps > 0 ? Double(min(max(step, 0), steps)) / Double(steps) : 0
    let full = Int((part * Double(bar)).rounded(.down))
    let picture = String(repeating: "█", count: full) + String(repeating: "·", count: bar - full)
    let text = "\(title) [\(picture)] \(step)/\(steps)" + figures + rest
    return String(text.prefix(max(width, 1)))
  }

  /// `epoch 2/5  loss 0.1234  accuracy 0.9712  51,200 samples/s`
  package var summary: String { title + figures + speed }

  private var title: String { "epoch \(epoch)/\(epochs)" }

  private var figures: String {
    values.map { "  \($0.name) \(NumberFormat.significant($0.value, digits: 4))" }.joined()
  }

  private var speed: String {
    let whole = Int(exactly: samplesPerSecond.rounded()) ?? 0
    return whole > 0 ? "  \(NumberFormat.grouped(whole)) samples/s" : ""
  }

  private var rest: String {
    speed + (secondsLeft.map { "  \(NumberFormat.duration(seconds: $0)) left" } ?? "")
  }
}

/// Shows progress on standard error: on a terminal a bar that moves at most ten times a second,
/// elsewhere one line for each epoch.
package struct ProgressBar: ~Copyable {
  private static let emptyLine = "\r\u{1B}[K"

  private let messages: Messages
  private let isQuiet: Bool
  private let isTerminal: Bool
  private var lastDrawn: ContinuousClock.Instant?

  package init(messages: Messages, isQuiet: Bool) {
    self.messages = messages
    self.isQuiet = isQuiet
    isTerminal = messages.isTerminal
  }

  /// After a step. `progress` is asked for only when it is time to draw.
  package mutating func step(_ progress: () -> Progress) {
    guard !isQuiet, isTerminal else { return }
    let now = ContinuousClock.now
    if let lastDrawn, now - lastDrawn < .milliseconds(100) { return }
    lastDrawn = now
    let width = FileDescriptor.messages.width ?? 80
    // The last column stays free: many terminals break the line when it is used.
    messages.write(Self.emptyLine + progress().line(width: width - 1))
  }

  /// After an epoch: a line that stays.
  package mutating func endOfEpoch(_ progress: Progress) {
    guard !isQuiet else { return }
    clear()
    messages.print(progress.summary)
  }

  /// Before anything else is printed.
  package mutating func clear() {
    if lastDrawn != nil { messages.write(Self.emptyLine) }
    lastDrawn = nil
  }
}
