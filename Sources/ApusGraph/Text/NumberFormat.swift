/// Numbers as text, the same on every platform and in every language setting.
///
/// Rounding is exact (of the value itself, not of its shortest decimal form) with ties to even, as
/// in C's `printf`. Values that are not finite print as `nan`, `inf` and `-inf`.
public enum NumberFormat {
  /// `digits` digits after the point: `fixed(3.14159, digits: 2)` is `3.14`.
  public static func fixed(_ value: Double, digits: Int) -> String {
    special(value) ?? sign(value) + pointed(ExactDecimal(value.magnitude), max(digits, 0))
  }

  /// One digit before the point: `scientific(12345, digits: 2)` is `1.23e+04`.
  public static func scientific(_ value: Double, digits: Int) -> String {
    if let special = special(value) { return special }
    let (mantissa, exponent) = significant(ExactDecimal(value.magnitude), max(digits, 0) + 1)
    let tail = mantissa.dropFirst()
    let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
    return sign(value) + text(mantissa.prefix(1)) + (tail.isEmpty ? "" : "." + text(tail))
      + (exponent < 0 ? "e-" : "e+") + power
  }

  /// `digits` significant digits, as people like to read a loss: fixed between 0.0001 and a million,
  /// scientific outside: `0.02513`, `1.2e-07`.
  public static func significant(_ value: Double, digits: Int) -> String {
    if let special = special(value) { return special }
    let count = max(digits, 1)
    let exact = ExactDecimal(value.magnitude)
    let exponent = value == 0 ? 0 : significant(exact, count).exponent
    guard (-4..<6).contains(exponent) else { return scientific(value, digits: count - 1) }
    return sign(value) + pointed(exact, max(count - 1 - exponent, 0))
  }

  /// The same without zeros at the end, as people write settings: `0.01`, `1000`, `2.5e+24`.
  public static func short(_ value: Double, digits: Int) -> String {
    let text = significant(value == 0 ? 0 : value, digits: digits)
    let end = text.firstIndex(of: "e") ?? text.endIndex
    var number = text[..<end]
    if number.contains(".") {
      while number.last == "0" { number.removeLast() }
      if number.last == "." { number.removeLast() }
    }
    return String(number) + text[end...]
  }

  /// Thousands set apart: `grouped(1234567)` is `1,234,567`.
  public static func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var result = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
      result.append(digit)
    }
    return result
  }

  /// `0.973` as `97.30 %`.
  public static func percent(_ value: Double, digits: Int = 2) -> String {
    fixed(value * 100, digits: digits) + " %"
  }

  /// A time as `12 ms`, `3.21 s`, `2 min 05 s` or `1 h 02 min`.
  public static func duration(seconds: Double) -> String {
    guard seconds.isFinite, seconds.magnitude < 1e15 else {
      return fixed(seconds, digits: 0) + " s"
    }
    if seconds < 0 { return "-" + duration(seconds: -seconds) }
    if seconds < 0.0009995 { return significant(seconds * 1e6, digits: 3) + " µs" }
    if seconds < 0.9995 { return significant(seconds * 1e3, digits: 3) + " ms" }
    if seconds < 59.95 { return significant(seconds, digits: 3) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
    return "\(whole / 3600) h \(twoDigits(whole % 3600 / 60)) min"
  }

  /// A size in binary units: `bytes(1536)` is `1.50 KiB`.
  public static func bytes(_ count: Int) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    guard count.magnitude >= 1024 else { return "\(count) B" }
    var value = Double(count)
    var unit = -1
    while value.magnitude >= 1023.95 && unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return significant(value, digits: value.magnitude >= 999.5 ? 4 : 3) + " " + units[unit]
  }

  private static func special(_ value: Double) -> String? {
    if value.isNaN { return "nan" }
    return value.isInfinite ? sign(value) + "inf" : nil
  }

  private static func sign(_ value: Double) -> String { value.sign == .minus ? "-" : "" }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

  private static func text(_ digits: some Sequence<UInt8>) -> String {
    String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
  }

  private static func pointed(_ value: ExactDecimal, _ places: Int) -> String {
    var digits = value.rounded(places: places)
    let missing = places + 1 - digits.count
    if missing > 0 { digits.insert(contentsOf: repeatElement(0, count: missing), at: 0) }
    let whole = text(digits.dropLast(places))
    return places == 0 ? whole : whole + "." + text(digits.suffix(places))
  }

  /// `count` digits and the power of ten of the first one.
  private static func significant(
    _ value: ExactDecimal, _ count: Int
  ) -> (digits: [UInt8], exponent: Int) {
    guard !value.digits.isEmpty else { return ([UInt8](repeating: 0, count: count), 0) }
    let digits = value.rounded(places: count - value.point)
    // Rounding 9.99 up makes one digit more.
    let exponent = value.point - 1 + (digits.count - count)
    return (Array(digits.prefix(count)), exponent)
  }
}
