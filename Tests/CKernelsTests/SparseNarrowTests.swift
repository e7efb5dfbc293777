import CKernels
import Testing

/// A product of a first layer, with the numbers of the input.
private struct InputProduct: Sendable, CustomTestStringConvertible {
  enum Layout { case forward, gradient }

  /// What the input is like: strips of zeros as in pictures, single ones, none, nothing else.
  enum Input: CaseIterable { case picture, scattered, dense, zeros }

  var layout: Layout
  var m: Int
  var n: Int
  var k: Int
  var input: Input

  var testDescription: String { "\(layout) \(m)×\(k) · \(k)×\(n), \(input)" }

  /// X [samples, inputs]: A of the forward product X·W, and, transposed, of the gradient Xᵀ·dY.
  var samples: Int { layout == .forward ? m : k }
  var inputs: Int { layout == .forward ? k : m }

  func x<T: Real>(_ type: T.Type) -> [T] {
    var values: [T] = numbers(samples * inputs, seed: 11)
    for index in values.indices {
      let (row, column) = (index / inputs, index % inputs)
      switch input {
      case .picture: if (column / 20 + row / 3) % 3 != 0 { values[index] = 0 }
      case .scattered: if (index &* 7919) % 10 != 0 { values[index] = 0 }
      case .dense: break
      case .zeros: values[index] = 0
      }
    }
    return values
  }

  /// W [inputs, outputs], or dY [samples, outputs].
  func other<T: Real>(_ type: T.Type) -> [T] { numbers(n * k, seed: 12) }

  func description<T: Real>(_ type: T.Type, skipping: Bool) -> apus_contract {
    var p = apus_contract()
    (p.m, p.n, p.k, p.batch) = (Int64(m), Int64(n), Int64(k), 1)
    (p.a_row, p.a_col) = layout == .forward ? (Int64(k), 1) : (1, Int64(m))
    (p.b_row, p.b_col) = (Int64(n), 1)
    p.c_row = Int64(n)
    (p.bias, p.mask, p.rate, p.c) = (apus_nowhere(), apus_nowhere(), apus_nowhere(), apus_nowhere())
    p.dtype = dtype(of: T.self)
    if skipping { p.zeros_a = APUS_ZEROS_IN_ROWS }
    return p
  }

  func result<T: Real>(
    _ x: [T], _ other: [T], _ level: apus_level, skipping: Bool,
    change: (inout apus_contract, Memory) -> Void
  ) -> [T] {
    let memory = Memory(capacity: 1 << 24)
    var p = description(T.self, skipping: skipping)
    (p.a, p.b) = (memory.place(x), memory.place(other))
    p.c = memory.place(numbers(m * n, seed: 13) as [T])
    change(&p, memory)
    memory.run([apus_contract_step(memory.keep([p]), level)])
    return memory.read(p.c, m * n)
  }
}

private let products: [InputProduct] = {
  let sizes: [(InputProduct.Layout, Int, Int, Int)] = [
    (.forward, 32, 30, 784), (.forward, 1, 30, 784), (.forward, 9, 17, 131), (.forward, 5, 3, 90),
    (.forward, 70, 64, 200), (.forward, 301, 40, 150), (.forward, 64, 20, 2000),
    (.gradient, 784, 30, 32), (.gradient, 131, 17, 33), (.gradient, 200, 64, 70),
    (.gradient, 90, 3, 5),
    (.gradient, 300, 40, 2), (.gradient, 784, 17, 1), (.gradient, 300, 3, 1),
    (.gradient, 2000, 20, 64),
  ]
  return sizes.flatMap { layout, m, n, k in
    InputProduct.Input.allCases.map { InputProduct(layout: layout, m: m, n: n, k: k, input: $0) }
  }
}()

/// Narrow products that leave out zeros give the bits of those that do not.
@Suite struct SparseNarrowTests {
  @Test(arguments: products) private func equalBits(_ product: InputProduct) {
    for level in levels {
      check(product, Float.self, level)
      check(product, Double.self, level)
    }
  }

  private func check<T: Real>(_ product: InputProduct, _ type: T.Type, _ level: apus_level) {
    let (x, other) = (product.x(T.self), product.other(T.self))
    let bias: [T] = numbers(product.n, seed: 14)
    let mask: [T] = numbers(product.m * product.n, seed: 15)
    let ends: [(inout apus_contract, Memory) -> Void] = [
      { _, _ in }, { p, memory in p.rate = memory.place([T(0.25)]) },
      { p, memory in
        p.bias = memory.place(bias)
        p.relu = 1
      },
      { p, memory in p.mask = memory.place(mask) }, { p, _ in p.accumulate = 1 },
      { p, memory in
        var program = Program(rows: product.m, cols: product.n, dtype: p.dtype)
        let sum = program.input(apus_nowhere(), APUS_PRODUCT)
        let old = program.input(p.c)
        program.output(program.add(APUS_SUB, old, sum), to: p.c)
        p.epilogue = program.tile(in: memory)
      },
    ]
    for end in ends {
      let all = product.result(x, other, level, skipping: false, change: end)
      let found = product.result(x, other, level, skipping: true, change: end)
      #expect(found == all, "\(T.self), level \(level.rawValue)")
    }
  }

  /// The gradient of weights that uses the map of the product with them gives the same bits.
  @Test(arguments: [(32, 30, 784), (33, 20, 1000), (64, 64, 800)])
  func keptMap(samples: Int, outputs: Int, inputs: Int) {
    for level in levels {
      let forward = InputProduct(
        layout: .forward, m: samples, n: outputs, k: inputs, input: .scattered)
      let gradient = InputProduct(
        layout: .gradient, m: inputs, n: outputs, k: samples, input: .scattered)
      var x = forward.x(Float.self)
      // Two neighbours without zeros: their pairs are in every mask.
      for index in 4 * inputs..<6 * inputs { x[index] = 1 + Float(index % 5) }
      let slopes = gradient.other(Float.self)
      let memory = Memory(capacity: 1 << 24)
      var (p, q) = (
        forward.description(Float.self, skipping: true),
        gradient.description(Float.self, skipping: true)
      )
      (p.a, p.b) = (memory.place(x), memory.place(forward.other(Float.self)))
      p.c = memory.place([Float](repeating: 0, count: samples * outputs))
      (q.a, q.b, q.rate) = (p.a, memory.place(slopes), memory.place([Float(0.5)]))
      q.c = memory.place(numbers(inputs * outputs, seed: 13) as [Float])
      let kept = memory.keep([p])
      _ = apus_contract_step(kept, level)
      #expect(kept.pointee.chunk_k < kept.pointee.k)
      let map = memory.place([UInt8](repeating: 0, count: Int(apus_contract_map_bytes(kept))))
      (kept.pointee.keeps_map, kept.pointee.map) = (1, map)
      (q.keeps_map, q.map) = (1, map)
      let last = memory.keep([q])
      memory.run([apus_contract_step(kept, level), apus_contract_step(last, level)])
      #expect(last.pointee.chunk_m == kept.pointee.chunk_k && last.pointee.keeps_map == 1)
      let found: [Float] = memory.read(q.c, inputs * outputs)
      let expected = gradient.result(x, slopes, level, skipping: false) { p, memory in
        p.rate = memory.place([Float(0.5)])
      }
      #expect(found == expected)
    }
  }

  /// Where a number of the input is NaN, so are the sums it belongs to.
  @Test func keepsNaN() {
    for level in levels {
      let product = InputProduct(layout: .forward, m: 32, n: 30, k: 784, input: .zeros)
      var x = product.x(Float.self)
      x[3 * 784 + 500] = .nan
      let found = product.result(x, product.other(Float.self), level, skipping: true) { _, _ in }
      for (index, value) in found.enumerated() { #expect(value.isNaN == (index / 30 == 3)) }
    }
  }

  /// Zeros are not multiplied by infinities: this fails where nothing is left out.
  @Test func leavesOutZeros() {
    for level in levels {
      let forward = InputProduct(layout: .forward, m: 32, n: 30, k: 784, input: .scattered)
      var x = forward.x(Float.self)
      for row in 0..<32 { x[row * 784 + 672] = 0 }
      var weights = forward.other(Float.self)
      for output in 0..<30 { weights[672 * 30 + output] = .infinity }
      let found = forward.result(x, weights, level, skipping: true) { _, _ in }
      #expect(found.allSatisfy { $0.isFinite })

      let gradient = InputProduct(layout: .gradient, m: 784, n: 30, k: 32, input: .zeros)
      x = gradient.x(Float.self)
      x[5 * 784 + 100] = 1
      var slopes = gradient.other(Float.self)
      slopes[5 * 30 + 7] = .infinity
      let sums = gradient.result(x, slopes, level, skipping: true) { _, _ in }
      // Inputs go by twos.
      for (index, value) in sums.enumerated() {
        #expect(value.isFinite == ![100 * 30 + 7, 101 * 30 + 7].contains(index))
      }
    }
  }

  /// Which zeros meet infinities does not depend on how many rows a chunk has, also where some rows are dense.
  @Test func cutsChangeNoNumber() {
    let product = InputProduct(layout: .forward, m: 90, n: 20, k: 300, input: .scattered)
    var weights = product.other(Float.self)
    for index in stride(from: 0, to: weights.count, by: 97) { weights[index] = .infinity }
    var x = product.x(Float.self)
    for row in [0, 7, 8, 33, 34, 35, 60, 89] {
      for column in 0..<300 { x[row * 300 + column] = 1 }
    }
    for level in levels {
      let results = [0, 8, 30, 46, 90].map { rows in
        product.result(x, weights, level, skipping: true) { p, _ in
          p.cut_m = Int64(rows)
        }.map(\.bitPattern)
      }
      for result in results { #expect(result == results[0]) }
    }
  }
}
