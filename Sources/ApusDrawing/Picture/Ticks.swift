public import ApusGraph

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A place on an axis that bears a number.
public struct Tick: Hashable, Sendable {
  public let value: Double
  /// Empty for a small tick between others.
  public let label: String

  public init(_ value: Double, _ label: String) {
    self.value = value
    self.label = label
  }
}

/// Round numbers for axes.
public enum Ticks {
  /// About `count` round numbers 1, 2 or 5 times a power of ten apart, inside the range
  /// (P. Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990).
  public static func linear(_ range: ClosedRange<Double>, count: Int) -> [Tick] {
    let span = range.upperBound - range.lowerBound
    guard span > 0, span.isFinite, count > 0 else {
      return [Tick(range.lowerBound, NumberFormat.pictured(range.lowerBound, digits: 6))]
    }
    let step = niceStep(span / Double(count))
    let largest = max(range.lowerBound.magnitude, range.upperBound.magnitude)
    // Near the last digits of the numbers themselves there are no round ones.
    guard step > 1e-12 * largest else {
      return [Tick(range.lowerBound, NumberFormat.pictured(range.lowerBound, digits: 6))]
    }
    let exponent = Int(floor(log10(step) + 1e-9))
    let isScientific = largest >= 1e6 || largest < 1e-3
    let first = ceil(range.lowerBound / step - 1e-9)
    let last = floor(range.upperBound / step + 1e-9)
    guard last >= first, last - first < 1000 else { return [] }
    return stride(from: first, through: last, by: 1).map { index in
      // Multiples, not sums: sums gather rounding errors.
      let value = index == 0 ? 0 : index * step
      return Tick(value, label(value, digits: max(-exponent, 0), isScientific: isScientific))
    }
  }

  /// 1, 2 or 5 times a power of ten, the nearest one by ratio.
  static func niceStep(_ rough: Double) -> Double {
    let power = pow(10, floor(log10(rough)))
    let share = rough / power
    let nice = share < 1.5 ? 1.0 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10
    // Division by a whole power of ten is exact where multiplication by 0.1 is not.
    return power < 1 ? nice / (1 / power).rounded() : nice * power
  }

  private static func label(_ value: Double, digits: Int, isScientific: Bool) -> String {
    guard isScientific else { return withMinus(NumberFormat.fixed(value, digits: digits)) }
    guard value != 0 else { return "0" }
    let exponent = Int(floor(log10(value.magnitude) + 1e-9))
    var mantissa = NumberFormat.significant(value / pow(10, Double(exponent)), digits: 4)
    while mantissa.contains("."), mantissa.last == "0" || mantissa.last == "." {
      let isPoint = mantissa.removeLast() == "."
      if isPoint { break }
    }
    return withMinus(mantissa) + "·" + power(exponent)
  }

  /// Powers of ten inside the range, and small ticks at their multiples; for less than two powers
  /// also 2 and 5 times them bear numbers, and less than a factor of 4 is divided evenly.
  public static func logarithmic(_ range: ClosedRange<Double>, count: Int) -> [Tick] {
    guard range.lowerBound > 0, range.upperBound.isFinite, count > 0 else { return [] }
    let isShort = range.upperBound / range.lowerBound < 4
    if isShort { return linear(range, count: count).filter { $0.value > 0 } }
    let low = Int(floor(log10(range.lowerBound) + 1e-9))
    let high = Int(ceil(log10(range.upperBound) - 1e-9))
    let every = max((high - low + count - 1) / count, 1)
    let isNarrow = log10(range.upperBound / range.lowerBound) < 2.01
    var ticks: [Tick] = []
    for exponent in low...max(high, low) {
      for factor in 1...9 {
        let value = Double(factor) * pow(10, Double(exponent))
        guard value >= range.lowerBound * (1 - 1e-9), value <= range.upperBound * (1 + 1e-9)
        else { continue }
        if factor == 1, exponent % every == 0 || isNarrow {
          ticks.append(Tick(value, isNarrow ? plain(value) : power(exponent)))
        } else if factor == 2 || factor == 5, isNarrow {
          ticks.append(Tick(value, plain(value)))
        } else if every == 1 {
          ticks.append(Tick(value, ""))
        }
      }
    }
    return ticks
  }

  private static func plain(_ value: Double) -> String {
    guard (1e-4..<1e5).contains(value) else {
      let exponent = Int(floor(log10(value) + 1e-9))
      let factor = Int((value / pow(10, Double(exponent))).rounded())
      return factor == 1 ? power(exponent) : "\(factor)·\(power(exponent))"
    }
    let digits = max(-Int(floor(log10(value) + 1e-9)), 0)
    return NumberFormat.fixed(value, digits: digits)
  }

  /// `10⁻³`
  public static func power(_ exponent: Int) -> String {
    let raised: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷",
      "8": "⁸", "9": "⁹",
    ]
    return "10" + String(String(exponent).map { raised[$0] ?? $0 })
  }

  /// With a true minus sign in place of the hyphen.
  public static func withMinus(_ text: String) -> String {
    String(text.map { $0 == "-" ? "−" : $0 })
  }
}

extension NumberFormat {
  /// A number inside a picture: so many significant digits, no zeros behind, a true minus sign and
  /// a power of ten with raised digits.
  public static func pictured(_ value: Double, digits: Int = 4) -> String {
    var text = short(value, digits: digits)
    var exponent = ""
    if let mark = text.firstIndex(of: "e"), let power = Int(text[text.index(after: mark)...]) {
      exponent = "·" + Ticks.power(power)
      text = String(text[..<mark])
    }
    return Ticks.withMinus(text) + exponent
  }
}
