/// What a process costs before and around its work.
struct Startup: Workload {
  let name = "startup"
  let summary = "whole processes: apus --version; XOR 2-8-1 tanh, 500 full-batch Adam steps"

  func measure(_ conditions: BenchConditions) throws -> [Measurement] {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    return try [
      measure("--version", ["--version"], conditions),
      measure(
        "XOR",
        [
          "train", "deck003", "--hidden", "8", "--activation", "tanh", "--optimizer", "adam",
          "--batch-size", "full", "--epochs", "500", "--threads", "\(conditions.threads)",
          "--run-dir", folder.path + "/run", "--force", "--quiet",
        ], conditions),
    ]
  }

  private func measure(
    _ part: String, _ words: [String], _ conditions: BenchConditions
  ) throws -> Measurement {
    var runs = ProcessRuns(conditions)
    while runs.wantsMore { try runs.measure(words) }
    return Measurement(
      workload: name, part: part, timing: runs.timing, samplesPerStep: 1,
      threads: conditions.threads, precision: .f32, data: "none",
      peakBytes: runs.peakBytes)
  }
}
