#if OneDNN
package import ApusEngine
import CDNNL
package import CKernels

/// Large products by oneDNN's matrix product primitive on packed operands: in bfloat16, or in
/// Float32 by the same code. Primitives are made once per plan; operands are packed, and rounded
/// where the type asks for it, before each product.
package struct PackedProducts: BFloat16Products {
  /// Whether operands are rounded to bfloat16. Without rounding nothing but the type differs, which
  /// serves tests on processors without bfloat16.
  private let rounds: Bool

  package init(rounds: Bool = true) { self.rounds = rounds }

  package var refusal: String? { rounds ? BFloat16Check.refusal : nil }

  package func steps(
    _ product: RoundedProduct, work: apus_place, level: apus_level, block: PlanBlock
  ) -> RoundedSteps? {
    let epilogue = product.epilogue.map { block.keep($0) }
    // Tells whether the program has row instructions.
    if let epilogue, apus_tile_step(epilogue, level).kernel == nil { return nil }
    let sumsRows = epilogue.map { $0.pointee.has_rows != 0 } ?? false
    guard let packing = Packing(pieces(of: product.shape, wholeRows: sumsRows)) else { return nil }
    _ = block.keep(packing)
    var description = apus_dnnl_packed_product()
    description.packing = packing.primitives
    (description.a, description.b, description.c) = (product.a, product.b, product.c)
    description.packed_a = work
    description.packed_b = apus_place_at(work.base, work.offset + Int64(packing.bytesOfA))
    description.epilogue = epilogue
    var steps = (apus_step(), apus_step())
    let isDone = withUnsafeMutableBytes(of: &steps) { bytes in
      apus_dnnl_packed_steps(
        block.keep(description), level, bytes.bindMemory(to: apus_step.self).baseAddress!)
    }
    guard isDone != 0 else { return nil }
    return RoundedSteps(
      steps: [steps.0, steps.1], workBytes: packing.bytesOfA + packing.bytesOfB)
  }

  /// Cuts C by its shape alone into equal pieces of about 256 rows and columns; whole rows where
  /// an epilogue sums along them.
  private func pieces(of shape: ProductShape, wholeRows: Bool) -> apus_dnnl_pieces {
    func count(_ side: Int) -> Int {
      let wanted = max(1, min(16, side / 256))
      return (1...wanted).last { side.isMultiple(of: $0) } ?? 1
    }
    var pieces = apus_dnnl_pieces()
    (pieces.m, pieces.n, pieces.k) = (Int64(shape.m), Int64(shape.n), Int64(shape.k))
    pieces.down = Int64(count(shape.m))
    pieces.across = Int64(wholeRows ? 1 : count(shape.n))
    pieces.transpose_a = shape.transposeA ? 1 : 0
    pieces.transpose_b = shape.transposeB ? 1 : 0
    pieces.rounds = rounds ? 1 : 0
    return pieces
  }
}

/// Owns primitives.
///
/// `@unchecked Sendable`: primitives never change, and the C code takes calls from many threads.
private final class Packing: @unchecked Sendable {
  let primitives: OpaquePointer

  /// nil when oneDNN has no fast loop for the product.
  init?(_ pieces: apus_dnnl_pieces) {
    var pieces = pieces
    guard let primitives = apus_dnnl_packing_create(&pieces) else { return nil }
    self.primitives = primitives
  }

  deinit { apus_dnnl_packing_destroy(primitives) }

  var bytesOfA: Int { Int(apus_dnnl_packed_bytes_a(primitives)) }
  var bytesOfB: Int { Int(apus_dnnl_packed_bytes_b(primitives)) }
}
#endif
