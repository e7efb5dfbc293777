/// What large matrix products are multiplied in.
///
/// Everything else stays what it is: parameters, the optimizer's slots, activations, sums and small
/// products are Float32 ("mixed precision": Micikevicius et al., 2018).
public enum ProductPrecision: String, Hashable, Sendable, CaseIterable {
  /// As their operands are.
  case float32
  /// The operands of each large Float32 product are rounded to bfloat16 first, to nearest with ties
  /// to even; products are summed in Float32 and the result is Float32 (in the reference engine:
  /// exact products, summed in Float64 and rounded once). Which products are large follows from
  /// their shape: see `Documentation/Decisions/Bfloat16.md`.
  case bfloat16
}
