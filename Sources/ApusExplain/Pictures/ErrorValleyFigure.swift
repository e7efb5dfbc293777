public import ApusDrawing
internal import ApusGraph
internal import ApusTraining

/// How far differences are from the gradient of backpropagation, over their step ε: the V-curve
/// (LESSONS 3.11).
extension GradientReport {
  public func valleyFigure(subtitle: String) -> Figure {
    let symbols: [Symbol] = [.disc, .square, .triangle, .diamond]
    // An error of exactly 0 has no place on a logarithmic axis, so it is left out there.
    let all = valley.methods.flatMap(\.errors).filter { $0 > 0 && $0.isFinite }
    let series = valley.methods.enumerated().flatMap { index, method -> [ChartSeries] in
      let points = zip(valley.epsilons, method.errors).map {
        $1 > 0 && $1.isFinite ? Point($0, $1) : Point($0, .nan)
      }
      let ink = Ink.series(index)
      let dashes: [Double] = method.difference == .central ? [] : [6, 3]
      return [
        ChartSeries(nil, points, .line(width: 1.6, dashes: dashes), ink),
        ChartSeries(
          "\(method.difference.rawValue), \(method.precision.rawValue)", points,
          .symbols(symbols[index % symbols.count], radius: 3.2), ink),
      ]
    }
    let chart = Chart(
      x: Axis(fitting: "ε", valley.epsilons, scale: .logarithmic),
      y: Axis(
        fitting: "largest error, relative to the largest gradient", all, scale: .logarithmic),
      series: series)
    return Figure(
      title: "Gradient check over ε", subtitle: subtitle, caption: valleyCaption, charts: [chart],
      table: valleyTable)
  }

  private var valleyCaption: String {
    let parts = valley.methods.map { method in
      "\(method.difference.rawValue) differences in \(method.precision.rawValue) are best at "
        + "ε = \(NumberFormat.pictured(valley.epsilons[method.best])), error "
        + "\(NumberFormat.pictured(method.errors[method.best], digits: 2))"
    }
    let text = parts.joined(separator: "; ")
    return text.prefix(1).uppercased() + text.dropFirst()
      + ". To the right the curvature errs, to the left the rounding."
  }

  private var valleyTable: FigureTable {
    FigureTable(
      ["ε"] + valley.methods.map { "\($0.difference.rawValue) \($0.precision.rawValue)" },
      rows: valley.epsilons.indices.map { index in
        [.number(valley.epsilons[index])] + valley.methods.map { .number($0.errors[index]) }
      })
  }
}
