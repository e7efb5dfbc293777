import ApusGraph

extension Fusion {
  /// Makes groups the epilogues of the products that only they read.
  ///
  /// - Parameter isFusible: whether a product is computed by loops that take an epilogue.
  mutating func attachEpilogues(_ isFusible: (ProductShape, DType) -> Bool) {
    var readers = [Int?](repeating: nil, count: table.counts.count)
    var isShared = [Bool](repeating: false, count: table.counts.count)
    for root in table.program.roots { isShared[table.roots[root.index]] = true }
    for index in table.counts.indices where table.isNeeded[index] {
      for operand in table.operands[index] {
        let value = operand.value
        guard case .product = table.roles[value] else { continue }
        guard let group = groupOf[index], readers[value] ?? group == group,
          groups[group]?.kinds[index] == .full, operand.shape.reduce(1, *) == table.counts[index],
          Relation(of: operand.shape, in: table.shapes[index]) == .full
        else {
          isShared[value] = true
          continue
        }
        readers[value] = group
      }
    }
    for index in table.counts.indices.reversed() where !isShared[index] {
      if let group = readers[index] { attach(index, to: group, isFusible) }
    }
  }

  private mutating func attach(
    _ product: Int, to id: Int, _ isFusible: (ProductShape, DType) -> Bool
  ) {
    guard let group = groups[id], group.product == nil,
      let shape = table.productShape(product), shape.batch == 1, shape.k > 0,
      isFusible(shape, table.dtype(product)), group.count == shape.m * shape.n,
      group.columns ?? shape.n == shape.n, table.registerType(product) == group.dtype,
      !group.hasRows || shape.n <= 256
    else { return }
    groups[id]!.product = product
    groups[id]!.columns = shape.n
  }
}

extension ValueTable {
  /// The sizes of a product; nil for other values and for irregular batches.
  func productShape(_ index: Int) -> ProductShape? {
    guard case .product(let op) = roles[index] else { return nil }
    let inputs = node(index).inputs.map { shapes[$0.index] }
    return ProductShape(op, inputs[0], inputs[1], shapes[index])
  }
}
