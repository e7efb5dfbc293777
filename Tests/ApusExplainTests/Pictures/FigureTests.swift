import ApusData
import ApusDrawing
import ApusExplain
import ApusGraph
import ApusLayers
import ApusTraining
import Glibc
import Testing

/// Every figure is laid out well and says the numbers that it draws.
struct FigureTests {
  @Test func curves() throws {
    for epochs in [1, 2, 30] {
      let (_, _, history) = try trained("moons", epochs: epochs)
      let dots = (0..<300).map { Point(Double(epochs * $0) / 300, 0.5 + Double($0 % 9) / 20) }
      for batches in [[], dots] {
        let curves = TrainingCurves(
          history.epochs, batches: batches, subtitle: "moons · seed 0",
          lossSummary: "mean over rows of −t·log p")
        for isLogarithmic in [true, false] {
          let figure = curves.figure(isLogarithmic: isLogarithmic)
          expectSound(figure)
          #expect(figure.table.rows.count == epochs)
          let loss = try #require(history.last?.train.loss)
          #expect(figure.caption.contains(NumberFormat.pictured(loss)))
        }
      }
    }
  }

  @Test func activations() throws {
    let figure = try ActivationFigure([.sigmoid], at: 2.6).figure
    expectSound(figure)
    #expect(figure.caption == "sigmoid(2.6) = 0.930862, slope 0.0643583.")
    let all = ActivationList.all.filter { !$0.name.hasSuffix("softmax") }
    for activation in all {
      expectSound(try ActivationFigure([activation], at: -0.5).figure, "\(activation.name)")
      expectSound(try ActivationFigure([activation], range: -1e-3...1e6).figure)
    }
    expectSound(try ActivationFigure([.step, .sigmoid, .tanh, .relu], at: 1.5).figure)
    #expect(throws: PictureError.self) { try ActivationFigure([.relu], range: 1...1) }
  }

  /// Of a row (z, 0, 0) the first probability is e^z/(e^z + 2), its slope p(1 − p).
  @Test func softmaxIsShownByOneOfThree() throws {
    let figure = try ActivationFigure([.softmax], at: 0)
    expectSound(figure.figure)
    #expect(figure.figure.caption.hasPrefix("softmax(0, 0, 0) = 0.333333, slope 0.222222"))
    let course = figure.courses[0]
    for (z, (value, slope)) in zip(course.z, zip(course.values, course.slopes)) {
      let expected = exp(z) / (exp(z) + 2)
      #expect(abs(value - expected) < 1e-6 && abs(slope - expected * (1 - expected)) < 1e-6)
    }
    expectSound(try ActivationFigure([.sigmoid, .softmax]).figure)
  }

  /// A kink has the slope that training uses there: deck 000·03 asks for it.
  @Test func theSlopeAtAKinkIsSaid() throws {
    let figure = try ActivationFigure([.relu], at: 0).figure
    #expect(figure.caption == "relu(0) = 0, slope 0.")
  }

  @Test func netInputsBelowTheCurve() throws {
    let figure = try ActivationFigure(
      [.sigmoid],
      distribution: .init(title: "dense_1", netInputs: [-6, 0, 0.1, 20, .nan])
    ).figure
    expectSound(figure)
    #expect(figure.caption.contains("50.0 % of the layer's 4 net inputs have a slope below 0.01"))
    #expect(figure.caption.contains("25.0 % lie outside"))
  }

  @Test func boundaries() throws {
    for (name, hidden) in [("moons", [6]), ("xor", [3]), ("and", []), ("blobs", [8])] {
      let (network, data, _) = try trained(name, hidden: hidden)
      let figure = try DecisionBoundary(
        network, parts: [.init("training", data.dataset), .init("test", data.dataset.prefix(3))]
      ).figure
      expectSound(figure, "\(name)")
      #expect(figure.table.rows.count == data.dataset.count + 3)
    }
  }

  /// x1 + x2 − 1.5 = 0 separates AND, in the data's own units whatever the preparation is.
  @Test func theLineOfOneNeuron() throws {
    let neuron = Dense(
      weight: TensorData([2, 2] as [Double], shape: [1, 2]),
      bias: TensorData([-3] as [Double]), activation: .sigmoid)
    var network = try Network(neuron, inputShape: [2])
    let rows = try Generators.and()
    network.remember(rows, .identity, loss: .binaryCrossEntropy)
    let plain = try DecisionBoundary(network, parts: [.init("rows", rows)]).figure
    #expect(plain.caption.contains("2·x1 + 2·x2 − 3 = 0"))
    #expect(plain.caption.contains("4 of 4 rows"))
    network.remember(rows, Preprocessing(.standardize, fittedTo: rows), loss: .binaryCrossEntropy)
    let standardized = try DecisionBoundary(network, parts: [.init("rows", rows)]).figure
    // x′ = (x − ½)/½, so z = 4·x1 + 4·x2 − 7.
    #expect(standardized.caption.contains("4·x1 + 4·x2 − 7 = 0"))
  }

  @Test func aBoundaryNeedsAPlaneAndClasses() throws {
    let (network, data, _) = try trained("iris", epochs: 1)
    let error = #expect(throws: PictureError.self) {
      try DecisionBoundary(network, parts: [.init("rows", data.dataset)])
    }
    #expect(error?.description.contains("iris has 4") == true)
    let (plane, numbers, _) = try trained("plane", epochs: 1)
    let other = #expect(throws: PictureError.self) {
      try DecisionBoundary(plane, parts: [.init("rows", numbers.dataset)])
    }
    #expect(other?.description.contains("plane is regression") == true)
  }

  @Test func weights() throws {
    let (network, data, _) = try trained("digits", hidden: [12, 7], epochs: 1)
    let rows = data.dataset.prefix(20)
    let probe = try NetworkProbe(network, on: rows, loss: .softmaxCrossEntropy)
    let means = try NetworkProbe.meanInputs(network, on: rows)
    for content in WeightImages.Content.allCases where content != .update {
      expectSound(
        try WeightImages(
          probe.layers[0], content: content, meanInputs: means, subtitle: "digits"
        ).figure)
    }
    let figure = try WeightImages(probe.layers[1], subtitle: "digits").figure
    expectSound(figure)
    let largest = probe.layers[1].weight.max { abs($0) < abs($1) } ?? 0
    #expect(figure.caption.contains("The largest is \(NumberFormat.pictured(largest))"))
    #expect(throws: PictureError.self) {
      try WeightImages(probe.layers[0], shape: [8, 9], subtitle: "")
    }
    #expect(throws: PictureError.self) {
      try WeightImages(probe.layers[0], shape: [.max, .max], subtitle: "")
    }
  }

  @Test func confusion() throws {
    for name in ["digits", "iris", "moons"] {
      let (network, data, _) = try trained(name, epochs: 3)
      let figure = try ConfusionFigure(network, on: data.dataset, subtitle: name).figure
      expectSound(figure, "\(name)")
      let accuracy = try #require(try network.evaluate(data.dataset)["accuracy"])
      #expect(figure.caption.contains("accuracy \(NumberFormat.percent(accuracy))"), "\(name)")
      let counts = figure.table.rows.flatMap { row in
        row.compactMap { if case .integer(let count) = $0 { count } else { nil } }
      }
      #expect(counts.reduce(0, +) == data.dataset.count)
    }
  }

  @Test func gradientFlow() throws {
    let rows = try Datasets.load("digits").dataset.prefix(64)
    for depth in [1, 2, 12] {
      let flow = try GradientFlow(
        activations: [.sigmoid, .tanh, .relu], depth: depth, width: 32, on: rows,
        loss: .softmaxCrossEntropy, seed: 0)
      expectSound(flow.figure, "\(depth)")
      #expect(flow.courses.map(\.norms.count) == [depth, depth, depth, depth])
    }
    // Deck 002·19: ten layers of sigmoids leave next to nothing of the gradient, the cures do.
    let ten = try GradientFlow(
      activations: [.sigmoid, .tanh, .relu], depth: 10, width: 32, on: rows,
      loss: .softmaxCrossEntropy, seed: 0)
    let ratios = ten.courses.map { $0.norms[0] / $0.norms[9] }
    #expect(ratios[0] < 1e-4)
    #expect(ratios[1...].allSatisfy { $0 > 0.05 })
    let (network, data, _) = try trained("digits", hidden: [8, 8], epochs: 1)
    expectSound(
      try GradientFlow(
        network, on: data.dataset.prefix(30), loss: .softmaxCrossEntropy, subtitle: "digits"
      ).figure)
  }

  @Test func lossSlice() throws {
    let (network, data, _) = try trained("xor", hidden: [3], epochs: 5)
    let place = try ParameterPlace(parsing: "dense_1[1,0]", in: network.parameters)
    var settings = LossSlice.Settings()
    settings.epsilon = 1e-6
    let slice = try LossSlice(
      network, at: place, loss: .softmaxCrossEntropy, on: data.dataset, settings: settings,
      subtitle: "xor")
    expectSound(slice.figure)
    #expect(abs(slice.slope - slice.secantSlope) < 1e-5)
    #expect(abs(slice.next.weight - (slice.weight - 0.1 * slice.slope)) < 1e-12)
    settings.reach = 1e308
    #expect(throws: PictureError.self) {
      try LossSlice(
        network, at: place, loss: .softmaxCrossEntropy, on: data.dataset, settings: settings,
        subtitle: "xor")
    }
    settings.reach = 1e-12
    settings.learningRate = 1e9
    #expect(
      throws: Never.self,
      performing: {
        _ = try LossSlice(
          network, at: place, loss: .softmaxCrossEntropy, on: data.dataset, settings: settings,
          subtitle: "xor"
        ).figure.picture.svg()
      })
  }
}

/// Figures beyond the usual ones.
struct FurtherFigureTests {
  @Test func lossContour() throws {
    let (network, data, _) = try trained("xor", hidden: [2], epochs: 3)
    let places = try ["dense_1[0,0]", "dense_2[1,1]"].map {
      try ParameterPlace(parsing: $0, in: network.parameters)
    }
    var settings = LossContour.Settings()
    settings.steps = 5
    let contour = try LossContour(
      network, over: (places[0], places[1]), loss: .softmaxCrossEntropy, on: data.dataset,
      settings: settings, subtitle: "xor")
    expectSound(contour.figure)
    #expect(contour.way.path.count == 6 && contour.batchWay == nil)
    #expect(try #require(contour.way.losses.last) < contour.way.losses[0], "descent descends")
    #expect(throws: PictureError.self) {
      try LossContour(
        network, over: (places[0], places[0]), loss: .softmaxCrossEntropy, on: data.dataset,
        subtitle: "")
    }
  }

  /// Deck 004·11: the first step of batches is that of their rows alone, not of all.
  @Test func waysOfAllRowsAndOfBatches() throws {
    let (network, data, _) = try trained("xor", hidden: [2], epochs: 3)
    let rows = data.dataset
    let places = try ["dense_1[0,0]", "dense_2[1,1]"].map {
      try ParameterPlace(parsing: $0, in: network.parameters)
    }
    func contour(_ size: Int) throws -> LossContour {
      var settings = LossContour.Settings()
      (settings.steps, settings.batchSize, settings.seed) = (5, size, 3)
      return try LossContour(
        network, over: (places[0], places[1]), loss: .softmaxCrossEntropy, on: rows,
        settings: settings, subtitle: "xor")
    }
    let ways = try contour(3)
    expectSound(ways.figure)
    #expect(try contour(3).figure == ways.figure)
    #expect(ways.way != ways.batchWay && ways.way.path[0] == ways.batchWay?.path[0])
    let first = rows.subset(Array(rows.order(shuffledBy: 3).prefix(3)))
    let cost = try NetworkCost(network, loss: .softmaxCrossEntropy, on: first)
    let gradient = try cost.gradient(at: cost.parameters)
    let slope = try #require(gradient["dense_1.weight"]?.doubles().first)
    let before = try #require(cost.parameters["dense_1.weight"]?.doubles().first)
    let after = try #require(ways.batchWay?.path[1].x)
    #expect(abs(after - (before - 0.1 * slope)) < 1e-12)
    #expect(throws: PictureError.self) { try contour(rows.count) }
    #expect(throws: PictureError.self) { try contour(0) }
  }

  @Test func batchStrip() throws {
    let (network, data, _) = try trained("digits", hidden: [8], epochs: 1)
    let rows = data.dataset.prefix(30)
    expectSound(try BatchStrip(rows, batchSize: 12, framed: 1, subtitle: "digits").figure)
    let figure = try BatchStrip(
      rows, batchSize: 12, framed: 0, network: network, loss: .softmaxCrossEntropy,
      subtitle: "digits"
    ).figure
    expectSound(figure)
    // The mean of the rows' own losses is the loss of the batch.
    let mean = try network.evaluate(data.dataset.prefix(12)).loss
    #expect(figure.caption.contains("its mean loss is \(NumberFormat.pictured(mean))"))
    #expect(throws: PictureError.self) {
      try BatchStrip(try Datasets.load("iris").dataset, batchSize: 4, subtitle: "")
    }
  }

  @Test func gradientCheckOverEpsilon() throws {
    let (network, data, _) = try trained("xor", hidden: [3], epochs: 3)
    let report = try GradientCheck().run(network, loss: .softmaxCrossEntropy, on: data.dataset)
    expectSound(report.valleyFigure(subtitle: "xor"))
  }

  @Test func nudges() throws {
    let (network, data, _) = try trained("xor", hidden: [2], epochs: 3)
    let figure = try NudgeTable(
      network, loss: .softmaxCrossEntropy, on: data.dataset, subtitle: "xor"
    ).figure
    expectSound(figure)
    // The mean column is the descent direction of the whole.
    let cost = try NetworkCost(
      network, loss: .softmaxCrossEntropy,
      inputs: [try data.dataset.whole(dtype: .float64).features],
      targets: data.dataset.targets)
    let slopes = try cost.gradient(at: cost.parameters).entries.flatMap { $0.value.doubles() }
    for (row, slope) in zip(figure.table.rows, slopes) {
      guard case .number(let mean)? = row.last else {
        Issue.record("no mean")
        continue
      }
      #expect(abs(mean + slope) < 1e-9)
    }
    let (large, digits, _) = try trained("digits", hidden: [8], epochs: 1)
    expectSound(
      try NudgeTable(
        large, loss: .softmaxCrossEntropy, on: digits.dataset.prefix(8), subtitle: "digits"
      ).figure)
  }

  /// No line puts more than three of XOR's four rows right; hidden units can.
  @Test func warp() throws {
    let hidden = Dense(
      weight: TensorData([1, 1, 1, 1] as [Double], shape: [2, 2]),
      bias: TensorData([0, -1] as [Double]), activation: .relu)
    let output = Dense(
      weight: TensorData([1, -2, -1, 2] as [Double], shape: [2, 2]),
      bias: TensorData([0, 0.5] as [Double]))
    let network = try Network(Sequential([hidden, output]), inputShape: [2])
    let figure = try LayerWarp(network, on: try Generators.xor(), subtitle: "xor").figure
    expectSound(figure)
    #expect(figure.caption.contains("75.0 % of the rows"))
    #expect(figure.caption.contains("100.0 % after"))
    #expect(throws: PictureError.self) {
      try LayerWarp(network, on: try Generators.xor(), units: (0, 2), subtitle: "")
    }
  }

  @Test func histogramsOfManyLayers() throws {
    let (network, data, _) = try trained(
      "digits", hidden: Array(repeating: 6, count: 13), activation: .relu, epochs: 1)
    let probe = try NetworkProbe(
      network, on: data.dataset.prefix(20), loss: .softmaxCrossEntropy)
    let figure = LayerHistograms(
      probe, subtitle: NetworkWords.line(data: "digits", network, probe.layers)
    ).figure
    expectSound(figure)
    #expect(figure.subtitle.contains("64-13×6-10 (relu, …, relu, linear)"))
    #expect(figure.caption.contains("The first 12 layers are shown; 2 follow."))
  }

  @Test func histogramsCountEverything() {
    let histogram = Histogram([0, 0.1, 0.5, 1, 7, .nan], range: 0...1, count: 2)
    #expect(histogram.shares == [0.4, 0.4])
    #expect(Histogram.range(of: []) == 0...1)
    #expect(Histogram.range(of: [2, 2]) == 1.5...2.5)
  }

  @Test func perceptrons() throws {
    let and = try PerceptronFigure(try Generators.and(), epochs: 30).figure
    expectSound(and)
    #expect(and.caption.hasPrefix("The step unit is without a mistake after"))
    let xor = try PerceptronFigure(try Generators.xor(), epochs: 30).figure
    expectSound(xor)
    #expect(xor.caption.contains("still makes"))
    #expect(throws: PictureError.self) {
      try PerceptronFigure(try Datasets.load("iris").dataset, epochs: 3)
    }
  }

  @Test func learningRates() throws {
    var experiment = Experiment()
    experiment.hidden = [4]
    experiment.epochs = 3
    let sweep = try LearningRates(
      experiment, rates: [0.1, 1e300, 0.001], on: try Datasets.load("plane"))
    expectSound(sweep.figure)
    #expect(sweep.courses.map(\.rate) == [0.001, 0.1, 1e300])
    #expect(sweep.courses.map(\.hasDiverged) == [false, false, true])
    #expect(sweep.figure.caption.contains("stopped being a finite number"))
  }
}
