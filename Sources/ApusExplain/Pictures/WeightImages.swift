public import ApusDrawing
internal import ApusGraph
internal import ApusLayers
public import ApusTraining

/// The weights into each unit of a layer as a small image, all on one scale with zero in the middle
/// (LESSONS 3.5).
public struct WeightImages: Sendable {
  /// Which numbers are shown.
  public enum Content: String, CaseIterable, Sendable {
    case weights, gradient
    /// By how much the last step of a training changed each weight.
    case update
    /// Weight times the mean input of the rows: what each place adds to the net input.
    case contribution

    fileprivate var words: String {
      switch self {
      case .weights: "weight"
      case .gradient: "∂loss/∂weight"
      case .update: "change by one step"
      case .contribution: "weight · mean input"
      }
    }

    fileprivate var title: String {
      switch self {
      case .weights: "Weights"
      case .gradient: "Gradient"
      case .update: "Last update"
      case .contribution: "Contribution"
      }
    }
  }

  /// More tiles than these would be too small to see.
  private static let mostTiles = 100

  private let subtitle: String
  private let layer: NetworkProbe.Layer
  private let content: Content
  private let values: [Double]
  private let update: ParameterUpdate?
  private let height: Int
  private let width: Int

  /// - Parameters:
  ///   - shape: height and width of a tile; by default a square when the inputs make one.
  ///   - meanInputs: one for each input, for the contribution.
  ///   - update: for the update of it.
  /// - Throws: when the inputs of the layer do not make the shape, or numbers are missing.
  public init(
    _ layer: NetworkProbe.Layer, content: Content = .weights, shape: [Int]? = nil,
    meanInputs: [Double] = [], update: ParameterUpdate? = nil, subtitle: String
  ) throws {
    self.layer = layer
    self.update = update
    self.content = content
    self.subtitle = subtitle
    let square = Int(Double(layer.inputs).squareRoot().rounded())
    let chosen = shape ?? (square * square == layer.inputs ? [square, square] : [1, layer.inputs])
    guard chosen.count == 2, chosen[0] > 0, chosen[1] > 0,
      chosen[0].multipliedReportingOverflow(by: chosen[1]) == (layer.inputs, false)
    else {
      throw PictureError(
        "a unit of \(layer.name) has \(layer.inputs) weights; "
          + "\(chosen.map(String.init).joined(separator: " × ")) would be another number of them")
    }
    (height, width) = (chosen[0], chosen[1])
    switch content {
    case .weights: values = layer.weight
    case .gradient: values = layer.weightGradient
    case .update:
      let change = update?.changes[layer.weightPath]
      guard change?.shape == [layer.units, layer.inputs] else {
        throw PictureError(
          "the update is of another network: it has no change of \(layer.weightPath) "
            + "[\(layer.units), \(layer.inputs)]", kind: .badData)
      }
      values = change?.doubles() ?? []
    case .contribution:
      guard meanInputs.count == layer.inputs else {
        throw PictureError("the contribution needs the inputs of the first layer")
      }
      values = layer.weight.enumerated().map { $1 * meanInputs[$0 % layer.inputs] }
    }
    guard values.count == layer.units * layer.inputs else {
      throw PictureError("there are no numbers for the \(content.rawValue) of \(layer.name)")
    }
  }

  private var largest: Double {
    values.lazy.filter(\.isFinite).map(\.magnitude).max() ?? 0
  }

  private var shown: Int { min(layer.units, Self.mostTiles) }

  public var figure: Figure {
    let columns = self.columns
    let rows = (shown + columns - 1) / columns
    let room = 560.0
    let gap = 8.0
    let side = (room - gap * Double(columns - 1)) / Double(columns)
    let tile = Size(side, min(max(side * Double(height) / Double(width), 6), 320))
    let pitch = tile.height + 16
    var marks: [Mark] = []
    for unit in 0..<shown {
      let origin = Point(
        Double(unit % columns) * (tile.width + gap), Double(unit / columns) * pitch)
      marks += self.tile(unit, Rect(origin.x, origin.y, tile.width, tile.height))
    }
    let size = Size(room + 76, max(Double(rows) * pitch, 150))
    marks += bar(Rect(room + 14, 14, 10, min(size.height - 36, 180)))
    return Figure(
      title: "\(content.title) of \(layer.name) as images",
      subtitle: subtitle, caption: caption, size: size, marks: marks, table: table)
  }

  /// So many that the tiles fill a space about as high as wide.
  private var columns: Int {
    let ratio = Double(height) / Double(width)
    let ideal = (Double(shown) * max(ratio, 0.05)).squareRoot().rounded(.up)
    return min(max(Int(ideal), 1), min(shown, 12))
  }

  private func tile(_ unit: Int, _ frame: Rect) -> [Mark] {
    let numbers = values[unit * layer.inputs..<(unit + 1) * layer.inputs]
    let scale = largest > 0 ? largest : 1
    let inks = numbers.map { Ink.signed($0 / scale) }
    return [
      .cells(Cells(in: frame, columns: width, rows: height, inks: inks)),
      .rectangle(frame, stroke: Stroke(.grid)),
      .text(
        Label(
          "\(unit)", at: Point(frame.left, frame.bottom + 2), size: 9, alignment: .top,
          ink: .muted)),
    ]
  }

  private func bar(_ frame: Rect) -> [Mark] {
    let steps = 33
    let inks = (0..<steps).map { Ink.signed(1 - 2 * Double($0) / Double(steps - 1)) }
    var marks: [Mark] = [
      .cells(Cells(in: frame, columns: 1, rows: steps, inks: inks)),
      .rectangle(frame, stroke: Stroke(.grid)),
    ]
    for (share, value) in [(0.0, largest), (0.5, 0), (1, -largest)] {
      let text = (value > 0 ? "+" : "") + NumberFormat.pictured(value, digits: 2)
      marks.append(
        .text(
          Label(
            text, at: Point(frame.right + 4, frame.top + share * frame.height), size: 9,
            alignment: .middle, ink: .muted)))
    }
    return marks
  }

  private var caption: String {
    guard let index = values.indices.max(by: { values[$0].magnitude < values[$1].magnitude }) else {
      return ""
    }
    let more = shown < layer.units ? " The first \(shown) of \(layer.units) units are shown." : ""
    let dead = (0..<layer.units).count { unit in
      values[unit * layer.inputs..<(unit + 1) * layer.inputs].allSatisfy { $0 == 0 }
    }
    var change = ""
    if content == .update, let update {
      let ratio = Self.norm(values) / Self.norm(layer.weight)
      change =
        " The step is number \(update.step), in epoch \(update.epoch); the change's norm is "
        + "\(NumberFormat.pictured(ratio, digits: 2)) of the weights'."
    }
    let zero = dead > 0 ? " \(dead) units have nothing but zeros." : ""
    return "Each tile holds the \(content.words) of a unit's \(layer.inputs) inputs; blue is "
      + "positive, orange negative, the paper 0, on one scale for all. The largest is "
      + "\(NumberFormat.pictured(values[index])), of unit \(index / layer.inputs), input "
      + "\(index % layer.inputs).\(change)\(zero)\(more)"
  }

  private static func norm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  private var table: FigureTable {
    let rows = (0..<layer.units).map { unit -> [FigureTable.Cell] in
      let numbers = values[unit * layer.inputs..<(unit + 1) * layer.inputs]
      let square = numbers.reduce(0) { $0 + $1 * $1 }
      return [
        .integer(unit), .number(numbers.min() ?? 0), .number(numbers.max() ?? 0),
        .number(numbers.reduce(0, +) / Double(max(numbers.count, 1))), .number(square.squareRoot()),
        layer.bias.indices.contains(unit) ? .number(layer.bias[unit]) : .missing,
      ]
    }
    return FigureTable(["unit", "smallest", "largest", "mean", "norm", "bias"], rows: rows)
  }
}
