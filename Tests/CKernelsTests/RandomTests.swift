import CKernels
import Glibc
import Testing

@Suite struct RandomTests {
  /// The vectors published with Random123 (kat_vectors, philox4x32 10).
  @Test func publishedVectors() {
    let cases: [([UInt32], [UInt32], [UInt32])] = [
      ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        [UInt32](repeating: .max, count: 4), [.max, .max],
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ]
    for (counter, key, expected) in cases {
      var out = [UInt32](repeating: 0, count: 4)
      apus_philox(counter, key, &out)
      #expect(out == expected)
    }
  }

  /// Low and high half of the seed, epoch, step.
  private let key: [UInt32] = [12, 34, 56, 78]
  private let purpose: UInt32 = 90

  private func words(_ block: Int) -> [UInt32] {
    var out = [UInt32](repeating: 0, count: 4)
    apus_philox([UInt32(block), key[3], key[2], purpose], [key[0], key[1]], &out)
    return out
  }

  private func run<T: Real>(_ distribution: apus_distribution, _ count: Int, _ level: apus_level)
    -> [T]
  {
    let memory = Memory()
    var p = apus_random()
    p.count = Int64(count)
    p.key = memory.place(key)
    p.purpose = purpose
    p.out = memory.space(T.self, count)
    p.dtype = dtype(of: T.self)
    p.distribution = distribution
    memory.run([apus_random_step(memory.keep([p]), level)])
    return memory.read(p.out, count)
  }

  @Test(arguments: [0, 1, 5, 255, 256, 257, 20_000]) func followsTheFormula(count: Int) {
    let x = (0..<(count + 1)).map { Float(words($0 / 4)[$0 % 4] >> 8) * 0x1p-24 }
    let y = (0..<(count + 1)).map { i -> Double in
      let w = words(i / 2)
      return Double((UInt64(w[2 * (i % 2) + 1]) << 32 | UInt64(w[2 * (i % 2)])) >> 11) * 0x1p-53
    }
    func normal(_ u: Double, _ v: Double, _ unit: Double, _ i: Int) -> Double {
      sqrt(-2 * log(u + unit)) * (i % 2 == 0 ? cos(2 * .pi * v) : sin(2 * .pi * v))
    }
    for level in levels {
      #expect(run(APUS_UNIFORM, count, level) == Array(x.prefix(count)))
      #expect(run(APUS_UNIFORM, count, level) == Array(y.prefix(count)))
      let single = (0..<count).map {
        normal(Double(x[$0 & ~1]), Double(x[$0 & ~1 + 1]), 0x1p-24, $0)
      }
      let double = (0..<count).map { normal(y[$0 & ~1], y[$0 & ~1 + 1], 0x1p-53, $0) }
      #expect(difference(run(APUS_NORMAL, count, level) as [Float], single) <= 1e-6)
      #expect(difference(run(APUS_NORMAL, count, level) as [Double], double) <= 1e-14)
    }
  }

  @Test func momentsOfTheNormal() {
    let x: [Float] = run(APUS_NORMAL, 200_000, apus_cpu_level())
    let mean = x.reduce(0) { $0 + Double($1) } / 200_000
    let variance = x.reduce(0) { $0 + Double($1) * Double($1) } / 200_000
    let fourth = x.reduce(0) { $0 + Double($1 * $1 * $1 * $1) } / 200_000
    #expect(abs(mean) < 0.01 && abs(variance - 1) < 0.02 && abs(fourth - 3) < 0.1)
  }
}
