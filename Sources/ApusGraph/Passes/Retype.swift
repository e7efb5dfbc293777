/// Replaces one element type by another everywhere: how a Float32 model runs in Float64.
public struct Retype: Pass {
  public let name = "retype"
  public let source: DType
  public let target: DType

  public init(_ source: DType, to target: DType) {
    self.source = source
    self.target = target
  }

  public func run(_ program: Program) throws -> Program {
    try program.mappingAttributes { value in
      switch value {
      case .dtype(source): .dtype(target)
      case .type(let type) where type.dtype == source: .type(TensorType(type.shape, target))
      case .data(let data) where data.dtype == source: .data(data.converted(to: target))
      default: value
      }
    }
  }
}

extension Program {
  /// The same program with attributes replaced and all types inferred anew.
  func mappingAttributes(
    _ transform: (AttributeValue) -> AttributeValue
  ) throws(RuleViolation) -> Program {
    var rewriter = Rewriter(self)
    for (index, node) in graph.nodes.enumerated() {
      let attributes = node.op.attributes
      let mapped = attributes.mapValues(transform)
      let inputs = rewriter.newInputs(of: node)
      let new: NodeID
      if mapped != attributes {
        let op = try type(of: node.op).init(attributes: mapped)
        new = try rewriter.add(op, inputs, like: node)
      } else if zip(inputs, node.inputs).allSatisfy({
        rewriter.type($0) == graph.nodes[$1.index].type
      }) {
        new = rewriter.copy(NodeID(index), node)
      } else {
        new = try rewriter.add(node.op, inputs, like: node)
      }
      rewriter.map(NodeID(index), to: new)
    }
    var program = rewriter.finished()
    for (index, region) in program.graph.regions.enumerated() {
      let op = try region.op.mappingAttributes(transform)
      program.graph.regions[index] = Region(
        op: op, inputs: region.inputs, output: region.output, nodes: region.nodes,
        scope: region.scope)
    }
    return program
  }
}

extension Composite {
  fileprivate func mappingAttributes(
    _ transform: (AttributeValue) -> AttributeValue
  ) throws(RuleViolation) -> Self {
    let mapped = attributes.mapValues(transform)
    return mapped == attributes ? self : try Self(attributes: mapped)
  }
}
