import CKernels
import Testing

/// A product with an input X that may have many zeros.
private struct SparseProduct: Sendable, CustomTestStringConvertible {
  var samples: Int
  var inputs: Int
  var outputs: Int
  /// dW = dYᵀ·X [outputs, inputs] instead of Y = X·Wᵀ [samples, outputs].
  var isGradient: Bool

  var testDescription: String {
    "\(samples) samples, \(inputs) → \(outputs)\(isGradient ? ", gradient" : "")"
  }

  var rows: Int { isGradient ? outputs : samples }
  var cols: Int { isGradient ? inputs : outputs }
  var depth: Int { isGradient ? samples : inputs }
  var others: Int { isGradient ? samples * outputs : outputs * inputs }

  /// `other` is W [outputs, inputs] or dY [samples, outputs].
  func description<T: Real>(
    _ type: T.Type, x: apus_place, other: apus_place, skips: Bool
  ) -> apus_contract {
    var p = apus_contract()
    (p.m, p.n, p.k, p.batch) = (Int64(rows), Int64(cols), Int64(depth), 1)
    if isGradient {
      (p.a, p.a_row, p.a_col) = (other, 1, Int64(outputs))
      (p.b, p.b_row, p.b_col) = (x, Int64(inputs), 1)
      p.zeros_b = skips ? APUS_SINGLE_ZEROS : APUS_NO_ZEROS
    } else {
      (p.a, p.a_row, p.a_col) = (x, Int64(inputs), 1)
      (p.b, p.b_row, p.b_col) = (other, 1, Int64(inputs))
      p.zeros_a = skips ? APUS_SINGLE_ZEROS : APUS_NO_ZEROS
    }
    p.c_row = Int64(cols)
    (p.bias, p.mask, p.rate, p.c) = (apus_nowhere(), apus_nowhere(), apus_nowhere(), apus_nowhere())
    p.dtype = dtype(of: T.self)
    return p
  }

  func exact<T: Real>(_ x: [T], _ other: [T]) -> [Double] {
    let (x, other) = (x.map { Double($0) }, other.map { Double($0) })
    var result = [Double](repeating: 0, count: rows * cols)
    for i in 0..<rows {
      for j in 0..<cols {
        var sum = 0.0
        for p in 0..<depth {
          sum +=
            isGradient
            ? other[p * outputs + i] * x[p * inputs + j] : x[i * inputs + p] * other[j * inputs + p]
        }
        result[i * cols + j] = sum
      }
    }
    return result
  }
}

/// What X holds.
private enum Contents: CaseIterable {
  case dense, sparse, halfOfRows, zeros, negativeZeros, oneNaN, oneHot

  func values<T: Real>(_ rows: Int, _ cols: Int, _ type: T.Type) -> [T] {
    let chance: [Double] = numbers(rows * cols, seed: 11)
    var x: [T] = numbers(rows * cols, seed: 12)
    for i in x.indices where !keeps(i, of: cols, chance[i]) {
      x[i] = self == .negativeZeros ? -0.0 : 0
    }
    if self == .oneNaN { x[x.count / 3] = .nan }
    return x
  }

  /// `chance` is in -2..<2.
  private func keeps(_ i: Int, of cols: Int, _ chance: Double) -> Bool {
    switch self {
    case .dense: true
    case .sparse, .negativeZeros, .oneNaN: chance < -1.2
    case .halfOfRows: i / cols % 2 == 0
    case .zeros: false
    case .oneHot: i % cols == i / cols * 7 % cols
    }
  }
}

/// Rows, columns and depths around what is computed at a time, with ends of every kind.
private let products: [SparseProduct] = [
  (130, 67, 70), (97, 130, 67), (65, 260, 100), (300, 75, 66), (70, 9, 301),
].flatMap { samples, inputs, outputs in
  [false, true].map {
    SparseProduct(samples: samples, inputs: inputs, outputs: outputs, isGradient: $0)
  }
}

/// The first layer of a network for images.
private let large = [false, true].map {
  SparseProduct(samples: 128, inputs: 784, outputs: 512, isGradient: $0)
}

@Suite struct SparseBlockedTests {
  @Test(arguments: products) private func sums(_ product: SparseProduct) {
    checkSums(product, Float.self)
    checkSums(product, Double.self)
  }

  private func checkSums<T: Real>(_ product: SparseProduct, _ type: T.Type) {
    let other: [T] = numbers(product.others, seed: 2)
    for contents in Contents.allCases {
      let x = contents.values(product.samples, product.inputs, T.self)
      let exact = product.exact(x, other)
      for level in levels {
        let found = multiply(product, x, other, level, skips: true)
        #expect(
          difference(found, exact) <= tolerance(of: T.self), "\(T.self), \(contents), \(level)")
      }
    }
  }

  /// The order of the sums, and so every bit, is the one they have when nothing is left out.
  @Test(arguments: products) private func leavingOutChangesNoBits(_ product: SparseProduct) {
    guard product.depth <= 256 else { return }
    for contents in Contents.allCases where contents != .oneNaN {
      let x = contents.values(product.samples, product.inputs, Float.self)
      let other: [Float] = numbers(product.others, seed: 2)
      for level in levels {
        let found = multiply(product, x, other, level, skips: true)
        #expect(found == multiply(product, x, other, level, skips: false), "\(contents), \(level)")
      }
    }
  }

  /// Chunks are then computed in any order, by any thread.
  @Test(arguments: large) private func sameBytesForAnyNumberOfThreads(_ product: SparseProduct) {
    let pool = apus_pool_create(3, nil, nil)
    defer { apus_pool_destroy(pool) }
    let other: [Float] = numbers(product.others, seed: 2)
    for contents in [Contents.dense, .sparse, .halfOfRows] {
      let x = contents.values(product.samples, product.inputs, Float.self)
      let alone = multiply(product, x, other, apus_cpu_level(), skips: true)
      for _ in 0..<5 {
        let found = multiply(product, x, other, apus_cpu_level(), skips: true, pool, threads: 3)
        #expect(found == alone, "\(contents)")
      }
      let dense = multiply(product, x, other, apus_cpu_level(), skips: false)
      #expect(difference(alone, dense.map { Double($0) }) <= tolerance(of: Float.self))
    }
  }

  private func multiply<T: Real>(
    _ product: SparseProduct, _ x: [T], _ other: [T], _ level: apus_level, skips: Bool,
    _ pool: OpaquePointer? = nil, threads: Int32 = 1
  ) -> [T] {
    let memory = Memory(capacity: 1 << 23)
    var p = product.description(
      T.self, x: memory.place(x), other: memory.place(other), skips: skips)
    p.c = memory.space(T.self, product.rows * product.cols)
    let step = apus_contract_step(memory.keep([p]), level)
    memory.run([step], pool: pool, threads: threads)
    return memory.read(p.c, product.rows * product.cols)
  }

  @Test(arguments: products) private func ends(_ product: SparseProduct) {
    for level in levels {
      checkEnds(product, Float.self, level)
      checkEnds(product, Double.self, level)
    }
  }

  private func checkEnds<T: Real>(
    _ product: SparseProduct, _ type: T.Type, _ level: apus_level
  ) {
    let (rows, cols) = (product.rows, product.cols)
    let x = Contents.sparse.values(product.samples, product.inputs, T.self)
    let other: [T] = numbers(product.others, seed: 2)
    let bias: [T] = numbers(cols, seed: 5)
    let old: [T] = numbers(rows * cols, seed: 7)
    let exact = product.exact(x, other)
    func run(_ change: (inout apus_contract, Memory) -> Void) -> [T] {
      let memory = Memory()
      var p = product.description(
        T.self, x: memory.place(x), other: memory.place(other), skips: true)
      p.c = memory.place(old)
      change(&p, memory)
      memory.run([apus_contract_step(memory.keep([p]), level)])
      return memory.read(p.c, rows * cols)
    }
    let biased = exact.indices.map { exact[$0] + Double(bias[$0 % cols]) }
    let limit = tolerance(of: T.self)
    let rectified = run { p, memory in
      p.bias = memory.place(bias)
      p.relu = 1
    }
    #expect(difference(rectified, biased.map { max($0, 0) }) <= limit)
    let updated = run { p, memory in p.rate = memory.place([T(0.25)]) }
    #expect(difference(updated, exact.indices.map { Double(old[$0]) - 0.25 * exact[$0] }) <= limit)
    let programmed = run { p, memory in
      var program = Program(rows: rows, cols: cols, dtype: p.dtype)
      let raw = program.input(apus_nowhere(), APUS_PRODUCT)
      let added = program.input(memory.place(bias), APUS_ROW)
      program.output(program.add(APUS_ADD, raw, added), to: p.c)
      p.epilogue = program.tile(in: memory)
    }
    #expect(difference(programmed, biased) <= limit)
  }
}
