import ApusGraph
import Testing

/// The known answers that the authors of Random123 publish (`kat_vectors`, philox4x32 10).
@Test(arguments: [
  (
    SIMD4<UInt32>(repeating: 0), SIMD2<UInt32>(repeating: 0),
    SIMD4<UInt32>(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
  ),
  (
    SIMD4<UInt32>(repeating: 0xffff_ffff), SIMD2<UInt32>(repeating: 0xffff_ffff),
    SIMD4<UInt32>(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
  ),
  (
    SIMD4<UInt32>(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
    SIMD2<UInt32>(0xa409_3822, 0x299f_31d0),
    SIMD4<UInt32>(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
  ),
])
func philoxGivesThePublishedWords(
  counter: SIMD4<UInt32>, key: SIMD2<UInt32>, words: SIMD4<UInt32>
) {
  #expect(Philox.block(counter: counter, key: key) == words)
}

@Test func aStreamReadsItsBlocksInOrder() {
  var stream = RandomStream(seed: 0x1_0000_0002, purpose: .dropout, epoch: 3, step: 4)
  let blocks = (0..<3).map { stream.block($0) }
  #expect(
    blocks[1]
      == Philox.block(counter: SIMD4(1, 4, 3, RandomPurpose.dropout.rawValue), key: SIMD2(2, 1)))
  let drawn = (0..<12).map { _ in stream.nextWord() }
  #expect(drawn == blocks.flatMap { [$0[0], $0[1], $0[2], $0[3]] })
}

@Test func uniformNumbersFillTheirInterval() {
  var stream = RandomStream(seed: 7, purpose: .noise)
  let floats = (0..<20_000).map { _ in stream.uniformFloat() }
  let doubles = (0..<20_000).map { _ in stream.uniform() }
  #expect(floats.allSatisfy { $0 >= 0 && $0 < 1 } && doubles.allSatisfy { $0 >= 0 && $0 < 1 })
  #expect(abs(doubles.reduce(0, +) / 20_000 - 0.5) < 0.01)
  #expect(abs(floats.reduce(0, +) / 20_000 - 0.5) < 0.01)
}

@Test func normalNumbersHaveTheMomentsOfTheNormalDistribution() {
  var stream = RandomStream(seed: 7, purpose: .noise)
  let count = 100_000.0
  let values = (0..<Int(count)).map { _ in stream.normal() }
  let mean = values.reduce(0, +) / count
  func moment(_ power: Int) -> Double {
    values.reduce(0) { sum, value in
      sum + (0..<power).reduce(1.0) { product, _ in product * (value - mean) }
    } / count
  }
  #expect(abs(mean) < 0.01 && abs(moment(2) - 1) < 0.02)
  #expect(abs(moment(3)) < 0.04 && abs(moment(4) - 3) < 0.12)
  #expect(abs(values.filter { abs($0) < 1 }.count - 68_269) < 600)
}

@Test func integersBelowABoundAreUniform() {
  var stream = RandomStream(seed: 1, purpose: .shuffle)
  var counts = [Int](repeating: 0, count: 7)
  for _ in 0..<70_000 { counts[stream.integer(below: 7)] += 1 }
  #expect(counts.allSatisfy { abs($0 - 10_000) < 400 })
  #expect(stream.integer(below: 1) == 0)
}

@Test func aPermutationHoldsEveryIndexOnceAndDependsOnSeedAndEpoch() {
  var first = RandomStream(seed: 1, purpose: .shuffle)
  var again = RandomStream(seed: 1, purpose: .shuffle)
  var later = RandomStream(seed: 1, purpose: .shuffle, epoch: 1)
  let order = first.permutation(of: 1_000)
  #expect(order.sorted() == (0..<1_000).map { Int32($0) })
  #expect(order == again.permutation(of: 1_000))
  #expect(order != later.permutation(of: 1_000))
}
