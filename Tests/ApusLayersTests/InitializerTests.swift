import ApusGraph
import ApusLayers
import Testing

private func values(_ name: String, _ shape: [Int]) throws -> [Double] {
  var random = RandomStream(seed: 3, purpose: .initialize)
  return try InitializerList.named(name).values(
    shape: shape, fans: Fans(shape: shape), random: &random)
}

@Test func initializersHaveTheVarianceOfTheirPaper() throws {
  let expected: [(String, Double)] = [
    ("glorot_uniform", 2 / 300.0), ("glorot_normal", 2 / 300.0), ("he_uniform", 2 / 200.0),
    ("he_normal", 2 / 200.0), ("lecun_uniform", 1 / 200.0), ("lecun_normal", 1 / 200.0),
    ("uniform(-1, 1)", 1 / 3.0), ("normal(0, 2)", 4), ("truncated_normal(0, 1)", 0.7737),
  ]
  for (name, variance) in expected {
    let numbers = try values(name, [100, 200])
    let mean = numbers.reduce(0, +) / 20_000
    let found = numbers.reduce(0) { $0 + $1 * $1 } / 20_000
    #expect(abs(found / variance - 1) < 0.04, "\(name): \(found)")
    #expect(abs(mean) < 4 * (variance / 20_000).squareRoot(), "\(name): \(mean)")
  }
  #expect(try values("truncated_normal(0, 1)", [100, 100]).allSatisfy { abs($0) <= 2 })
  let limit = (6 / 300.0).squareRoot()
  #expect(try values("glorot_uniform", [100, 200]).allSatisfy { abs($0) <= limit })
}

@Test(arguments: [[5, 8], [8, 5], [6, 2, 3]])
func orthogonalRowsOrColumnsAreOrthonormal(_ shape: [Int]) throws {
  let q = try values("orthogonal", shape)
  let (rows, columns) = (shape[0], shape.dropFirst().reduce(1, *))
  let count = min(rows, columns)
  for i in 0..<count {
    for j in 0..<count {
      let product = (0..<max(rows, columns)).reduce(0.0) { sum, k in
        rows <= columns
          ? sum + q[i * columns + k] * q[j * columns + k]
          : sum + q[k * columns + i] * q[k * columns + j]
      }
      #expect(abs(product - (i == j ? 1 : 0)) < 1e-12)
    }
  }
  #expect(throws: InitializerError.self) { try values("orthogonal", [5]) }
}

@Test func initializersAreFoundByName() throws {
  for name in InitializerList.names where name != "constant" {
    #expect(throws: Never.self) { try InitializerList.named(name) }
  }
  for name in ["he_normal", "normal(0, 0.5)", "uniform(-1, 1)", "constant(0.5)", "zeros"] {
    #expect(try InitializerList.named(name).name == name)
  }
  #expect(
    message { _ = try InitializerList.named("he_norml") }?.contains("Did you mean \"he_normal\"?")
      == true)
  #expect(
    message { _ = try InitializerList.named("uniform(1)") }
      == "uniform takes low, high, found 1 numbers")
}
