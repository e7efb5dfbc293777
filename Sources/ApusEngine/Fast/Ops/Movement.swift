import ApusGraph
import CKernels

/// Ops that move numbers without computing, as strided copies.

extension StepBuilder {
  /// Copies `sizes` elements between two places with strides in elements.
  fileprivate mutating func copy(
    _ sizes: [Int], from source: apus_place, _ sourceStrides: [Int], to target: apus_place,
    _ targetStrides: [Int], element: Int
  ) -> Bool {
    guard sizes.count <= Int(APUS_MAX_RANK) else { return false }
    var copy = apus_copy()
    copy.in = source
    copy.out = target
    copy.element = Int32(element)
    copy.rank = Int32(sizes.count)
    for axis in sizes.indices {
      apus_copy_axis(
        &copy, Int32(axis), Int64(sizes[axis]), Int64(sourceStrides[axis]),
        Int64(targetStrides[axis]))
    }
    return self.copy(copy)
  }
}

extension Broadcast: LoopOp {
  func lower(_ inputs: [Operand], _ output: Operand, into steps: inout StepBuilder) -> Bool {
    steps.copy(
      output.shape, from: inputs[0].place,
      ReferenceLoops.stretchedStrides(of: inputs[0].shape, to: output.shape), to: output.place,
      ReferenceLoops.strides(of: output.shape), element: output.dtype.byteCount)
  }
}

extension Transpose: LoopOp {
  func lower(_ inputs: [Operand], _ output: Operand, into steps: inout StepBuilder) -> Bool {
    let own = ReferenceLoops.strides(of: inputs[0].shape)
    return steps.copy(
      output.shape, from: inputs[0].place, permutation.map { own[$0] }, to: output.place,
      ReferenceLoops.strides(of: output.shape), element: output.dtype.byteCount)
  }
}

extension Slice: LoopOp {
  func lower(_ inputs: [Operand], _ output: Operand, into steps: inout StepBuilder) -> Bool {
    let own = ReferenceLoops.strides(of: inputs[0].shape)
    let element = output.dtype.byteCount
    let start = zip(starts, own).reduce(0) { $0 + $1.0 * $1.1 } * element
    return steps.copy(
      output.shape, from: inputs[0].place.advanced(byBytes: start),
      zip(own, strides).map { $0 * $1 }, to: output.place,
      ReferenceLoops.strides(of: output.shape), element: element)
  }
}

extension Pad: LoopOp {
  func lower(_ inputs: [Operand], _ output: Operand, into steps: inout StepBuilder) -> Bool {
    let element = output.dtype.byteCount
    var fill = apus_fill()
    fill.out = output.place
    fill.count = Int64(output.count)
    fill.element = Int64(element)
    fill.bits = output.dtype.bits(of: value)
    guard output.dtype != .bfloat16, steps.fill(fill) else { return false }
    let own = ReferenceLoops.strides(of: output.shape)
    let start = zip(low, own).reduce(0) { $0 + $1.0 * $1.1 } * element
    return steps.copy(
      inputs[0].shape, from: inputs[0].place, ReferenceLoops.strides(of: inputs[0].shape),
      to: output.place.advanced(byBytes: start), zip(own, interior).map { $0 * ($1 + 1) },
      element: element)
  }
}

extension Concatenate: LoopOp {
  func lower(_ inputs: [Operand], _ output: Operand, into steps: inout StepBuilder) -> Bool {
    let own = ReferenceLoops.strides(of: output.shape)
    let element = output.dtype.byteCount
    var start = 0
    for input in inputs {
      let target = output.place.advanced(byBytes: start * own[axis] * element)
      let strides = ReferenceLoops.strides(of: input.shape)
      guard
        steps.copy(input.shape, from: input.place, strides, to: target, own, element: element)
      else { return false }
      start += input.shape[axis]
    }
    return true
  }
}

extension Gather: LoopOp {
  func lower(_ inputs: [Operand], _ output: Operand, into steps: inout StepBuilder) -> Bool {
    var gather = apus_gather()
    gather.outer = 1
    gather.size = Int64(inputs[0].shape[0])
    gather.count = Int64(inputs[1].count)
    gather.inner = Int64(inputs[0].shape.dropFirst().reduce(1, *))
    gather.in = inputs[0].place
    gather.index = inputs[1].place
    gather.out = output.place
    gather.element = Int32(output.dtype.byteCount)
    return steps.add(apus_gather_step(steps.block.keep(gather), steps.level), mayFail: true)
  }
}

extension ScatterAdd: LoopOp {
  func lower(_ inputs: [Operand], _ output: Operand, into steps: inout StepBuilder) -> Bool {
    guard let dtype = output.dtype.kernelType else { return false }
    var scatter = apus_scatter()
    scatter.outer = 1
    scatter.size = Int64(output.shape[0])
    scatter.count = Int64(inputs[1].count)
    scatter.inner = Int64(output.shape.dropFirst().reduce(1, *))
    scatter.in = inputs[0].place
    scatter.index = inputs[1].place
    scatter.out = output.place
    scatter.dtype = dtype
    scatter.clear = 1
    return steps.add(apus_scatter_step(steps.block.keep(scatter), steps.level), mayFail: true)
  }
}

extension DType {
  /// The bits of a number of this type, in the low bytes.
  fileprivate func bits(of value: Double) -> UInt64 {
    switch self {
    case .float64: value.bitPattern
    case .float32: UInt64(Float(value).bitPattern)
    case .bfloat16: 0
    case .int32: UInt64(UInt32(bitPattern: Int32(rounding: value)))
    case .uint8: UInt64(UInt8(rounding: value))
    case .bool: value != 0 ? 1 : 0
    }
  }
}
