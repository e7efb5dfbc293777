import ApusGraph

/// Takes apart what no single loop does: an operand that is stretched along an axis in the middle
/// is broadcast first, a reduction over axes that are not neighbours goes group by group.
struct ExplicitSteps: Pass {
  let name = "explicit steps"

  func run(_ program: Program) throws -> Program {
    var rewriter = Rewriter(program)
    for (index, node) in program.graph.nodes.enumerated() {
      if mayReduce(node, program),
        let op = (node.op as? any FastOp)?.rows as? any SplittableReduction, op.axisRuns.count > 1
      {
        try split(op, node, NodeID(index), &rewriter)
      } else {
        let shapes = operandShapes(of: node, program)
        guard shapes.contains(where: { $0 != nil }) else {
          _ = rewriter.copy(NodeID(index))
          continue
        }
        let inputs = try zip(rewriter.newInputs(of: node), shapes).map { input, shape in
          guard let shape else { return input }
          return try rewriter.add(Broadcast(Shape(shape)), [input], like: node)
        }
        rewriter.map(NodeID(index), to: try rewriter.add(node.op, inputs, like: node))
      }
    }
    return rewriter.finished()
  }

  /// Whether an op may be a reduction, without asking the runtime, which takes a while.
  private func mayReduce(_ node: Node, _ program: Program) -> Bool {
    node.inputs.count == 1 && program.graph.nodes[node.inputs[0].index].type != node.type
  }

  /// For each operand the shape that it must be broadcast to first, if any; empty for none.
  private func operandShapes(of node: Node, _ program: Program) -> [[Int]?] {
    func shape(_ input: NodeID) -> Shape { program.graph.nodes[input.index].type.shape }
    if !(node.op is MatMul), node.inputs.allSatisfy({ shape($0) == node.type.shape }) { return [] }
    let inputs = node.inputs.map { shape($0).concrete ?? [] }
    let result = node.type.shape.concrete ?? []
    if let op = node.op as? MatMul {
      guard ProductShape(op, inputs[0], inputs[1], result) == nil else { return [nil, nil] }
      let batch = result.dropLast(2)
      return inputs.map { $0.dropLast(2) == batch ? nil : batch + $0.suffix(2) }
    }
    guard (node.op as? any FastOp)?.tile != nil else { return inputs.map { _ in nil } }
    if Relation.fit(inputs, in: result) { return inputs.map { _ in nil } }
    return inputs.map { Relation(of: $0, in: result)?.isFlat ?? false ? nil : result }
  }

  private func split(
    _ op: any SplittableReduction, _ node: Node, _ id: NodeID, _ rewriter: inout Rewriter
  ) throws {
    var value = rewriter.newInputs(of: node)[0]
    for run in op.axisRuns.reversed() {
      value = try rewriter.add(op.over(run, keepDimensions: true), [value], like: node)
    }
    if !op.keepDimensions {
      value = try rewriter.add(Reshape(node.type.shape), [value], like: node)
    }
    rewriter.map(id, to: value)
  }
}

/// A reduction that may go over its axes one after the other.
protocol SplittableReduction: Primitive {
  var axes: [Int] { get }
  var keepDimensions: Bool { get }
  func over(_ axes: [Int], keepDimensions: Bool) -> any Primitive
}

extension SplittableReduction {
  /// The axes in runs of neighbours.
  var axisRuns: [[Int]] {
    axes.reduce(into: []) { runs, axis in
      if let last = runs.last?.last, last + 1 == axis {
        runs[runs.count - 1].append(axis)
      } else {
        runs.append([axis])
      }
    }
  }
}

extension ReduceSum: SplittableReduction {
  func over(_ axes: [Int], keepDimensions: Bool) -> any Primitive {
    ReduceSum(axes: axes, keepDimensions: keepDimensions)
  }
}

extension ReduceMax: SplittableReduction {
  func over(_ axes: [Int], keepDimensions: Bool) -> any Primitive {
    ReduceMax(axes: axes, keepDimensions: keepDimensions)
  }
}

extension ReduceMin: SplittableReduction {
  func over(_ axes: [Int], keepDimensions: Bool) -> any Primitive {
    ReduceMin(axes: axes, keepDimensions: keepDimensions)
  }
}
