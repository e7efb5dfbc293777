import CKernels
import Glibc
import Testing

@Suite struct ReduceTests {
  private static let shapes = [
    (1, 1, 1), (1, 0, 3), (3, 7, 1), (5, 64, 1), (2, 1000, 1), (1, 40_000, 1), (0, 3, 4),
    (1, 32, 30),
    (1, 500, 8), (1, 10_000, 7), (1, 4_001, 40),
    (3, 65, 17), (2, 3, 300), (200, 10, 1), (1, 100, 1000), (4, 9, 2),
  ]

  @Test(arguments: shapes) func sumsAndExtremes(outer: Int, reduce: Int, inner: Int) {
    for level in levels {
      check(outer, reduce, inner, Float.self, level)
      check(outer, reduce, inner, Double.self, level)
    }
  }

  private func check<T: Real>(
    _ outer: Int, _ reduce: Int, _ inner: Int, _ type: T.Type, _ level: apus_level
  ) {
    let x: [T] = numbers(outer * reduce * inner, seed: 11)
    let lines: [[Double]] = (0..<(outer * inner)).map { at in
      (0..<reduce).map { Double(x[(at / inner * reduce + $0) * inner + at % inner]) }
    }
    let limit = tolerance(of: T.self)
    func run<R: BitwiseCopyable>(_ kind: apus_reduction, _ start: R, accumulate: Bool = false)
      -> [R]
    {
      let memory = Memory()
      var p = apus_reduce()
      (p.outer, p.reduce, p.inner) = (Int64(outer), Int64(reduce), Int64(inner))
      p.`in` = memory.place(x, skew: MemoryLayout<T>.stride)
      p.out = memory.place([R](repeating: start, count: outer * inner))
      p.scale = 0.5
      p.dtype = dtype(of: T.self)
      p.kind = kind
      p.accumulate = accumulate ? 1 : 0
      memory.run([apus_reduce_step(memory.keep([p]), level)])
      return memory.read(p.out, outer * inner)
    }
    let sums = lines.map { $0.reduce(0, +) / 2 }
    #expect(difference(run(APUS_SUM, T(0)), sums) <= limit)
    #expect(difference(run(APUS_SUM, T(3), accumulate: true), sums.map { $0 + 3 }) <= limit)
    let most = lines.map { $0.max() ?? -.infinity }
    #expect(run(APUS_MAXIMUM, T(0)) == most.map { T($0) })
    #expect(run(APUS_MINIMUM, T(0)) == lines.map { T($0.min() ?? .infinity) })
    let first = zip(lines, most).map { Int32($0.firstIndex(of: $1) ?? 0) }
    #expect(run(APUS_ARGMAX, Int32(-1)) == first)
    let logs = zip(lines, most).map { line, top in
      reduce == 0 ? top : top + log(line.reduce(0) { $0 + exp($1 - top) })
    }
    #expect(difference(run(APUS_LOGSUMEXP, T(0)), logs) <= limit)
  }

  @Test(arguments: [1, 5]) func notANumber(inner: Int) {
    for level in levels {
      for position in [0, 7, 30] {
        let memory = Memory()
        var x = [Float](repeating: 1, count: 31 * inner)
        x[position * inner] = .nan
        let place = memory.place(x)
        func run<R: BitwiseCopyable>(_ kind: apus_reduction, _ type: R.Type) -> R {
          var p = apus_reduce()
          (p.outer, p.reduce, p.inner, p.scale) = (1, 31, Int64(inner), 1)
          p.`in` = place
          p.out = memory.space(R.self, inner)
          p.dtype = APUS_F32
          p.kind = kind
          memory.run([apus_reduce_step(memory.keep([p]), level)])
          return (memory.read(p.out, inner) as [R])[0]
        }
        #expect(run(APUS_MAXIMUM, Float.self).isNaN)
        #expect(run(APUS_MINIMUM, Float.self).isNaN)
        #expect(run(APUS_SUM, Float.self).isNaN)
        #expect(run(APUS_LOGSUMEXP, Float.self).isNaN)
        #expect(run(APUS_ARGMAX, Int32.self) == Int32(position))
      }
    }
  }

  @Test func integers() {
    let memory = Memory()
    let x: [Int32] = [5, -3, 9, 9, .max, 1, -7, 0, .min, 2, 4, 6]  // [2, 3, 2]
    func run(_ kind: apus_reduction) -> [Int32] {
      var p = apus_reduce()
      (p.outer, p.reduce, p.inner) = (2, 3, 2)
      p.`in` = memory.place(x)
      p.out = memory.space(Int32.self, 4)
      p.dtype = APUS_I32
      p.kind = kind
      memory.run([apus_reduce_step(memory.keep([p]), apus_cpu_level())])
      return memory.read(p.out, 4)
    }
    #expect(run(APUS_SUM) == [5 &+ 9 &+ .max, 7, -3 &+ .min, 8])
    #expect(run(APUS_MAXIMUM) == [.max, 9, 4, 6])
    #expect(run(APUS_MINIMUM) == [5, -3, .min, 0])
    #expect(run(APUS_ARGMAX) == [2, 1, 2, 2])
  }
}
