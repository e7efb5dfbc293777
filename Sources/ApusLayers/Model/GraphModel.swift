public import ApusGraph

/// A model given by its inference graph, as a model file holds it: it predicts, and can be trained
/// on, without the Swift code that made it. Layers that act in training only, such as dropout, are
/// not in such a graph.
public struct GraphModel: Model {
  public let program: Program

  public init(_ program: Program) { self.program = program }

  /// The inputs that the graph declares.
  ///
  /// Throws when one is not [N, …].
  public func inputSpecs() throws -> [InputSpec] {
    try program.inputs.map { input in
      let dimensions = input.op.type.shape.dimensions
      guard dimensions.first == .n, let row = Shape(Array(dimensions.dropFirst())).concrete else {
        throw GraphError(
          op: "model",
          violation: RuleViolation(
            "the input '\(input.op.label)' must be rows [N, …], found \(input.op.type)"))
      }
      return InputSpec(input.op.label, shape: row, dtype: input.op.type.dtype)
    }
  }

  public func callAsFunction(_ inputs: [Tensor], in scope: Scope) -> [Tensor] {
    var tensors: [Tensor] = []
    var given = inputs.makeIterator()
    for node in program.graph.nodes {
      tensors.append(
        BuildSite.inScope(node.scope) {
          switch node.op {
          case is Input: given.next() ?? scope.mistake("model", "an input is missing")
          case let parameter as Parameter: declared(parameter, at: node.scope, in: scope)
          case let state as State: declared(state, at: node.scope, in: scope)
          default: scope.graph.apply(node.op, on: node.inputs.map { tensors[$0.index] })
          }
        })
      // The last node of a layer is its result, so that summaries see layers here too.
      if !node.scope.isEmpty, node.op.leaf == nil, let result = tensors.last {
        scope.build.addResult(result, of: node.scope)
      }
    }
    for region in program.graph.regions { scope.graph.add(region) { tensors[$0.index] } }
    return program.outputs.map { tensors[$0.node.index] }
  }

  private func declared(_ parameter: Parameter, at layer: String, in scope: Scope) -> Tensor {
    let (place, name) = place(of: parameter.path, at: layer, in: scope)
    return place.parameter(name, parameter.type.shape.concrete ?? [], initializer: .zeros)
  }

  private func declared(_ state: State, at layer: String, in scope: Scope) -> Tensor {
    let zeros = TensorData(zeros: state.type.shape.concrete ?? [], dtype: state.type.dtype)
    let (place, name) = place(of: state.path, at: layer, in: scope)
    return place.state(name, initial: zeros)
  }

  /// The scope and the name that together give a variable's path, inside its layer where it can be.
  private func place(
    of path: String, at layer: String, in scope: Scope
  ) -> (scope: Scope, name: String) {
    guard !layer.isEmpty, path.hasPrefix(layer + ".") else { return (scope, path) }
    return (scope / layer, String(path.dropFirst(layer.count + 1)))
  }
}
