public import ApusDrawing
internal import ApusFormats
internal import ApusGraph
public import ApusTraining

/// How gradients, updates and units without a slope went over a training, layer by layer, as
/// `apus train` saw them when it watched the run's health (LESSONS 3.7).
///
/// ```swift
/// let figure = try GradientHistory(run: "runs/digits-1").figure
/// ```
public struct GradientHistory: Sendable {
  /// One layer; a missing number is NaN.
  public struct Course: Hashable, Sendable {
    /// `dense_1`
    public let layer: String
    /// √(mean of (∂loss/∂w)²) over the layer's weights, at each look.
    public let gradients: [Double]
    /// ‖change of one step‖ / ‖weights before it‖.
    public let ratios: [Double]
    /// The share of units that give 0 for every row (ReLU) or of outputs on the flat ends of the
    /// curve (sigmoid, tanh).
    public let idle: [Double]
  }

  /// More lines could not be told apart.
  private static let mostLines = 7
  private static let dashes: [[Double]] = [[], [7, 3], [2, 2.5], [9, 3, 2, 3]]
  /// What a step usually changes of the weights, as a guide.
  private static let usualRatio = 1e-3

  public let courses: [Course]
  /// Steps done at each look.
  public let steps: [Double]
  private let stepsInEpoch: Int?
  private let subtitle: String

  /// - Throws: when the folder holds no run whose health was watched.
  public init(run path: String) throws {
    let facts = try HealthFacts(run: path)
    let settings = try? JSON(parsing: try File.read(try RunFolder(path).configurationPath))
    try self.init(facts, subtitle: RunWords.subtitle(of: settings))
  }

  /// - Throws: when the facts hold no look at a training.
  public init(_ facts: HealthFacts, subtitle: String) throws {
    let looks = facts.observations
    let weights = looks.first?.parameters.filter(\.isWeight).map(\.path) ?? []
    guard looks.count > 1, !weights.isEmpty else {
      throw PictureError(
        "the run was not looked at while it trained, so there is no course to draw; name a MODEL "
          + "and DATA for how it is now", kind: .badData)
    }
    steps = looks.map { Double($0.step) }
    stepsInEpoch = facts.training.map { ($0.batchSize + facts.rows - 1) / max($0.batchSize, 1) }
    self.subtitle = subtitle
    courses = weights.map { path in
      let layer = path.hasSuffix(".weight") ? String(path.dropLast(7)) : path
      let numbers = looks.map { look in look.parameters.first { $0.path == path } }
      return Course(
        layer: layer, gradients: numbers.map { $0?.gradient ?? .nan },
        ratios: numbers.map { $0?.updateRatio ?? .nan },
        idle: looks.map { look in
          look.activations.first { $0.layer == layer && !$0.isHead }.map(Self.idle) ?? .nan
        })
    }
  }

  private static func idle(_ activation: ActivationHealth) -> Double {
    activation.function == "relu"
      ? Double(activation.dead) / Double(max(activation.units, 1)) : activation.saturated
  }

  /// All of few layers, else some from the first to the last.
  private var shown: [Int] {
    guard courses.count > Self.mostLines else { return Array(courses.indices) }
    return (0..<Self.mostLines).map { $0 * (courses.count - 1) / (Self.mostLines - 1) }
  }

  public var figure: Figure {
    var charts = [
      chart("gradient", "typical ∂loss/∂w of a layer (root mean square)", \.gradients),
      chart("update", "‖change by one step‖ / ‖weights‖", \.ratios),
    ]
    charts[1].rules = [
      Rule(
        .horizontal, at: Self.usualRatio, "a thousandth of the weights",
        Stroke(.muted, width: 1.2, dashes: [5, 4]))
    ]
    if courses.contains(where: { $0.idle.contains { !$0.isNaN } }) {
      charts.append(
        chart("units without a slope", "share: dead ReLU units, saturated σ or tanh", \.idle))
    }
    return Figure(
      title: "Gradient flow over a training", subtitle: subtitle, caption: caption,
      charts: charts, chartSize: Size(696, 200), table: table)
  }

  private func chart(
    _ heading: String, _ label: String, _ values: KeyPath<Course, [Double]>
  ) -> Chart {
    let isShare = values == \Course.idle
    let all = shown.flatMap { courses[$0][keyPath: values] }
    let scale: Axis.Scale = !isShare && all.contains { $0 > 0 } ? .logarithmic : .linear
    let y =
      isShare
      ? Axis(label, -0.03...1.03)
      : Axis(
        fitting: label, all, scale: scale,
        including: values == \Course.ratios ? [Self.usualRatio] : [])
    return Chart(
      heading: heading, x: Axis(stepWords, 0...max(steps.last ?? 1, 1)), y: y,
      series: shown.enumerated().compactMap { number, index in
        let points = zip(steps, courses[index][keyPath: values]).map { Point($0, $1) }
        guard points.contains(where: \.isFinite) else { return nil }
        return ChartSeries(
          courses[index].layer, points,
          .line(width: 1.8, dashes: Self.dashes[number % Self.dashes.count]), .series(number))
      })
  }

  private var stepWords: String {
    stepsInEpoch.map { "step (\(NumberFormat.grouped($0)) in an epoch)" } ?? "step"
  }

  private var caption: String {
    guard let first = courses.first, let last = courses.last else { return "" }
    let number = { NumberFormat.pictured($0, digits: 2) }
    func ratio(_ index: Int) -> Double { first.gradients[index] / last.gradients[index] }
    let end = steps.count - 1
    var sentences: [String] = []
    if courses.count > 1, ratio(0).isFinite, ratio(end).isFinite {
      sentences.append(
        "The gradient of \(first.layer) divided by that of \(last.layer) is \(number(ratio(0))) "
          + "before the first step and \(number(ratio(end))) at the end.")
    }
    let updates = courses.compactMap { course in
      course.ratios.last { !$0.isNaN }.map { "\(course.layer) by \(number($0))" }
    }
    if !updates.isEmpty, updates.count <= Self.mostLines {
      sentences.append(
        "The last step that was measured changed \(updates.joined(separator: ", ")) of its weights."
      )
    }
    let idle = courses.filter { ($0.idle.last ?? .nan) > 0.005 }.map {
      "\($0.layer) \(NumberFormat.percent($0.idle.last ?? 0, digits: 0))"
    }
    if !idle.isEmpty {
      sentences.append("Without a slope at the end: \(idle.joined(separator: ", ")).")
    }
    if courses.count > Self.mostLines {
      sentences.append("\(Self.mostLines) of \(courses.count) layers are drawn, the table has all.")
    }
    return sentences.isEmpty
      ? "\(steps.count) looks at \(courses.count) layers." : sentences.joined(separator: " ")
  }

  private var table: FigureTable {
    FigureTable(
      ["step", "layer", "∂loss/∂w", "update/weights", "without a slope"],
      rows: steps.indices.flatMap { look in
        courses.map { course in
          [.integer(Int(exactly: steps[look]) ?? 0), .text(course.layer)]
            + [course.gradients[look], course.ratios[look], course.idle[look]].map {
              $0.isFinite ? .number($0) : .missing
            }
        }
      })
  }
}
