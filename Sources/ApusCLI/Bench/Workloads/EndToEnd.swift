internal import Apus

/// All that a person waits for: from the start of the process to the printed test accuracy.
struct EndToEnd: Workload {
  let name = "end-to-end"
  let summary = "a whole process: load MNIST, 5 epochs of mlp-small, evaluate, print"

  private static let epochs = 5

  func measure(_ conditions: BenchConditions) throws -> [Measurement] {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let images = try imageFolder(conditions.data, else: folder)
    var runs = ProcessRuns(conditions)
    while runs.wantsMore {
      try runs.measure([
        "train", "mnist", "--data", images.folder, "--hidden", "30,30", "--optimizer", "sgd",
        "--learning-rate", "0.001", "--batch-size", "32", "--epochs", "\(Self.epochs)",
        "--threads", "\(conditions.threads)", "--run-dir", folder.path + "/run", "--force",
        "--quiet", "--json",
      ])
    }
    let report = try JSON(parsing: Array(runs.lastOutput.utf8))
    let rows = report["rows"]?["train"]?.intValue ?? 0
    let steps = Self.epochs * ((rows + 31) / 32)
    let network = try Network(MLPSmall().stack, inputShape: [784])
    let products = MatrixProduct.all(of: network, rows: 32, training: true)
    var limit = try conditions.limits?.limit(of: products)
    limit?.seconds *= Double(steps)
    return [
      Measurement(
        workload: name, part: "process of \(NumberFormat.grouped(steps)) steps",
        timing: runs.timing, samplesPerStep: rows * Self.epochs, threads: conditions.threads,
        precision: .f32, flopsPerStep: products.flops * Double(steps),
        limit: limit, data: images.source,
        check: (report["test"]?["loss"]?.doubleValue).map { (steps, $0) },
        peakBytes: runs.peakBytes)
    ]
  }

  private func imageFolder(
    _ data: BenchData, else folder: TemporaryFolder
  ) throws -> (folder: String, source: String) {
    if let found = data.imageFolder { return (found, "MNIST") }
    try GeneratedImages(rows: 60_000, seed: 0).write("train", to: folder.path)
    try GeneratedImages(rows: 10_000, seed: 1).write("t10k", to: folder.path)
    return (folder.path, "generated, of MNIST's shape")
  }
}
