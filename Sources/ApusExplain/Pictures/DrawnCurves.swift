internal import ApusDrawing
internal import ApusGraph

/// The curves of one run among those of a picture: how they are named and inked.
struct DrawnCurves {
  let curves: TrainingCurves
  /// In front of the names in the legend; nil when the run is alone.
  var name: String?
  /// Which of the colours a run among others has.
  var number = 0

  /// More changes of the learning rate than these are drawn as a curve of their own.
  private static let mostMarks = 6

  private var trainInk: Ink { .series(number) }
  /// Among others a run keeps its colour, and the validation is the dashed line.
  private var validationInk: Ink { name == nil ? .series(1) : .series(number) }

  private func title(_ what: String) -> String { name.map { "\($0), \(what)" } ?? what }

  /// Two charts stand side by side; three have one axis of time and stand below each other.
  static func layout(_ charts: [Chart], height: Double) -> (columns: Int, size: Size) {
    switch charts.count {
    case 2: (2, Size(340, height))
    case 3...: (1, Size(696, min(height, 190)))
    default: (1, Size(616, height))
    }
  }

  /// Loss, accuracy and, when it changes often, the learning rate.
  static func charts(of runs: [DrawnCurves], isLogarithmic: Bool) -> [Chart] {
    var names: [String] = []
    for name in runs.flatMap({ $0.curves.courses.map(\.name) }) where !names.contains(name) {
      names.append(name)
    }
    let shown = names.filter { $0 == "loss" || $0 == "accuracy" || names.count == 1 }
    let marks = runs.reduce(0) { $0 + $1.curves.rateChanges.count } <= mostMarks
    let charts = shown.map {
      chart(of: $0, runs, isLogarithmic: isLogarithmic && $0 == "loss", hasRateMarks: marks)
    }
    return charts + (marks ? [] : [rateChart(runs)])
  }

  private static func chart(
    of name: String, _ runs: [DrawnCurves], isLogarithmic: Bool, hasRateMarks: Bool
  ) -> Chart {
    let isLoss = name == "loss"
    // Many runs' dots would hide each other's curves.
    let dots = isLoss && runs.count == 1 ? runs[0].curves.batches : []
    let values = runs.flatMap { $0.values(name) } + dots.map(\.y)
    // A loss of 0 has no logarithm.
    let scale: Axis.Scale = isLogarithmic && values.contains { $0 > 0 } ? .logarithmic : .linear
    var series: [ChartSeries] = []
    if !dots.isEmpty {
      series.append(
        ChartSeries("one batch", dots, .symbols(nil, radius: 1), .faded(.series(0), 0.35)))
    }
    return Chart(
      heading: name, x: Axis("epoch", range(runs)),
      y: Axis(fitting: isLoss ? "" : "share of rows", values, scale: scale),
      series: series + runs.flatMap { $0.series(name) },
      rules: hasRateMarks ? runs.flatMap(\.rateRules) : [],
      notes: runs.compactMap { $0.best(name) })
  }

  private static func rateChart(_ runs: [DrawnCurves]) -> Chart {
    let rates = runs.flatMap(\.curves.learningRates)
    let isWide = (rates.max() ?? 1) > 20 * (rates.filter { $0 > 0 }.min() ?? 1)
    return Chart(
      heading: "learning rate", x: Axis("epoch", range(runs)),
      y: Axis(fitting: "at the end of the epoch", rates, scale: isWide ? .logarithmic : .linear),
      series: runs.map { run in
        ChartSeries(
          run.name == nil ? "learning rate" : nil, run.points(run.curves.learningRates),
          .line(width: 1.6, dashes: run.name == nil ? [2, 2] : []),
          run.name == nil ? .foreground : run.trainInk)
      })
  }

  /// The same for all charts of a picture.
  private static func range(_ runs: [DrawnCurves]) -> ClosedRange<Double> {
    let epochs = runs.flatMap { [$0.curves.epochs.first, $0.curves.epochs.last] }.compactMap { $0 }
    let hasDots = runs.count == 1 && !runs[0].curves.batches.isEmpty
    let first = min(epochs.min() ?? 0, hasDots ? 0 : .infinity)
    let last = epochs.max() ?? 1
    return first < last ? first...last : first - 0.5...last + 0.5
  }

  private func course(_ name: String) -> TrainingCurves.Course? {
    curves.courses.first { $0.name == name }
  }

  private func values(_ name: String) -> [Double] {
    course(name).map { $0.train + $0.validation } ?? []
  }

  private func points(_ values: [Double]) -> [Point] {
    zip(curves.epochs, values).map { Point($0, $1) }
  }

  private func series(_ name: String) -> [ChartSeries] {
    guard let course = course(name) else { return [] }
    let train = ChartSeries(title("train"), points(course.train), shape(), trainInk)
    guard !course.validation.isEmpty else { return [train] }
    return [
      train,
      ChartSeries(
        title("validation"), points(course.validation), shape(dashes: [6, 3]), validationInk),
    ]
  }

  /// A single epoch has no line, so it gets a sign.
  private func shape(dashes: [Double] = []) -> ChartSeries.Shape {
    curves.epochs.count == 1
      ? .symbols(dashes.isEmpty ? .disc : .square, radius: 4) : .line(width: 1.8, dashes: dashes)
  }

  /// Among others a mark says its number alone, so that little of their curves is hidden.
  private func best(_ name: String) -> Note? {
    guard let course = course(name), let index = curves.best(course) else { return nil }
    let isOfTraining = course.validation.isEmpty
    let value = (isOfTraining ? course.train : course.validation)[index]
    let text =
      self.name == nil
      ? "\(name == "loss" ? "min" : "max") \(NumberFormat.pictured(value)) at "
        + NumberFormat.pictured(curves.epochs[index])
      : NumberFormat.pictured(value, digits: 3)
    return Note(
      text, at: Point(curves.epochs[index], value), ink: isOfTraining ? trainInk : validationInk)
  }

  /// One name for all, which tells the rates in their order.
  private var rateRules: [Rule] {
    let changes = curves.rateChanges
    let rates = ([curves.learningRates.first ?? .nan] + changes.map(\.rate)).map {
      NumberFormat.pictured($0, digits: 2)
    }
    let words = title("learning rate " + rates.joined(separator: " → "))
    return changes.map { change in
      Rule(
        .vertical, at: change.epoch, words,
        Stroke(name == nil ? .muted : trainInk, width: 1.2, dashes: [1.5, 3]))
    }
  }
}
