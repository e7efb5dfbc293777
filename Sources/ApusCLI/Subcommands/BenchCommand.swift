internal import Apus

/// `apus bench [WORKLOAD…]`
struct BenchCommand: Subcommand {
  let name = "bench"
  let summary = "Measure how fast networks train and predict on this machine."
  let examples = [
    Example("bench", "all workloads, a minute or two"),
    Example("bench mlp-small --threads 1", "one of them, on one thread"),
    Example("bench mlp-small mlp-medium --json", "for scripts"),
  ]
  var notes: [HelpNote] {
    [
      HelpNote("Workloads", Workloads.all.map { "\($0.name): \($0.summary)" }),
      HelpNote(
        "How it is measured",
        [
          "A step is what training does for a batch: the shuffled gather of its rows from the data,"
            + " forward, gradients, update. Ends of epochs are part of it.",
          "time per step: the median of 7 repeats (fewer, down to 3, when a step is long), after a"
            + " warm-up of a seventh of --seconds and as many steps as the loss is checked after.",
          "spread: the middle half of the repeats from end to end, over the median.",
          "bytes/step: what the thread that trains asked malloc for, ends of epochs included.",
          "Zeros of the data are left out of products, so images of MNIST, four fifths of them zeros,"
            + " take less time than dense ones: --generated shows those.",
          "limit: the time of the step's matrix products alone, each by one-thread dnnl_sgemm in"
            + " its fastest operand order; without oneDNN by Apus's own products. ratio: time per"
            + " step over it.",
          "bf16: products with both sides over 64 and more than 2 million multiplications round their"
            + " operands to bfloat16 and are summed in float32; all else stays float32. Workloads"
            + " without such products say f32. --json counts them.",
        ]),
    ]
  }

  private let workloads = PositionalList(
    "WORKLOAD", .name(of: Workloads.names), help: "Which; without one all of them.")
  private let threads = Option.optional(
    "threads", .integer(in: 1...256), shown: "all processors", help: "Never changes the result.")
  private let precision = Option(
    "precision", .name(of: BenchPrecision.allCases.map(\.rawValue)), default: "f32",
    help: "Of the products; where bf16 cannot run, it says so and runs f32.")
  private let seconds = Option(
    "seconds", .positive, default: 3.0, help: "How long to measure each workload.")
  private let dataFolder = Option.optional(
    "data", .path.named("DIR"), shown: "APUS_MNIST, data/mnist, ~/.cache/apus/mnist",
    help: "The folder of MNIST's four files; without any, generated images of their shape.")
  private let generated = Flag(
    "generated", help: "Images of random bytes, with hardly a zero, even where MNIST is found.")
  private let noLimit = Flag(
    "no-limit", help: "Without the limit, whose measurement takes a while for large products.")
  private let json = Flag("json", help: "Print one JSON object.")

  var arguments: [any Argument] {
    [workloads, threads, precision, seconds, dataFolder, generated, noLimit, json]
  }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    let (precision, note) = (BenchPrecision(rawValue: parsed[precision]) ?? .f32).available
    if let note { session.messages.print(note) }
    let seconds = parsed[seconds]
    let conditions = BenchConditions(
      seconds: seconds, threads: parsed[threads] ?? Machine.availableThreads,
      precision: precision,
      data: BenchData(folder: parsed[dataFolder], isGenerated: parsed[generated]),
      limits: parsed[noLimit] ? nil : ProductLimits(budget: min(seconds / 30, 0.1)),
      shouldStop: Interruption.listen())
    let asked = parsed[workloads]
    var measurements: [Measurement] = []
    for workload in Workloads.all where asked.isEmpty || asked.contains(workload.name) {
      if session.messages.isTerminal { session.messages.print("\(workload.name) …") }
      measurements += try workload.measure(conditions)
    }
    guard !parsed[json] else {
      let report = BenchReport.json(
        measurements, threads: conditions.threads, seconds: seconds, note: note)
      return try session.output.print(report.text(indented: true))
    }
    for line in BenchReport.table(measurements) { try session.output.print(line) }
    if let images = measurements.first(where: { $0.data.hasPrefix("MNIST,") }) {
      session.messages.print(
        "Images: \(images.data), which products leave out; --generated shows dense images.")
    }
    if !parsed[generated], measurements.contains(where: { $0.data.hasPrefix("generated,") }) {
      session.messages.print("MNIST was not found: images are generated. See --data.")
    }
    if measurements.contains(where: { $0.limit?.by == "own" }) {
      session.messages.print("There is no oneDNN: limits are those of Apus's own products.")
    }
  }
}
