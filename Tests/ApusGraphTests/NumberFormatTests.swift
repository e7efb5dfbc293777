import ApusGraph
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

struct NumberFormatTests {
  /// C's `printf`, which rounds exactly, as the truth.
  private func c(_ format: String, _ digits: Int, _ value: Double) -> String {
    var buffer = [CChar](repeating: 0, count: 2_000)
    _ = withVaList([Int32(digits), value]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  static let values: [Double] =
    [
      0, -0.0, 0.5, 1.5, 2.5, 0.125, 0.15, 0.25, 0.35, 1, 9.5, 9.995, 99.9999, 999999.5, 1e22, 1e23,
      .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .pi, -.pi, 1e-5,
      0.0001, 0.00009999, 123456789.123456789, 4_503_599_627_370_497.5,
    ]
    + {
      var random = SystemRandomNumberGenerator()
      return (0..<500).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
    }()

  @Test(arguments: [0, 1, 2, 3, 6, 17]) func agreesWithC(digits: Int) {
    for value in Self.values {
      #expect(NumberFormat.fixed(value, digits: digits) == c("%.*f", digits, value))
      #expect(NumberFormat.scientific(value, digits: digits) == c("%.*e", digits, value))
    }
  }

  @Test func short() {
    #expect(NumberFormat.short(1000, digits: 3) == "1000")
    #expect(NumberFormat.short(0.07 / 10, digits: 3) == "0.007")
    #expect(NumberFormat.short(-2.5e24, digits: 4) == "-2.5e+24")
    #expect(NumberFormat.short(1e11, digits: 3) == "1e+11")
    #expect(
      NumberFormat.short(-0.0, digits: 3) == "0" && NumberFormat.short(.nan, digits: 3) == "nan")
  }

  @Test func significant() {
    #expect(NumberFormat.significant(0.0251349, digits: 4) == "0.02513")
    #expect(NumberFormat.significant(1.2e-7, digits: 2) == "1.2e-07")
    #expect(NumberFormat.significant(9.9996, digits: 4) == "10.00")
    #expect(NumberFormat.significant(999_999.7, digits: 4) == "1.000e+06")
    #expect(NumberFormat.significant(123_456, digits: 3) == "123456")
    #expect(NumberFormat.significant(0, digits: 4) == "0.000")
    #expect(NumberFormat.significant(-.infinity, digits: 4) == "-inf")
    #expect(NumberFormat.fixed(.nan, digits: 2) == "nan")
  }

  @Test func people() {
    #expect(NumberFormat.grouped(1_234_567) == "1,234,567")
    #expect(NumberFormat.grouped(-999) == "-999")
    #expect(NumberFormat.grouped(.min) == "-9,223,372,036,854,775,808")
    #expect(NumberFormat.percent(0.973) == "97.30 %")
    #expect(NumberFormat.bytes(1023) == "1023 B")
    #expect(NumberFormat.bytes(1536) == "1.50 KiB")
    #expect(NumberFormat.bytes(.max) == "8.00 EiB")
  }

  @Test(arguments: [
    (0.0000123, "12.3 µs"), (0.0123, "12.3 ms"), (3.206, "3.21 s"), (59.96, "1 min 00 s"),
    (125, "2 min 05 s"), (3725, "1 h 02 min"), (-0.5, "-500 ms"), (.infinity, "inf s"),
  ])
  func durations(seconds: Double, text: String) {
    #expect(NumberFormat.duration(seconds: seconds) == text)
  }
}
