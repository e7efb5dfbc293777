public import ApusGraph

/// Every number the same.
public struct ConstantInitializer: Initializer {
  public let value: Double

  public init(_ value: Double) { self.value = value }

  public var name: String {
    value == 0 ? "zeros" : value == 1 ? "ones" : settingText("constant", [value])
  }

  public func values(shape: [Int], fans: Fans, random: inout RandomStream) -> [Double] {
    Array(repeating: value, count: shape.reduce(1, *))
  }
}

extension Initializer where Self == ConstantInitializer {
  public static var zeros: ConstantInitializer { ConstantInitializer(0) }
  public static var ones: ConstantInitializer { ConstantInitializer(1) }
  public static func constant(_ value: Double) -> ConstantInitializer { ConstantInitializer(value) }
}
