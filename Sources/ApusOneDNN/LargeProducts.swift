#if OneDNN
package import ApusEngine
package import ApusGraph
import CDNNL
package import CKernels

/// Large Float32 products by oneDNN's matrix product, one thread for each piece.
package struct LargeProducts: LargeContraction {
  package let name = "oneDNN"

  package init() {}

  package func accepts(_ shape: ProductShape, _ dtype: DType) -> Bool {
    dtype == .float32 && shape.isLarge && apus_dnnl_available() != 0
  }

  package func step(
    _ shape: ProductShape, a: apus_place, b: apus_place, c: apus_place, level: apus_level,
    keep: (UnsafeRawBufferPointer) -> UnsafeMutableRawPointer
  ) -> apus_step {
    var product = apus_dnnl_product()
    (product.m, product.n, product.k) = (Int64(shape.m), Int64(shape.n), Int64(shape.k))
    product.batch = Int64(shape.batch)
    product.a_batch = shape.sharesA ? 0 : product.m * product.k
    product.b_batch = shape.sharesB ? 0 : product.k * product.n
    (product.a, product.b, product.c) = (a, b, c)
    product.transpose_a = shape.transposeA ? 1 : 0
    product.transpose_b = shape.transposeB ? 1 : 0
    (product.chunk_m, product.chunk_n) = pieces(of: shape)
    let kept = withUnsafeBytes(of: &product) { keep($0) }
    return apus_dnnl_product_step(kept.assumingMemoryBound(to: apus_dnnl_product.self))
  }

  /// Cuts the longer side of C, by the shape alone, into pieces of about 30 million
  /// multiplications: large enough for full speed, enough of them for several threads.
  private func pieces(of shape: ProductShape) -> (rows: Int64, columns: Int64) {
    let count = max(1, min(16, shape.flops / shape.batch / 60_000_000))
    func piece(_ side: Int) -> Int64 { Int64((side + count - 1) / count + 31) / 32 * 32 }
    return shape.m >= shape.n
      ? (piece(shape.m), Int64(shape.n)) : (Int64(shape.m), piece(shape.n))
  }
}
#endif
