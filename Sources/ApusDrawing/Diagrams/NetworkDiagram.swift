internal import ApusGraph

/// A fully connected network: a column of circles for each layer, a line for each weight.
///
/// Layer labels are those of the program NN-SVG (LeNail, "NN-SVG: Publication-Ready Neural Network
/// Architecture Schematics", 2019): `Input Layer ∈ ℝ²`.
public struct NetworkDiagram: Hashable, Sendable {
  public struct Layer: Hashable, Sendable {
    /// `Input`, `Hidden` or `Output`.
    public var role: String
    public var units: Int
    /// Below the label; empty for the input.
    public var activation: String
    /// The text in the circle of a unit that is shown, by its number.
    public var texts: [Int: String]
    /// What the fill stands for, from −1 to 1, by the unit's number.
    public var fills: [Int: Double]
    /// Numbers beside the units; empty without them.
    public var biases: [Double]
    /// [units, units of the layer before]; empty for the input.
    public var weights: [Double]

    public init(
      role: String, units: Int, activation: String = "", texts: [Int: String] = [:],
      fills: [Int: Double] = [:], biases: [Double] = [], weights: [Double] = []
    ) {
      self.role = role
      self.units = units
      self.activation = activation
      self.texts = texts
      self.fills = fills
      self.biases = biases
      self.weights = weights
    }
  }

  public var layers: [Layer]
  /// What weights and biases are called in the legend.
  private let weightName: String
  private let biasName: String

  /// - Parameter numbers: what lines and marks stand for, for the legend.
  public init(
    _ layers: [Layer], numbers: (weight: String, bias: String) = ("weight", "bias")
  ) {
    self.layers = layers
    (weightName, biasName) = numbers
  }

  /// Units that are drawn of a layer: all up to ten, else the first five and the last three.
  public static func shownUnits(of count: Int) -> [Int] {
    count <= 10 ? Array(0..<max(count, 0)) : [0, 1, 2, 3, 4] + ((count - 3)..<count)
  }

  /// Layers that are drawn: all up to sixteen, else the first seven and the last seven.
  private var shownLayers: [Int] {
    layers.count <= 16
      ? Array(layers.indices) : Array(0..<7) + ((layers.count - 7)..<layers.count)
  }

  /// Whether the numbers of weights and biases fit beside their lines and circles.
  private var hasNumbers: Bool {
    layers.allSatisfy { $0.units <= 4 } && layers.count <= 5
      && layers.reduce(0) { $0 + $1.weights.count } <= 32
  }

  private static let textSize = 11.0
  private static let smallSize = 9.0

  /// The largest weight in absolute value, which has the widest line.
  public var largestWeight: Double {
    layers.lazy.flatMap(\.weights).filter(\.isFinite).map(\.magnitude).max() ?? 0
  }

  /// What lines and marks mean, as far as they are there.
  public var legend: Legend {
    let biases = layers.flatMap(\.biases)
    var entries: [Legend.Entry] = [
      .init("\(weightName) above 0", .line(Stroke(.positive, width: 2.2))),
      .init("below 0", .line(Stroke(.negative, width: 2.2, dashes: [5, 3]))),
    ]
    if biases.contains(where: { $0 > 0 }) {
      entries.append(.init("\(biasName) above 0", .symbol(.square, radius: 4, .positive)))
    }
    if biases.contains(where: { $0 < 0 }) {
      entries.append(.init("\(biasName) below 0", .symbol(.diamond, radius: 4, .negative)))
    }
    if biases.contains(0) {
      entries.append(.init("\(biasName) 0", .symbol(.disc, radius: 4, .muted)))
    }
    return Legend(entries)
  }

  /// `ℝ³⁰`
  static func space(_ count: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return "ℝ" + String(String(count).compactMap(\.wholeNumberValue).map { digits[$0] })
  }
}

extension NetworkDiagram {
  /// Where the parts go.
  private struct Columns {
    var x: [Int: Double] = [:]
    var y: [Int: [Int: Double]] = [:]
    var radius = 15.0
    var height = 0.0
    var gap: Double?
    var width = 0.0
  }

  private var columns: Columns {
    var columns = Columns()
    let widest = layers.flatMap(\.texts.values).map {
      FontMetrics.width(of: $0, size: Self.smallSize)
    }.max()
    columns.radius = min(max((widest ?? 0) / 2 + 5, 15), 30)
    let step = 2 * columns.radius + (hasNumbers ? 44 : 14)
    let pitch = hasNumbers ? 200.0 : layers.count > 7 ? 112 : 150
    let rows = layers.map { Self.shownUnits(of: $0.units).count + ($0.units > 10 ? 1 : 0) }
    columns.height = Double(rows.max() ?? 1) * step
    var x = max(columns.radius + 6, 70)
    for (position, index) in shownLayers.enumerated() {
      if position > 0, shownLayers[position - 1] != index - 1 {
        columns.gap = x
        x += pitch * 0.8
      }
      columns.x[index] = x
      let top = (columns.height - Double(rows[index]) * step) / 2
      var places: [Int: Double] = [:]
      for (row, unit) in Self.shownUnits(of: layers[index].units).enumerated() {
        let skipped = layers[index].units > 10 && row >= 5 ? 1 : 0
        places[unit] = top + (Double(row + skipped) + 0.5) * step
      }
      columns.y[index] = places
      columns.width = x + max(columns.radius + 6, 70)
      x += pitch
    }
    return columns
  }

  /// Marks from (0, 0).
  public func laidOut() throws(DrawingError) -> (marks: [Mark], size: Size) {
    guard layers.count > 1 else { throw .nothingToDraw("the network has no layers") }
    let columns = self.columns
    var marks: [Mark] = []
    var texts: [Label] = []
    for index in shownLayers where index > 0 {
      marks += lines(into: index, columns, &texts)
    }
    for index in shownLayers { marks += units(of: index, columns) }
    if let x = columns.gap {
      let text = "… +\(layers.count - shownLayers.count) layers …"
      marks += onPaper(text, Point(x, columns.height / 2))
    }
    // Numbers on lines stand on paper, so that lines do not cross them out.
    for text in texts {
      marks.append(.rectangle(text.box, radius: 2, fill: .faded(.background, 0.85)))
      marks.append(.text(text))
    }
    return (marks, Size(columns.width, columns.height + 52))
  }

  private func label(_ text: String, _ middle: Point, _ ink: Ink = .foreground) -> Mark {
    .text(
      Label(
        text, at: middle, size: Self.textSize, anchor: .middle, alignment: .middle, ink: ink))
  }

  /// A text that lines do not cross out.
  private func onPaper(_ text: String, _ middle: Point) -> [Mark] {
    let mark = label(text, middle, .muted)
    return mark.labels.map { .rectangle($0.box.inset(by: -1), radius: 3, fill: .background) } + [
      mark
    ]
  }

  private func lines(into index: Int, _ columns: Columns, _ texts: inout [Label]) -> [Mark] {
    let layer = layers[index]
    guard let x = columns.x[index], let left = columns.x[index - 1] else { return [] }
    let inputs = layers[index - 1].units
    let largest = largestWeight
    var marks: [Mark] = []
    for (to, y) in (columns.y[index] ?? [:]).sorted(by: { $0.key < $1.key }) {
      for (from, start) in (columns.y[index - 1] ?? [:]).sorted(by: { $0.key < $1.key }) {
        let place = to * inputs + from
        guard layer.weights.indices.contains(place) else { continue }
        let weight = layer.weights[place]
        let share = largest > 0 && weight.isFinite ? weight.magnitude / largest : 0
        let (begin, end) = (Point(left, start), Point(x, y))
        marks.append(.line(begin, end, Self.stroke(weight, share)))
        if hasNumbers { placeNumber(weight, begin, end, columns.radius, &texts) }
      }
    }
    return marks
  }

  private static func stroke(_ weight: Double, _ share: Double) -> Stroke {
    guard weight != 0, weight.isFinite else { return Stroke(.grid, width: 0.8) }
    return weight > 0
      ? Stroke(.faded(.positive, 0.35 + 0.65 * share), width: 0.5 + 3 * share)
      : Stroke(.faded(.negative, 0.35 + 0.65 * share), width: 0.5 + 3 * share, dashes: [5, 3])
  }

  /// Puts a number on its line where it covers no other one; leaves it out where it would.
  private func placeNumber(
    _ weight: Double, _ begin: Point, _ end: Point, _ radius: Double, _ texts: inout [Label]
  ) {
    let text = NumberFormat.pictured(weight, digits: 3)
    for share in [0.3, 0.36, 0.42, 0.24, 0.48, 0.54, 0.6, 0.66, 0.72, 0.78] {
      let middle = begin + share * (end - begin)
      let label = Label(
        text, at: middle, size: Self.smallSize, anchor: .middle, alignment: .middle)
      let isFree =
        !texts.contains { $0.box.overlaps(label.box) } && label.box.left > begin.x + radius
        && label.box.right < end.x - radius - 4
      guard isFree else { continue }
      texts.append(label)
      return
    }
  }

  private func units(of index: Int, _ columns: Columns) -> [Mark] {
    let layer = layers[index]
    guard let x = columns.x[index], let places = columns.y[index] else { return [] }
    var marks: [Mark] = []
    for (unit, y) in places.sorted(by: { $0.key < $1.key }) {
      marks += self.unit(unit, layer, Point(x, y), columns.radius)
    }
    if layer.units > 10, let fifth = places[4], let next = places[layer.units - 3] {
      marks += onPaper("… +\(layer.units - places.count)", Point(x, (fifth + next) / 2))
    }
    let below = columns.height + 14
    let space = "∈ \(Self.space(layer.units))"
    if layers.count > 7 {
      marks.append(label("\(layer.role) Layer", Point(x, below)))
      marks.append(label(space, Point(x, below + 15)))
    } else {
      marks.append(label("\(layer.role) Layer \(space)", Point(x, below)))
    }
    if !layer.activation.isEmpty {
      marks.append(
        label(layer.activation, Point(x, below + (layers.count > 7 ? 30 : 16)), .muted))
    }
    return marks
  }

  private func unit(_ unit: Int, _ layer: Layer, _ centre: Point, _ radius: Double) -> [Mark] {
    let fill = layer.fills[unit].map { Ink.signed($0) } ?? .panel
    var marks: [Mark] = [
      .circle(centre: centre, radius: radius, fill: .background),
      .circle(centre: centre, radius: radius, fill: fill, stroke: Stroke(.foreground, width: 1.2)),
    ]
    if let text = layer.texts[unit] {
      marks.append(
        .text(
          Label(
            text, at: centre, size: Self.smallSize, anchor: .middle, alignment: .middle,
            ink: .contrast(fill))))
    }
    guard layer.biases.indices.contains(unit) else { return marks }
    let bias = layer.biases[unit]
    marks.append(
      .symbol(
        bias == 0 ? .disc : bias < 0 ? .diamond : .square,
        at: Point(centre.x - 0.78 * radius, centre.y + 0.78 * radius), radius: 4,
        fill: bias == 0 ? .muted : bias < 0 ? .negative : .positive))
    if hasNumbers {
      marks.append(
        .text(
          Label(
            "b " + NumberFormat.pictured(bias, digits: 3),
            at: Point(centre.x, centre.y + radius + 9), size: Self.smallSize, anchor: .middle,
            alignment: .middle, ink: .muted)))
    }
    return marks
  }
}

extension NetworkDiagram {
  /// One box for each layer with its shapes (deck 001's simplified diagram), from (0, 0).
  public func boxes(names: [String]) throws(DrawingError) -> (marks: [Mark], size: Size) {
    guard layers.count > 1 else { throw .nothingToDraw("the network has no layers") }
    let texts = layers.indices.map { boxLines($0, names) }
    let height = Double(texts.map(\.count).max() ?? 1) * 15 + 16
    var (x, marks) = (0.0, [Mark]())
    for index in shownLayers {
      if index > 0 {
        let text = shownLayers.contains(index - 1) ? "[N, \(layers[index - 1].units)]" : "…"
        let room = FontMetrics.width(of: text, size: Self.textSize) + 20
        let tip = Point(x + room, height / 2)
        marks.append(.line(Point(x, height / 2), tip, ComputationDiagram.line))
        marks.append(ComputationDiagram.arrowHead(at: tip, from: Point(x, height / 2)))
        marks.append(label(text, Point(x + room / 2 - 2, height / 2 - 10)))
        x += room
      }
      let width =
        (texts[index].map { FontMetrics.width(of: $0, size: Self.textSize) }.max() ?? 0) + 20
      let frame = Rect(x, 0, width, height)
      marks.append(
        .rectangle(
          frame.inset(by: 1), radius: index == 0 ? 9 : 0,
          fill: .tint(index == 0 ? .series(5) : .series(0), 0.14),
          stroke: Stroke(index == 0 ? .series(5) : .series(0), width: 1.4)))
      let first = height / 2 - Double(texts[index].count - 1) / 2 * 15
      for (row, text) in texts[index].enumerated() {
        marks.append(
          label(
            text, Point(x + width / 2, first + Double(row) * 15), row == 0 ? .foreground : .muted))
      }
      x += width
    }
    return (marks, Size(x, height))
  }

  private func boxLines(_ index: Int, _ names: [String]) -> [String] {
    let layer = layers[index]
    let name = names.indices.contains(index) ? names[index] : layer.role
    guard index > 0 else { return [name, "\(layer.units) inputs"] }
    let inputs = layers[index - 1].units
    let count = layer.units * inputs + layer.biases.count
    return [name, "\(inputs) → \(layer.units)", "W [\(layer.units), \(inputs)]"]
      + (layer.biases.isEmpty ? [] : ["b [\(layer.units)]"]) + [layer.activation]
      + ["\(NumberFormat.grouped(count)) parameters"]
  }
}
