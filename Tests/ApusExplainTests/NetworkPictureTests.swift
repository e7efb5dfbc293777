import ApusDrawing
import ApusExplain
import ApusGraph
import ApusLayers
import Testing

/// Networks as diagrams of units and weights.
struct NetworkPictureTests {
  private func figure(
    _ preset: String, _ mode: NetworkPicture.Mode = .weights,
    _ style: NetworkPicture.Style = .circles
  ) throws -> Figure {
    try NetworkPicture(try Preset.named(preset).subject(), mode: mode, style: style).figure()
  }

  private static let networks = [
    "deck000.two-layer", "deck001.two-layer", "deck001.mnist", "deck002.network", "deck002.neuron",
    "deck003.xor", "deck003.mnist", "deck004.example",
  ]

  @Test(arguments: networks) func nothingOverlaps(_ name: String) throws {
    for style in NetworkPicture.Style.allCases {
      for mode in NetworkPicture.Mode.allCases where mode != .update || style == .circles {
        let picture = try figure(name, mode, style).picture
        #expect(picture.layoutMistakes == [], "\(mode) \(style)")
      }
    }
  }

  @Test func labelsAreThoseOfTheLecture() throws {
    let texts = try figure("deck003.xor").picture.labels.map(\.text)
    for label in ["Input Layer ∈ ℝ²", "Hidden Layer ∈ ℝ³", "Output Layer ∈ ℝ¹"] {
      #expect(texts.contains(label), "\(label)")
    }
  }

  @Test func wideLayersAreShortened() throws {
    let texts = try figure("deck003.mnist").picture.labels.map(\.text)
    #expect(texts.contains("… +776"))
    #expect(texts.filter { $0 == "… +22" }.count == 2)
    #expect(texts.contains("y10"))
  }

  @Test func gradientsAreThoseOfTheExample() throws {
    let texts = Set(try figure("deck004.example", .gradient).picture.labels.map(\.text))
    #expect(texts.isSuperset(of: ["−0.158", "−0.105", "0.0265", "−0.00189"]))
  }

  /// A softmax beside its loss has no gradient of its own: what it reads is shown.
  @Test func theOutputsGradientIsThatOfTheirScores() throws {
    let picture = try figure("deck002.network", .gradient).picture
    let texts = Set(picture.labels.map(\.text))
    #expect(texts.isSuperset(of: ["0.272", "−0.806", "0.534", "gradient of a weight above 0"]))
    #expect(!texts.contains("of a bias above 0"))
    let weights = Set(try figure("deck003.mnist").picture.labels.map(\.text))
    #expect(weights.contains("bias 0") && !weights.contains("bias below 0"))
  }

  @Test func deepNetworksFitAndOtherComputationsAreRefused() throws {
    let deep = try Network(
      Sequential((0..<40).map { _ in Dense(32, activation: .tanh) }), inputShape: [64])
    let row = TensorData([Double](repeating: 0, count: 64), shape: [1, 64])
    let picture = try NetworkPicture(try Subject(deep, input: row, title: "deep")).figure().picture
    #expect(picture.layoutMistakes == [])
    #expect(picture.labels.contains { $0.text == "… +27 layers …" })
    #expect(throws: PictureError.self) { try figure("deck000.max") }
    #expect(throws: PictureError.self) {
      try NetworkPicture(try Subject(deep, input: row, title: "deep"), mode: .gradient)
    }
  }
}
