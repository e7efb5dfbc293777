import ApusEngine
import ApusGraph
import Testing
import _ApusTestKit

/// The fast engine against the reference engine.
@Suite struct FastEngineTests {
  @Test(arguments: OpHarness.opNames)
  func anOpAgreesWithTheReference(name: String) throws {
    try OpHarness.compare(FastEngine(), on: OpHarness.op(named: name))
  }

  @Test func aTrainingStepAgreesWithTheReference() throws {
    let network = DenseNetwork(sizes: [784, 30, 30, 10], batch: 32)
    try network.compare(threads: 1)
  }

  @Test func sigmoidAndTanhAgree() throws {
    try DenseNetwork(sizes: [20, 17, 33, 5], batch: 7) { sigmoid($0) }.compare(threads: 1)
    try DenseNetwork(sizes: [20, 17, 33, 5], batch: 7) { tanh($0) }.compare(threads: 1)
  }
}
