public import ApusData
public import ApusDrawing
internal import ApusGraph
public import ApusLayers
internal import ApusTraining

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// How large the gradient is in every layer: where it vanishes, where it explodes (LESSONS 3.7).
public struct GradientFlow: Sendable {
  /// One network.
  public struct Course: Sendable {
    public let name: String
    public let layers: [NetworkProbe.Layer]
    /// ‖∂loss/∂weight‖ of every layer.
    public let norms: [Double]
    /// ‖∂loss/∂weight‖ / ‖weight‖.
    public let ratios: [Double]
    /// The share of a layer's outputs where its activation has no slope, or next to none; NaN
    /// where that cannot be.
    public let idle: [Double]

    public init(_ name: String, _ layers: [NetworkProbe.Layer]) {
      self.name = name
      self.layers = layers
      norms = layers.map { Self.norm($0.weightGradient) }
      ratios = layers.map { layer in
        let size = Self.norm(layer.weight)
        return size > 0 ? Self.norm(layer.weightGradient) / size : .nan
      }
      idle = layers.map(Self.idle)
    }

    private static func idle(_ layer: NetworkProbe.Layer) -> Double {
      let count: Int
      switch layer.activation {
      case "relu": count = layer.netInputs.count { $0 <= 0 }
      case "sigmoid": count = layer.outputs.count { $0 * (1 - $0) < 1e-3 }
      case "tanh": count = layer.outputs.count { 1 - $0 * $0 < 1e-3 }
      default: return .nan
      }
      return Double(count) / Double(max(layer.outputs.count, 1))
    }

    private static func norm(_ values: [Double]) -> Double {
      // Scaled, so that squares of tiny gradients do not become 0.
      let largest = values.reduce(0) { max($0, $1.magnitude) }
      guard largest > 0, largest.isFinite else { return largest }
      return largest * values.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
    }
  }

  /// The lecture's three answers to vanishing gradients, each with its usual initialization.
  public static let usualActivations = ["sigmoid", "tanh", "relu"]

  public let courses: [Course]
  private let subtitle: String
  private let isComparison: Bool

  /// The gradient of one network on given rows.
  public init(_ network: Network, on rows: Dataset, loss: any Loss, subtitle: String) throws {
    let probe = try NetworkProbe(network, on: rows, loss: loss)
    courses = [Course("‖∂loss/∂weight‖", probe.layers)]
    self.subtitle = subtitle
    isComparison = false
  }

  /// Untrained networks that differ in their activation only, on one seed: He initialization
  /// behind rectifiers, Glorot elsewhere; and the first of them once more with residual layers.
  ///
  /// - Parameters:
  ///   - depth: layers with weights, the last one included.
  public init(
    activations: [Activation], depth: Int, width: Int, on rows: Dataset, loss: any Loss,
    seed: UInt64
  ) throws {
    guard (1...200).contains(depth), (1...2048).contains(width) else {
      throw PictureError("the depth is 1 to 200 layers and the width 1 to 2048 units")
    }
    let untrained = { (isResidual: Bool, activation: Activation) in
      try Self.course(
        activation, isResidual: isResidual, depth: depth, width: width, rows, loss, seed)
    }
    // The first activation is the one that suffers: a way around each layer cures it too.
    courses =
      try activations.map { try untrained(false, $0) }
      + activations.prefix(1).map { try untrained(true, $0) }
    subtitle =
      "\(rows.name) (\(rows.count) rows) · \(depth) layers of \(width) units, untrained · "
      + "seed \(seed)"
    isComparison = true
  }

  /// An untrained network; with `isResidual` every layer between the first and the last has a way
  /// around it, x + f(x) (He, Zhang, Ren and Sun 2016).
  private static func course(
    _ activation: Activation, isResidual: Bool, depth: Int, width: Int, _ rows: Dataset,
    _ loss: any Loss, _ seed: UInt64
  ) throws -> Course {
    let isRectifier = ["relu", "leaky_relu", "prelu", "elu"].contains(activation.name)
    let initializer: any Initializer = isRectifier ? .heNormal : .glorotUniform
    let hidden = Dense(width, activation: activation, weightInitializer: initializer)
    let layers = (1..<depth).map { index -> any Layer in
      isResidual && index > 1 ? Residual([hidden]) : hidden
    }
    var network = try Network(
      Sequential(layers + [Dense(rows.task.names.count)]), inputShape: [rows.featureCount],
      seed: seed)
    network.remember(rows, Preprocessing(automaticFor: rows), loss: loss)
    let probe = try NetworkProbe(network, on: rows, loss: loss)
    let name = activation.text + (isResidual ? ", residual" : "")
    return Course("\(name) (\(isRectifier ? "He" : "Glorot"))", probe.layers)
  }

  public var figure: Figure {
    let depth = courses.map(\.norms.count).max() ?? 1
    let ceiling = self.ceiling
    let values = courses.flatMap(\.norms) + (ceiling?.points.map(\.y) ?? [])
    let ticks = (1...max(depth, 1)).map { Tick(Double($0), "\($0)") }
    let x = Axis("layer, 1 is next to the input", 0.7...Double(max(depth, 1)) + 0.3, ticks: ticks)
    var charts = [
      Chart(
        x: x,
        y: Axis(
          fitting: "norm of the weights' gradient ‖∂loss/∂W‖", values, scale: .logarithmic),
        series: series(\.norms) + [ceiling].compactMap { $0 })
    ]
    if courses.contains(where: { $0.idle.contains { !$0.isNaN } }) {
      charts.append(
        Chart(
          x: x, y: Axis("share of outputs without a slope: ReLU 0, σ or tanh saturated", 0...1.04),
          series: series(\.idle)))
    }
    return Figure(
      title: isComparison ? "Gradient flow by activation" : "Gradient flow", subtitle: subtitle,
      caption: caption, charts: charts, chartSize: Size(616, charts.count > 1 ? 240 : 300),
      table: table)
  }

  private func series(_ values: KeyPath<Course, [Double]>) -> [ChartSeries] {
    let symbols: [Symbol] = [.disc, .square, .triangle, .diamond]
    return courses.enumerated().flatMap { index, course in
      let points = course[keyPath: values].enumerated().map { Point(Double($0 + 1), $1) }
      return [
        ChartSeries(nil, points, .line(width: 1.8), .series(index)),
        ChartSeries(
          isComparison ? course.name : nil, points,
          .symbols(symbols[index % symbols.count], radius: 4), .series(index)),
      ]
    }
  }

  /// What is left at the most of the last hidden layer's gradient when every layer takes a factor
  /// σ′ ≤ ¼ off it.
  private var ceiling: ChartSeries? {
    guard let course = courses.first(where: { $0.layers.first?.slopeBound != nil }),
      course.norms.count > 2, let last = course.norms.dropLast().last
    else { return nil }
    let top = course.norms.count - 1
    let points = (1...top).map { layer in
      Point(Double(layer), last * pow(0.25, Double(top - layer)))
    }
    return ChartSeries(
      "0.25ᵏ, the bound of σ′ alone", points, .line(width: 1.4, dashes: [5, 4]), .muted)
  }

  /// `The first layer's gradient divided by the last one's is 3.5·10⁻⁷ with sigmoid, 0.30 with tanh,
  /// 4.4 with relu.`
  private var caption: String {
    let parts = courses.compactMap { course -> String? in
      guard let first = course.norms.first, let last = course.norms.last, course.norms.count > 1,
        last > 0
      else { return nil }
      let ratio = NumberFormat.pictured(first / last, digits: 2)
      return isComparison ? "\(ratio) with \(course.name)" : ratio
    }
    var sentences = [
      parts.isEmpty
        ? "There is one layer, so nothing can vanish on the way."
        : "The first layer's gradient divided by the last one's is "
          + parts.joined(separator: ", ") + "."
    ]
    for course in courses {
      let silent = course.norms.indices.filter { course.norms[$0] == 0 }
      if !silent.isEmpty {
        let names = silent.map { course.layers[$0].name }.joined(separator: ", ")
        sentences.append("The gradient is exactly 0 in \(names) of \(course.name).")
      }
    }
    if !isComparison, let saturated { sentences.append(saturated) }
    return sentences.joined(separator: " ")
  }

  /// `In dense_1 41 % of the relu outputs are 0, ….`
  private var saturated: String? {
    let parts = zip(courses[0].layers, courses[0].idle).compactMap { layer, share -> String? in
      // What rounds to nothing would only make the list long.
      guard share >= 0.005 else { return nil }
      let word = layer.activation == "relu" ? "zero" : "saturated"
      return "\(layer.name) \(NumberFormat.percent(share, digits: 0)) \(word)"
    }
    return parts.isEmpty ? nil : "Of the outputs: " + parts.joined(separator: ", ") + "."
  }

  private var table: FigureTable {
    var rows: [[FigureTable.Cell]] = []
    for course in courses {
      for (index, layer) in course.layers.enumerated() {
        rows.append([
          .text(isComparison ? course.name : layer.activation), .text(layer.name),
          .integer(index + 1), .number(course.norms[index]), .number(course.ratios[index]),
          course.idle[index].isNaN ? .missing : .number(course.idle[index]),
        ])
      }
    }
    return FigureTable(
      [
        isComparison ? "network" : "activation", "layer", "number", "‖∂loss/∂W‖",
        "‖∂loss/∂W‖/‖W‖", "without a slope",
      ],
      rows: rows)
  }
}
