/// Shape rules that elementwise ops share.
enum ElementwiseRules {
  /// One floating-point operand, same type out.
  static func unary(_ inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try count(inputs, 1)
    try floating(inputs)
    return inputs[0]
  }

  /// One floating-point or Int32 operand, same type out.
  static func signed(_ inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try count(inputs, 1)
    try arithmetic(inputs)
    return inputs[0]
  }

  /// Two floating-point or Int32 operands of one type whose shapes broadcast. Int32 results must
  /// fit.
  static func binary(_ inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try count(inputs, 2)
    try arithmetic(inputs)
    return TensorType(try broadcast(inputs), try oneType(inputs))
  }

  /// As `binary`, floating-point only.
  static func floatingBinary(_ inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try count(inputs, 2)
    try floating(inputs)
    return TensorType(try broadcast(inputs), try oneType(inputs))
  }

  /// Two operands of one type, whichever; truth values out.
  static func comparison(_ inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try count(inputs, 2)
    _ = try oneType(inputs)
    return TensorType(try broadcast(inputs), .bool)
  }

  /// Truth values in and out.
  static func logical(_ inputs: [TensorType], count: Int) throws(RuleViolation) -> TensorType {
    try self.count(inputs, count)
    guard inputs.allSatisfy({ $0.dtype == .bool }) else {
      throw RuleViolation(
        "the operands must be truth values", hint: "compare first, or cast(to: .bool)")
    }
    return TensorType(try broadcast(inputs), .bool)
  }

  static func arithmetic(_ inputs: [TensorType]) throws(RuleViolation) {
    guard inputs.allSatisfy({ $0.dtype.isFloatingPoint || $0.dtype == .int32 }) else {
      throw RuleViolation(
        "the operands must be floating-point numbers or int32", hint: "cast(to: .float32) first")
    }
  }

  static func count(_ inputs: [TensorType], _ expected: Int) throws(RuleViolation) {
    guard inputs.count == expected else {
      throw RuleViolation("it takes \(expected) operand\(expected == 1 ? "" : "s")")
    }
  }

  static func floating(_ inputs: [TensorType]) throws(RuleViolation) {
    guard inputs.allSatisfy({ $0.dtype.isFloatingPoint }) else {
      throw RuleViolation(
        "the operands must be floating-point numbers", hint: "cast(to: .float32) first")
    }
  }

  static func oneType(_ inputs: [TensorType]) throws(RuleViolation) -> DType {
    guard inputs.allSatisfy({ $0.dtype == inputs[0].dtype }) else {
      throw RuleViolation("the operands must have one element type", hint: "cast one of them")
    }
    return inputs[0].dtype
  }

  static func broadcast(_ inputs: [TensorType]) throws(RuleViolation) -> Shape {
    var shape = inputs[0].shape
    for input in inputs.dropFirst() {
      guard let next = shape.broadcast(with: input.shape) else {
        throw mismatch(shape, input.shape)
      }
      shape = next
    }
    return shape
  }

  /// Names the first pair of dimensions, from the last axis on, that does not fit.
  private static func mismatch(_ a: Shape, _ b: Shape) -> RuleViolation {
    let pair = zip(a.dimensions.reversed(), b.dimensions.reversed()).first {
      $0 != $1 && $0 != 1 && $1 != 1
    }
    let found = pair.map { ", found \($0.0) and \($0.1)" } ?? ""
    return RuleViolation(
      "the shapes must be equal or broadcast (aligned at the last axis, 1 stretches)\(found)",
      hint: "reshape one operand so that its dimensions match or are 1")
  }
}
