import ApusGraph
import CKernels

extension StepBuilder {
  /// A matrix product, by the large contraction when it takes the shape, with an epilogue program
  /// otherwise when there is one.
  mutating func product(
    _ shape: ProductShape, _ operands: [Operand], _ dtype: DType, c: apus_place,
    epilogue: apus_tile?
  ) -> Bool {
    let (a, b) = (operands[0].place, operands[1].place)
    guard let type = dtype.kernelType, type == APUS_F32 || type == APUS_F64 else { return false }
    if let bfloat16, shape.isRounded(dtype) {
      let product = RoundedProduct(shape: shape, a: a, b: b, c: c, epilogue: epilogue)
      if addRounded(product, by: bfloat16) { return true }
    }
    if epilogue == nil, let large, large.accepts(shape, dtype) {
      let block = self.block
      let step = large.step(shape, a: a, b: b, c: c, level: level) { bytes in
        UnsafeMutableRawPointer(block.keep(Array(bytes)))
      }
      if add(step, mayFail: true) { return true }
    }
    var contract = apus_contract(shape, type)
    (contract.a, contract.b, contract.c) = (a, b, c)
    contract.zeros_a = shape.zeros(of: operands[0])
    contract.zeros_b = shape.zeros(of: operands[1])
    contract.brings_a = operands[0].isBrought ? 1 : 0
    if let cut {
      let isOverRows = shape.transposeA
      (contract.cut_m, contract.cut_k) =
        isOverRows ? (0, Int64(cut.block)) : (Int64(cut.block), 0)
    }
    if let epilogue {
      contract.c = apus_nowhere()
      if !contract.finish(with: epilogue) { contract.epilogue = block.keep(epilogue) }
    }
    let kept = block.keep(contract)
    let step = apus_contract_step(kept, level)
    guard step.kernel != nil else { return false }
    if contract.cut_k == 0, kept.pointee.chunk_k < kept.pointee.k { cutsSums(kept) }
    let keepsMap = shareMap(of: kept, isFirst: operands[0].isBrought)
    return add(keepsMap ? apus_contract_step(kept, level) : step)
  }

  /// Lets the gradient of weights use the map of zeros that the product with them has made of the same input.
  /// Returns whether the contract has one now.
  private mutating func shareMap(
    of contract: UnsafeMutablePointer<apus_contract>, isFirst: Bool
  ) -> Bool {
    let p = contract.pointee
    guard p.zeros_a != APUS_NO_ZEROS, p.cut_k == 0 else { return false }
    if isFirst, p.chunk_k < p.k {
      contract.pointee.map = apus_place_at(Base.maps, 0)
      mapBytes = Int(apus_contract_map_bytes(contract))
      mapped = contract.pointee
    } else if p.a_col != 1, let maker = mapped, maker.isMade(for: p) {
      contract.pointee.map = maker.map
    } else {
      return false
    }
    contract.pointee.keeps_map = 1
    mapUsers += 1
    return true
  }

  private mutating func addRounded(
    _ product: RoundedProduct, by products: any BFloat16Products
  ) -> Bool {
    let work = apus_place_at(Base.work, 0)
    guard let found = products.steps(product, work: work, level: level, block: block),
      found.steps.allSatisfy({ $0.kernel != nil })
    else { return false }
    for step in found.steps { _ = add(step, mayFail: true) }
    workBytes = max(workBytes, found.workBytes)
    roundedProducts += 1
    return true
  }
}

extension apus_contract {
  /// Whether the map of this product is that of another one's transposed operand, piece by piece.
  fileprivate func isMade(for gradient: apus_contract) -> Bool {
    a.base == gradient.a.base && a.offset == gradient.a.offset && dtype == gradient.dtype
      && m == gradient.k && k == gradient.m && chunk_k == gradient.chunk_m
  }

  /// Sizes and strides; no operands and no epilogue yet.
  init(_ shape: ProductShape, _ dtype: apus_dtype) {
    self.init()
    (m, n, k) = (Int64(shape.m), Int64(shape.n), Int64(shape.k))
    batch = Int64(shape.batch)
    (a_row, a_col) = shape.transposeA ? (1, m) : (k, 1)
    (b_row, b_col) = shape.transposeB ? (1, k) : (n, 1)
    a_batch = shape.sharesA ? 0 : m * k
    b_batch = shape.sharesB ? 0 : k * n
    (c_row, c_batch) = (n, m * n)
    (bias, mask, rate) = (apus_nowhere(), apus_nowhere(), apus_nowhere())
    self.dtype = dtype
  }
}

extension ProductShape {
  /// The zeros of an operand that are worth looking for. Single ones are listed before a product begins, so that it no
  /// longer runs beside other steps: that pays from about 40 µs on.
  fileprivate func zeros(of operand: Operand) -> apus_zeros {
    operand.zeros == APUS_SINGLE_ZEROS && flops < 1 << 23 ? APUS_NO_ZEROS : operand.zeros
  }
}

extension MatMul: LoopOp {
  /// A product that is not an epilogue's.
  func lower(_ inputs: [Operand], _ output: Operand, into steps: inout StepBuilder) -> Bool {
    guard let shape = ProductShape(self, inputs[0].shape, inputs[1].shape, output.shape) else {
      return false
    }
    return steps.product(shape, inputs, output.dtype, c: output.place, epilogue: nil)
  }
}
