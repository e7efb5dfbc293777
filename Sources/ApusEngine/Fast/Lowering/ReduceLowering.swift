import ApusGraph
import CKernels

extension StepBuilder {
  /// A reduction over neighbouring axes as a loop of its own.
  mutating func reduce(_ op: any RowOp, _ input: Operand, _ output: Operand) -> Bool {
    let axes = op.reducedAxes
    guard let dtype = input.dtype.kernelType,
      zip(axes, axes.dropFirst()).allSatisfy({ $0 + 1 == $1 })
    else { return false }
    let first = axes.first ?? input.shape.count
    let end = first + axes.count
    var reduce = apus_reduce()
    reduce.outer = Int64(input.shape[..<first].reduce(1, *))
    reduce.reduce = Int64(input.shape[first..<end].reduce(1, *))
    reduce.inner = Int64(input.shape[end...].reduce(1, *))
    reduce.in = input.place
    reduce.out = output.place
    reduce.scale = 1
    reduce.dtype = dtype
    reduce.kind = op.reduction
    if let cut { reduce.cut_reduce = reduce.reduce / Int64(cut.rows) * Int64(cut.block) }
    return add(apus_reduce_step(block.keep(reduce), level))
  }
}
