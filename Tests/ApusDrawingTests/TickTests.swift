import ApusDrawing
import ApusGraph
import Testing

struct TickTests {
  @Test(arguments: [
    (0.0...1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    (0...5, ["0", "1", "2", "3", "4", "5"]),
    (-7...7, ["−6", "−4", "−2", "0", "2", "4", "6"]),
    (0...5000, ["0", "1000", "2000", "3000", "4000", "5000"]),
    (0.02...0.1, ["0.02", "0.04", "0.06", "0.08", "0.10"]),
    (-2e-7...2e-7, ["−2·10⁻⁷", "−1·10⁻⁷", "0", "1·10⁻⁷", "2·10⁻⁷"]),
  ]) func linearTicksAreRound(range: ClosedRange<Double>, labels: [String]) {
    #expect(Ticks.linear(range, count: 5).map(\.label) == labels)
  }

  @Test func logarithmicTicksArePowers() {
    let labels = Ticks.logarithmic(1e-4...1e2, count: 10).map(\.label).filter { !$0.isEmpty }
    #expect(labels == ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²"])
    let narrow = Ticks.logarithmic(0.02...0.6, count: 5).map(\.label).filter { !$0.isEmpty }
    #expect(narrow == ["0.02", "0.05", "0.1", "0.2", "0.5"])
    #expect(Ticks.logarithmic(1e-30...1, count: 6).filter { !$0.label.isEmpty }.count <= 8)
  }

  @Test func ticksStayInsideAnyRange() {
    var random = RandomStream(seed: 1, purpose: .generate)
    for _ in 0..<2000 {
      let a = (random.uniform() - 0.5) * Double.exp10(random.uniform(-20, 20))
      let b = a + random.uniform() * Double.exp10(random.uniform(-20, 20))
      let range = min(a, b)...max(a, b)
      let ticks = Ticks.linear(range, count: 5)
      let room = 1e-6 * (range.upperBound - range.lowerBound)
      #expect(ticks.count <= 13)
      #expect(
        ticks.allSatisfy {
          $0.value >= range.lowerBound - room && $0.value <= range.upperBound + room
        }, "\(range)")
    }
    #expect(Ticks.linear(1...1, count: 5).count == 1)
    #expect(Ticks.linear(0...(.infinity), count: 5).count == 1)
    #expect(Ticks.logarithmic(0...1, count: 5).isEmpty)
  }

  @Test func numbersInPictures() {
    #expect(NumberFormat.pictured(-0.5) == "−0.5")
    #expect(NumberFormat.pictured(1.2e-7) == "1.2·10⁻⁷")
    #expect(NumberFormat.pictured(3) == "3")
    #expect(NumberFormat.pictured(.nan) == "nan")
  }
}

extension Double {
  /// 10 to the power of a number, good enough for choosing magnitudes.
  fileprivate static func exp10(_ power: Double) -> Double {
    Double("1e\(Int(power))") ?? 1
  }
}
