internal import Apus
internal import ApusDrawing

/// One sweep of `apus scale` with its points for each number of threads.
struct ScaleResult: Sendable {
  let sweep: ScaleSweep
  /// The first on one thread.
  let series: [[ScalePoint]]
}

/// Time per step over each size, and beside it how fast the products of that step are done.
struct ScalePicture: Sendable {
  let results: [ScaleResult]
  /// The processor and what else must be known to measure it again.
  let subtitle: String

  var figure: Figure {
    Figure(
      title: "Time per step as networks grow", subtitle: subtitle, caption: caption,
      charts: results.flatMap { [time(of: $0), speed(of: $0)] }, columns: 2,
      chartSize: Size(320, 220), table: table)
  }

  private func time(of result: ScaleResult) -> Chart {
    chart(
      result, heading: "\(result.sweep.size.rawValue): \(result.sweep.fixed)",
      label: "time per step (µs)"
    ) { $0.seconds * 1e6 }
  }

  private func speed(of result: ScaleResult) -> Chart {
    chart(result, heading: "the same, per unit of work", label: "Gflop/s of the products") {
      1e-9 / $0.secondsPerFlop
    }
  }

  private func chart(
    _ result: ScaleResult, heading: String, label: String, _ value: (ScalePoint) -> Double
  ) -> Chart {
    let points = result.series.joined()
    return Chart(
      heading: heading,
      x: Axis(
        fitting: result.sweep.size.rawValue, points.map { Double($0.value) }, scale: .logarithmic),
      y: Axis(fitting: label, points.map(value), scale: .logarithmic, margin: 0.06),
      series: result.series.enumerated().flatMap { index, series in
        let places = series.map { Point(Double($0.value), value($0)) }
        let cliffs = series.filter(\.isCliff).map { Point(Double($0.value), value($0)) }
        let threads = series.first?.threads ?? 1
        return [
          ChartSeries(
            threads == 1 ? "1 thread" : "\(threads) threads", places,
            .line(dashes: index == 0 ? [] : [5, 3]), .series(index)),
          ChartSeries(
            cliffs.isEmpty ? nil : "cliff", cliffs, .symbols(.cross), .foreground),
        ]
      })
  }

  private var caption: String {
    let all = results.flatMap { result in
      result.series.joined().map { (result.sweep.size.rawValue, $0) }
    }
    let cliffs = all.filter { $0.1.isCliff }
    let bends = all.compactMap { $0.1.bend }.map { max($0, 1 / $0) }
    let largest = NumberFormat.fixed(bends.max() ?? 1, digits: 2)
    if cliffs.isEmpty {
      return
        "No cliffs: no network is more than \(largest) times off the line through its neighbours, "
        + "per unit of work."
    }
    let places = cliffs.map { "\($0.0) \($0.1.value) (threads \($0.1.threads))" }
    return "Cliffs, more than \(ScalePoint.limit) times off the line through the neighbours: "
      + places.joined(separator: ", ") + "."
  }

  private var table: FigureTable {
    FigureTable(
      ["sweep", "value", "threads", "seconds per step", "Gflop/s", "bend"],
      rows: results.flatMap { result in
        result.series.joined().map { point in
          [
            .text(result.sweep.size.rawValue), .integer(point.value), .integer(point.threads),
            .number(point.seconds), .number(1e-9 / point.secondsPerFlop),
            point.bend.map { .number($0) } ?? .missing,
          ]
        }
      })
  }
}
