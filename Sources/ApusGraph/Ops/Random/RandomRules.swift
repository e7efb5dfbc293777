/// What random ops share: their attributes and their one input, the key.
///
/// The key is int32[4]: (low half of the seed, high half, epoch, step), as bit patterns. With the op's
/// own `stream` it names a ``RandomStream``; element i of the result takes the words that this
/// stream counts to it. So the same key gives the same numbers, in any order and on any thread.
enum RandomRules {
  static func attributes(
    _ shape: Shape, _ dtype: DType, _ stream: RandomPurpose
  ) -> Attributes {
    ["shape": .shape(shape), "dtype": .dtype(dtype), "stream": .integer(Int(stream.rawValue))]
  }

  static func stream(_ attributes: Attributes) throws(RuleViolation) -> RandomPurpose {
    let number = try attributes.integer("stream")
    guard let word = UInt32(exactly: number) else {
      throw RuleViolation("the stream must be between 0 and 2³² − 1, found \(number)")
    }
    return RandomPurpose(rawValue: word)
  }

  static func resultType(
    _ inputs: [TensorType], _ shape: Shape, _ dtype: DType
  ) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.count(inputs, 1)
    guard inputs[0] == TensorType([4], .int32) else {
      throw RuleViolation(
        "the key must be int32[4]: seed (low and high half), epoch, step")
    }
    guard dtype == .float32 || dtype == .float64 else {
      throw RuleViolation("the element type must be float32 or float64", hint: "cast the result")
    }
    try shape.expectNoNegative()
    return TensorType(shape, dtype)
  }

  static let exampleKey = TensorData([7, 0, 2, 5] as [Int32])
}
