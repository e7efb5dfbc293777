/// The exact decimal expansion of a finite `Double`: every binary fraction has one.
///
/// A value m·2ᵉ with e < 0 is m·5⁻ᵉ / 10⁻ᵉ, so multiplying an integer is all it takes. At most 767
/// significant digits come out.
struct ExactDecimal {
  /// Decimal digits without leading zeros; empty for zero.
  private(set) var digits: [UInt8]
  /// How many digits stand before the decimal point; may be negative or past the end.
  private(set) var point: Int

  init(_ magnitude: Double) {
    guard magnitude != 0 else {
      (digits, point) = ([], 0)
      return
    }
    let bias = 1075
    let stored = Int(magnitude.exponentBitPattern)
    let hidden: UInt64 = stored == 0 ? 0 : 1 << 52
    let exponent = max(stored, 1) - bias
    var integer = BigInteger(magnitude.significandBitPattern | hidden)
    integer.multiply(by: exponent < 0 ? 5 : 2, times: abs(exponent))
    digits = integer.digits
    point = digits.count + min(exponent, 0)
  }

  /// The digits up to `places` after the decimal point, as an integer in digits; ties go to even.
  func rounded(places: Int) -> [UInt8] {
    let kept = point + places
    guard kept >= 0 else { return [] }
    guard kept < digits.count else {
      return digits + [UInt8](repeating: 0, count: digits.isEmpty ? 0 : kept - digits.count)
    }
    var result = Array(digits[..<kept])
    let rest = digits[kept...]
    let isTie = rest.first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
    let isOdd = (result.last ?? 0) % 2 == 1
    if rest.first! > 5 || (rest.first! == 5 && (!isTie || isOdd)) {
      ExactDecimal.increment(&result)
    }
    return result
  }

  private static func increment(_ digits: inout [UInt8]) {
    for index in digits.indices.reversed() {
      if digits[index] < 9 {
        digits[index] += 1
        return
      }
      digits[index] = 0
    }
    digits.insert(1, at: 0)
  }
}

/// An unsigned integer of any size that can be multiplied by small numbers and printed.
private struct BigInteger {
  private static let base: UInt64 = 1_000_000_000
  /// Nine decimal digits each, the lowest first.
  private var limbs: [UInt64]

  init(_ value: UInt64) {
    limbs = [value % Self.base, value / Self.base % Self.base, value / Self.base / Self.base]
  }

  mutating func multiply(by factor: UInt64, times count: Int) {
    var left = count
    while left > 0 {
      // 5¹² and 2¹² times a limb stay far below 2⁶⁴.
      let now = min(left, 12)
      multiply(by: (0..<now).reduce(1) { power, _ in power * factor })
      left -= now
    }
  }

  private mutating func multiply(by factor: UInt64) {
    var carry: UInt64 = 0
    for index in limbs.indices {
      let product = limbs[index] * factor + carry
      limbs[index] = product % Self.base
      carry = product / Self.base
    }
    if carry > 0 { limbs.append(carry) }
  }

  var digits: [UInt8] {
    var result: [UInt8] = []
    for limb in limbs {
      var rest = limb
      for _ in 0..<9 {
        result.append(UInt8(rest % 10))
        rest /= 10
      }
    }
    while result.last == 0 { result.removeLast() }
    return result.reversed()
  }
}
