import ApusGraph
import ApusLayers
import ApusTraining

extension GradientReport {
  /// The whole report in 80 columns where names are of usual length.
  public var text: String {
    let sections = [header, tensorTable, remarks, effortTable, valleyTable]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private var header: [String] {
    let rows = subject.rows.map { " on \($0) row\($0 == 1 ? "" : "s")" } ?? ""
    return [
      "Backpropagation against central differences, (J(w + ε) − J(w − ε)) / 2ε, with",
      "ε = \(settings.epsilon), in float64\(rows).",
      "J = \(number(cost)), \(subject.name):",
      "\(subject.formula).",
    ]
  }

  private var tensorTable: [String] {
    var table = TextTable(
      ["parameter", "shape", "checked", "largest |∂J/∂w|", "error", ""], rightAligned: [3, 4])
    for tensor in tensors {
      table.add([
        tensor.path, "\(tensor.shape)", checked(tensor), number(tensor.largestGradient),
        tensor.worst.map { error($0.relativeError) } ?? "—",
        tensor.passes ? (tensor.kinks > 0 ? "ok, kinks" : "ok") : "WRONG",
      ])
    }
    return table.lines
  }

  private func checked(_ tensor: TensorCheck) -> String {
    tensor.checksEveryEntry
      ? "all \(NumberFormat.grouped(tensor.count))" : "largest, direction"
  }

  private var remarks: [String] {
    var lines = [
      "An error is divided by the largest gradient of its layer; up to "
        + "\(settings.tolerance) passes."
    ]
    if tensors.contains(where: { !$0.checksEveryEntry }) {
      lines.append(
        "direction: all numbers at once along a random vector of length 1, seed \(settings.seed).")
    }
    for tensor in tensors where !tensor.passes {
      guard let worst = tensor.worst else { continue }
      lines.append("WRONG \(GradientMismatch.sentence(tensor, worst)).")
    }
    lines += kinkRemarks
    lines.append(
      passes
        ? (tensors.count == 1 ? "It agrees." : "All \(tensors.count) tensors agree.")
        : "\(tensors.count { !$0.passes }) of \(tensors.count) tensors differ.")
    return lines
  }

  private var kinkRemarks: [String] {
    let all = tensors.flatMap(\.lines)
    let (between, undecided) = (
      all.count { $0.verdict == .kink }, all.count { $0.verdict == .undecided }
    )
    var lines: [String] = []
    if between > 0 {
      lines.append(
        "kinks: at \(between) place\(between == 1 ? "" : "s") the slopes of the two sides differ "
          + "(ReLU at exactly 0, a tie of max);")
      lines.append("backpropagation's convention lies between them, which is right.")
    }
    if undecided > 0 {
      lines.append(
        "undecided: at \(undecided) place\(undecided == 1 ? "" : "s") several kinks meet, so "
          + "differences cannot tell;")
      lines.append("take other rows or another --seed.")
    }
    return lines
  }

  private var effortTable: [String] {
    let count = NumberFormat.grouped(effort.parameters)
    let million = NumberFormat.grouped(GradientEffort.projected)
    var table = TextTable(["", "passes", "time", "for \(million)", "time"], rightAligned: [2, 4])
    table.add([
      "backpropagation", "1 forward + 1 backward",
      time(effort.secondsOfBackpropagation), "1 forward + 1 backward",
      time(effort.secondsOfBackpropagation),
    ])
    for difference in NumericGradient.Difference.allCases {
      table.add([
        "\(difference.rawValue) differences",
        "\(NumberFormat.grouped(effort.forwardPasses(difference))) forward",
        time(effort.seconds(difference)),
        "\(NumberFormat.grouped(effort.forwardPasses(difference, parameters: GradientEffort.projected))) forward",
        time(effort.seconds(difference, parameters: GradientEffort.projected)),
      ])
    }
    return [
      "The whole gradient of \(count) parameter\(effort.parameters == 1 ? "" : "s"), and of "
        + "\(million) at \(time(effort.secondsOfForward)) a pass"
    ] + table.lines
  }

  private var valleyTable: [String] {
    var table = TextTable(
      ["ε"] + valley.methods.map { "\($0.precision.rawValue) \($0.difference.rawValue)" },
      rightAligned: [1, 2, 3, 4])
    for (index, epsilon) in valley.epsilons.enumerated() {
      table.add(
        [NumberFormat.scientific(epsilon, digits: 0)]
          + valley.methods.map { error($0.errors[index]) + ($0.best == index ? "*" : " ") })
    }
    return [
      "Largest error of differences against ε, relative to the largest gradient"
        + (valley.checksEveryEntry ? "" : ", all parameters"),
      valley.checksEveryEntry
        ? "(large: curvature, tiny: rounding; * the best)"
        : "moved at once in a random direction (large: curvature, tiny: rounding; * best)",
    ] + table.lines
  }

  private func number(_ value: Double) -> String { NumberFormat.significant(value, digits: 6) }
  private func error(_ value: Double) -> String {
    value == 0 ? "0" : NumberFormat.scientific(value, digits: 1)
  }
  private func time(_ seconds: Double) -> String { NumberFormat.duration(seconds: seconds) }
}
