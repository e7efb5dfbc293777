import CKernels
import Testing

@Suite struct MoveTests {
  /// Copies between strided arrays, element by element.
  private func check<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, sizes: [Int], from: [Int], to: [Int], start: Int = 0
  ) {
    func span(_ strides: [Int]) -> Int {
      1 + zip(sizes, strides).reduce(0) { $0 + max($1.0 - 1, 0) * abs($1.1) }
    }
    let x = (0..<(span(from) + start)).map { T(truncatingIfNeeded: $0 &* 37 &+ 1) }
    let memory = Memory()
    var p = apus_copy()
    p.`in` = memory.place(x)
    p.`in`.offset += Int64(start * MemoryLayout<T>.stride)
    var expected = [T](repeating: 99, count: span(to))
    p.out = memory.place(expected)
    p.rank = Int32(sizes.count)
    p.element = Int32(MemoryLayout<T>.stride)
    for axis in sizes.indices {
      apus_copy_axis(&p, Int32(axis), Int64(sizes[axis]), Int64(from[axis]), Int64(to[axis]))
    }
    for flat in 0..<sizes.reduce(1, *) {
      var (rest, source, target) = (flat, start, 0)
      for axis in sizes.indices.reversed() {
        source += rest % sizes[axis] * from[axis]
        target += rest % sizes[axis] * to[axis]
        rest /= sizes[axis]
      }
      expected[target] = x[source]
    }
    let place = p.out
    memory.run([apus_copy_step(memory.keep([p]), apus_cpu_level())])
    #expect(memory.read(place, expected.count) == expected, "\(sizes) from \(from) to \(to)")
  }

  @Test func copies() {
    check(Int32.self, sizes: [], from: [], to: [])
    check(Int32.self, sizes: [5], from: [1], to: [1])
    check(Int32.self, sizes: [65536], from: [1], to: [1])
    check(Int32.self, sizes: [3, 0, 4], from: [4, 4, 1], to: [4, 4, 1])
    for (r, c) in [(1, 1), (3, 5), (17, 33), (64, 65), (300, 130)] {
      check(Int32.self, sizes: [r, c], from: [1, r], to: [c, 1])
      check(Int64.self, sizes: [r, c], from: [1, r], to: [c, 1])
      check(UInt8.self, sizes: [r, c], from: [0, 1], to: [c, 1])
      check(Int16.self, sizes: [r, c], from: [1, 0], to: [c, 1])
      check(Int32.self, sizes: [r, c], from: [c, 1], to: [c + 3, 1])
      check(Int32.self, sizes: [r, c], from: [-c, 1], to: [c, 1], start: (r - 1) * c)
    }
    check(Int32.self, sizes: [2, 3, 4, 5], from: [60, 1, 15, 3], to: [60, 20, 5, 1])
    check(Int32.self, sizes: [7, 1, 9, 3], from: [27, 0, 3, 1], to: [1, 7, 7, 63])
    check(Int32.self, sizes: [2, 3, 2, 2, 3], from: [36, 0, 6, 3, 1], to: [36, 12, 6, 3, 1])
  }

  @Test(arguments: [0, 1, 7, 70_000]) func fills(count: Int) {
    for (bits, element) in [(UInt64(0), 4), (0x3f80_0000, 4), (7, 1), (0x3ff0_0000_0000_0000, 8)] {
      let memory = Memory()
      var p = apus_fill()
      p.out = memory.space(UInt8.self, count * element)
      (p.count, p.bits, p.element) = (Int64(count), bits, Int64(element))
      memory.run([apus_fill_step(memory.keep([p]), apus_cpu_level())])
      let one = (0..<element).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
      #expect(memory.read(p.out, count * element) == (0..<count).flatMap { _ in one })
    }
  }

  @Test(arguments: [
    (1, 5, 3, 4, false), (3, 7, 9, 1, true), (2, 4, 40, 65, false), (2, 4, 2, 0, true),
  ])
  func gatherAndScatter(outer: Int, size: Int, count: Int, inner: Int, perOuter: Bool) {
    let memory = Memory()
    let table: [Float] = numbers(outer * size * inner)
    let index = (0..<(perOuter ? outer * count : count)).map { Int32(($0 * 5 + 1) % size) }
    var g = apus_gather()
    (g.outer, g.size, g.count, g.inner) = (Int64(outer), Int64(size), Int64(count), Int64(inner))
    g.`in` = memory.place(table)
    g.index = memory.place(index)
    g.out = memory.space(Float.self, outer * count * inner)
    (g.element, g.index_per_outer) = (4, perOuter ? 1 : 0)
    var s = apus_scatter()
    (s.outer, s.size, s.count, s.inner) = (g.outer, g.size, g.count, g.inner)
    s.`in` = g.out
    s.index = g.index
    s.out = memory.space(Float.self, outer * size * inner)
    (s.dtype, s.clear, s.index_per_outer) = (APUS_F32, 1, g.index_per_outer)
    let level = apus_cpu_level()
    let context = memory.run([
      apus_gather_step(memory.keep([g]), level), apus_scatter_step(memory.keep([s]), level),
    ])
    #expect(context.error == 0)
    var gathered: [Float] = []
    var scattered = [Float](repeating: 0, count: outer * size * inner)
    for o in 0..<outer {
      for j in 0..<count {
        let row = (o * size + Int(index[perOuter ? o * count + j : j])) * inner
        gathered += table[row..<(row + inner)]
        for i in 0..<inner { scattered[row + i] += table[row + i] }
      }
    }
    #expect(memory.read(g.out, gathered.count) == gathered)
    #expect(memory.read(s.out, scattered.count) == scattered)
  }

  @Test(arguments: [Int32(-1), 5, .max, .min]) func badIndexIsReported(bad: Int32) {
    let memory = Memory()
    let table: [Float] = numbers(5 * 3)
    var g = apus_gather()
    (g.outer, g.size, g.count, g.inner, g.element) = (1, 5, 3, 3, 4)
    g.`in` = memory.place(table)
    g.index = memory.place([Int32(1), bad, 2])
    g.out = memory.space(Float.self, 9)
    var s = apus_scatter()
    (s.outer, s.size, s.count, s.inner, s.dtype, s.clear) = (1, 5, 3, 3, APUS_F32, 1)
    s.`in` = g.out
    s.index = g.index
    s.out = memory.space(Float.self, 15)
    let level = apus_cpu_level()
    let (gather, scatter) = (
      apus_gather_step(memory.keep([g]), level), apus_scatter_step(memory.keep([s]), level)
    )
    let nothing = apus_fill(out: g.out, count: 0, bits: 0, element: 4)
    let fine = apus_fill_step(memory.keep([nothing]), level)
    var context = memory.run([fine, gather])
    #expect(context.error == Int64(APUS_INDEX_OUT_OF_RANGE.rawValue))
    #expect(context.error_step == 1)
    #expect(context.error_value == Int64(bad))
    #expect(
      memory.read(g.out, 9) as [Float] == Array(table[3..<6]) + [0, 0, 0] + Array(table[6..<9]))
    context = memory.run([scatter])
    #expect(context.error == Int64(APUS_INDEX_OUT_OF_RANGE.rawValue))
    #expect((memory.read(s.out, 15) as [Float])[3..<9] == table[3..<9])
  }
}
