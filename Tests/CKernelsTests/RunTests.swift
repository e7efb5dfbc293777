import CKernels
import Glibc
import Synchronization
import Testing

/// Two products and a chain between them: enough chunks to share, and the bytes they leave.
private func leavings(pool: OpaquePointer?, threads: Int32, seed: UInt64 = 1) -> [UInt32] {
  let memory = Memory()
  let level = apus_cpu_level()
  let (m, n, k) = (211, 300, 120)
  func product(_ a: apus_place, _ b: apus_place, _ c: apus_place, _ m: Int, _ n: Int, _ k: Int)
    -> apus_step
  {
    var p = apus_contract()
    (p.m, p.n, p.k, p.batch) = (Int64(m), Int64(n), Int64(k), 1)
    (p.a, p.b, p.c) = (a, b, c)
    (p.bias, p.mask, p.rate) = (apus_nowhere(), apus_nowhere(), apus_nowhere())
    (p.a_row, p.a_col, p.b_row, p.b_col, p.c_row) = (Int64(k), 1, Int64(n), 1, Int64(n))
    p.dtype = APUS_F32
    return apus_contract_step(memory.keep([p]), level)
  }
  let a = memory.place(numbers(m * k, seed: seed) as [Float])
  let b = memory.place(numbers(k * n, seed: seed + 1) as [Float])
  let w = memory.place(numbers(n * 30, seed: seed + 2) as [Float])
  let (c, d, e) = (
    memory.space(Float.self, m * n), memory.space(Float.self, m * n),
    memory.space(Float.self, m * 30)
  )
  var chain = Program(rows: m, cols: n, dtype: APUS_F32)
  let source = chain.input(c)
  chain.output(chain.add(APUS_TANH, source), to: d)
  memory.run(
    [product(a, b, c, m, n, k), chain.step(in: memory, level: level), product(d, w, e, m, 30, n)],
    pool: pool, threads: threads)
  return memory.read(d, m * n) + memory.read(e, m * 30)
}

@Suite struct RunTests {
  @Test func sameBytesForAnyNumberOfThreads() {
    let expected = leavings(pool: nil, threads: 1)
    for threads: Int32 in [1, 2, 3, 8] {
      let pool = apus_pool_create(threads, nil, nil)
      defer { apus_pool_destroy(pool) }
      #expect(apus_pool_threads(pool) == threads)
      for _ in 0..<20 { #expect(leavings(pool: pool, threads: threads) == expected) }
      #expect(leavings(pool: pool, threads: 1) == expected)
    }
  }

  @Test func sleepingWorkersWake() {
    let pool = apus_pool_create(3, nil, nil)
    defer { apus_pool_destroy(pool) }
    let expected = leavings(pool: nil, threads: 1)
    for _ in 0..<20 {
      usleep(1000)
      #expect(leavings(pool: pool, threads: 3) == expected)
    }
  }

  @Test func severalCallersShareAPool() async {
    nonisolated(unsafe) let pool = apus_pool_create(3, nil, nil)
    await withTaskGroup(of: Bool.self) { group in
      for caller in 0..<6 {
        group.addTask {
          let expected = leavings(pool: nil, threads: 1, seed: UInt64(caller))
          return (0..<15).allSatisfy { _ in
            leavings(pool: pool, threads: 3, seed: UInt64(caller)) == expected
          }
        }
      }
      for await right in group { #expect(right) }
    }
    apus_pool_destroy(pool)
  }

  @Test func startFunctionRunsOnEachNewThread() {
    let counter = Atomic<Int>(0)
    withUnsafePointer(to: counter) { pointer in
      let pool = apus_pool_create(
        4, { $0!.assumingMemoryBound(to: Atomic<Int>.self).pointee.add(1, ordering: .relaxed) },
        UnsafeMutableRawPointer(mutating: pointer))
      apus_pool_destroy(pool)
    }
    #expect(counter.load(ordering: .relaxed) == 3)
  }

  @Test(arguments: [Int32(0), -1, 1025]) func impossiblePools(threads: Int32) {
    #expect(apus_pool_create(threads, nil, nil) == nil)
  }

  @Test func subnormalsAreZeroInsideAndTheCallersModeStays() {
    let tiny = Float.leastNonzeroMagnitude * 1000
    for threads: Int32 in [1, 2] {
      let pool = apus_pool_create(threads, nil, nil)
      defer { apus_pool_destroy(pool) }
      let memory = Memory()
      let count = 100_000
      var program = Program(rows: 1, cols: count, dtype: APUS_F32)
      let source = program.input(memory.place([Float](repeating: tiny, count: count)))
      let out = memory.space(Float.self, count)
      program.output(program.add(APUS_ADD, source, source), to: out)
      memory.run([program.step(in: memory, level: apus_cpu_level())], pool: pool, threads: threads)
      #expect((memory.read(out, count) as [Float]).allSatisfy { $0 == 0 })
      #expect(tiny * 2 > 0, "the caller keeps its subnormals")
    }
  }

  @Test func memory() {
    for bytes: Int64 in [0, 1, 63, 4096, 5 << 20] {
      let block = apus_aligned_alloc(bytes)
      #expect(block != nil && Int(bitPattern: block) % Int(APUS_ALIGNMENT) == 0)
      apus_aligned_free(block)
    }
    #expect(apus_aligned_alloc(-1) == nil)
    #expect(apus_aligned_alloc(.max) == nil)
    #expect(apus_aligned_alloc(1 << 60) == nil)
    apus_aligned_free(nil)
  }

  @Test func cpuFeatures() {
    var text = [CChar](repeating: 1, count: 256)
    let length = apus_cpu_features(&text, 256)
    let names = String(
      decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    #expect(text[Int(length)] == 0)
    #expect(names.split(separator: " ").contains("avx2") == (apus_cpu_level().rawValue >= 1))
    var short = [CChar](repeating: 1, count: 4)
    #expect(apus_cpu_features(&short, 4) == length)
    #expect(short[3] == 0)
    #expect(String(cString: apus_level_name(APUS_LEVEL_AVX2)) == "avx2")
  }
}
