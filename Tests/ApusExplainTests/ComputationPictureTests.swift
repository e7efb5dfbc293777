import ApusDrawing
import ApusExplain
import ApusGraph
import ApusLayers
import Testing

/// Computations as pictures: what stands on the arrows, forwards and backwards.
struct ComputationPictureTests {
  private func picture(
    _ preset: String, _ options: ComputationOptions = ComputationOptions()
  ) throws -> ComputationPicture {
    try ComputationPicture(try Preset.named(preset).subject(), options)
  }

  @Test(.enabled(if: Drawing.graphvizVersion != nil), arguments: Preset.all.map(\.name))
  func everyPresetIsLaidOutWell(_ name: String) throws {
    for isExpanded in [false, true] where !isExpanded || !name.hasSuffix("mnist") {
      let figure = try picture(name, ComputationOptions(isExpanded: isExpanded)).figure()
      #expect(figure.picture.layoutMistakes == [])
      #expect(!figure.table.rows.isEmpty && !figure.caption.isEmpty)
    }
  }

  /// Lines of all nodes of a kind.
  private func lines(
    _ picture: ComputationPicture, _ kind: ComputationDiagram.Kind
  ) -> [String] {
    picture.diagram.nodes.filter { $0.kind == kind }.map {
      ($0.lines + $0.gradient).joined(separator: " ")
    }
  }

  @Test func valuesAndGradientsOfTheMaximum() throws {
    let picture = try picture("deck000.max")
    #expect(lines(picture, .operation) == ["×", "×", "+", "max"])
    #expect(
      Set(lines(picture, .parameter)) == ["w1 = 2 ∂ 3", "w2 = −1 ∂ 4"])
    #expect(Set(lines(picture, .input)) == ["x1 = 3 ∂ 2", "x2 = 4 ∂ −1", "x3 = 1 ∂ 0"])
    #expect(lines(picture, .quantity) == ["a = 6 ∂ 1", "b = −4 ∂ 1", "s = 2 ∂ 1"])
    #expect(lines(picture, .result) == ["F = 2 ∂ 1"])
  }

  @Test func framesGoForwardsThenBackwards() throws {
    #expect(try picture("deck000.max").frameCount == 8)
    let second = try picture("deck000.max", ComputationOptions(frame: 2))
    #expect(lines(second, .quantity) == ["a = 6 ∂ —", "b = −4 ∂ —", "s = — ∂ —"])
    #expect(lines(second, .result) == ["F = — ∂ —"])
    let sixth = try picture("deck000.max", ComputationOptions(frame: 6))
    #expect(lines(sixth, .quantity) == ["a = 6 ∂ 1", "b = −4 ∂ 1", "s = 2 ∂ 1"])
    #expect(lines(sixth, .parameter) == ["w1 = 2 ∂ —", "w2 = −1 ∂ —"])
    #expect(sixth.diagram.nodes.filter(\.isCurrent).map(\.lines) == [["+"]])
    let last = try picture("deck000.max", ComputationOptions(frame: 8))
    #expect(lines(last, .parameter) == lines(try picture("deck000.max"), .parameter))
    #expect(throws: PictureError.self) {
      try picture("deck000.max", ComputationOptions(frame: 9))
    }
  }

  /// A quantity with two uses shows what each adds, and a part of the sum on the way.
  @Test func severalUsesAddUp() throws {
    let subject = try Subject(Expression("a = x*x; F = a + 3*x", at: "x=2"))
    let whole = try ComputationPicture(subject)
    #expect(lines(whole, .parameter) == ["x = 2 ∂ 7 = 3 + 2 + 2"])
    #expect(lines(whole, .constant) == ["3"])
    let partial = try ComputationPicture(subject, ComputationOptions(frame: 5))
    #expect(lines(partial, .parameter) == ["x = 2 ∂ 3 + …"])
  }

  @Test func theFirstViewOfALargeNetworkIsSmall() throws {
    let deep = try Network(
      Sequential((0..<12).map { _ in Dense(16, activation: .tanh) }), inputShape: [64])
    let row = TensorData([Double](repeating: 0.5, count: 64), shape: [1, 64])
    let subject = try Subject(
      deep, loss: .meanSquaredError, input: row,
      target: TensorData([Double](repeating: 1, count: 16), shape: [1, 16]), title: "deep")
    for picture in [try ComputationPicture(subject), try picture("deck003.mnist")] {
      let seen = picture.diagram.nodes.filter { $0.kind != .quantity }
      #expect(seen.count <= ComputationPicture.firstView)
    }
    let open = try ComputationPicture(subject, ComputationOptions(layer: "dense_3"))
    #expect(lines(open, .operation) == ["Wx + b", "tanh"])
    #expect {
      try ComputationPicture(subject, ComputationOptions(layer: "dense_33"))
    } throws: { error in
      "\(error)".contains("Did you mean") || "\(error)".contains("did you mean")
    }
  }

  /// A residual block is one layer at first; it opens to the layers inside, and these to operations.
  @Test func blocksOpenLevelByLevel() throws {
    let network = try Network(
      Sequential {
        Dense(8, activation: .relu)
        Residual {
          Dense(8, activation: .relu)
          Dense(8)
        }
        Dense(8)
      }, inputShape: [16])
    let subject = try Subject(
      network, loss: .meanSquaredError,
      input: TensorData([Double](repeating: 0.5, count: 16), shape: [1, 16]),
      target: TensorData([Double](repeating: 1, count: 8), shape: [1, 8]), title: "residual")
    func layers(_ layer: String?) throws -> [String] {
      let picture = try ComputationPicture(subject, ComputationOptions(layer: layer))
      if Drawing.graphvizVersion != nil { _ = try picture.figure() }
      return picture.diagram.nodes.filter { $0.kind == .layer }.map { $0.lines[0] }
    }
    #expect(try layers(nil) == ["dense_1", "residual_1", "dense_2", "loss"])
    #expect(
      try layers("residual_1")
        == ["dense_1", "residual_1/dense_1", "residual_1/dense_2", "dense_2", "loss"])
    #expect(
      try layers("residual_1/dense_2") == ["dense_1", "residual_1/dense_1", "dense_2", "loss"])
    #expect(throws: PictureError.self) { try layers("residual_2") }
  }

  /// Around an open layer of a deep network the nearest and the outermost layers remain.
  @Test func whatIsFarFromAnOpenLayerIsShort() throws {
    let deep = try Network(
      Sequential((0..<12).map { _ in Dense(16, activation: .tanh) }), inputShape: [64])
    let subject = try Subject(
      deep, loss: .meanSquaredError,
      input: TensorData([Double](repeating: 0.5, count: 64), shape: [1, 64]),
      target: TensorData([Double](repeating: 1, count: 16), shape: [1, 16]), title: "deep")
    #expect(subject.header.summary == "64-12×16, tanh/…/tanh/tanh")
    let picture = try ComputationPicture(subject, ComputationOptions(layer: "dense_6"))
    #expect(
      picture.diagram.nodes.filter { $0.kind == .layer }.map { $0.lines[0] } == [
        "dense_1", "… 3 layers …", "dense_5", "dense_7", "… 4 layers …", "dense_12", "loss",
      ])
  }

  @Test func compositesOpen() throws {
    let closed = try picture("deck000.two-layer", ComputationOptions(detail: .tensors))
    #expect(lines(closed, .operation).contains("softmax cross entropy"))
    let open = try picture(
      "deck000.two-layer", ComputationOptions(detail: .tensors, isExpanded: true))
    #expect(!lines(open, .operation).contains("softmax cross entropy"))
    #expect(open.diagram.nodes.count > closed.diagram.nodes.count)
  }

  /// Tensors that are too large for numbers are small images; the seven can be seen.
  @Test func largeTensorsAreHeatMaps() throws {
    let picture = try picture("deck003.mnist")
    let x = try #require(picture.diagram.nodes.first { $0.kind == .input })
    #expect(x.map?.columns == 28 && x.map?.rows == 28)
    #expect(x.map?.shares[7 * 28 + 10] == 1 && x.map?.shares[0] == 0)
    #expect(x.gradientMap != nil)
    let first = try self.picture("deck003.mnist", ComputationOptions(frame: 1))
    let quantities = first.diagram.nodes.filter { $0.kind == .quantity }
    #expect(quantities.count { $0.map != nil } == 1)
    #expect(first.diagram.nodes.allSatisfy { $0.gradientMap == nil })
    #expect(try self.picture("deck004.example").diagram.nodes.allSatisfy { $0.map == nil })
  }

  /// The factors that stand on the arrows, multiplied along each path and added up, are the gradient.
  private func sumOverPaths(_ diagram: ComputationDiagram) throws -> Double {
    let start = try #require(
      diagram.nodes.firstIndex { $0.kind == .parameter && $0.emphasis != .faded })
    func walk(_ node: Int) -> Double {
      if diagram.nodes[node].kind == .result { return 1 }
      let own = diagram.nodes[node]
      let number = own.lines[0].filter { "−.0123456789e-".contains($0) }.map {
        $0 == "−" ? "-" : $0
      }
      let factor = own.kind == .factor ? Double(String(number)) ?? .nan : 1
      return factor
        * diagram.arrows.filter { $0.from == node && diagram.nodes[$0.to].emphasis != .faded }
        .reduce(0) { $0 + walk($1.to) }
    }
    return walk(start)
  }

  @Test(arguments: [
    ("deck004.example", "x1->h2", 0.00142014), ("deck003.xor", "w(1)_12", 0.1203),
    ("deck002.network", "dense_2[0,1]", 0.0929),
  ])
  func factorsAlongPathsMultiplyToTheGradient(_ name: String, _ weight: String, _ slope: Double)
    throws
  {
    let picture = try picture(
      name, ComputationOptions(path: weight, style: NumberStyle(digits: 12)))
    #expect(abs(try sumOverPaths(picture.diagram) - slope) < 1e-4)
    if Drawing.graphvizVersion != nil {
      let figure = try picture.figure()
      #expect(figure.picture.layoutMistakes == [])
      #expect(figure.title.contains(" to "))
    }
  }

  @Test func whatIsOffThePathStepsBack() throws {
    let picture = try picture("deck004.example", ComputationOptions(path: "x1->h2"))
    let strong = picture.diagram.nodes.filter { $0.emphasis == .strong && $0.kind == .parameter }
    #expect(strong.map { $0.lines[0] } == ["w(x1→h2) = −3"])
    let faded = picture.diagram.nodes.filter { $0.emphasis == .faded }.flatMap(\.lines)
    #expect(faded.contains("h1_in = 16") && faded.contains("x1 = 3"))
    // Of a large network only the path is drawn.
    let large = try self.picture("deck003.mnist", ComputationOptions(path: "dense_2[3,5]"))
    #expect(large.diagram.nodes.count { $0.kind == .quantity } == 12)
    #expect(throws: PictureError.self) {
      try self.picture("deck003.mnist", ComputationOptions(path: "dense_1[3,205]"))
    }
    #expect(throws: (any Error).self) {
      try self.picture("deck004.example", ComputationOptions(path: "x9->h2"))
    }
  }
}
