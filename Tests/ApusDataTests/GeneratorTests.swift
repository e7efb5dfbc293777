import ApusData
import ApusGraph
import Testing

@Test func generatedSetsDependOnTheirSeedAlone() throws {
  for entry in Datasets.all where entry.origin == .generated {
    let first = try Datasets.named(entry.name, .init(seed: 1))
    #expect(first.fingerprint == (try Datasets.named(entry.name, .init(seed: 1))).fingerprint)
    guard first.count > 4 else { continue }
    #expect(first.fingerprint != (try Datasets.named(entry.name, .init(seed: 2))).fingerprint)
    #expect(try Datasets.named(entry.name, .init(rows: 50)).count == 50)
  }
}

@Test func truthTablesHoldTheirTruth() throws {
  #expect(try Generators.and().classIndices == [0, 0, 0, 1])
  #expect(try Generators.or().classIndices == [0, 1, 1, 1])
  #expect(try Generators.xor().classIndices == [0, 1, 1, 0])
  let deck = try Generators.deck004()
  #expect(deck.features.doubles() == [3, 1, -1, 4] && deck.targets.doubles() == [1, 0, 0, 1])
}

@Test func withoutNoiseThePointsLieOnTheirCurves() throws {
  func pairs(_ data: Dataset) -> [(Double, Double)] {
    let values = data.features.doubles()
    return stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }
  }
  let circles = try Generators.circles(rows: 100, noise: 0, seed: 3)
  for (row, point) in pairs(circles).enumerated() {
    let radius = (point.0 * point.0 + point.1 * point.1).squareRoot()
    #expect(abs(radius - (row % 2 == 0 ? 1 : 0.5)) < 1e-6)
  }
  let moons = try Generators.moons(rows: 100, noise: 0, seed: 3)
  for (row, point) in pairs(moons).enumerated() {
    let (x, y) = row % 2 == 0 ? point : (1 - point.0, 0.5 - point.1)
    #expect(abs(x * x + y * y - 1) < 1e-6 && y >= -1e-6)
  }
  let plane = try Generators.plane(rows: 50, noise: 0, seed: 3)
  for (point, y) in zip(pairs(plane), plane.targets.doubles()) {
    #expect(abs((point.0 + point.1) / 2 - y) < 1e-6)
  }
}

@Test func impossibleParametersAreRefused() {
  #expect(message { _ = try Generators.moons(rows: 0) }?.contains("rows are 2 to") == true)
  #expect(message { _ = try Generators.sine(noise: -1) }?.contains("noise is") == true)
  #expect(message { _ = try Generators.sine(noise: .nan) }?.contains("noise is") == true)
  #expect(message { _ = try Generators.blobs(0) }?.contains("blobs are 1 to") == true)
}
