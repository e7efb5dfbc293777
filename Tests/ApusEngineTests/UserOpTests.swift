import ApusEngine
import ApusGraph
import Testing
import _ApusTestKit

/// The op of Documentation/HowToAddAnOp.md, written outside the package's own modules: x / (1 + |x|).
struct Squash: Primitive, AttributeFree {
  static let name = "squash"

  func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    guard inputs.count == 1, inputs[0].dtype.isFloatingPoint else {
      throw RuleViolation("it takes one floating-point operand")
    }
    return inputs[0]
  }

  func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream / square(1 + abs(site.inputs[0]))
  }

  func formula(_ operands: [String]) -> String { "squash(\(operands[0]))" }

  static var examples: [OpExample] {
    [OpExample(Squash(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2]))]
  }
}

extension Squash: ReferenceKernel {
  func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    TensorData(
      doubles: inputs[0].doubles().map { $0 / (1 + abs($0)) }, shape: inputs[0].shape,
      dtype: result.dtype)
  }
}

/// As `Squash`, but its derivative lacks the square.
struct WrongSquash: Primitive, AttributeFree {
  static let name = "wrong_squash"

  func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType { inputs[0] }

  func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream / (1 + abs(site.inputs[0]))
  }

  func formula(_ operands: [String]) -> String { "wrong(\(operands[0]))" }

  static var examples: [OpExample] {
    [OpExample(WrongSquash(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2]))]
  }
}

extension WrongSquash: ReferenceKernel {
  func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    Squash().evaluate(inputs, result)
  }
}

@Suite struct UserOpTests {
  @Test func anOpOfYourOwnBuildsDifferentiatesPrintsParsesAndRuns() throws {
    let report = try OpHarness.check(Squash.self)
    #expect(report.firstDerivatives == 1 && report.secondDerivatives == 1)
    #expect(report.symbolicSizes == 1)
    let graph = Graph()
    let x = graph.input("x", [.n, 2])
    let y = graph.apply(Squash(), to: [x])
    let program = try Program(graph, outputs: [("y", y)])
    #expect(try Program(parsing: program.text(), additionalOps: [Squash.self]) == program)
    let error = #expect(throws: GraphTextError.self) { try Program(parsing: program.text()) }
    #expect(error?.message.contains("there is no op 'squash'") == true)
  }

  @Test func theHarnessFindsAWrongDerivative() throws {
    let failure = #expect(throws: OpHarnessFailure.self) {
      try OpHarness.check(WrongSquash.self)
    }
    #expect(failure?.description.contains("first derivative") == true)
  }

  @Test func anOpWithoutKernelIsAnError() throws {
    struct Kernelless: Primitive, AttributeFree {
      static let name = "kernelless"
      func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType { inputs[0] }
      func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }
      func formula(_ operands: [String]) -> String { operands[0] }
      static var examples: [OpExample] { [] }
    }
    let graph = Graph()
    let y = graph.apply(Kernelless(), to: [graph.constant(TensorData([1.0]))])
    let error = #expect(throws: MissingKernelError.self) { try graph.evaluate([y]) }
    #expect(error?.description.contains("kernelless") == true)
  }
}
