public import ApusGraph

/// Whether a network is built to be trained or to predict: dropout and noise act in training only.
public enum Mode: String, Hashable, Sendable {
  case training, inference
}

/// Where a layer declares parameters and draws randomness: a path, a mode, and the build that
/// collects what is declared.
public struct Scope: Sendable {
  /// Names joined by `/`; empty for the model itself.
  public let path: String
  let build: ModelBuild
  /// Whether declaring a path again gives the first tensor instead of an error.
  private let isShared: Bool

  init(path: String, build: ModelBuild, isShared: Bool = false) {
    self.path = path
    self.build = build
    self.isShared = isShared
  }

  /// Of one parameter: a petabyte, so that counts of whole networks stay within an Int.
  private static let mostElements = 1 << 48

  public var mode: Mode { build.mode }
  public var graph: Graph { build.graph }

  /// A child scope with a name of its own.
  public static func / (scope: Scope, name: String) -> Scope {
    Scope(
      path: scope.path.isEmpty ? name : "\(scope.path)/\(name)", build: scope.build,
      isShared: scope.isShared)
  }

  /// The scope, at top level, of a layer that is used in several places on purpose; nil when another
  /// layer took the name.
  func shared(_ name: String, by owner: ObjectIdentifier) -> Scope? {
    guard build.beginSharing(name, by: owner) else { return nil }
    return Scope(path: name, build: build, isShared: true)
  }

  /// A child scope named after a kind of layer and numbered from 1: `dense_1`, `dense_2`.
  public func numberedChild(_ kind: String) -> Scope {
    self / "\(kind)_\(build.nextNumber(of: kind, in: path))"
  }

  /// Runs `body` with its nodes recorded under this scope; a tensor that it gives back counts as
  /// the layer's result in summaries.
  public func enter<R>(_ body: () throws -> R) rethrows -> R {
    let result = try BuildSite.inScope(path, body)
    if let tensor = result as? Tensor, !path.isEmpty { build.addResult(tensor, of: path) }
    return result
  }

  /// Declares a parameter, `NAME` under this scope's path: `dense_1.weight`.
  ///
  /// - Parameters:
  ///   - fans: numbers of inputs and outputs of one unit, for initializers that scale by them;
  ///     by default taken from the shape [outputs, inputs].
  ///   - role: what penalties and weight decay may tell apart.
  public func parameter(
    _ name: String, _ shape: [Int], initializer: any Initializer, fans: Fans? = nil,
    role: ParameterRole = .weight
  ) -> Tensor {
    let path = pathOf(name)
    if let first = sharedVariable(path, Shape(shape)) { return first }
    guard let count = checkedElementCount(shape), count <= Self.mostElements else {
      return mistake(
        "parameter", "'\(path)' of shape \(shape) has more than \(Self.mostElements) elements",
        hint: "use fewer units")
    }
    let tensor = BuildSite.inScope(self.path) { graph.parameter(path, Shape(shape)) }
    if !tensor.isPoison {
      build.add(
        ParameterSpec(
          path: path, shape: shape, initializer: initializer, fans: fans ?? Fans(shape: shape),
          role: role), tensor)
    }
    return tensor
  }

  /// Declares a quantity that is not trained but updated by a rule of its own or fitted to data.
  public func state(_ name: String, initial: TensorData) -> Tensor {
    let path = pathOf(name)
    if let first = sharedVariable(path, Shape(initial.shape)) { return first }
    let tensor = BuildSite.inScope(self.path) {
      graph.state(path, Shape(initial.shape), dtype: initial.dtype)
    }
    if !tensor.isPoison { build.add(StateSpec(path: path, initial: initial), tensor) }
    return tensor
  }

  /// Says which value a state has after a training step.
  public func update(_ state: Tensor, to value: Tensor) {
    build.addUpdate(state, value)
  }

  /// Adds a scalar to the loss, such as a penalty on weights.
  public func addPenalty(_ penalty: Tensor) { build.addPenalty(penalty) }

  /// The key of random ops: Int32 [4], new in every training step.
  public var randomKey: Tensor { build.randomKey() }

  /// A stream number for one random op, from this scope's path and the count of such calls.
  public func nextRandomStream() -> RandomPurpose {
    let number = build.nextNumber(of: ModelBuild.randomStream, in: path)
    return RandomPurpose(named: "\(path)#\(number)")
  }

  /// Records a mistake, such as an input of the wrong rank, and gives the poison tensor.
  public func mistake(
    _ layer: String, _ rule: String, hint: String? = nil, inputs: [Tensor] = []
  ) -> Tensor {
    BuildSite.inScope(path) {
      graph.fail(
        GraphError(
          op: layer, violation: RuleViolation(rule, hint: hint), inputs: inputs.map(\.type)))
    }
  }

  /// The tensor that an earlier use of a shared layer declared.
  private func sharedVariable(_ path: String, _ shape: Shape) -> Tensor? {
    guard isShared, let first = build.variables[path] else { return nil }
    if first.shape == shape { return first }
    return mistake(
      "shared", "'\(path)' has the shape \(first.shape) from its first use, not \(shape)",
      hint: "a shared layer needs inputs with equally many features in all places")
  }

  private func pathOf(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}
