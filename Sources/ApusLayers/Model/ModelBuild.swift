import ApusGraph
import Synchronization

/// What one walk through a model collects: the graph, the declarations and the counters.
final class ModelBuild: Sendable {
  private struct Collected {
    var numbers: [String: Int] = [:]
    var parameters: [ParameterSpec] = []
    var states: [StateSpec] = []
    var updates: [(variable: Tensor, value: Tensor)] = []
    var penalties: [Tensor] = []
    var randomKey: Tensor?
    var variables: [String: Tensor] = [:]
    /// In order of completion; nil where the same layer gave a later result.
    var layers: [LayerResult?] = []
    var layerIndices: [String: Int] = [:]
    var sharedOwners: [String: ObjectIdentifier] = [:]
  }

  /// The counter of random streams; unlike those of layers it goes on when a shared layer is used
  /// again, so that two uses draw different numbers.
  static let randomStream = "random stream"

  let graph: Graph
  let mode: Mode
  private let collected = Mutex(Collected())

  init(graph: Graph, mode: Mode) {
    self.graph = graph
    self.mode = mode
  }

  var parameters: [ParameterSpec] { collected.withLock { $0.parameters } }
  var states: [StateSpec] { collected.withLock { $0.states } }
  var updates: [(variable: Tensor, value: Tensor)] { collected.withLock { $0.updates } }
  var variables: [String: Tensor] { collected.withLock { $0.variables } }
  var penalties: [Tensor] { collected.withLock { $0.penalties } }
  /// The input of random ops, when one was asked for.
  var usedRandomKey: Tensor? { collected.withLock { $0.randomKey } }

  func nextNumber(of kind: String, in path: String) -> Int {
    collected.withLock {
      $0.numbers["\(path)#\(kind)", default: 0] += 1
      return $0.numbers["\(path)#\(kind)", default: 0]
    }
  }

  var layers: [LayerResult] { collected.withLock { $0.layers.compactMap { $0 } } }

  func addResult(_ tensor: Tensor, of path: String) {
    collected.withLock { collected in
      if let earlier = collected.layerIndices[path] { collected.layers[earlier] = nil }
      collected.layerIndices[path] = collected.layers.count
      collected.layers.append(LayerResult(path: path, type: tensor.type))
    }
  }

  /// Starts one use of a shared layer: its children are numbered anew, so that they find the
  /// variables of the first use. False when the name belongs to another layer.
  func beginSharing(_ name: String, by owner: ObjectIdentifier) -> Bool {
    collected.withLock { collected in
      guard collected.sharedOwners[name, default: owner] == owner else { return false }
      collected.sharedOwners[name] = owner
      collected.numbers = collected.numbers.filter { key, _ in
        let isInside = key.hasPrefix("\(name)#") || key.hasPrefix("\(name)/")
        return !isInside || key.hasSuffix("#\(Self.randomStream)")
      }
      return true
    }
  }

  func add(_ parameter: ParameterSpec, _ tensor: Tensor) {
    collected.withLock {
      $0.parameters.append(parameter)
      $0.variables[parameter.path] = tensor
    }
  }

  func add(_ state: StateSpec, _ tensor: Tensor) {
    collected.withLock {
      $0.states.append(state)
      $0.variables[state.path] = tensor
    }
  }

  func addUpdate(_ variable: Tensor, _ value: Tensor) {
    collected.withLock { $0.updates.append((variable, value)) }
  }

  func addPenalty(_ penalty: Tensor) { collected.withLock { $0.penalties.append(penalty) } }

  func randomKey() -> Tensor {
    if let key = usedRandomKey { return key }
    let key = BuildSite.inScope("") { graph.input(BuiltModel.randomKeyName, [4], dtype: .int32) }
    collected.withLock { $0.randomKey = key }
    return key
  }
}
