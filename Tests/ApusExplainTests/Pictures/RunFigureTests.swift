import ApusData
import ApusDrawing
import ApusExplain
import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// Figures of what a run has recorded, and of the rows behind a number.
struct RunFigureTests {
  private func record(_ epoch: Int, loss: Double, rate: Double) -> EpochRecord {
    EpochRecord(
      json: [
        "epoch": .integer(epoch), "step": .integer(10 * epoch),
        "train": ["loss": .number(loss), "accuracy": .number(1 - loss / 2)],
        "validation": ["loss": .number(loss * 1.1), "accuracy": .number(1 - loss / 1.9)],
        "learning_rate": .number(rate),
      ])!
  }

  private func curves(rates: [Double]) -> TrainingCurves {
    TrainingCurves(
      rates.enumerated().map { record($0 + 1, loss: 1 / Double($0 + 1), rate: $1) },
      subtitle: "moons · seed 0", lossSummary: "mean over rows of −t·log p")
  }

  private func texts(_ figure: Figure) -> String { figure.picture.svg() }

  @Test func changesOfTheRateAreMarked() throws {
    let steps = curves(rates: [0.1, 0.1, 0.01, 0.01, 0.001]).figure()
    expectSound(steps)
    #expect(texts(steps).contains("learning rate 0.1 → 0.01 → 0.001"))
    #expect(steps.caption.contains("changed 2 times"))
    let still = curves(rates: [0.1, 0.1, 0.1]).figure()
    #expect(!texts(still).contains("→"))
    #expect(!still.caption.contains("changed"))
  }

  /// A rate that changes after every epoch has a curve of its own instead of as many marks.
  @Test func aRateThatChangesOftenIsACurve() throws {
    let figure = curves(rates: (1...20).map { 1 / Double($0) }).figure()
    expectSound(figure)
    #expect(texts(figure).contains("at the end of the epoch"))
    #expect(!texts(figure).contains("→"))
  }

  @Test func runsInOnePicture() throws {
    try inFolderOfRuns { folder in
      let paths = ["slow", "fast"].map { "\(folder)/\($0)" }
      let comparison = try CurveComparison(runs: paths)
      let figure = comparison.figure()
      expectSound(figure)
      #expect(texts(figure).contains("slow, validation") && texts(figure).contains("fast, train"))
      #expect(figure.caption.contains("They differ in learning_rate (0.001, 0.02)"))
      #expect(figure.table.rows.count == 6)
      #expect(try CurveComparison(runs: paths).figure() == figure)
      let twice = #expect(throws: PictureError.self) {
        try CurveComparison(runs: [paths[0], paths[0] + "/"])
      }
      #expect(twice?.description.contains("is named twice") == true)
      #expect(throws: PictureError.self) { try CurveComparison(runs: [paths[0]]) }
      #expect(throws: PictureError.self) { try CurveComparison(runs: [paths[0], folder]) }
    }
  }

  /// Two runs as `apus train` leaves them, as far as curves need.
  private func inFolderOfRuns(_ body: (String) throws -> Void) throws {
    try inTemporaryFolder { folder in
      for (name, rate) in [("slow", 0.001), ("fast", 0.02)] {
        let run = try RunFolder("\(folder)/\(name)")
        let lines = (1...3).map { record($0, loss: 1 / (rate * 100 + Double($0)), rate: rate) }
        try File.write(
          text: lines.map { $0.json.text() + "\n" }.joined(), to: run.jsonLinesPath)
        try run.write(
          ["dataset": "moons", "learning_rate": .number(rate), "seed": "0"],
          to: run.configurationPath)
      }
      try body(folder)
    }
  }

  @Test func theLastUpdateAsImages() throws {
    let (network, data, _) = try trained("digits", hidden: [6], epochs: 1)
    let probe = try NetworkProbe(network, on: data.dataset.prefix(2), loss: nil)
    let layer = probe.layers[0]
    let update = try self.update(of: network, on: data)
    let figure = try WeightImages(layer, content: .update, update: update, subtitle: "d").figure
    expectSound(figure)
    let changes = try #require(update.changes[layer.weightPath]?.doubles())
    let largest = try #require(changes.max { abs($0) < abs($1) })
    #expect(figure.caption.contains("The largest is \(NumberFormat.pictured(largest))"))
    #expect(figure.caption.contains("The step is number \(update.step), in epoch 2"))
    #expect(throws: PictureError.self) {
      try WeightImages(probe.layers[1], content: .update, update: nil, subtitle: "")
    }
  }

  private func update(of network: Network, on data: LoadedData) throws -> ParameterUpdate {
    var network = network
    var update: ParameterUpdate?
    try inTemporaryFolder { folder in
      let keeper = LastUpdate(writingTo: folder + "/update.safetensors")
      try network.fit(
        data.dataset, loss: .softmaxCrossEntropy, optimizer: .adam(), epochs: 2,
        callbacks: [keeper])
      update = try ParameterUpdate(contentsOf: folder + "/update.safetensors")
      for entry in keeper.update?.changes.entries ?? [] {
        #expect(update?.changes[entry.path] == entry.value)
      }
    }
    return try #require(update)
  }

  @Test func aBoundaryEpochByEpoch() throws {
    let (network, data, _) = try trained("xor", hidden: [3], epochs: 1)
    var learning = network
    let parts = [DecisionBoundary.Part("rows", data.dataset)]
    try inTemporaryFolder { folder in
      let snapshots = Snapshots(writingTo: folder + "/snapshots.safetensors", every: 20)
      try learning.fit(
        data.dataset, loss: .softmaxCrossEntropy, optimizer: .adam(learningRate: 0.1),
        batchSize: nil, epochs: 60, callbacks: [snapshots])
      let course = try BoundaryCourse(learning, at: snapshots.kept, parts: parts)
      #expect(course.frames.map(\.epoch) == [0, 20, 40, 60])
      for frame in course.frames { expectSound(frame.figure, "\(frame.epoch)") }
      expectSound(course.figure)
      #expect(course.frames.last?.right == 4)
      #expect(course.figure.caption.contains("to 4 of 4"))
      // The last frame is the boundary of the network as it ended.
      let end = try DecisionBoundary(learning, parts: parts).figure
      #expect(course.frames.last?.figure.marks == end.marks)
      let again = try BoundaryCourse(
        learning, at: try Snapshots.read(folder + "/snapshots.safetensors"), parts: parts)
      #expect(again.animation == course.animation)
      #expect(throws: PictureError.self) {
        try BoundaryCourse(learning, at: [], parts: parts)
      }
    }
  }

  @Test func theRowsBehindACell() throws {
    let (network, data, _) = try trained("digits", hidden: [6], epochs: 2)
    let rows = data.dataset.subset((100..<500).map(Int32.init))
    let predictions = try network.predictions(for: rows)
    let truths = try #require(rows.classIndices)
    let wrong = truths.indices.filter { predictions.classIndex(ofRow: $0) != Int(truths[$0]) }
    let all = try PredictionGallery(network, on: rows, showing: .mistakes, subtitle: "d").figure
    expectSound(all)
    #expect(all.table.rows.count == wrong.count)
    let surest = try #require(
      wrong.max { a, b in
        let values = [a, b].map { row in
          (try? predictions.probabilities(ofRow: row))?.max() ?? 0
        }
        return values[0] < values[1]
      })
    #expect(all.table.rows[0][0] == .integer(surest + 101))
    let (truth, said) = (Int(truths[surest]), predictions.classIndex(ofRow: surest))
    let choice = try PredictionGallery.Choice(
      parsing: "\(truth), \(said)", of: rows.task.names)
    let cell = try PredictionGallery(network, on: rows, showing: choice, subtitle: "d").figure
    expectSound(cell)
    #expect(
      cell.table.rows.count
        == wrong.count { Int(truths[$0]) == truth && predictions.classIndex(ofRow: $0) == said })
    #expect(cell.table.rows[0][0] == .integer(surest + 101))
    // Rows without images have bars alone.
    let (plain, iris, _) = try trained("iris", epochs: 1)
    expectSound(
      try PredictionGallery(plain, on: iris.dataset, showing: .mistakes, subtitle: "i").figure)
  }

  @Test func aCellIsNamedByItsClasses() throws {
    typealias Choice = PredictionGallery.Choice
    let classes = ["cat", "dog, big", "dog"]
    #expect(
      try Choice(parsing: "dog, big,cat", of: classes)
        == .cell(truth: "dog, big", predicted: "cat"))
    for (text, part) in [
      ("cat", "names no cell"), ("cat,dgo", "Did you mean \"dog\"?"), ("", "names no cell"),
      (",", "there is no class"), ("cat,dog,cat", "names no cell"),
    ] {
      let error = #expect(throws: PictureError.self) { try Choice(parsing: text, of: classes) }
      #expect(error?.description.contains(part) == true, "\(text)")
    }
    let (network, data, _) = try trained("and", hidden: [], epochs: 1)
    let cell = Choice.cell(truth: "0", predicted: "1")
    let flipped = Choice.cell(truth: "1", predicted: "0")
    #expect(throws: PictureError.self) {
      // Not both can have rows in it when the line is where it is.
      _ = try PredictionGallery(network, on: data.dataset, showing: cell, subtitle: "")
      _ = try PredictionGallery(network, on: data.dataset, showing: flipped, subtitle: "")
    }
  }

  @Test func gradientsOverATraining() throws {
    for depth in [1, 2, 12] {
      let facts = try watched(depth: depth)
      let history = try GradientHistory(facts, subtitle: "digits")
      expectSound(history.figure, "\(depth)")
      #expect(history.courses.count == depth)
      #expect(history.steps == facts.observations.map { Double($0.step) })
      #expect(history.courses.last?.gradients.count == facts.observations.count)
      let again = try GradientHistory(try watched(depth: depth), subtitle: "digits")
      #expect(again.figure.picture.svg() == history.figure.picture.svg())
    }
    var facts = try watched(depth: 1)
    facts.observations.removeLast(facts.observations.count - 1)
    #expect(throws: PictureError.self) { try GradientHistory(facts, subtitle: "") }
  }

  private func watched(depth: Int) throws -> HealthFacts {
    let data = try Datasets.digits().prefix(200)
    let layers = (1..<depth).map { _ -> any Layer in Dense(8, activation: .tanh) }
    var network = try Network(Sequential(layers + [Dense(10)]), for: data, seed: 1)
    let monitor = HealthMonitor()
    try network.fit(
      data, loss: .softmaxCrossEntropy, optimizer: .adam(), epochs: 6, callbacks: [monitor])
    let facts = try #require(monitor.facts)
    #expect(facts.observations.count == 7)
    return facts
  }
}
