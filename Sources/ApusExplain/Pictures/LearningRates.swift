public import ApusData
public import ApusDrawing
internal import ApusGraph
internal import ApusLayers
public import ApusTraining

/// One experiment with several learning rates: where the loss ends, and how it went there
/// (LESSONS 3.16).
public struct LearningRates: Sendable {
  public struct Course: Sendable {
    public let rate: Double
    /// Over the epochs; ends early where a number stopped being finite.
    public let losses: [Double]
    public let hasDiverged: Bool
  }

  private static let mostRates = 12

  public let courses: [Course]
  private let subtitle: String

  /// - Throws: as a training does; a rate with which it diverges is no error but a finding.
  public init(_ experiment: Experiment, rates: [Double], on data: LoadedData) throws {
    guard (1...Self.mostRates).contains(rates.count) else {
      throw PictureError("a sweep has 1 to \(Self.mostRates) learning rates; found \(rates.count)")
    }
    courses = try rates.sorted().map { rate in
      var trial = experiment
      trial.optimizer = SGD(learningRate: rate)
      let watch = LossWatch()
      do {
        let result = try trial.run(on: data, callbacks: [watch])
        return Course(rate: rate, losses: result.history.train("loss"), hasDiverged: false)
      } catch is DivergenceError {
        return Course(rate: rate, losses: watch.losses, hasDiverged: true)
      }
    }
    let hidden = experiment.hidden.map(String.init).joined(separator: ",")
    subtitle =
      "\(data.dataset.name) · hidden \(hidden.isEmpty ? "none" : hidden) "
      + "(\(experiment.activation.name)) · sgd, batch "
      + "\(experiment.batchSize.map(String.init) ?? "full"), \(experiment.epochs) epochs · seed "
      + "\(experiment.seed)"
  }

  /// Keeps what an epoch gave, also when a later one fails.
  private final class LossWatch: Callback {
    private(set) var losses: [Double] = []

    func epochDidEnd(_ training: Training, _ record: EpochRecord) {
      losses.append(record.train.loss)
    }
  }

  public var figure: Figure {
    let ends = courses.compactMap { course in
      course.hasDiverged ? nil : course.losses.last.map { Point(course.rate, $0) }
    }
    let lost = courses.filter(\.hasDiverged).map(\.rate)
    let top = ends.map(\.y).max() ?? 1
    let all = courses.flatMap(\.losses).filter { $0.isFinite && $0 < 100 * top }
    let sweep = Chart(
      heading: "loss after the last epoch",
      x: Axis(fitting: "learning rate", courses.map(\.rate), scale: .logarithmic, margin: 0.08),
      y: Axis(fitting: "", ends.map(\.y), scale: .logarithmic, margin: 0.1),
      series: [
        ChartSeries(nil, ends, .line(width: 1.6), .series(0)),
        ChartSeries(lost.isEmpty ? nil : "ended", ends, .symbols(.disc), .series(0)),
        ChartSeries(
          lost.isEmpty ? nil : "diverged", lost.map { Point($0, top) }, .symbols(.cross),
          .series(1)),
      ])
    let x = Axis(fitting: "epoch", [1, Double(courses.map(\.losses.count).max() ?? 1)], margin: 0)
    let y = Axis(fitting: "", all, scale: .logarithmic)
    let small = courses.map { course in
      Chart(
        heading: "rate \(NumberFormat.pictured(course.rate, digits: 3))"
          + (course.hasDiverged ? ", diverged" : ""),
        x: x, y: y,
        series: [
          course.losses.count == 1
            ? ChartSeries(nil, [Point(1, course.losses[0])], .symbols(.disc), .series(0))
            : .line(nil, course.losses, course.hasDiverged ? .series(1) : .series(0))
        ])
    }
    return Figure(
      title: "Learning rates", subtitle: subtitle, caption: caption, charts: [sweep] + small,
      columns: 3, chartSize: Size(206, 170), table: table)
  }

  private var caption: String {
    let ended = courses.filter { !$0.hasDiverged && $0.losses.last?.isFinite == true }
    let best = ended.min { ($0.losses.last ?? 0) < ($1.losses.last ?? 0) }
    let lost = courses.filter(\.hasDiverged)
    var text =
      best.map {
        "The smallest loss, \(NumberFormat.pictured($0.losses.last ?? .nan)), comes with learning "
          + "rate \(NumberFormat.pictured($0.rate))."
      } ?? "Every rate diverged."
    if let smallest = lost.map(\.rate).min() {
      text += " From \(NumberFormat.pictured(smallest)) on the loss stopped being a finite number."
    }
    let rising = ended.filter { ($0.losses.last ?? 0) > ($0.losses.first ?? 0) }
    if let first = rising.first {
      text += " With \(NumberFormat.pictured(first.rate)) it rose instead of falling."
    }
    return text
  }

  private var table: FigureTable {
    FigureTable(
      ["learning rate", "first loss", "last loss", "smallest loss", "epochs", "end"],
      rows: courses.map { course in
        [
          .number(course.rate), course.losses.first.map { .number($0) } ?? .missing,
          course.losses.last.map { .number($0) } ?? .missing,
          course.losses.min().map { .number($0) } ?? .missing, .integer(course.losses.count),
          .text(course.hasDiverged ? "diverged" : "finished"),
        ]
      })
  }
}
