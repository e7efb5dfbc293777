import CKernels
import Testing

/// Rounding to bfloat16: known bits, and how far off a number may be.
@Suite struct RoundTests {
  private func rounded(_ values: [Float]) -> [Float] {
    let memory = Memory()
    var round = apus_round()
    round.in = memory.place(values)
    round.out = memory.space(Float.self, values.count)
    round.n = Int64(values.count)
    memory.run([apus_round_step(memory.keep([round]))])
    return memory.read(round.out, values.count)
  }

  @Test func nearestAndEven() {
    let cases: [(UInt32, UInt32)] = [
      (0x3F80_0000, 0x3F80_0000), (0x3F80_7FFF, 0x3F80_0000), (0x3F80_8001, 0x3F81_0000),
      // Halfway: to the even one.
      (0x3F80_8000, 0x3F80_0000), (0x3F81_8000, 0x3F82_0000), (0xBF81_8000, 0xBF82_0000),
      (0x0000_0000, 0x0000_0000), (0x8000_0000, 0x8000_0000),
      // The largest finite number rounds to infinity, as it does in the instruction.
      (0x7F7F_FFFF, 0x7F80_0000), (0x7F80_0000, 0x7F80_0000), (0xFF80_0000, 0xFF80_0000),
    ]
    let found = rounded(cases.map { Float(bitPattern: $0.0) })
    #expect(found.map(\.bitPattern) == cases.map(\.1))
  }

  @Test func notANumberStays() {
    let found = rounded([0x7F80_0001, 0xFF80_0001, 0x7FFF_FFFF].map { Float(bitPattern: $0) })
    #expect(found.allSatisfy { $0.isNaN && $0.bitPattern & 0xFFFF == 0 })
  }

  @Test(arguments: [0, 1, 7, 65_536, 65_537]) func everyLength(count: Int) {
    let values = numbers(count, as: Float.self)
    for (value, found) in zip(values, rounded(values)) {
      #expect(found.bitPattern & 0xFFFF == 0)
      #expect(abs(found - value) <= abs(value) / 256)
    }
  }
}
