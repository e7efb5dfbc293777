public import ApusDrawing
internal import ApusGraph

/// How the weights, the outputs and the gradients of every layer are spread (LESSONS 3.14).
public struct LayerHistograms: Sendable {
  private static let mostLayers = 12
  private static let bins = 30

  private let layers: [NetworkProbe.Layer]
  private let left: Int
  private let subtitle: String

  /// Of a probe with a loss.
  public init(_ probe: NetworkProbe, subtitle: String) {
    layers = Array(probe.layers.prefix(Self.mostLayers))
    left = probe.layers.count - layers.count
    self.subtitle = subtitle
  }

  private static let kinds:
    [(name: String, ink: Ink, values: @Sendable (NetworkProbe.Layer) -> [Double])] =
      [
        ("weights", .series(0), { $0.weight }), ("outputs", .series(2), { $0.outputs }),
        ("∂loss/∂weight", .series(1), { $0.weightGradient }),
      ]

  public var figure: Figure {
    let charts = layers.flatMap { layer in
      Self.kinds.map { kind -> Chart in
        let values = kind.values(layer)
        let histogram = Histogram(values, range: Histogram.range(of: values), count: Self.bins)
        return Chart(
          heading: "\(layer.name), \(kind.name)", x: Axis("", histogram.range),
          y: Axis(fitting: "", histogram.shares, including: [0]),
          series: [
            ChartSeries(nil, histogram.points, .bars(width: histogram.width), kind.ink)
          ])
      }
    }
    return Figure(
      title: "Weights, outputs and gradients by layer", subtitle: subtitle, caption: caption,
      charts: charts, columns: 3, chartSize: Size(206, 118), table: table)
  }

  private var caption: String {
    let dead = layers.compactMap { layer -> String? in
      guard layer.activation == "relu", layer.units > 0 else { return nil }
      let rows = layer.outputs.count / layer.units
      let silent = (0..<layer.units).count { unit in
        (0..<rows).allSatisfy { layer.outputs[$0 * layer.units + unit] == 0 }
      }
      return silent > 0 ? "\(silent) of \(layer.units) in \(layer.name)" : nil
    }
    var text = "Shares of all values; the outermost hundredth at each end is not drawn."
    text +=
      dead.isEmpty
      ? "" : " Units whose output is 0 for every row: " + dead.joined(separator: ", ") + "."
    if left > 0 { text += " The first \(layers.count) layers are shown; \(left) follow." }
    return text
  }

  private var table: FigureTable {
    var rows: [[FigureTable.Cell]] = []
    for layer in layers {
      for kind in Self.kinds {
        let values = kind.values(layer).filter(\.isFinite)
        let count = Double(max(values.count, 1))
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        rows.append([
          .text(layer.name), .text(kind.name), .number(values.min() ?? 0),
          .number(values.max() ?? 0), .number(mean), .number(variance.squareRoot()),
        ])
      }
    }
    return FigureTable(
      ["layer", "values", "smallest", "largest", "mean", "deviation"], rows: rows)
  }
}
