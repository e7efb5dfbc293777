/// The element type of a tensor.
public enum DType: String, Hashable, Sendable, Codable, CaseIterable {
  case float32, float64, bfloat16, int32, uint8, bool

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float64: 8
    case .float32, .int32: 4
    case .bfloat16: 2
    case .uint8, .bool: 1
    }
  }

  /// Whether values of this type have a derivative.
  public var isFloatingPoint: Bool {
    switch self {
    case .float32, .float64, .bfloat16: true
    case .int32, .uint8, .bool: false
    }
  }
}

/// A Swift type that can be an element of a tensor.
public protocol Scalar: Hashable, Sendable, BitwiseCopyable {
  static var dtype: DType { get }
  /// The value as a Double; `true` is 1.
  var asDouble: Double { get }
  /// The nearest value of this type; integers truncate toward zero and saturate, NaN gives 0.
  init(rounding value: Double)
}

/// A scalar on which the reference engine does arithmetic.
public protocol FloatingScalar: Scalar, BinaryFloatingPoint {}

extension Float: FloatingScalar {
  public static var dtype: DType { .float32 }
  public var asDouble: Double { Double(self) }
  public init(rounding value: Double) { self = Float(value) }
}

extension Double: FloatingScalar {
  public static var dtype: DType { .float64 }
  public var asDouble: Double { self }
  public init(rounding value: Double) { self = value }
}

extension Int32: Scalar {
  public static var dtype: DType { .int32 }
  public var asDouble: Double { Double(self) }
  public init(rounding value: Double) { self = saturated(value) }
}

extension UInt8: Scalar {
  public static var dtype: DType { .uint8 }
  public var asDouble: Double { Double(self) }
  public init(rounding value: Double) { self = saturated(value) }
}

extension Bool: Scalar {
  public static var dtype: DType { .bool }
  public var asDouble: Double { self ? 1 : 0 }
  public init(rounding value: Double) { self = value != 0 }
}

/// Truncates toward zero; clamps to the range of `T`; NaN gives 0.
private func saturated<T: FixedWidthInteger>(_ value: Double) -> T {
  if value.isNaN { return 0 }
  if value >= Double(T.max) { return T.max }
  if value <= Double(T.min) { return T.min }
  return T(value)
}
