import CKernels
import Testing

/// Steps that run as one, against the same steps one after the other.
@Suite struct TogetherTests {
  private static let (rows, wide, narrow, block) = (700, 24, 10, 128)

  /// x · w, its tanh, the sum of that over rows, and xᵀ · tanh; the first two only live in a block where `together`.
  private func results(together: Bool, threads: Int32) -> [UInt32] {
    let (rows, wide, narrow, block) = (Self.rows, Self.wide, Self.narrow, Self.block)
    let memory = Memory()
    let level = apus_cpu_level()
    let x = memory.place(numbers(rows * wide, seed: 1) as [Float])
    let w = memory.place(numbers(wide * narrow, seed: 2) as [Float])
    let local = { (index: Int) in
      apus_place_at(APUS_BASES - APUS_BLOCK_BASES, Int64(index * block * narrow * 4))
    }
    let product = together ? local(0) : memory.space(Float.self, rows * narrow)
    let hidden = together ? local(1) : memory.space(Float.self, rows * narrow)
    let total = memory.space(Float.self, narrow)
    let gradient = memory.space(Float.self, wide * narrow)

    func contract(_ m: Int, _ n: Int, _ k: Int) -> apus_contract {
      var p = apus_contract()
      (p.m, p.n, p.k, p.batch) = (Int64(m), Int64(n), Int64(k), 1)
      (p.bias, p.mask, p.rate) = (apus_nowhere(), apus_nowhere(), apus_nowhere())
      (p.b_row, p.b_col, p.c_row, p.dtype) = (Int64(n), 1, Int64(n), APUS_F32)
      return p
    }
    var forward = contract(rows, narrow, wide)
    (forward.a, forward.b, forward.c) = (x, w, product)
    (forward.a_row, forward.a_col, forward.cut_m) = (Int64(wide), 1, Int64(block))
    var backward = contract(wide, narrow, rows)
    (backward.a, backward.b, backward.c) = (x, hidden, gradient)
    (backward.a_row, backward.a_col, backward.cut_k) = (1, Int64(wide), Int64(block))
    var sum = apus_reduce()
    (sum.outer, sum.reduce, sum.inner, sum.scale) = (1, Int64(rows), Int64(narrow), 1)
    (sum.in, sum.out, sum.kind, sum.cut_reduce) = (hidden, total, APUS_SUM, Int64(block))
    var chain = Program(rows: rows, cols: narrow, dtype: APUS_F32)
    let source = chain.input(product)
    chain.output(chain.add(APUS_TANH, source), to: hidden)
    let tile = chain.tile(in: memory)
    tile.pointee.cut_rows = Int64(block)

    let steps = [
      apus_contract_step(memory.keep([forward]), level), apus_tile_step(tile, level),
      apus_reduce_step(memory.keep([sum]), level),
      apus_contract_step(memory.keep([backward]), level),
    ]
    for step in steps { #expect(step.chunks == 6) }
    let pool = apus_pool_create(threads, nil, nil)
    defer { apus_pool_destroy(pool) }
    var one = apus_together()
    (one.steps, one.count) = (memory.keep(steps), Int64(steps.count))
    (one.rows, one.local_bytes) = (Int64(block), Int64(2 * block * narrow * 4))
    one.width.0 = Int64(narrow * 4)
    memory.run(
      together ? [apus_blockwise_step(memory.keep([one]))] : steps, pool: pool, threads: threads)
    return memory.read(total, narrow) + memory.read(gradient, wide * narrow)
  }

  @Test func blocksGiveTheSameBits() {
    let expected = results(together: false, threads: 1)
    #expect(Set(expected).count > 100)
    for threads: Int32 in [1, 2, 3] {
      #expect(results(together: true, threads: threads) == expected)
    }
  }

  @Test func sideBySide() {
    let memory = Memory()
    let level = apus_cpu_level()
    let counts = [5, 700, 1, 64]
    var (steps, outputs, expected): ([apus_step], [apus_place], [Float]) = ([], [], [])
    for (index, count) in counts.enumerated() {
      let values: [Float] = numbers(count, seed: UInt64(index))
      let output = memory.space(Float.self, count)
      var chain = Program(rows: count, cols: 1, dtype: APUS_F32)
      let source = chain.input(memory.place(values))
      chain.output(chain.add(APUS_NEG, source), to: output)
      let tile = chain.tile(in: memory)
      tile.pointee.cut_rows = 64
      steps.append(apus_tile_step(tile, level))
      outputs.append(output)
      expected += values.map { -$0 }
    }
    var one = apus_together()
    (one.steps, one.count) = (memory.keep(steps), Int64(steps.count))
    one.parts = memory.keep([apus_part](repeating: apus_part(), count: 1 + 11 + 1 + 1))
    let step = apus_parallel_step(memory.keep([one]))
    #expect(step.chunks == 1 + 11 + 1 + 1)
    // First chunks first, so that a thread gets about the same ones here as where a step runs by itself.
    let parts = (0..<Int(step.chunks)).map { one.parts[$0] }
    #expect(parts.filter { $0.step == 1 }.map(\.chunk) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    #expect(parts.map(\.step).sorted() == [0] + [Int32](repeating: 1, count: 11) + [2, 3])
    // Two threads get seven each.
    #expect(parts[7].step == 1 && parts[7].chunk == 5)
    let pool = apus_pool_create(2, nil, nil)
    defer { apus_pool_destroy(pool) }
    memory.run([step], pool: pool, threads: 2)
    let found: [UInt32] = zip(outputs, counts).flatMap { memory.read($0, $1) }
    #expect(found == expected.map(\.bitPattern))
  }

  /// A step of two long chunks and six short steps: each of two threads begins with a long one.
  @Test func threadsBeginWithLongSteps() {
    let memory = Memory()
    var steps = [apus_step](repeating: apus_step(), count: 7)
    for index in steps.indices {
      steps[index].kernel = { _, _, _, _ in }
      (steps[index].chunks, steps[index].work) = index == 3 ? (2, 10_000) : (1, 100)
    }
    var one = apus_together()
    (one.steps, one.count) = (memory.keep(steps), 7)
    one.parts = memory.keep([apus_part](repeating: apus_part(), count: 8))
    #expect(apus_parallel_step(memory.keep([one])).chunks == 8)
    #expect((0..<8).map { one.parts[$0].step } == [3, 0, 1, 2, 3, 4, 5, 6])
  }

  @Test func stepsThatCannotRunTogetherAreRefused() {
    let memory = Memory()
    var steps = [apus_step(), apus_step()]
    for index in steps.indices {
      steps[index].kernel = { _, _, _, _ in }
      steps[index].chunks = Int64(index + 1)
      steps[index].work = 10
    }
    var one = apus_together()
    (one.steps, one.count) = (memory.keep(steps), 2)
    one.parts = memory.keep([apus_part](repeating: apus_part(), count: 3))
    #expect(apus_blockwise_step(memory.keep([one])).kernel == nil)
    #expect(apus_parallel_step(memory.keep([one])).kernel != nil)
    steps[0].prepare = { _, _, _, _ in }
    one.steps = memory.keep(steps)
    #expect(apus_parallel_step(memory.keep([one])).kernel == nil)
  }
}
