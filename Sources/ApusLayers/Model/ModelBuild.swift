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
  }

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
