internal import Apus
internal import ApusDrawing

/// `apus scale`
struct ScaleCommand: Subcommand {
  let name = "scale"
  let summary = "Measure how time per step grows with width, batch and depth."
  let examples = [
    Example("scale", "width 16…4096, batch 1…4096, depth 1…1,000; some minutes"),
    Example("scale --largest 256 --seconds 0.1", "a quick look"),
    Example("scale --plot scale.svg", "and a picture of it"),
  ]
  let notes = [
    HelpNote(
      "How to read it",
      [
        "time per step: the fastest of 7 repeats, as other work on the machine can only add to it.",
        "plan: from the network to the end of the first step, less a step.",
        "bend: time per unit of work (flops of the products) over the line through the two"
          + " neighbours, both axes logarithmic. Above \(ScalePoint.limit) or below its inverse is a"
          + " cliff.",
        "gain: one thread's time over that of all threads.",
      ])
  ]

  private let threads = Option.optional(
    "threads", .integer(in: 1...256), shown: "all processors", help: "Compared with one thread.")
  private let largest = Option(
    "largest", .integer(in: 16...4096), default: 4096, help: "Leave out sizes above it.")
  private let seconds = Option(
    "seconds", .positive, default: 0.5, help: "How long to measure each network.")
  private let csv = Option.optional(
    "csv", .path.named("FILE"), help: "Also write one line per network and number of threads.")
  private let plot = Option.optional(
    "plot", .path.named("FILE"), help: "Also draw it: .svg, .png, .pdf or .txt.")
  private let force = Flag("force", help: "Overwrite an existing file.")

  var arguments: [any Argument] { [threads, largest, seconds, csv, plot, force] }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    if let path = parsed[plot] { _ = try PictureFormat(path: path) }
    for path in [parsed[csv], parsed[plot]].compactMap({ $0 })
    where !parsed[force] && File.kind(path) != nil {
      throw FileError.exists(path)
    }
    let shouldStop = Interruption.listen()
    let threads = parsed[threads] ?? Machine.availableThreads
    let counts = threads > 1 ? [1, threads] : [1]
    var results: [ScaleResult] = []
    for sweep in ScaleSweep.all.map({ $0.limited(to: parsed[largest]) }) {
      var series: [[ScalePoint]] = counts.map { _ in [] }
      for value in sweep.values {
        for (index, count) in counts.enumerated() {
          series[index].append(
            try sweep.point(at: value, seconds: parsed[seconds], threads: count, shouldStop))
        }
      }
      let result = ScaleResult(sweep: sweep, series: series.map(ScalePoint.bent))
      try print(result, to: session.output)
      results.append(result)
    }
    try write(results, threads: counts, parsed, session)
  }

  private func write(
    _ results: [ScaleResult], threads: [Int], _ parsed: ParsedArguments, _ session: Session
  ) throws {
    if let path = parsed[csv] {
      let head = "sweep,value,threads,seconds_per_step,flops,seconds_per_flop,plan_seconds,bend"
      let lines = results.flatMap { result in
        result.series.joined().map { Self.line(of: $0, in: result.sweep) }
      }
      try File.write(
        text: ([head] + lines).joined(separator: "\n") + "\n", to: path,
        overwriting: parsed[force])
      session.messages.print("\(lines.count) lines are in \(path).")
    }
    if let path = parsed[plot] {
      let counts = threads.map(String.init).joined(separator: " and ")
      let picture = ScalePicture(
        results: results,
        subtitle: "Adam, cross-entropy, random bytes · \(counts) threads · Apus \(Version.text)")
      try picture.figure.picture.write(
        to: path, theme: .auto, scale: 2, overwriting: parsed[force])
      session.messages.print("picture: \(path)")
    }
  }

  private func print(_ result: ScaleResult, to output: Output) throws {
    let (sweep, series) = (result.sweep, result.series)
    var rows = [[sweep.size.rawValue, "time per step", "Gflop/s", "plan", "bend", "gain", ""]]
    for index in sweep.values.indices {
      let (one, all) = (series[0][index], series[series.count - 1][index])
      rows.append([
        "\(one.value)", NumberFormat.duration(seconds: one.seconds),
        NumberFormat.significant(1e-9 / one.secondsPerFlop, digits: 3),
        NumberFormat.duration(seconds: one.planSeconds),
        one.bend.map { NumberFormat.fixed($0, digits: 2) } ?? "-",
        series.count > 1 ? NumberFormat.fixed(one.seconds / all.seconds, digits: 2) : "-",
        one.isCliff || all.isCliff ? "cliff" : "",
      ])
    }
    try output.print("\(sweep.size.rawValue), \(sweep.fixed)")
    for line in BenchReport.aligned(rows) { try output.print(line) }
    try output.print("")
  }

  private static func line(of point: ScalePoint, in sweep: ScaleSweep) -> String {
    [
      sweep.size.rawValue, "\(point.value)", "\(point.threads)", "\(point.seconds)",
      "\(point.flops)", "\(point.secondsPerFlop)", "\(point.planSeconds)",
      point.bend.map { "\($0)" } ?? "",
    ].joined(separator: ",")
  }
}
