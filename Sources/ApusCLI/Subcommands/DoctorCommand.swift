internal import Apus
internal import ApusDrawing

/// `apus doctor`
struct DoctorCommand: Subcommand {
  let name = "doctor"
  let summary = "Show what Apus finds on this machine: processor, threads, engine, versions."
  let examples = [
    Example("doctor", "for people"),
    Example("doctor --json", "for scripts and bug reports"),
  ]
  let notes: [HelpNote] = []

  private let json = Flag("json", help: "Print one JSON object.")
  var arguments: [any Argument] { [json] }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    let findings = Self.findings
    if parsed[json] {
      let members = findings.map { JSON.Member($0.key, $0.value) }
      return try session.output.print(JSON.object(members).text(indented: true))
    }
    let column = (findings.map(\.title.count).max() ?? 0) + 2
    for finding in findings {
      let gap = String(repeating: " ", count: column - finding.title.count)
      try session.output.print(finding.title + gap + finding.text)
    }
  }

  private struct Finding {
    var key: String
    var title: String
    var text: String
    var value: JSON

    init(_ key: String, _ title: String, _ text: String, _ value: JSON? = nil) {
      self.key = key
      self.title = title
      self.text = text
      self.value = value ?? .string(text)
    }
  }

  private static var findings: [Finding] {
    let threads = Machine.availableThreads
    let features = Machine.processorFeatures
    let memory = Machine.memoryBytes
    let refusal = DefaultEngine.engine.refusal(of: .bfloat16)
    return [
      Finding("apus", "Apus", Version.text),
      Finding("compiler", "compiled by", Version.compiler),
      Finding("processor", "processor", Machine.processorName ?? "unknown"),
      Finding(
        "features", "vector features", features.joined(separator: " "),
        .array(features.map(JSON.string))),
      Finding("level", "loops compiled for", Machine.instructionLevel),
      Finding("threads", "threads", "\(threads)" + limit, .integer(threads)),
      Finding("engine", "engine", DefaultEngine.engine.name),
      Finding(
        "onednn", "oneDNN", DefaultEngine.oneDNNVersion ?? "none: large products use our own loops",
        DefaultEngine.oneDNNVersion.map(JSON.string) ?? .null),
      Finding(
        "bfloat16", "bfloat16",
        refusal.map { "no: \($0)" } ?? "large products, with --precision bf16",
        .bool(refusal == nil)),
      Finding("libdeflate", "libdeflate", Gzip.libraryVersion),
      Finding(
        "cairo", "Cairo", Drawing.cairoVersion ?? "none: no pictures as PNG or PDF",
        Drawing.cairoVersion.map(JSON.string) ?? .null),
      Finding(
        "graphviz", "Graphviz", Drawing.graphvizVersion ?? "none: no pictures of graphs",
        Drawing.graphvizVersion.map(JSON.string) ?? .null),
      Finding("memory_bytes", "memory", NumberFormat.bytes(memory), .integer(memory)),
    ]
  }

  private static var limit: String {
    let allowed = "\(Machine.allowedProcessors) processors allowed"
    guard let quota = Machine.controlGroupProcessors else { return " (\(allowed))" }
    return " (\(allowed), control group gives \(NumberFormat.significant(quota, digits: 3)))"
  }
}
