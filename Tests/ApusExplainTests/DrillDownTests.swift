import ApusExplain
import ApusGraph
import ApusLayers
import Testing

/// One neuron and one weight of a network that is too large to be shown whole.
struct DrillDownTests {
  private static let options = ExplanationOptions(learningRate: 0.5)

  private func subject() throws -> Subject {
    let network = try Network(
      Sequential([
        Dense(12, activation: .relu), Dense(9, activation: .tanh), Dense(4, activation: .softmax),
      ]),
      inputShape: [20], seed: 3)
    return try Subject(
      network, loss: .categoricalCrossEntropy,
      input: TensorData((0..<20).map { Double($0 % 5) / 5 - 0.3 }, shape: [1, 20]),
      target: TensorData([0, 0, 1, 0], shape: [1, 4]), title: "network")
  }

  private func explain(_ target: DrillTarget) throws -> Explanation {
    try Explainer.explanation(of: try subject(), at: target, options: Self.options)
  }

  @Test func aUnitAgreesWithTheWholeGradient() throws {
    let whole = try Explainer.explanation(of: try subject())
    for (layer, units, inputs) in [("dense_1", 12, 20), ("dense_2", 9, 12), ("dense_3", 4, 9)] {
      let weights = try #require(
        whole.parameters.first { $0.layer == layer && $0.shape.count == 2 })
      let biases = try #require(whole.parameters.first { $0.layer == layer && $0.shape.count == 1 })
      for unit in [1, units] {
        let one = try explain(.unit(layer: layer, unit))
        let rows = one.backward.filter { $0.quantity.role == .parameter }
        #expect(rows.count == 6)
        for row in rows {
          let index = try #require(row.quantity.index)
          #expect(index[0] == unit - 1)
          let expected =
            index.count == 2
            ? weights.gradients.values[index[0] * inputs + index[1]]
            : biases.gradients.values[index[0]]
          #expect(row.gradient.scalar == expected)
        }
      }
    }
  }

  @Test func summandsAddUpToTheGradient() throws {
    for target in [
      DrillTarget.unit(layer: "dense_1", 7), .weight("dense_2[8,11]"), .weight("dense_1.bias[3]"),
      .layer("dense_2"), .unit(layer: "dense_3", 2),
    ] {
      let explanation = try explain(target)
      let numbers = Set(explanation.forward.map(\.number) + explanation.backward.map(\.number))
      #expect(numbers.count == explanation.forward.count + explanation.backward.count)
      for row in explanation.backward where row.gradient.scalar != nil {
        let gradient = try #require(row.gradient.scalar)
        let products = row.contributions.compactMap(\.product.scalar)
        if !products.isEmpty { #expect(abs(products.reduce(0, +) - gradient) < 1e-14) }
        #expect(abs(row.estimate.value - gradient) < 1e-8)
        for use in row.contributions { #expect(numbers.contains(use.row)) }
      }
    }
    // One for each outgoing edge.
    let unit = try explain(.unit(layer: "dense_1", 7))
    let activation = try #require(unit.backward.first { $0.quantity.name == "h1.7" })
    #expect(activation.contributions.count == 9)
    #expect(unit.text().contains("through h2.9_in"))
  }

  @Test func aWeightHasItsChainAndUpdate() throws {
    let explanation = try explain(.weight("dense_2[8,11]"))
    let entry = try #require(explanation.parameters.first?.entries.first)
    #expect(explanation.parameters.count == 1)
    #expect(entry.name == "h1.12→h2.9")
    #expect(entry.change == 0.5 * entry.gradient)
    #expect(entry.newValue == entry.value - entry.change)
    #expect(explanation.remarks.contains { $0.text.contains("∂h2.9/∂h2.9_in") })
    for name in ["w(h1.12→h2.9)", "h1.12→h2.9", "h1.12->h2.9", "dense_2.weight[8, 11]"] {
      #expect(try explain(.weight(name)) == explanation)
    }
  }

  @Test(arguments: [
    (DrillTarget.layer("dens_2"), "Did you mean \"dense_2\"?"),
    (.unit(layer: "dense_2", 10), "the units 1 to 9"),
    (.weight("dense_2[9,0]"), "shape [9, 12]"), (.weight("dense_2[1]"), "shape [9, 12]"),
    (.weight("dense_2[a,b]"), "shape [9, 12]"), (.weight("dense_2"), "shape [9, 12]"),
    (.weight("dence_2[1,1]"), "no parameter"), (.weight(""), "no parameter"),
    (.weight("["), "no parameter"),
    (.weight("dense_1[99999999999999999999,1]"), "shape [12, 20]"),
  ])
  func mistakesAreNamed(_ target: DrillTarget, _ words: String) throws {
    let error = #expect(throws: (any Error).self) { try explain(target) }
    let text = "\(try #require(error))"
    #expect(text.contains(words), "\(text)")
  }

  @Test(arguments: ["dense_2", "dense_2:", "dense_2:0", "dense_2:-1", ":", "dense_2:1.5", ""])
  func unitsAreWrittenWithTheirNumber(_ text: String) {
    #expect(throws: (any Error).self) { try DrillTarget(parsingUnit: text) }
  }
}
