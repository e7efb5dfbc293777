import ApusGraph
import CKernels

/// Inputs of which each thread has a copy of its own: those whose rows all threads read again and again because they
/// share the columns of a first layer. A copy costs the time to fill it; one copy for all costs more, because each
/// core would fetch from the other's cache what that one has just written.
struct InputCopies {
  /// How many threads share those products at most.
  private(set) var count = 1
  /// Of all inputs, one copy.
  private(set) var byteCount = 0
  private var offsets: [Int: Int] = [:]

  static let none = InputCopies()

  private init() {}

  /// - Parameter isFused: whether a product is computed by our own loops.
  init(
    _ schedule: Schedule, threads: Int, level: apus_level, isFused: (ProductShape, DType) -> Bool
  ) {
    guard threads > 1 else { return }
    let table = schedule.table
    let inputs = Set(table.program.inputs.map(\.id.index))
    for section in schedule.sections {
      if case .blockwise = section.kind { continue }
      for stage in schedule.stages[section.stages] {
        guard let product = stage.product(table), let shape = table.productShape(product),
          isFused(shape, table.dtype(product))
        else { continue }
        let rows = table.operands[product][0].value
        let panels = shape.panels(table.dtype(product), level)
        guard panels > 1, inputs.contains(rows) else { continue }
        count = max(count, min(panels, threads))
        if offsets[rows] == nil {
          offsets[rows] = byteCount
          byteCount += (table.byteCount(rows) + 63) / 64 * 64
        }
      }
    }
  }

  /// Where a value lies in each copy.
  func offset(of value: Int) -> Int? { offsets[value] }
}

extension Stage {
  /// The product that it computes, alone or with what comes after it.
  fileprivate func product(_ table: ValueTable) -> Int? {
    switch work {
    case .copy: nil
    case .tile(let group): group.product
    case .kernel(let index): table.node(index).op is MatMul ? index : nil
    }
  }
}

extension ProductShape {
  /// How many threads' worth of columns are computed apart; 1 where the product is not cut so.
  fileprivate func panels(_ dtype: DType, _ level: apus_level) -> Int {
    guard let type = dtype.kernelType, type == APUS_F32 || type == APUS_F64 else { return 1 }
    var contract = apus_contract(self, type)
    (contract.a, contract.b, contract.c) = (
      apus_place_at(Base.arena, 0), apus_place_at(Base.arena, 0), apus_place_at(Base.arena, 0)
    )
    let step = apus_contract_step(&contract, level)
    return contract.has_panels != 0 ? Int(step.chunks) : 1
  }
}
