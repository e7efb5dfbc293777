import ApusData
import ApusExplain
import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// Several rows as one batch: matrices with a row for each, and what each adds to the gradient. The
/// numbers are worked out by hand in Float64 by the formulas of a network of two layers of sigmoids.
struct BatchTests {
  private func close(_ a: Double?, _ b: Double, _ tolerance: Double = 1e-12) throws -> Bool {
    abs(try #require(a) - b) < tolerance
  }

  @Test func theRowsOfTheWorkedExampleAddUp() throws {
    let explanation = try Preset.named("deck004.example").explanation(rows: [1, 2])
    let batch = try #require(explanation.batch)
    #expect(batch.rows == [1, 2] && batch.combination == .sum && batch.penalty == 0)
    #expect(try close(batch.losses[0], 0.08699208259994781))
    #expect(try close(batch.losses[1], 0.3302520265114241))
    #expect(try close(batch.loss, 0.08699208259994781 + 0.3302520265114241))
    let v = try #require(batch.groups.first { $0.name == "v" })
    let rows = [
      [-0.10518769048825163, -0.0018919280994576303, 0.02654904571226164, 0.0004775167642113309],
      [2.301184524476437e-07, 0.27674166686895835, -2.0814105055989716e-08, -0.025031152722925363],
    ]
    for row in 0..<2 {
      for (found, expected) in zip(v.rows[row].values, rows[row]) {
        #expect(abs(found - expected) < 1e-12)
      }
    }
    for (index, entry) in v.entries.enumerated() {
      #expect(try close(entry.gradient, rows[0][index] + rows[1][index]))
      for row in 0..<2 { #expect(abs(entry.estimates[row] - rows[row][index]) < 1e-9) }
    }
    let hidden = try #require(explanation.forward.first { $0.quantity.name == "h_in" })
    #expect(hidden.value == Numbers([16, -4, -14, 23], shape: [2, 2]))
  }

  @Test func aMeanIsOverTheRows() throws {
    let explanation = try Preset.named("deck003.xor").explanation(rows: [1, 2, 3, 4])
    let batch = try #require(explanation.batch)
    #expect(batch.combination == .mean)
    #expect(try close(batch.loss, 0.2569545277899632))
    let losses = [
      0.33685288761172416, 0.2639006121113621, 0.23886033548445598, 0.1882042759523104,
    ]
    for (found, loss) in zip(batch.losses, losses) { #expect(try close(found, loss)) }
    let entries = batch.groups.flatMap(\.entries)
    #expect(entries.count == 13)
    let weight = try #require(batch.groups.first { $0.name == "w(1)" }?.entries.first)
    let rows = [0.1484081963830781, -0.0741885958477133, -0.15769679016526036, 0.08552489628571056]
    for (found, slope) in zip(weight.rows, rows) { #expect(try close(found, slope)) }
    #expect(try close(weight.gradient, 0.0005119266639537455))
    for entry in entries {
      #expect(try close(entry.gradient, entry.rows.reduce(0, +) / 4))
      for (slope, estimate) in zip(entry.rows, entry.estimates) {
        #expect(abs(slope - estimate) < 1e-9)
      }
    }
    // Whatever is printed of a gradient's matrix has its estimate.
    for row in explanation.backward where row.quantity.role != .parameter {
      guard row.gradient.values.count > 1 else { continue }
      let estimates = try #require(row.estimates)
      for (slope, estimate) in zip(row.gradient.values, estimates.values) {
        #expect(abs(slope - estimate) < 1e-9)
      }
    }
  }

  @Test func rowsMayStandInAnyOrder() throws {
    let preset = try Preset.named("deck003.xor")
    let batch = try #require(try preset.explanation(rows: [4, 2]).batch)
    #expect(batch.rows == [4, 2])
    #expect(try close(batch.losses[0], 0.1882042759523104))
    #expect(try close(batch.losses[1], 0.2639006121113621))
    #expect(try preset.explanation(row: 2).batch == nil)
    for rows in [[], [1, 1], [5], [0]] {
      #expect(throws: (any Error).self) { try preset.explanation(rows: rows) }
    }
  }

  @Test func aPenaltyBelongsToNoRow() throws {
    struct Ridge: Layer {
      func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
        let w = scope.parameter("weight", [1, 2], initializer: .zeros)
        scope.addPenalty(0.5 * square(w).sum())
        return matmul(x, w, transposeB: true)
      }
    }
    var network = try Network(Sequential([Ridge()]), inputShape: [2])
    network.parameters["ridge_1.weight"] = TensorData([2, -1] as [Double], shape: [1, 2])
    let subject = try Subject(
      network, loss: .squaredErrorPerRow,
      input: TensorData([1, 0, 3, 1] as [Double], shape: [2, 2]),
      target: TensorData([1, 2] as [Double], shape: [2, 1]), rows: [8, 3], title: "ridge")
    let batch = try #require(try Explainer.explanation(of: subject).batch)
    // Errors 2 − 1 = 1 and 5 − 2 = 3: losses 1 and 9, slopes 2·1·[1, 0] and 2·3·[3, 1]; w·½·2 = w.
    #expect(batch.rows == [8, 3] && batch.losses == [1, 9])
    #expect(try close(batch.penalty, 2.5) && batch.loss == 7.5)
    let entries = try #require(batch.groups.first?.entries)
    #expect(entries.map(\.rows) == [[2, 18], [0, 6]])
    #expect(try close(entries[0].penalty, 2) && close(entries[1].penalty, -1))
    #expect(try close(entries[0].gradient, 12) && close(entries[1].gradient, 2))
    #expect(try close(entries[0].penaltyEstimate, 2, 1e-8))
  }

  @Test func manyRowsShareAColumn() throws {
    let data = try Datasets.load("iris", options: DatasetOptions()).dataset
    let network = try Network(
      Sequential([Dense(5, activation: .tanh), Dense(3)]), inputShape: [4], seed: 1)
    let explanation = try network.explanation(
      ofRows: Array(1...30), of: data, loss: .softmaxCrossEntropy)
    let batch = try #require(explanation.batch)
    #expect(batch.losses.count == 30)
    let text = explanation.text(sections: [.rows])
    #expect(text.contains("Σ other 27"))
    for line in explanation.text().split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    // The reference is training's own loss over the same rows.
    let mean = batch.losses.reduce(0, +) / 30
    #expect(abs(mean - batch.loss) < 1e-12)
    for group in batch.groups {
      let whole = try #require(explanation.parameters.first { $0.name == group.name })
      for (index, slope) in whole.gradients.values.enumerated() {
        let sum = group.rows.reduce(0) { $0 + $1.values[index] }
        #expect(abs(sum / 30 - slope) < 1e-12)
      }
    }
  }

  @Test func theJSONHasEveryNumber() throws {
    let json = try JSON(
      parsing: try Preset.named("deck004.example").explanation(rows: [2, 1]).json().text())
    let rows = try #require(json["rows"])
    #expect(rows["combination"]?.stringValue == "sum")
    #expect(rows["rows"]?.elements?.compactMap { $0["row"]?.intValue } == [2, 1])
    let v = try #require(rows["parameters"]?.elements?.last)
    #expect(v["gradients"]?.elements?.count == 2)
    let entry = try #require(v["entries"]?.elements?.first)
    #expect(entry["name"]?.stringValue == "h1→y1")
    #expect(try close(entry["rows"]?.elements?[1].doubleValue, -0.10518769048825163))
    let one = try JSON(parsing: try Preset.named("deck004.example").explanation().json().text())
    #expect(one["rows"] == .null)
  }
}

/// How far an explanation goes when nobody says.
struct DetailTests {
  private func explanation(
    _ sizes: [Int], _ detail: Detail = .automatic
  ) throws -> Explanation {
    let network = try Network(
      Sequential(
        sizes.dropFirst().dropLast().map { Dense($0, activation: .tanh) } + [
          Dense(sizes[sizes.count - 1])
        ]),
      inputShape: [sizes[0]], seed: 4)
    let row = (0..<sizes[0]).map { Double($0 % 7) / 7 - 0.4 }
    let target = (0..<sizes[sizes.count - 1]).map { $0 == 0 ? 1.0 : 0 }
    return try Explainer.explanation(
      of: try Subject(
        network, loss: .squaredErrorPerRow, input: TensorData(row, shape: [1, row.count]),
        target: TensorData(target, shape: [1, target.count]), title: "network"),
      options: ExplanationOptions(detail: detail))
  }

  @Test(arguments: [
    [2, 3, 1], [30, 2, 2], [10, 5, 3], [13, 8, 3], [64, 30, 10], [4, 4, 4, 4, 4, 4, 3],
    [20, 20, 20, 20, 10],
  ]) func aDefaultStaysReadable(_ sizes: [Int]) throws {
    let lines = try explanation(sizes).text().split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 201, "\(sizes): \(lines.count)")
    for line in lines { #expect(line.count <= 80, "\(line)") }
  }

  @Test func theMiddleLevelKeepsTheLargestGradients() throws {
    let middle = try explanation([30, 2, 2])
    let whole = try explanation([30, 2, 2], .numbers)
    // Net inputs and outputs number by number, of the 60 weights the five that matter most.
    #expect(middle.forward == whole.forward)
    let weights = middle.backward.filter { $0.quantity.tensor == "dense_1.weight" }
    let all = whole.backward.filter { $0.quantity.tensor == "dense_1.weight" }
    #expect(weights.count == 5 && all.count == 60)
    let shown = weights.compactMap { $0.gradient.scalar?.magnitude }.min() ?? 0
    let larger = all.filter { ($0.gradient.scalar ?? 0).magnitude > shown }
    #expect(larger.count == 4)
    #expect(middle.header.notes.contains { $0.contains("--detail numbers") })
    #expect(whole.parameters.allSatisfy { $0.entries.count == $0.count })
    #expect(!whole.header.notes.contains { $0.contains("--detail") })
  }

  @Test func allNumbersOfALargeNetworkAreRefused() throws {
    let error = #expect(throws: (any Error).self) {
      try explanation([784, 30, 10], .numbers)
    }
    #expect(error.map { "\($0)".contains("--unit") } == true)
  }
}
