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
  var isAlone: Bool

  var testDescription: String { "\(layout) \(m)×\(k) · \(k)×\(n), \(input), alone: \(isAlone)" }

  /// X [samples, inputs]: A of the forward product X·Wᵀ, B of the gradient dYᵀ·X.
  var samples: Int { layout == .forward ? m : k }
  var inputs: Int { layout == .forward ? k : n }
  var outputs: Int { layout == .forward ? n : m }

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

  /// W [outputs, inputs], or dY [samples, outputs].
  func other<T: Real>(_ type: T.Type) -> [T] {
    numbers(outputs * (layout == .forward ? inputs : samples), seed: 12)
  }

  func description<T: Real>(_ type: T.Type, skipping: Bool) -> apus_contract {
    var p = apus_contract()
    (p.m, p.n, p.k, p.batch) = (Int64(m), Int64(n), Int64(k), 1)
    (p.a_row, p.a_col) = layout == .forward ? (Int64(k), 1) : (1, Int64(m))
    (p.b_row, p.b_col) = layout == .forward ? (1, Int64(k)) : (Int64(n), 1)
    p.c_row = Int64(n)
    (p.bias, p.mask, p.rate, p.c) = (apus_nowhere(), apus_nowhere(), apus_nowhere(), apus_nowhere())
    p.dtype = dtype(of: T.self)
    p.is_alone = isAlone ? 1 : 0
    if skipping {
      let none = APUS_NO_ZEROS
      (p.zeros_a, p.zeros_b) =
        layout == .forward ? (APUS_ZEROS_IN_ROWS, none) : (none, APUS_ZEROS_IN_ROWS)
    }
    return p
  }

  func result<T: Real>(
    _ x: [T], _ other: [T], _ level: apus_level, skipping: Bool,
    change: (inout apus_contract, Memory) -> Void
  ) -> [T] {
    let memory = Memory(capacity: 1 << 24)
    var p = description(T.self, skipping: skipping)
    let places = (memory.place(x), memory.place(other))
    (p.a, p.b) = layout == .forward ? places : (places.1, places.0)
    p.c = memory.place(numbers(m * n, seed: 13) as [T])
    change(&p, memory)
    memory.run([apus_contract_step(memory.keep([p]), level)])
    return memory.read(p.c, m * n)
  }
}

private let products: [InputProduct] = {
  let sizes: [(InputProduct.Layout, Int, Int, Int)] = [
    (.forward, 32, 30, 784), (.forward, 1, 30, 784), (.forward, 9, 17, 131),
    (.forward, 70, 64, 200), (.forward, 300, 10, 150),
    (.gradient, 30, 784, 32), (.gradient, 17, 131, 33), (.gradient, 64, 200, 70),
    (.gradient, 40, 300, 2),
  ]
  return sizes.flatMap { layout, m, n, k in
    InputProduct.Input.allCases.flatMap { input in
      [false, true].map {
        InputProduct(layout: layout, m: m, n: n, k: k, input: input, isAlone: $0)
      }
    }
  }
}()

/// Narrow products that leave out vectors of zeros give the bits of those that do not.
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
    ]
    for end in ends {
      let all = product.result(x, other, level, skipping: false, change: end)
      let found = product.result(x, other, level, skipping: true, change: end)
      #expect(found == all, "\(T.self), level \(level.rawValue)")
    }
  }

  /// Where a number of the input is NaN, so are the sums it belongs to.
  @Test func keepsNaN() {
    for level in levels {
      let product = InputProduct(
        layout: .forward, m: 32, n: 30, k: 784, input: .zeros, isAlone: true)
      var x = product.x(Float.self)
      x[3 * 784 + 500] = .nan
      let found = product.result(x, product.other(Float.self), level, skipping: true) { _, _ in }
      for (index, value) in found.enumerated() { #expect(value.isNaN == (index / 30 == 3)) }
    }
  }

  /// Zeros are not multiplied by infinities: this fails where nothing is left out.
  @Test func leavesOutZeros() {
    for level in levels {
      let forward = InputProduct(
        layout: .forward, m: 32, n: 30, k: 784, input: .picture, isAlone: true)
      var x = forward.x(Float.self)
      for row in 0..<32 { for column in 640..<720 { x[row * 784 + column] = 0 } }
      var weights = forward.other(Float.self)
      for output in 0..<30 { weights[output * 784 + 672] = .infinity }
      let found = forward.result(x, weights, level, skipping: true) { _, _ in }
      #expect(found.allSatisfy { $0.isFinite })
    }
  }

  /// Gradients that are not finite make NaN of weights of zeros too, however a product is cut.
  @Test func infinitiesMeetZeros() {
    for level in levels {
      for isAlone in [false, true] {
        let product = InputProduct(
          layout: .gradient, m: 30, n: 784, k: 32, input: .picture, isAlone: isAlone)
        let x = product.x(Float.self)
        var slopes = product.other(Float.self)
        slopes[5 * 30 + 7] = .infinity
        let sums = product.result(x, slopes, level, skipping: true) { _, _ in }
        for (index, value) in sums.enumerated() {
          #expect(value.isFinite == (index / 784 != 7))
        }
      }
    }
  }
}
