import ApusData
import ApusExplain
import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// For every rule a network that has the illness; one that has none of them is in
/// `DiagnosisTests`.
struct RuleTests {
  private func finding(_ rule: any HealthRule, _ run: WatchedRun) throws -> Finding {
    let finding = try #require(rule.finding(in: try run.facts()))
    #expect(finding.rule == type(of: rule).name)
    #expect(!finding.advice.isEmpty && !finding.sentence.hasSuffix("."))
    return finding
  }

  @Test func aBadNumberIsNamedWithItsRow() throws {
    let run = WatchedRun(
      data: try Dataset(
        name: "table", features: TensorData([1.0, 2, 3, 1e30], shape: [4, 1]),
        targets: TensorData([1.0, 2, 3, 4], shape: [4, 1]), task: .regression(outputs: ["y"])),
      model: Sequential { Dense(1) }, loss: .meanSquaredError)
    let found = try finding(FirstBadNumber(), run)
    #expect(found.sentence.contains("in row 4 of table"), "\(found.sentence)")
    #expect(found.sentence.contains("square gives inf at [3, 0]: ("), "\(found.sentence)")
    // A line of this program's own code would tell its user nothing.
    #expect(!found.sentence.contains(".swift"))
    #expect(found.advice.contains("0.01 now"))
  }

  @Test func inputsThatAreNotScaled() throws {
    let wine = try Datasets.wine()
    let model = Sequential { Dense(3) }
    let raw = WatchedRun(data: wine, model: model, preprocessing: .identity, epochs: 1)
    let found = try finding(InputsNotScaled(), raw)
    #expect(found.place == "proline" && found.value == 1680, "\(found)")
    // Small but of very different size.
    let thin = try Dataset(
      name: "thin",
      features: TensorData(
        (0..<64).flatMap { [Double($0), Double($0 % 2) / 100] }, shape: [64, 2]),
      targets: TensorData((0..<64).map { Int32($0 % 2) }),
      task: .classification(classes: ["a", "b"]))
    #expect(
      try finding(InputsNotScaled(), WatchedRun(data: thin, model: Sequential { Dense(2) }))
        .sentence.contains("times as much as x2"))
    let scaled = WatchedRun(data: wine, model: model, epochs: 1)
    #expect(InputsNotScaled().finding(in: try scaled.facts()) == nil)
  }

  @Test func labelsOutsideOfTheHead() throws {
    var run = try WatchedRun.sine(learningRate: 0.1)
    run.model = Sequential { Dense(1, activation: .sigmoid) }
    let found = try finding(LabelsDoNotFitHead(), run)
    #expect(found.value < 0 && found.sentence.contains("from 0"), "\(found.sentence)")
    #expect(LabelsDoNotFitHead().finding(in: try WatchedRun.sine(learningRate: 0.1).facts()) == nil)
    // The first digits without one of the classes.
    var digits = try WatchedRun.healthy()
    let keep = try #require(digits.data.classIndices).indices.filter {
      digits.data.classIndices?[$0] != 7
    }
    digits.data = digits.data.subset(keep.map { Int32($0) })
    digits.epochs = 1
    #expect(try finding(LabelsDoNotFitHead(), digits).place == "7")
    var constant = try WatchedRun.sine(learningRate: 0.01)
    constant.data = try Dataset(
      name: "flat", features: TensorData([1.0, 2, 3], shape: [3, 1]),
      targets: TensorData([5.0, 5, 5], shape: [3, 1]), task: .regression(outputs: ["y"]))
    #expect(try finding(LabelsDoNotFitHead(), constant).sentence.contains("every target is 5"))
  }

  @Test func aSoftmaxWrittenOutByHand() throws {
    let ill = try WatchedRun.clouds(
      Sequential {
        Dense(3)
        Lambda("shares") { exp($0) / exp($0).sum([1], keepDimensions: true) }
      })
    #expect(try finding(SoftmaxBeforeLogits(), ill).sentence.contains("sum to 1"))
    // One that the graph shows is an error before any step.
    #expect(throws: LossMismatch.self) {
      _ = try WatchedRun.clouds(Sequential { Dense(3, activation: .softmax) }).facts()
    }
    let well = try WatchedRun.clouds(Sequential { Dense(3) })
    #expect(SoftmaxBeforeLogits().finding(in: try well.facts()) == nil)
  }

  /// Deck 002: each sigmoid multiplies the gradient by at most ¼.
  @Test func gradientsVanishWithDepth() throws {
    func deep(_ activation: Activation, _ initializer: any Initializer) throws -> WatchedRun {
      try WatchedRun.clouds(
        Sequential {
          for _ in 0..<8 {
            Dense(16, activation: activation, weightInitializer: initializer)
          }
          Dense(3)
        }, epochs: 1)
    }
    let found = try finding(VanishingGradients(), try deep(.sigmoid, .glorotUniform))
    #expect(found.value > 0 && found.value < 1e-3, "\(found.sentence)")
    #expect(["dense_1.weight", "dense_2.weight"].contains(found.place))
    #expect(VanishingGradients().finding(in: try deep(.relu, .heUniform).facts()) == nil)
  }

  @Test func gradientsExplode() throws {
    let steep = try WatchedRun.clouds(
      Sequential {
        for _ in 0..<4 {
          Dense(8)
          Lambda("steep") { sin(30 * $0) }
        }
        Dense(3)
      }, epochs: 1)
    let found = try finding(ExplodingGradients(), steep)
    #expect(found.value > 1e3 && found.sentence.contains("times that of dense_5.weight"))
    var growing = try WatchedRun.sine(learningRate: 0.5, hidden: .linear)
    growing.steps = 2
    #expect(try finding(ExplodingGradients(), growing).sentence.contains("before training"))
    #expect(ExplodingGradients().finding(in: try WatchedRun.sine(learningRate: 0.1).facts()) == nil)
  }

  @Test func unitsThatNeverFire() throws {
    func network(bias: Double) -> Sequential {
      Sequential {
        Dense(10, activation: .relu, biasInitializer: .constant(bias))
        Dense(3)
      }
    }
    let found = try finding(DeadReLU(), try .clouds(network(bias: -50)))
    #expect(found.value == 1 && found.place == "dense_1", "\(found.sentence)")
    #expect(found.sentence.contains("10 of 10 units (100 %)"))
    #expect(DeadReLU().finding(in: try WatchedRun.clouds(network(bias: 0)).facts()) == nil)
  }

  @Test(arguments: [Activation.tanh, .sigmoid]) func unitsAtTheirEnds(activation: Activation) throws
  {
    let wine = try Datasets.wine()
    let model = Sequential {
      Dense(8, activation: activation)
      Dense(3)
    }
    let raw = WatchedRun(data: wine, model: model, preprocessing: .identity, epochs: 1)
    let found = try finding(SaturatedUnits(), raw)
    #expect(
      found.place == "dense_1" && found.value > 0.5 && found.sentence.contains(activation.name))
    let scaled = WatchedRun(data: wine, model: model, epochs: 1)
    #expect(SaturatedUnits().finding(in: try scaled.facts()) == nil)
  }

  @Test func stepsThatAreTooLargeOrTooSmallForTheWeights() throws {
    var run = try WatchedRun.healthy()
    run.optimizer = Adam(learningRate: 2)
    run.epochs = 2
    let large = try finding(UpdateRatio(), run)
    #expect(large.value > 0.1 && large.sentence.contains("a thousandth is usual"))
    run.optimizer = SGD(learningRate: 1e-9)
    #expect(try finding(UpdateRatio(), run).value < 1e-6)
    #expect(UpdateRatio().finding(in: try WatchedRun.healthy().facts()) == nil)
  }

  @Test func aLearningRateThatIsTooLarge() throws {
    var run = try WatchedRun.healthy()
    run.optimizer = SGD(learningRate: 20)
    run.epochs = 2
    let found = try finding(LearningRateTooLarge(), run)
    #expect(found.value > 5 && found.advice.contains("2 (now 20)"), "\(found)")
    #expect(LearningRateTooLarge().finding(in: try WatchedRun.healthy().facts()) == nil)
  }

  @Test func aLossThatRises() throws {
    var run = try WatchedRun.sine(learningRate: 0.1, epochs: 12)
    run.callbacks = [
      ClosureCallback { training, record in if record.epoch == 6 { training.rateFactor = 12 } }
    ]
    let found = try finding(LossRises(), run)
    #expect(found.value > 1.5 && found.sentence.contains("after epoch"), "\(found.sentence)")
    #expect(LossRises().finding(in: try WatchedRun.healthy().facts()) == nil)
  }

  /// Deck 002: one neuron cannot do exclusive or; the best it can is not to look.
  @Test func aLossThatStalls() throws {
    var run = WatchedRun(
      data: try Generators.xor(), model: Sequential { Dense(2) }, batchSize: nil, epochs: 300)
    let found = try finding(LossStalls(), run)
    #expect(abs(found.value - 0.693) < 0.01, "\(found.sentence)")
    run.model = Sequential {
      Dense(8, activation: .tanh)
      Dense(2)
    }
    #expect(LossStalls().finding(in: try run.facts()) == nil)
    // A loss whose floor is not known, and a rate that moves nothing.
    var flat = try WatchedRun.sine(learningRate: 1e-12, epochs: 9)
    flat.loss = .meanAbsoluteError
    #expect(try finding(LossStalls(), flat).sentence.contains("in the last 3 epochs"))
  }

  @Test func aGapBetweenTrainingAndOtherRows() throws {
    // Labels that have nothing to do with the features can only be learned by heart.
    func coin(_ seed: UInt64) throws -> Dataset {
      var random = RandomStream(seed: seed, purpose: .generate)
      return try Dataset(
        name: "coin",
        features: TensorData((0..<40 * 20).map { _ in random.normal() }, shape: [40, 20]),
        targets: TensorData((0..<40).map { _ in Int32(random.integer(below: 2)) }),
        task: .classification(classes: ["heads", "tails"]))
    }
    var run = WatchedRun(
      data: try coin(1),
      model: Sequential {
        Dense(64, activation: .relu)
        Dense(2)
      }, heldOut: try coin(2), epochs: 60)
    let found = try finding(TrainValidationGap(), run)
    #expect(found.value > 0.1 && found.sentence.contains("held out"), "\(found.sentence)")
    run = try .healthy()
    #expect(TrainValidationGap().finding(in: try run.facts()) == nil)
  }

  @Test func aSmallLastBatch() throws {
    var run = try WatchedRun.healthy()
    run.data = run.data.prefix(66)
    run.epochs = 1
    let found = try finding(LeftoverBatch(), run)
    #expect(found.severity == .note && found.value == 2, "\(found)")
    #expect(found.sentence.contains("16.0 times") && found.advice.contains("such as 33"))
    run.data = run.data.prefix(64)
    #expect(LeftoverBatch().finding(in: try run.facts()) == nil)
  }
}
