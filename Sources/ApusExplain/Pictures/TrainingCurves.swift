public import ApusDrawing
public import ApusFormats
internal import ApusGraph
public import ApusTraining

/// The course of a training: loss and accuracy over the epochs, with the loss of single batches
/// behind them (LESSONS 3.1).
public struct TrainingCurves: Sendable {
  /// One score of training and validation rows; a missing value is NaN.
  public struct Course: Hashable, Sendable {
    public let name: String
    public let train: [Double]
    public let validation: [Double]
  }

  /// What the run was: `digits · 64-30-10 · seed 0`.
  public var subtitle: String
  /// The loss with its reduction.
  public var lossSummary: String
  /// Numbers of the epochs; those of an interrupted run may not start at 1.
  public let epochs: [Double]
  public let courses: [Course]
  public let learningRates: [Double]
  /// Epoch (with its fraction) and loss of single batches.
  public let batches: [Point]
  /// What `apus train` wrote of the run's settings; nil when nothing is known.
  public var settings: JSON?

  /// The course of a history.
  public init(
    _ records: [EpochRecord], batches: [Point] = [], subtitle: String, lossSummary: String
  ) {
    self.subtitle = subtitle
    self.lossSummary = lossSummary
    // One batch an epoch says what the epoch says.
    self.batches = batches.count > records.count ? batches : []
    epochs = records.map { Double($0.epoch) }
    learningRates = records.map(\.learningRate)
    let names = records.first?.train.names ?? []
    courses = names.map { name in
      Course(
        name: name, train: records.map { $0.train[name] ?? .nan },
        validation: records.contains { $0.validation != nil }
          ? records.map { $0.validation?[name] ?? .nan } : [])
    }
  }

  private var loss: Course? { courses.first { $0.name == "loss" } }

  /// - Parameters:
  ///   - isLogarithmic: whether the loss is drawn on a logarithmic axis.
  ///   - height: of the charts, in points.
  public func figure(isLogarithmic: Bool = true, height: Double = 280) -> Figure {
    let drawn = [DrawnCurves(curves: self)]
    let charts = DrawnCurves.charts(of: drawn, isLogarithmic: isLogarithmic)
    let layout = DrawnCurves.layout(charts, height: height)
    return Figure(
      title: "Training curves", subtitle: "\(subtitle) · loss is the \(lossSummary)",
      caption: caption, charts: charts, columns: layout.columns, chartSize: layout.size,
      table: table)
  }

  /// Where the smallest loss or the largest accuracy is, of the validation where there is one.
  func best(_ course: Course) -> Int? {
    let values = course.validation.isEmpty ? course.train : course.validation
    return values.count > 1 ? Self.best(values, smallest: course.name == "loss") : nil
  }

  private static func best(_ values: [Double], smallest: Bool) -> Int? {
    let known = values.indices.filter { values[$0].isFinite }
    return smallest
      ? known.min { values[$0] < values[$1] } : known.max { values[$0] < values[$1] }
  }

  /// The last epoch before each change of the learning rate, and the rate of the epoch behind it.
  var rateChanges: [(epoch: Double, rate: Double)] {
    learningRates.indices.dropFirst().compactMap { index in
      let (old, new) = (learningRates[index - 1], learningRates[index])
      guard abs(new - old) > 1e-9 * max(new.magnitude, old.magnitude) else { return nil }
      return (epochs[index - 1], new)
    }
  }

  /// `Training loss fell from 2.08 to 0.54 over 5 epochs; validation 0.49, smallest at epoch 4.`
  var caption: String {
    guard let loss, let first = loss.train.first, let last = loss.train.last else {
      return "No epoch was finished."
    }
    let number = { NumberFormat.pictured($0, digits: 4) }
    let count = epochs.count
    guard count > 1 else {
      return "Training loss \(number(first)) after 1 epoch" + tail(loss, number) + "."
    }
    let verb = last < first ? "fell" : last > first ? "rose" : "stayed"
    return "Training loss \(verb) from \(number(first)) to \(number(last)) over \(count) epochs"
      + tail(loss, number) + "."
  }

  private func tail(_ loss: Course, _ number: (Double) -> String) -> String {
    var text = ""
    if let last = loss.validation.last {
      text += "; validation \(number(last))"
      if let index = Self.best(loss.validation, smallest: true), epochs.count > 1 {
        text += ", smallest (\(number(loss.validation[index]))) at epoch \(number(epochs[index]))"
      }
    }
    if let accuracy = courses.first(where: { $0.name == "accuracy" }) {
      let values = accuracy.validation.isEmpty ? accuracy.train : accuracy.validation
      let rows = accuracy.validation.isEmpty ? "training" : "validation"
      if let last = values.last { text += "; \(rows) accuracy \(number(last))" }
    }
    if let rate = learningRates.last {
      text += "; learning rate \(number(rate)) at the end"
      let changes = rateChanges.count
      if changes > 0 {
        text += ", changed \(changes == 1 ? "once" : "\(changes) times")"
      }
    }
    return text
  }

  var table: FigureTable {
    let names = courses.flatMap { course in
      ["train \(course.name)"] + (course.validation.isEmpty ? [] : ["validation \(course.name)"])
    }
    let rows = epochs.indices.map { index -> [FigureTable.Cell] in
      let values = courses.flatMap { course in
        [course.train[index]] + (course.validation.isEmpty ? [] : [course.validation[index]])
      }
      let epoch = Int(exactly: epochs[index]).map { FigureTable.Cell.integer($0) }
      return [epoch ?? .missing] + values.map { $0.isNaN ? .missing : .number($0) }
        + [.number(learningRates[index])]
    }
    return FigureTable(["epoch"] + names + ["learning rate"], rows: rows)
  }
}
