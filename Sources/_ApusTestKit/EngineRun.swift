public import ApusEngine
public import ApusGraph

extension Engine {
  /// Plans and runs a program once.
  ///
  /// - Parameters:
  ///   - inputs: numbers in order of the program's inputs; converted to their element types. Their
  ///     shapes give the symbols their sizes.
  ///   - variables: numbers by path; what is missing is zero.
  ///   - layout: how they are stored; by default as the program's own layout says.
  /// - Returns: the outputs in the program's order, and the variables afterwards in order of
  ///   declaration.
  public func outputs(
    of program: Program, inputs: [TensorData] = [], variables: [String: TensorData] = [:],
    layout: VariableLayout? = nil, threads: Int = 1, products: ProductPrecision = .float32
  ) throws -> (outputs: [TensorData], variables: [TensorData]) {
    let layout = layout ?? VariableLayout(program)
    let storage = VariableStorage(layout)
    for slot in layout.slots {
      if let value = variables[slot.path] { try storage.write(value, to: slot.path) }
    }
    let plan = try plan(
      program, sizes: program.sizes(from: inputs), layout: layout,
      options: PlanOptions(threads: threads, verifies: true, products: products))
    let execution = try plan.makeExecution(storage)
    for (index, port) in plan.inputs.enumerated() where index < inputs.count {
      guard inputs[index].shape == port.shape else {
        throw FeedError.shape(
          name: port.name, expected: Shape(port.shape), found: inputs[index].shape)
      }
      execution.setInput(index, to: inputs[index].converted(to: port.dtype))
    }
    try execution.run()
    let outputs = plan.outputs.indices.map { index in
      var data = TensorData(zeros: plan.outputs[index].shape, dtype: plan.outputs[index].dtype)
      execution.withOutput(index) { bytes in
        data.withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
      }
      return data
    }
    return (outputs, layout.slots.compactMap { storage.read($0.path) })
  }
}

extension Program {
  /// The sizes of symbols, read off the numbers for the inputs; 1 where nothing says.
  fileprivate func sizes(from data: [TensorData]) -> [String: Int] {
    var sizes = Dictionary(uniqueKeysWithValues: symbols.map { ($0, 1) })
    for (input, value) in zip(inputs, data) where value.shape.count == input.op.type.rank {
      for (dimension, count) in zip(input.op.type.shape.dimensions, value.shape) {
        guard let symbol = dimension.symbol, dimension.coefficient > 0 else { continue }
        sizes[symbol] = count / dimension.coefficient
      }
    }
    return sizes
  }
}
