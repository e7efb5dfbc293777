import ApusGraph
import Testing

/// Every invariant, broken by hand, is found and named.
@Suite struct VerifierTests {
  private static func sample() throws -> Program {
    let graph = Graph()
    let x = graph.input("x", [.n, 3])
    let w = graph.parameter("w", [2, 3])
    let y = softmax(matmul(x, w, transposeB: true))
    return try Program(graph, outputs: [("y", y)], updates: [(w, w * 0.5)])
  }

  private func expect(
    _ part: String, at node: Int? = nil, breaking: (inout Program) -> Void,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    var program = try Self.sample()
    try program.verify()
    breaking(&program)
    let error = #expect(throws: VerificationError.self, sourceLocation: sourceLocation) {
      try program.verify()
    }
    let text = error?.description ?? ""
    #expect(text.contains(part), "\(text)", sourceLocation: sourceLocation)
    if let node { #expect(error?.node == NodeID(node), sourceLocation: sourceLocation) }
  }

  private func replacing(
    _ node: Node, op: (any Primitive)? = nil, inputs: [NodeID]? = nil, type: TensorType? = nil
  ) -> Node {
    Node(
      op: op ?? node.op, inputs: inputs ?? node.inputs, type: type ?? node.type, scope: node.scope)
  }

  @Test func inputsComeBeforeUses() throws {
    for stranger in [2, 3, 99, -1] {
      try expect("%\(stranger) is used before it is defined", at: 2) {
        $0.graph.nodes[2] = replacing($0.graph.nodes[2], inputs: [NodeID(0), NodeID(stranger)])
      }
    }
  }

  @Test func storedTypesAreTheInferredOnes() throws {
    try expect("stored type float64[N, 2], inferred float32[N, 2]", at: 2) {
      $0.graph.nodes[2] = replacing($0.graph.nodes[2], type: TensorType([.n, 2], .float64))
    }
  }

  @Test func inputsObeyTheShapeRule() throws {
    try expect("matmul: the inner dimensions must be equal", at: 2) {
      $0.graph.nodes[2] = replacing($0.graph.nodes[2], op: MatMul())
    }
    try expect("it takes 2 operands", at: 2) {
      $0.graph.nodes[2] = replacing($0.graph.nodes[2], inputs: [NodeID(0)])
    }
  }

  @Test func leavesAreDeclaredOnce() throws {
    try expect("'x' is declared twice", at: 1) {
      $0.graph.nodes[1] = replacing(
        $0.graph.nodes[1], op: Parameter("x", $0.graph.nodes[1].type))
    }
  }

  @Test func rootsExist() throws {
    try expect("the root does not exist") { $0.outputs.append(.init("z", NodeID(99))) }
    try expect("two outputs are named 'y'") { $0.outputs.append(.init("y", NodeID(0))) }
    try expect("the root does not exist") { $0.updates = [.init(NodeID(-1), NodeID(0))] }
  }

  @Test func updatesFitTheirVariables() throws {
    try expect("only parameters and states can be updated") {
      $0.updates = [.init(NodeID(0), NodeID(0))]
    }
    try expect("the new value has another type, float32[N, 3]") {
      $0.updates = [.init(NodeID(1), NodeID(0))]
    }
    try expect("updated twice") { $0.updates.append($0.updates[0]) }
  }

  @Test func regionsNameNodesThatExist() throws {
    try expect("the region softmax names a node that does not exist") {
      let region = $0.graph.regions[0]
      $0.graph.regions[0] = Region(
        op: region.op, inputs: region.inputs, output: region.output, nodes: [NodeID(50)])
    }
  }

  @Test func attributesReadBack() throws {
    /// Forgets its only attribute.
    struct Forgetful: Primitive {
      static let name = "forgetful"
      var number = 0
      var attributes: Attributes { [:] }
      init(number: Int) { self.number = number }
      init(attributes: Attributes) throws(RuleViolation) { number = 0 }
      func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType { inputs[0] }
      func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }
      func formula(_ operands: [String]) -> String { "" }
      static var examples: [OpExample] { [] }
    }
    let graph = Graph()
    let y = graph.apply(Forgetful(number: 3), to: [graph.input("x")])
    let program = try Program(graph, outputs: [("y", y)])
    let error = #expect(throws: VerificationError.self) { try program.verify() }
    #expect(error?.rule == "attributes do not read back")
  }

  @Test func aPassAtFaultIsNamed() throws {
    struct Saboteur: Pass {
      let name = "saboteur"
      func run(_ program: Program) -> Program {
        var program = program
        program.outputs.append(program.outputs[0])
        return program
      }
    }
    let program = try Self.sample()
    let error = #expect(throws: VerificationError.self) {
      try program.transformed(by: [DeadNodes(), Saboteur()], verifying: true)
    }
    #expect(error?.rule == "after saboteur: two outputs are named 'y'")
  }
}
