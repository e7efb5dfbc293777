package import ApusGraph
package import CKernels

/// Computes large matrix products in place of our own blocked loop, as oneDNN does.
package protocol LargeContraction: Sendable {
  var name: String { get }

  /// Whether a product of this shape is its business. Depends on the shape alone, so that equal
  /// networks give equal bits.
  func accepts(_ shape: ProductShape, _ dtype: DType) -> Bool

  /// The step that computes the product; its kernel is nil when the library is not to be had.
  ///
  /// - Parameter keep: copies a description to where it stays as long as the plan.
  func step(
    _ shape: ProductShape, a: apus_place, b: apus_place, c: apus_place, level: apus_level,
    keep: (UnsafeRawBufferPointer) -> UnsafeMutableRawPointer
  ) -> apus_step
}
