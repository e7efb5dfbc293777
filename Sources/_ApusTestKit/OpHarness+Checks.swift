import ApusEngine
import ApusGraph

extension OpHarness {
  /// The kernel gives the type that the shape rule says, and finite numbers for finite ones.
  static func checkForward(_ call: OpCall) throws {
    let value = try call.graph.evaluate([call.output], feeding: call.feeds)[0]
    guard value.type == call.output.type else {
      throw OpHarnessFailure(messages: [
        "the kernel gave \(value.type), the shape rule says \(call.output.type)"
      ])
    }
    let isFinite = { (data: TensorData) in data.doubles().allSatisfy(\.isFinite) }
    if call.example.isSmooth, call.example.inputs.allSatisfy(isFinite), !isFinite(value) {
      throw OpHarnessFailure(messages: ["not finite for finite inputs: \(value.doubles())"])
    }
  }

  /// The program, gradients included, reads back equal and is well formed.
  static func checkText(_ call: OpCall, additionalOps: [any Op.Type]) throws {
    let program = try OpCall(call.example).programWithGradients()
    try program.verify()
    let again = try Program(parsing: program.text(), additionalOps: additionalOps)
    guard again == program else {
      throw OpHarnessFailure(messages: ["the text form does not read back equal:\n\(program)"])
    }
  }

  /// With N in place of the leading size, the same numbers and types come out. Returns whether the
  /// op's rule admits that.
  static func checkSymbolicSizes(_ call: OpCall) throws -> Bool {
    guard call.example.inputs.contains(where: { !$0.shape.isEmpty }),
      let symbolic = try? OpCall(call.example, symbolic: true)
    else { return false }
    let program = try symbolic.programWithGradients()
    try program.verify()
    let found = try ReferenceEngine().outputs(of: program, inputs: call.example.inputs).outputs
    let plain = try OpCall(call.example)
    // The same weights as along the symbolic axis, so that gradients are comparable.
    try found[0].expectClose(
      to: plain.graph.evaluate([plain.output], feeding: plain.feeds)[0], within: 0,
      "with a symbolic size, y")
    for (index, output) in program.outputs.enumerated().dropFirst() {
      let target = symbolic.floating[index - 1]
      guard let position = symbolic.inputs.firstIndex(of: target) else { continue }
      let expected = call.example.inputs[position].shape
      guard found[index].shape == expected else {
        throw OpHarnessFailure(messages: [
          "with a symbolic size, \(output.name) has the shape \(found[index].shape), "
            + "expected \(expected)"
        ])
      }
    }
    return true
  }
}
