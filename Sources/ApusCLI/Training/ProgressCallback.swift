internal import Apus

/// Feeds the progress bar from a training.
final class ProgressCallback: Callback {
  private var bar: ProgressBar
  private let clock = ContinuousClock()
  private var start: ContinuousClock.Instant

  init(_ messages: Messages, isQuiet: Bool) {
    bar = ProgressBar(messages: messages, isQuiet: isQuiet)
    start = clock.now
  }

  func trainingWillStart(_ training: Training) { start = clock.now }

  func stepDidEnd(_ training: Training) {
    bar.step { progress(training, training.scores, epoch: training.epoch) }
  }

  func epochDidEnd(_ training: Training, _ record: EpochRecord) {
    var summary = progress(training, record.train, epoch: record.epoch)
    summary.samplesPerSecond = record.samplesPerSecond
    if let validation = record.validation {
      summary.values += validation.entries.map { ("validation \($0.name)", $0.value) }
    }
    bar.endOfEpoch(summary)
  }

  func trainingDidEnd(_ training: Training) { bar.clear() }

  private func progress(_ training: Training, _ scores: Scores, epoch: Int) -> Progress {
    let seconds = (clock.now - start).inSeconds
    let speed = seconds > 0 ? Double(training.rowsDone) / seconds : 0
    let rowsLeft =
      (training.options.epochs - training.epoch + 1) * training.rowCount - training.rowsInEpoch
    return Progress(
      epoch: epoch, epochs: training.options.epochs,
      step: (training.rowsInEpoch + training.batchSize - 1) / training.batchSize,
      steps: training.stepsPerEpoch,
      values: scores.entries.map { ($0.name, $0.value) }, samplesPerSecond: speed,
      secondsLeft: speed > 0 ? Double(rowsLeft) / speed : nil)
  }
}
