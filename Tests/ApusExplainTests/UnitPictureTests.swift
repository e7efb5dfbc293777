import ApusDrawing
import ApusExplain
import ApusGraph
import Testing

/// One neuron as a picture: products, sum, bias, activation, both ways.
struct UnitPictureTests {
  private func picture(_ preset: String, _ unit: String) throws -> UnitPicture {
    try UnitPicture(try Preset.named(preset).subject(), try DrillTarget(parsingUnit: unit))
  }

  private func lines(_ picture: UnitPicture, _ kind: ComputationDiagram.Kind) -> [String] {
    picture.diagram.nodes.filter { $0.kind == kind }.map {
      ($0.lines + $0.gradient).joined(separator: " ")
    }
  }

  @Test func theNeuronOfTheLecture() throws {
    let picture = try picture("deck002.neuron", "dense_1:1")
    #expect(lines(picture, .operation) == ["Σ", "×", "×", "×", "+", "σ"])
    #expect(
      lines(picture, .quantity) == [
        "1.8 ∂ 0.0644", "0.6000 ∂ 0.0644", "−0.3 ∂ 0.0644", "Σ w·x = 2.1000 ∂ 0.0644",
        "y1_in = 2.6000 ∂ 0.0644",
      ])
    #expect(lines(picture, .parameter).contains("b(y1) = 0.5 ∂ 0.0644"))
    #expect(lines(picture, .factor) == ["×0.0644"])
    #expect(lines(picture, .result) == ["y1 = 0.9309 ∂ 1"])
  }

  @Test func aHiddenUnitLeadsToTheLoss() throws {
    let picture = try picture("deck004.example", "dense_1:2")
    #expect(lines(picture, .layer) == ["dense_2 loss"])
    #expect(lines(picture, .input) == ["x1 = 3 ∂ −0.0014 from here", "x2 = 1 ∂ 0.0024 from here"])
    #expect(lines(picture, .result) == ["L = 0.0870 ∂ 1"])
  }

  /// Of many inputs the largest products are drawn; with the rest they are the net input.
  @Test func aWideUnitShowsTheLargestProducts() throws {
    let picture = try picture("deck003.mnist", "dense_1:4")
    #expect(lines(picture, .parameter).count == 9)
    #expect(lines(picture, .constant)[0].hasPrefix("776 more products sum"))
    #expect(lines(picture, .operation).contains("ReLU"))
    #expect(picture.dot.hasPrefix("digraph \"Unit 4 of dense_1, deck003.mnist\""))
  }

  @Test(
    .enabled(if: Drawing.graphvizVersion != nil),
    arguments: [
      "deck000.two-layer", "deck001.two-layer", "deck002.network", "deck002.neuron",
      "deck003.mnist", "deck003.xor", "deck004.example",
    ])
  func everyLayerIsLaidOutWell(_ name: String) throws {
    let layers = ["deck002.network", "deck003.mnist"].contains(name) ? 3 : 2
    for layer in 1...(name == "deck002.neuron" ? 1 : layers) {
      let figure = try picture(name, "dense_\(layer):1").figure()
      #expect(figure.picture.layoutMistakes == [])
      // Every gradient in the table has its numeric estimate.
      for row in figure.table.rows {
        guard case .number(let gradient) = row[4], case .number(let estimate) = row[5] else {
          Issue.record("no numbers in \(row)")
          continue
        }
        #expect(abs(gradient - estimate) < 1e-6)
      }
    }
  }

  @Test(arguments: [
    ("deck004.example", "dense_3:1", "there is no layer"),
    ("deck004.example", "dense_1:9", "there is no unit 9"),
    ("deck000.max", "dense_1:1", "this is none"),
  ])
  func mistakesAreNamed(_ preset: String, _ unit: String, _ words: String) throws {
    let error = #expect(throws: (any Error).self) { try picture(preset, unit) }
    #expect("\(try #require(error))".contains(words))
  }
}
