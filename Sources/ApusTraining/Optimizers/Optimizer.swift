public import ApusGraph

/// A rule that turns gradients into new parameters, emitted as nodes of the step's graph.
///
/// Everything that changes from step to step (the learning rate, bias corrections) is a scalar
/// input computed in Float64 on the host, so that changing it never replans. To add an optimizer
/// write a conforming type in a file of its own and its line in ``Optimizers``.
public protocol Optimizer: Sendable {
  /// The name on the command line and in files: `adam`.
  var name: String { get }

  /// The rule in one line, as `--help` shows it: w weight, g gradient, η learning rate.
  var formula: String { get }

  /// The rate before any schedule.
  var learningRate: Double { get set }

  /// Applied around the rule by ``UpdateRule``, for every optimizer in the same way.
  var weightDecay: WeightDecay { get set }

  /// Further hyper-parameters by name, as people and files write them, with their legal range.
  var hyperparameters: [Hyperparameter] { get }

  /// Names of the step-dependent factors besides the learning rate.
  var factorNames: [String] { get }

  /// The factor at a place of `factorNames` for a step, which counts from 1.
  func factor(_ index: Int, step: Int) -> Double

  /// Emits the parameter's new value, and declares its slots with theirs.
  func update(_ site: OptimizerSite) -> Tensor
}

/// An optimizer with a momentum that `--momentum` sets.
public protocol MomentumOptimizer: Optimizer {
  var momentum: Double { get set }
}

extension Optimizer {
  /// Learning rate, the rule's own hyper-parameters, weight decay.
  public var settings: [Hyperparameter] {
    [Hyperparameter("learning_rate", learningRate, .positive)] + hyperparameters
      + [Hyperparameter("weight_decay", weightDecay.rate, .nonNegative)]
  }

  /// Throws ``OptimizerError`` when a hyper-parameter is out of range.
  public func validate() throws {
    for setting in settings where !setting.isLegal {
      throw OptimizerError(
        name, setting.label, mustBe: setting.range.description, found: setting.value)
    }
  }
}

/// A number that tunes a rule.
public struct Hyperparameter: Hashable, Sendable {
  /// In snake case, as files write it: `learning_rate`.
  public let name: String
  /// Flags are 0 or 1.
  public let value: Double
  public let range: HyperparameterRange

  public init(_ name: String, _ value: Double, _ range: HyperparameterRange) {
    self.name = name
    self.value = value
    self.range = range
  }

  public init(_ name: String, flag: Bool) {
    self.init(name, flag ? 1 : 0, .fraction)
  }

  public var isLegal: Bool {
    switch range {
    case .positive: value > 0 && value.isFinite
    case .nonNegative: value >= 0 && value.isFinite
    case .fraction: value >= 0 && value <= 1
    case .belowOne: value >= 0 && value < 1
    case .between(let low, let high): value > low && value < high
    }
  }

  var label: String { String(name.map { $0 == "_" ? " " : $0 }) }
}

/// What a hyper-parameter may be.
public enum HyperparameterRange: Hashable, Sendable, CustomStringConvertible {
  case positive, nonNegative
  /// 0 … 1, both included.
  case fraction
  /// At least 0 and below 1.
  case belowOne
  /// Both bounds excluded.
  case between(Double, Double)

  public var description: String {
    switch self {
    case .positive: "positive"
    case .nonNegative: "at least 0"
    case .fraction: "from 0 to 1"
    case .belowOne: "at least 0 and below 1"
    case .between(let low, let high): "above \(low) and below \(high)"
    }
  }
}

/// A hyper-parameter that is out of range, or does not go with an optimizer.
public struct OptimizerError: DiagnosableError, Hashable, Sendable {
  public var kind: ErrorKind { .usage }

  public let description: String

  public init(_ description: String) { self.description = description }

  public init(_ optimizer: String, _ name: String, mustBe rule: String, found: Double) {
    description = "\(optimizer): \(name) must be \(rule), found \(found)"
  }
}
