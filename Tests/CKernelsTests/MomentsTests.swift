import CKernels
import Testing

/// The update of Adam as one loop against the same update instruction by instruction.
@Suite struct MomentsTests {
  private struct State<T: Real>: Equatable {
    var first: [T]
    var second: [T]
    var parameter: [T]
  }

  /// In place, as training does. The whole loop cannot be used where `spread` is an output too.
  private func update<T: Real>(
    _ rows: Int, _ cols: Int, _ type: T.Type, _ level: apus_level, decay: Double,
    keepingSpread: Bool
  ) -> (state: State<T>, isOneLoop: Bool) {
    let memory = Memory()
    let count = rows * cols
    let (m, v, w) = (
      memory.place(numbers(count, seed: 1) as [T]),
      memory.place((numbers(count, seed: 2) as [T]).map { $0 * $0 }),
      memory.place(numbers(count, seed: 3) as [T])
    )
    var program = Program(rows: rows, cols: cols, dtype: dtype(of: T.self))
    let (oldFirst, oldSecond) = (program.input(m), program.input(v))
    let (parameter, slope) = (
      program.input(w), program.input(memory.place(numbers(count, seed: 4) as [T]))
    )
    let rate = program.input(memory.place([T(0.01)]), APUS_SCALAR)
    let factor = program.input(memory.place([T(1.5)]), APUS_SCALAR)
    let gradient =
      decay == 0 ? slope : program.add(APUS_COMBINE, parameter, slope, numbers: (decay, 1))
    let first = program.add(APUS_COMBINE, oldFirst, gradient, numbers: (0.9, 0.1))
    let square = program.add(APUS_SQUARE, gradient)
    let second = program.add(APUS_COMBINE, oldSecond, square, numbers: (0.999, 0.001))
    let scaled = program.add(APUS_MUL, program.add(APUS_SQRT, second), factor)
    let spread = program.add(APUS_OFFSET, scaled, numbers: (1e-8, 0))
    let step = program.add(APUS_DIV, program.add(APUS_MUL, rate, first), spread)
    program.output(first, to: m)
    program.output(second, to: v)
    program.output(program.add(APUS_SUB, parameter, step), to: w)
    if keepingSpread { program.output(spread, to: memory.space(T.self, count)) }
    let tile = program.tile(in: memory)
    memory.run([apus_tile_step(tile, level)])
    let state = State<T>(
      first: memory.read(m, count), second: memory.read(v, count), parameter: memory.read(w, count))
    return (state, tile.pointee.moments >= 0)
  }

  private func check<T: Real>(_ rows: Int, _ cols: Int, _ type: T.Type, decay: Double) {
    for level in levels {
      let whole = update(rows, cols, type, level, decay: decay, keepingSpread: false)
      let single = update(rows, cols, type, level, decay: decay, keepingSpread: true)
      #expect(whole.isOneLoop && !single.isOneLoop)
      #expect(whole.state == single.state)
    }
  }

  @Test(arguments: [1, 7, 64, 300, 700], [1, 3, 32])
  func sameBitsAsItsInstructions(cols: Int, rows: Int) {
    check(rows, cols, Float.self, decay: 0)
    check(rows, cols, Double.self, decay: 0)
    check(rows, cols, Float.self, decay: 0.01)
  }
}
