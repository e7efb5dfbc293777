package import ApusGraph
package import CKernels

/// Computes large products of operands that are rounded to bfloat16.
package protocol BFloat16Products: Sendable {
  /// Why it cannot on this machine; nil when it can. The first question may take a while.
  var refusal: String? { get }

  /// The steps of a product; nil when there is no way for it, so that it stays in Float32.
  ///
  /// - Parameters:
  ///   - work: memory of the execution that the steps may use from its start on.
  ///   - block: where descriptions stay as long as the plan.
  func steps(
    _ product: RoundedProduct, work: apus_place, level: apus_level, block: PlanBlock
  ) -> RoundedSteps?
}

/// A product and where its operands are: Float32, dense.
package struct RoundedProduct {
  package var shape: ProductShape
  package var a: apus_place
  package var b: apus_place
  /// Nowhere when there is an epilogue.
  package var c: apus_place
  /// Run over the product in place of storing it; has gone through no `apus_tile_step`.
  package var epilogue: apus_tile?
}

package struct RoundedSteps {
  package var steps: [apus_step]
  /// How much of the given memory they use.
  package var workBytes: Int

  package init(steps: [apus_step], workBytes: Int) {
    self.steps = steps
    self.workBytes = workBytes
  }
}

extension ProductShape {
  /// Both sides wider than what fused loops do well, and enough work to pay for a call of a
  /// library: about 2 million multiplications.
  package static func isLarge(m: Int, n: Int, k: Int, batch: Int = 1) -> Bool {
    min(m, n) > 64 && k > 16 && 2 * m * n * k * batch > 4_000_000
  }

  package var isLarge: Bool { Self.isLarge(m: m, n: n, k: k, batch: batch) }

  /// Whether the operands are rounded where products are to be in bfloat16.
  package func isRounded(_ dtype: DType) -> Bool { dtype == .float32 && batch == 1 && isLarge }
}

/// The same numbers on any processor, more slowly than in Float32: operands are rounded, and our
/// own loops multiply them. For tests of what bfloat16 does to a training.
package struct EmulatedBFloat16: BFloat16Products {
  package var refusal: String? { nil }

  package init() {}

  package func steps(
    _ product: RoundedProduct, work: apus_place, level: apus_level, block: PlanBlock
  ) -> RoundedSteps? {
    let shape = product.shape
    let ofA = (shape.m * shape.k * MemoryLayout<Float>.stride + 63) / 64 * 64
    let ofB = (shape.k * shape.n * MemoryLayout<Float>.stride + 63) / 64 * 64
    let (a, b) = (work, work.advanced(byBytes: ofA))
    var contract = apus_contract(shape, APUS_F32)
    (contract.a, contract.b, contract.c) = (a, b, product.c)
    if let epilogue = product.epilogue, !contract.finish(with: epilogue) {
      contract.epilogue = block.keep(epilogue)
    }
    let multiply = apus_contract_step(block.keep(contract), level)
    guard multiply.kernel != nil else { return nil }
    func round(_ from: apus_place, _ to: apus_place, _ count: Int) -> apus_step {
      apus_round_step(block.keep(apus_round(in: from, out: to, n: Int64(count))))
    }
    return RoundedSteps(
      steps: [
        round(product.a, a, shape.m * shape.k), round(product.b, b, shape.k * shape.n), multiply,
      ], workBytes: ofA + ofB)
  }
}
