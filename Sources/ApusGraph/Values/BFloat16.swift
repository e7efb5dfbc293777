/// The upper half of a Float: 8 bits of exponent, 7 of mantissa. A storage format only.
public struct BFloat16: Scalar, CustomStringConvertible {
  public var bits: UInt16

  public init(bits: UInt16) { self.bits = bits }

  /// Rounds to nearest, ties to even; NaN stays NaN.
  public init(_ value: Float) {
    if value.isNaN {
      bits = UInt16(truncatingIfNeeded: value.bitPattern >> 16) | 0x40
      return
    }
    let pattern = value.bitPattern
    let tie = (pattern >> 16) & 1
    bits = UInt16(truncatingIfNeeded: (pattern &+ 0x7FFF &+ tie) >> 16)
  }

  /// Exact: every bfloat16 is a Float.
  public var float: Float { Float(bitPattern: UInt32(bits) << 16) }

  public static var dtype: DType { .bfloat16 }
  public var asDouble: Double { Double(float) }
  public init(rounding value: Double) { self.init(Float(value)) }
  public var description: String { float.description }
}
