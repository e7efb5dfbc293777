public import ApusGraph

extension ArgMax: ReferenceKernel {
  public func evaluate(_ inputs: [TensorData], _ result: TensorType) -> TensorData {
    ReferenceLoops.reduce(inputs[0], axes: [axis], result) { elements in
      var best = 0
      for (index, element) in elements.enumerated() where !elements[best].isNaN {
        if element > elements[best] || element.isNaN { best = index }
      }
      return Double(best)
    }
  }
}
