internal import Apus

/// What `apus bench` prints.
enum BenchReport {
  private static let columns = [
    "workload", "time per step", "spread", "samples/s", "threads", "precision", "Gflop/s",
    "bytes/step", "limit", "ratio",
  ]

  /// One line per measurement, below the names of the columns.
  static func table(_ measurements: [Measurement]) -> [String] {
    aligned([columns] + measurements.map(row))
  }

  /// Rows of cells as lines: the first column to the left, the others to the right.
  static func aligned(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      zip(row, widths).enumerated().map { index, cell in
        let gap = String(repeating: " ", count: cell.1 - cell.0.count)
        return index == 0 ? cell.0 + gap : gap + cell.0
      }.joined(separator: "  ")
    }
  }

  private static func row(_ measurement: Measurement) -> [String] {
    let timing = measurement.timing
    func digits(_ value: Double?, _ count: Int = 3) -> String {
      value.map { NumberFormat.significant($0, digits: count) } ?? "-"
    }
    let rate = min(Double(measurement.samplesPerStep) / timing.secondsPerStep, 1e18)
    return [
      measurement.title, NumberFormat.duration(seconds: timing.secondsPerStep),
      NumberFormat.percent(timing.spread, digits: 1), NumberFormat.grouped(Int(rate)),
      "\(measurement.threads)", measurement.precision.rawValue, digits(measurement.gigaflops),
      digits(measurement.bytesPerStep),
      measurement.limit.map { NumberFormat.duration(seconds: $0.seconds) } ?? "-",
      digits(measurement.ratioToLimit),
    ]
  }

  static func json(
    _ measurements: [Measurement], threads: Int, seconds: Double, note: String?
  ) -> JSON {
    [
      "apus": .string(Version.text),
      "processor": .string(Machine.processorName ?? "unknown"),
      "features": JSON(Machine.processorFeatures),
      "level": .string(Machine.instructionLevel),
      "onednn": DefaultEngine.oneDNNVersion.map { .string($0) } ?? .null,
      "available_threads": .integer(Machine.availableThreads),
      "threads": .integer(threads), "seconds": .number(seconds),
      "note": note.map { .string($0) } ?? .null,
      "workloads": .array(measurements.map(\.json)),
    ]
  }
}
