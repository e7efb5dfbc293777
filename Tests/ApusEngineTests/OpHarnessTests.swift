import ApusEngine
import ApusGraph
import Testing
import _ApusTestKit

/// Every op of the list on its own examples.
@Suite struct OpHarnessTests {
  @Test(arguments: OpHarness.opNames)
  func anOpKeepsItsPromises(name: String) throws {
    let report = try OpHarness.check(OpHarness.op(named: name))
    #expect(report.examples > 0)
    #expect((report.firstDerivatives > 0) != Self.withoutDerivative.contains(name))
  }

  @Test(arguments: OpHarness.opNames)
  func theReferenceEngineAgreesWithItself(name: String) throws {
    try OpHarness.compare(ReferenceEngine(), on: OpHarness.op(named: name))
  }

  @Test func namesAreDistinct() {
    let names = OpHarness.opNames
    #expect(Set(names).count == names.count)
  }

  /// Ops that no derivative passes.
  private static let withoutDerivative: Set<String> = [
    "constant", "literal", "sign", "floor", "step", "and", "equal", "greater", "greater_equal",
    "less", "less_equal", "not", "not_equal", "or", "arg_max", "element_count", "stop_gradient",
    "random_normal", "random_uniform", "bernoulli", "one_hot",
  ]
}
