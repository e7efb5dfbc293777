import CKernels
import Testing

/// One product to test: sizes, how the operands lie, and what follows.
private struct Product: Sendable, CustomTestStringConvertible {
  var m: Int
  var n: Int
  var k: Int
  var batch = 1
  var transposedA = false
  var transposedB = false
  /// Elements between the end of one row of C and the start of the next.
  var gap = 0

  var testDescription: String {
    "\(m)×\(k)\(transposedA ? "ᵀ" : "") · \(k)×\(n)\(transposedB ? "ᵀ" : "") ×\(batch) +\(gap)"
  }

  func description<T: Real>(_ type: T.Type) -> apus_contract {
    var p = apus_contract()
    (p.m, p.n, p.k, p.batch) = (Int64(m), Int64(n), Int64(k), Int64(batch))
    (p.a_row, p.a_col) = transposedA ? (1, Int64(m)) : (Int64(k), 1)
    (p.b_row, p.b_col) = transposedB ? (1, Int64(k)) : (Int64(n), 1)
    (p.a_batch, p.b_batch) = (Int64(m * k), Int64(k * n))
    p.c_row = Int64(n + gap)
    p.c_batch = Int64(m * (n + gap))
    (p.bias, p.mask, p.rate, p.c) = (apus_nowhere(), apus_nowhere(), apus_nowhere(), apus_nowhere())
    p.dtype = dtype(of: T.self)
    return p
  }

  /// P in Float64, [batch, m, n].
  func exact<T: Real>(_ a: [T], _ b: [T]) -> [Double] {
    var result = [Double](repeating: 0, count: batch * m * n)
    for g in 0..<batch {
      for i in 0..<m {
        for j in 0..<n {
          var sum = 0.0
          for p in 0..<k {
            let x = a[g * m * k + (transposedA ? p * m + i : i * k + p)]
            let y = b[g * k * n + (transposedB ? j * k + p : p * n + j)]
            sum += Double(x) * Double(y)
          }
          result[(g * m + i) * n + j] = sum
        }
      }
    }
    return result
  }
}

private let layouts = [(false, false), (true, false), (false, true), (true, true)]

private let products: [Product] = {
  var list: [Product] = []
  let sizes = [
    (1, 1, 1), (3, 5, 7), (1, 30, 784), (32, 30, 784), (7, 31, 33), (8, 9, 1), (30, 65, 32),
    (65, 10, 30),
    (5, 1, 200), (64, 64, 64), (1, 257, 65), (31, 130, 300), (130, 70, 67), (100, 97, 520),
    (6, 16, 0),
    (0, 4, 4), (4, 0, 4), (13, 17, 1100),
    // Panels of rows that are one or two shorter than the others, at one level or another.
    (9, 70, 300), (13, 70, 300), (11, 70, 300), (21, 66, 300),
  ]
  for (m, n, k) in sizes {
    for (ta, tb) in layouts {
      list.append(Product(m: m, n: n, k: k, transposedA: ta, transposedB: tb))
    }
  }
  list.append(Product(m: 5, n: 9, k: 12, batch: 4))
  list.append(Product(m: 5, n: 9, k: 12, batch: 4, transposedB: true, gap: 3))
  list.append(Product(m: 70, n: 90, k: 80, batch: 2, transposedA: true, gap: 5))
  return list
}()

@Suite struct ContractTests {
  @Test(arguments: products) private func plain(_ product: Product) {
    for level in levels {
      check(product, Float.self, level)
      check(product, Double.self, level)
    }
  }

  private func check<T: Real>(_ product: Product, _ type: T.Type, _ level: apus_level) {
    let memory = Memory()
    let a: [T] = numbers(product.batch * product.m * product.k, seed: 1)
    let b: [T] = numbers(product.batch * product.k * product.n, seed: 2)
    var p = product.description(T.self)
    p.a = memory.place(a)
    p.b = memory.place(b)
    let width = product.n + product.gap
    let c = memory.place([T](repeating: 7, count: product.batch * product.m * width))
    p.c = c
    let step = apus_contract_step(memory.keep([p]), level)
    memory.run([step])
    let found: [T] = memory.read(c, product.batch * product.m * width)
    var dense: [T] = []
    for r in 0..<(product.batch * product.m) {
      dense += found[(r * width)..<(r * width + product.n)]
      #expect(found[(r * width + product.n)..<((r + 1) * width)].allSatisfy { $0 == 7 })
    }
    let worst = difference(dense, product.exact(a, b))
    #expect(worst <= tolerance(of: T.self), "\(T.self), level \(level.rawValue)")
  }

  @Test(arguments: [(32, 30, 784), (5, 10, 30), (30, 70, 8), (70, 80, 90), (1, 17, 9)])
  func epiloguesInRegisters(m: Int, n: Int, k: Int) {
    for level in levels {
      for (ta, tb) in layouts {
        let product = Product(m: m, n: n, k: k, transposedA: ta, transposedB: tb)
        checkEnds(product, Float.self, level)
        checkEnds(product, Double.self, level)
      }
    }
  }

  private func checkEnds<T: Real>(_ product: Product, _ type: T.Type, _ level: apus_level) {
    let (m, n) = (product.m, product.n)
    let a: [T] = numbers(m * product.k, seed: 3)
    let b: [T] = numbers(product.k * n, seed: 4)
    let bias: [T] = numbers(n, seed: 5)
    let mask: [T] = numbers(m * n, seed: 6)
    let old: [T] = numbers(m * n, seed: 7)
    let exact = product.exact(a, b)
    func run(_ change: (inout apus_contract, Memory) -> Void) -> [T] {
      let memory = Memory()
      var p = product.description(T.self)
      p.a = memory.place(a)
      p.b = memory.place(b)
      p.c = memory.place(old)
      change(&p, memory)
      memory.run([apus_contract_step(memory.keep([p]), level)])
      return memory.read(p.c, m * n)
    }
    let biased = run { p, memory in
      p.bias = memory.place(bias)
      p.relu = 1
    }
    let limit = tolerance(of: T.self)
    #expect(
      difference(biased, exact.indices.map { max(exact[$0] + Double(bias[$0 % n]), 0) }) <= limit)
    let masked = run { p, memory in p.mask = memory.place(mask) }
    #expect(difference(masked, exact.indices.map { mask[$0] > 0 ? exact[$0] : 0 }) <= limit)
    let added = run { p, _ in p.accumulate = 1 }
    #expect(difference(added, exact.indices.map { Double(old[$0]) + exact[$0] }) <= limit)
    let updated = run { p, memory in p.rate = memory.place([T(0.25)]) }
    #expect(difference(updated, exact.indices.map { Double(old[$0]) - 0.25 * exact[$0] }) <= limit)
  }

  /// z = a·b + bias; y = softmax(z) by rows; both stored by the program, the product itself nowhere.
  @Test(arguments: [(32, 10, 30), (7, 65, 9), (100, 97, 300), (1, 10, 784), (50, 200, 40)])
  func epilogueProgram(m: Int, n: Int, k: Int) {
    for level in levels {
      for (ta, tb) in layouts {
        checkProgram(Product(m: m, n: n, k: k, transposedA: ta, transposedB: tb), Float.self, level)
        checkProgram(
          Product(m: m, n: n, k: k, transposedA: ta, transposedB: tb), Double.self, level)
      }
    }
  }

  private func checkProgram<T: Real>(_ product: Product, _ type: T.Type, _ level: apus_level) {
    let (m, n) = (product.m, product.n)
    let memory = Memory()
    let a: [T] = numbers(m * product.k, seed: 3)
    let b: [T] = numbers(product.k * n, seed: 4)
    let bias: [T] = numbers(n, seed: 5)
    var p = product.description(T.self)
    p.a = memory.place(a)
    p.b = memory.place(b)
    var program = Program(rows: m, cols: n, dtype: p.dtype)
    let raw = program.input(apus_nowhere(), APUS_PRODUCT)
    let added = program.input(memory.place(bias), APUS_ROW)
    let z = program.add(APUS_ADD, raw, added)
    let most = program.add(APUS_EXPAND, program.add(APUS_ROW_MAX, z))
    let e = program.add(APUS_EXP, program.add(APUS_SUB, z, most))
    let sum = program.add(APUS_EXPAND, program.add(APUS_ROW_SUM, e))
    let y = program.add(APUS_DIV, e, sum)
    let (zPlace, yPlace) = (memory.space(T.self, m * n), memory.space(T.self, m * n))
    program.output(z, to: zPlace)
    program.output(y, to: yPlace)
    p.epilogue = program.tile(in: memory)
    memory.run([apus_contract_step(memory.keep([p]), level)])
    let exact = product.exact(a, b).enumerated().map { $1 + Double(bias[$0 % n]) }
    let limit = tolerance(of: T.self)
    #expect(difference(memory.read(zPlace, m * n) as [T], exact) <= limit)
    // The softmax of what was stored: the error of z itself is not its business.
    let stored: [T] = memory.read(zPlace, m * n)
    #expect(
      difference(memory.read(yPlace, m * n) as [T], softmax(stored.map { Double($0) }, n)) <= limit)
  }
}
