import CKernels
import Glibc
import Testing

/// Softmax by rows, in Float64.
func softmax(_ z: [Double], _ cols: Int) -> [Double] {
  stride(from: 0, to: z.count, by: max(cols, 1)).flatMap { start in
    let row = z[start..<(start + cols)]
    let most = row.max() ?? 0
    let sum = row.reduce(0) { $0 + exp($1 - most) }
    return row.map { exp($0 - most) / sum }
  }
}

@Suite struct TileTests {
  private typealias Two = (apus_op, @Sendable (Double, Double) -> Double)

  private static let twoSources: [Two] = [
    (APUS_ADD, { $0 + $1 }), (APUS_SUB, { $0 - $1 }), (APUS_MUL, { $0 * $1 }),
    (APUS_DIV, { $0 / $1 }),
    (APUS_POW, { pow($0, $1) }),
    (APUS_MAX, { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }),
    (APUS_MIN, { $0.isNaN || $1.isNaN ? .nan : min($0, $1) }),
    (APUS_EQ, { $0 == $1 ? 1 : 0 }), (APUS_NE, { $0 != $1 ? 1 : 0 }),
    (APUS_LT, { $0 < $1 ? 1 : 0 }),
    (APUS_LE, { $0 <= $1 ? 1 : 0 }), (APUS_GT, { $0 > $1 ? 1 : 0 }),
    (APUS_GE, { $0 >= $1 ? 1 : 0 }),
    (APUS_AND, { $0 != 0 && $1 != 0 ? 1 : 0 }), (APUS_OR, { $0 != 0 || $1 != 0 ? 1 : 0 }),
  ]

  @Test func opsOfTwoSourcesOnEveryPair() {
    let points: [Double] = [
      .nan, .infinity, -.infinity, 0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 7.25, 100,
    ]
    let left = points.flatMap { Array(repeating: $0, count: points.count) }
    let right = points.flatMap { _ in points }
    for level in levels {
      for (op, exact) in Self.twoSources {
        let expected = zip(left, right).map(exact)
        for (i, found) in apply(op, left.map { Float($0) }, right.map { Float($0) }, level)
          .enumerated()
        {
          check(found, expected[i], "op \(op.rawValue) of \(left[i]), \(right[i])")
        }
        for (i, found) in apply(op, left, right, level).enumerated() {
          check(found, expected[i], "op \(op.rawValue) of \(left[i]), \(right[i])")
        }
      }
    }
  }

  private func check<T: Real>(_ found: T, _ expected: Double, _ what: String) {
    let same = expected.isNaN ? found.isNaN : abs(Double(found) - expected) <= 1e-6 * abs(expected)
    #expect(same || found == T(expected), "\(what): \(found), not \(expected)")
  }

  @Test func scaledSums() {
    for level in levels {
      let (a, b): ([Float], [Float]) = (numbers(77, seed: 1), numbers(77, seed: 2))
      let expected = zip(a, b).map { (left, right) -> Float in
        let (x, y) = (left * 0.9, right * -0.3)
        return x + y
      }
      #expect(apply(APUS_COMBINE, a, b, level, numbers: (0.9, -0.3)) == expected)
    }
  }

  private func apply<T: Real>(
    _ op: apus_op, _ a: [T], _ b: [T], _ level: apus_level, numbers: (Double, Double) = (0, 0)
  ) -> [T] {
    let memory = Memory()
    var program = Program(rows: 1, cols: a.count, dtype: dtype(of: T.self))
    let x = program.input(memory.place(a))
    let y = program.input(memory.place(b))
    let result = memory.space(T.self, a.count)
    program.output(program.add(op, x, y, numbers: numbers), to: result)
    memory.run([program.step(in: memory, level: level)])
    return memory.read(result, a.count)
  }

  /// d = select(x > s, x·row + column, clip(x)), over every way an operand can lie.
  @Test(arguments: [1, 3, 10, 64, 65, 300, 700], [1, 2, 7, 33, 64])
  func operandsOfEveryMode(cols: Int, rows: Int) {
    for level in levels {
      checkModes(rows, cols, Float.self, level, gap: 0)
      checkModes(rows, cols, Double.self, level, gap: 3)
    }
  }

  private func checkModes<T: Real>(
    _ rows: Int, _ cols: Int, _ type: T.Type, _ level: apus_level, gap: Int
  ) {
    let memory = Memory()
    let x: [T] = numbers(rows * (cols + gap), seed: 1)
    let row: [Float] = numbers(cols, seed: 2)
    let column: [T] = numbers(rows * 2, seed: 3)
    var program = Program(rows: rows, cols: cols, dtype: dtype(of: T.self))
    let xs = program.input(memory.place(x, skew: MemoryLayout<T>.stride), stride: cols + gap)
    let scalar = program.input(memory.place([T(0.5)]), APUS_SCALAR)
    let rowed = program.input(memory.place(row), APUS_ROW, type: APUS_F32)
    let columned = program.input(memory.place(column), APUS_COLUMN, stride: 2)
    let above = program.add(APUS_GT, xs, scalar)
    let line = program.add(APUS_MUL, xs, rowed)
    let doubled = program.add(APUS_ADD, columned, scalar, column: true)
    let sum = program.add(APUS_ADD, line, program.add(APUS_EXPAND, doubled))
    let clipped = program.add(APUS_CLIP, xs, numbers: (-0.75, 0.25))
    let result = program.add(APUS_SELECT, above, sum, clipped)
    let out = memory.space(T.self, rows * cols)
    let mask = memory.space(UInt8.self, rows * cols)
    let side = memory.space(Double.self, rows)
    program.output(result, to: out)
    program.output(above, to: mask, type: APUS_BOOL)
    program.output(doubled, to: side, APUS_COLUMN, type: APUS_F64)
    memory.run([program.step(in: memory, level: level)])
    var expected: [Double] = []
    for r in 0..<rows {
      for c in 0..<cols {
        let v = Double(x[r * (cols + gap) + c])
        let low = min(max(v, -0.75), 0.25)
        expected.append(v > 0.5 ? v * Double(row[c]) + Double(column[r * 2]) + 0.5 : low)
      }
    }
    #expect(difference(memory.read(out, rows * cols) as [T], expected) <= tolerance(of: T.self))
    let masks: [UInt8] = memory.read(mask, rows * cols)
    let tops = (0..<(rows * cols)).map {
      x[$0 / cols * (cols + gap) + $0 % cols] > 0.5 ? UInt8(1) : 0
    }
    #expect(masks == tops)
    let sides: [Double] = memory.read(side, rows)
    #expect(difference(sides, (0..<rows).map { Double(column[$0 * 2]) + 0.5 }) <= 1e-7)
  }

  /// Cross-entropy of softmax with whole-number labels, and its gradient, in one pass.
  @Test(arguments: [1, 2, 10, 31, 257, 1500], [1, 5, 64])
  func rowPrograms(cols: Int, rows: Int) {
    for level in levels {
      let memory = Memory()
      let z: [Float] = numbers(rows * cols, seed: 9)
      let labels = (0..<rows).map { Int32(($0 * 7) % cols) }
      var program = Program(rows: rows, cols: cols, dtype: APUS_F32)
      let zs = program.input(memory.place(z))
      let label = program.input(memory.place(labels), APUS_COLUMN, type: APUS_I32)
      let best = program.add(APUS_ROW_ARGMAX, zs)
      let most = program.add(APUS_ROW_MAX, zs)
      let least = program.add(APUS_ROW_MIN, zs)
      let shifted = program.add(APUS_SUB, zs, program.add(APUS_EXPAND, most))
      let e = program.add(APUS_EXP, shifted)
      let sum = program.add(APUS_ROW_SUM, e)
      let y = program.add(APUS_DIV, e, program.add(APUS_EXPAND, sum))
      let hot = program.add(APUS_EQ, program.add(APUS_IOTA), program.add(APUS_EXPAND, label))
      let picked = program.add(APUS_ROW_SUM, program.add(APUS_MUL, hot, shifted))
      let loss = program.add(
        APUS_SUB, program.add(APUS_LOG, sum, column: true), picked, column: true)
      let gradient = program.add(APUS_SUB, y, hot)
      let places = (0..<3).map { _ in memory.space(Float.self, rows) }
      let bests = memory.space(Int32.self, rows)
      let slope = memory.space(Float.self, rows * cols)
      program.output(loss, to: places[0], APUS_COLUMN)
      program.output(most, to: places[1], APUS_COLUMN)
      program.output(least, to: places[2], APUS_COLUMN)
      program.output(best, to: bests, APUS_COLUMN, type: APUS_I32)
      program.output(gradient, to: slope)
      memory.run([program.step(in: memory, level: level)])
      let p = softmax(z.map { Double($0) }, cols)
      let hots = (0..<(rows * cols)).map { p[$0] - (Int(labels[$0 / cols]) == $0 % cols ? 1 : 0) }
      #expect(difference(memory.read(slope, rows * cols) as [Float], hots) <= 4e-6)
      let losses = (0..<rows).map { -log(p[$0 * cols + Int(labels[$0])]) }
      #expect(difference(memory.read(places[0], rows) as [Float], losses) <= 4e-6)
      let lines = (0..<rows).map { Array(z[($0 * cols)..<(($0 + 1) * cols)]) }
      #expect(memory.read(places[1], rows) as [Float] == lines.map { $0.max()! })
      #expect(memory.read(places[2], rows) as [Float] == lines.map { $0.min()! })
      #expect(
        memory.read(bests, rows) as [Int32] == lines.map { Int32($0.firstIndex(of: $0.max()!)!) })
    }
  }

  /// m = 0.9·m + 0.1·g, then w = w - rate·m, m and w in place, with the old m still wanted at the end.
  @Test(arguments: sizes + [5000, 40_000])
  func inPlace(count: Int) {
    for level in levels {
      let memory = Memory()
      let (m, g, w): ([Float], [Float], [Float]) = (
        numbers(count, seed: 1), numbers(count, seed: 2), numbers(count, seed: 3)
      )
      let (mPlace, wPlace) = (memory.place(m), memory.place(w))
      let change = memory.space(Float.self, count)
      var program = Program(rows: 1, cols: count, dtype: APUS_F32)
      let old = program.input(mPlace)
      let slope = program.input(memory.place(g))
      let weight = program.input(wPlace)
      let rate = program.input(memory.place([Float(0.5)]), APUS_SCALAR)
      let tenth = program.add(APUS_FILL, numbers: (0.125, 0))
      let new = program.add(
        APUS_ADD, program.add(APUS_SCALE, old, numbers: (0.875, 0)),
        program.add(APUS_MUL, slope, tenth))
      let moved = program.add(APUS_SUB, weight, program.add(APUS_MUL, rate, new))
      let delta = program.add(APUS_SUB, new, old)
      program.output(new, to: mPlace)
      program.output(moved, to: wPlace)
      program.output(delta, to: change)
      memory.run([program.step(in: memory, level: level)])
      let expected = (0..<count).map { 0.875 * Double(m[$0]) + 0.125 * Double(g[$0]) }
      #expect(difference(memory.read(mPlace, count) as [Float], expected) <= 4e-6)
      let weights = (0..<count).map { Double(w[$0]) - 0.5 * expected[$0] }
      #expect(difference(memory.read(wPlace, count) as [Float], weights) <= 4e-6)
      let deltas = (0..<count).map { expected[$0] - Double(m[$0]) }
      #expect(difference(memory.read(change, count) as [Float], deltas) <= 4e-6)
    }
  }

  @Test func castsSaturate() {
    let memory = Memory()
    let x: [Double] = [.nan, .infinity, -.infinity, -1.9, 0.5, 1.9, 254.9, 256, 3e9, -3e9, -0.0]
    var program = Program(rows: 1, cols: x.count, dtype: APUS_F64)
    let source = program.input(memory.place(x))
    let (i, u, b) = (
      memory.space(Int32.self, 11), memory.space(UInt8.self, 11), memory.space(UInt8.self, 11)
    )
    program.output(source, to: i, type: APUS_I32)
    program.output(source, to: u, type: APUS_U8)
    program.output(source, to: b, type: APUS_BOOL)
    memory.run([program.step(in: memory, level: apus_cpu_level())])
    #expect(memory.read(i, 11) == [0, .max, .min, -1, 0, 1, 254, 256, .max, .min, 0] as [Int32])
    #expect(memory.read(u, 11) == [0, 255, 0, 0, 0, 1, 254, 255, 255, 0, 0] as [UInt8])
    #expect(memory.read(b, 11) == [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0] as [UInt8])
  }

  @Test func wrongProgramsAreRefused() {
    let memory = Memory()
    let place = memory.place([Float](repeating: 0, count: 4))
    func kernel(_ build: (inout Program) -> Void) -> Bool {
      var program = Program(rows: 2, cols: 2, dtype: APUS_F32)
      let x = program.input(place)
      program.output(program.add(APUS_NEG, x), to: place)
      build(&program)
      return program.step(in: memory, level: apus_cpu_level()).kernel != nil
    }
    #expect(kernel { _ in })
    #expect(!kernel { $0.code[0].d = 0 }, "an input as destination")
    #expect(!kernel { $0.code[0].a = 1 }, "read before written")
    #expect(!kernel { $0.code[0].op = APUS_ROW_SUM }, "a column written as full output")
    #expect(!kernel { $0.code[0].column = 1 }, "a full register in a column instruction")
    #expect(!kernel { $0.code[0].a = 9 }, "no such register")
    #expect(!kernel { $0.inputs[0].place = apus_nowhere() }, "no place")
  }
}
