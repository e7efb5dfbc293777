internal import Apus

/// Something that `apus bench` measures, the way a user would do it.
protocol Workload: Sendable {
  /// As typed after `apus bench`.
  var name: String { get }
  /// The network, the batch and the update, for the list in the help.
  var summary: String { get }

  func measure(_ conditions: BenchConditions) throws -> [Measurement]
}

/// The workloads that have a name. A new one is a file and a line here.
enum Workloads {
  static let all: [any Workload] = [
    MLPSmall(), MLPMedium(), MLPLarge(), Online(), Tiny(), Deep(), infer1, infer256, EndToEnd(),
    Startup(),
  ]

  static var names: [String] { all.map(\.name) }
}

/// What all workloads of one run share.
struct BenchConditions {
  /// How long to measure each workload, in seconds, after a warm-up of a seventh of it.
  var seconds: Double
  var threads: Int
  var precision: BenchPrecision
  var data: BenchData
  /// Nil when nobody asks for limits.
  var limits: ProductLimits?
  /// Asked between steps.
  var shouldStop: @Sendable () -> Bool

  /// The parts that a measurement is cut into.
  static let repeats = 7
}

/// What large products are computed in.
enum BenchPrecision: String, CaseIterable, Sendable {
  case f32, bf16

  /// What really runs when this is asked for, and why, when it is something else.
  var available: (precision: BenchPrecision, note: String?) {
    guard self == .bf16, let reason = DefaultEngine.engine.refusal(of: products) else {
      return (self, nil)
    }
    return (.f32, "\(reason); this is f32")
  }

  var products: ProductPrecision { self == .bf16 ? .bfloat16 : .float32 }
}

/// A measurement that could not be made.
struct BenchError: DiagnosableError, Hashable, Sendable {
  let description: String
  var kind: ErrorKind { .other }

  init(_ description: String) { self.description = description }
}
