import ApusGraph
import CKernels

/// The input that comes while the plan runs, column by column: where the first product with an input cuts its sums, whoever
/// computes a piece first brings the columns that it multiplies. Rows brought by one thread and read by another would
/// come out of that core's cache, which takes longer than to gather them. Of several such inputs it is the largest.
struct ColumnPieces {
  private(set) var input: Int?
  /// The one that brings it.
  private var product: Int?

  init(_ schedule: Schedule, level: apus_level, isFused: (ProductShape, DType) -> Bool) {
    let table = schedule.table
    var unread = Set(table.program.inputs.map(\.id.index))
    for section in schedule.sections {
      let stages = schedule.stages[section.stages]
      for stage in stages where stages.count == 1 {
        guard let product = stage.product(table), let shape = table.productShape(product),
          isFused(shape, table.dtype(product)), !shape.transposeA
        else { continue }
        let (rows, other) = (table.operands[product][0].value, table.operands[product][1].value)
        // Its rows are the input's, under whatever shape.
        if unread.contains(rows), other != rows, table.shapes[rows].first == shape.m,
          shape.cutsSums(table.dtype(product), level)
        {
          if let input, table.byteCount(input) >= table.byteCount(rows) { continue }
          (input, self.product) = (rows, product)
        }
      }
      for stage in stages { unread.subtract(stage.reads) }
    }
  }

  /// Whether a product brings its left operand.
  func isBrought(_ value: Int, by product: Int) -> Bool {
    value == input && product == self.product
  }
}

extension ProductShape {
  fileprivate func cutsSums(_ dtype: DType, _ level: apus_level) -> Bool {
    guard let type = dtype.kernelType, type == APUS_F32 || type == APUS_F64 else { return false }
    var contract = apus_contract(self, type)
    (contract.a, contract.b, contract.c) = (
      apus_place_at(Base.arena, 0), apus_place_at(Base.arena, 0), apus_place_at(Base.arena, 0)
    )
    let step = apus_contract_step(&contract, level)
    return step.kernel != nil && contract.chunk_k < contract.k
  }
}
