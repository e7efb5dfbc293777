public import ApusData
public import ApusDrawing
internal import ApusGraph
public import ApusLayers
internal import ApusTraining

/// The mini-batches of an epoch as rows of images, the present one framed (LESSONS 3.10, deck
/// 004·09).
public struct BatchStrip: Sendable {
  private let rows: Dataset
  private let batchSize: Int
  private let framed: Int?
  private let losses: [Double]
  private let labels: [String]
  private let subtitle: String

  /// - Parameters:
  ///   - framed: the batch that is looked at, counted from 0; nil for none.
  ///   - network: of which the loss of each image is; nil for none.
  /// - Throws: when the rows are no images, or too many to be seen.
  public init(
    _ rows: Dataset, batchSize: Int, framed: Int? = nil, network: Network? = nil,
    loss: (any Loss)? = nil, subtitle: String
  ) throws {
    guard let shape = rows.imageShape, shape.count == 3, shape[0] == 1 else {
      throw PictureError(
        "\(rows.name) has no images of one channel, so there is no strip of them", kind: .badData)
    }
    guard (1...40).contains(batchSize), rows.count <= 480 else {
      throw PictureError("a strip has at most 40 images in a row and 480 in all")
    }
    let count = (rows.count + batchSize - 1) / batchSize
    guard framed ?? 0 < count else {
      throw PictureError(
        "there are \(count) batches, counted from 0; batch \(framed ?? 0) cannot be framed")
    }
    self.rows = rows
    self.batchSize = batchSize
    self.framed = framed
    self.subtitle = subtitle
    let names = rows.task.names
    labels = rows.classIndices.map { $0.map { names[Int($0)] } } ?? []
    guard let network, let loss else {
      losses = []
      return
    }
    losses = try (0..<Int32(rows.count)).map { row in
      let cost = try NetworkCost(network, loss: loss, on: rows.subset([row]))
      return try cost(cost.parameters)
    }
  }

  public var figure: Figure {
    let shape = rows.imageShape ?? [1, 1, 1]
    let gap = 6.0
    let left = 56.0
    let side = min((600 - left) / Double(batchSize) - gap, 56)
    let height = side * Double(shape[1]) / Double(max(shape[2], 1))
    let pitch = height + (losses.isEmpty ? 18 : 30)
    let values = rows.features.doubles()
    // The natural unit may be any; the strip shows the darkest to the brightest of what is there.
    let brightest = max(values.max() ?? 1, 1e-9)
    let count = (rows.count + batchSize - 1) / batchSize
    var marks: [Mark] = []
    for position in 0..<rows.count {
      let (batch, column) = (position / batchSize, position % batchSize)
      let frame = Rect(
        left + Double(column) * (side + gap), Double(batch) * pitch + 4, side, height)
      let start = rows.storedRow(position) * rows.featureCount
      let inks = values[start..<start + rows.featureCount].map { Ink.grey(1 - $0 / brightest) }
      marks.append(.cells(Cells(in: frame, columns: shape[2], rows: shape[1], inks: inks)))
      marks.append(.rectangle(frame, stroke: Stroke(.grid)))
      marks += words(position, frame)
    }
    for batch in 0..<count {
      let y = Double(batch) * pitch
      marks.append(
        .text(
          Label(
            "batch \(batch)", at: Point(0, y + 4 + height / 2), size: 10, alignment: .middle,
            ink: batch == framed ? .foreground : .muted)))
      if batch == framed {
        let width = Double(min(batchSize, rows.count - batch * batchSize)) * (side + gap)
        marks.append(
          .rectangle(
            Rect(left - gap / 2 - 1, y + 1, width + 2, pitch - 3), radius: 4,
            stroke: Stroke(.series(1), width: 2.2)))
      }
    }
    return Figure(
      title: "Mini-batches", subtitle: subtitle, caption: caption,
      size: Size(610, Double(max(count, 1)) * pitch + 4), marks: marks, table: table)
  }

  private func words(_ position: Int, _ frame: Rect) -> [Mark] {
    func line(_ text: String, _ y: Double, _ ink: Ink) -> Mark {
      .text(
        Label(
          FontMetrics.fitted(text, width: frame.width, size: 8.5), at: Point(frame.centre.x, y),
          size: 8.5, anchor: .middle, alignment: .top, ink: ink))
    }
    var marks: [Mark] = []
    if labels.indices.contains(position) {
      marks.append(line(labels[position], frame.bottom + 2, .foreground))
    }
    if losses.indices.contains(position) {
      marks.append(
        line(NumberFormat.pictured(losses[position], digits: 2), frame.bottom + 13, .muted))
    }
    return marks
  }

  private var caption: String {
    var text = "\(rows.count) images in batches of \(batchSize); below each its label"
    text += losses.isEmpty ? "." : " and its own loss."
    if let framed {
      let members = losses.indices.filter { $0 / batchSize == framed }.map { losses[$0] }
      text += " Batch \(framed) is framed"
      text +=
        members.isEmpty
        ? "."
        : "; its mean loss is "
          + "\(NumberFormat.pictured(members.reduce(0, +) / Double(members.count)))."
    }
    return text
  }

  private var table: FigureTable {
    FigureTable(
      ["row", "batch", "label"] + (losses.isEmpty ? [] : ["loss"]),
      rows: (0..<rows.count).map { position in
        let label = labels.indices.contains(position) ? labels[position] : ""
        return [.integer(position), .integer(position / batchSize), .text(label)]
          + (losses.isEmpty ? [] : [.number(losses[position])])
      })
  }
}
