internal import Apus

/// What `apus train` prints: one JSON object for scripts, a few lines for people.
struct TrainReport {
  let request: TrainRequest
  let result: ExperimentResult
  let modelPath: String
  let secondsLoading: Double
  let secondsTotal: Double

  /// The contract of `train --json`.
  var json: JSON {
    let parts = result.parts
    return [
      "dataset": .string(parts.train.name),
      "rows": [
        "train": .integer(parts.train.count),
        "validation": .integer(parts.validation?.count ?? 0),
        "test": .integer(parts.test?.count ?? 0),
      ],
      "parameters": .integer(result.network.parameters.count),
      "seed": .integer(Int(clamping: result.network.seed)),
      "epochs": .integer(result.history.epochs.count),
      "train": result.train.json,
      "validation": result.validation?.json ?? .null,
      "test": result.test?.json ?? .null,
      "seconds": [
        "load": .finite(secondsLoading), "train": .finite(result.trainingSeconds),
        "total": .finite(secondsTotal),
      ],
      "samples_per_second": .finite(result.samplesPerSecond),
      "engine": .string(request.experiment.engine.name),
      "threads": .integer(request.experiment.threads),
      "model": .string(modelPath),
      "loss_name": .string(result.loss.name),
      "loss_reduction": .string(result.loss.summary),
      "stopped": result.history.stopReason.map { .string("\($0)") } ?? .null,
    ]
  }

  func print(to output: Output) throws {
    for (name, rows, scores) in [
      ("train", result.parts.train.count, result.train as Scores?),
      ("validation", result.parts.validation?.count ?? 0, result.validation),
      ("test", result.parts.test?.count ?? 0, result.test),
    ] {
      guard let scores else { continue }
      let title = name + String(repeating: " ", count: 11 - name.count)
      try output.print(
        "\(title)\(scores)  (\(NumberFormat.grouped(rows)) rows)")
    }
    if result.test == nil { try output.print("No rows were held out for a test.") }
    try output.print("loss is the \(result.loss.summary)")
    try output.print(
      "trained in \(NumberFormat.duration(seconds: result.trainingSeconds)), "
        + "\(NumberFormat.grouped(Int(result.samplesPerSecond))) rows/s, seed \(result.network.seed)"
    )
    try output.print("model: \(modelPath)")
  }
}
