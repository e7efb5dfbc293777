import ApusGraph
import CKernels

/// Random numbers by counter; the same as the reference engine's.

extension StepBuilder {
  fileprivate mutating func random(
    _ distribution: apus_distribution, _ purpose: RandomPurpose, key: Operand, _ output: Operand
  ) -> Bool {
    guard let dtype = output.dtype.kernelType else { return false }
    var random = apus_random()
    random.count = Int64(output.count)
    random.key = key.place
    random.out = output.place
    random.dtype = dtype
    random.distribution = distribution
    random.purpose = purpose.rawValue
    return add(apus_random_step(block.keep(random), level))
  }
}

extension RandomUniform: LoopOp {
  func lower(_ inputs: [Operand], _ output: Operand, into steps: inout StepBuilder) -> Bool {
    steps.random(APUS_UNIFORM, stream, key: inputs[0], output)
  }
}

extension RandomNormal: LoopOp {
  func lower(_ inputs: [Operand], _ output: Operand, into steps: inout StepBuilder) -> Bool {
    steps.random(APUS_NORMAL, stream, key: inputs[0], output)
  }
}
