import ApusData
import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

struct CallbackTests {
  let moons: (train: Dataset, test: Dataset)

  init() throws {
    moons = try Generators.moons(rows: 200, noise: 0.4, seed: 1).split(test: 0.25, seed: 1)
  }

  private func network() throws -> Network {
    try Network(
      Sequential {
        Dense(8, activation: .tanh)
        Dense(2)
      }, for: moons.train, seed: 2)
  }

  private func fit(
    _ network: inout Network, epochs: Int, rate: Double = 0.05, _ callbacks: [any Callback]
  ) throws -> History {
    try network.fit(
      moons.train, validation: moons.test, loss: .softmaxCrossEntropy,
      optimizer: .adam(learningRate: rate), metrics: [Accuracy(.multiclass(2))], epochs: epochs,
      callbacks: callbacks)
  }

  @Test func earlyStoppingRestoresTheBestWeights() throws {
    var network = try network()
    let stopping = EarlyStopping(patience: 3)
    // A rate so large that the loss rises again soon.
    let history = try fit(&network, epochs: 200, rate: 0.5, [stopping])
    let losses = history.validation("loss")
    let best = try #require(losses.min())
    #expect(losses.count < 200)
    #expect(stopping.bestEpoch == losses.firstIndex(of: best)! + 1)
    #expect(history.stopReason == .requested("loss has not improved for 3 epochs"))
    #expect(losses.last! > best)
    #expect(abs(try network.evaluate(moons.test).loss - best) < 1e-6)
  }

  @Test func checkpointsHoldTheLastAndTheBest() throws {
    try inTemporaryFolder { folder in
      var network = try network()
      let (last, best) = (folder + "/last.safetensors", folder + "/best.safetensors")
      let history = try fit(
        &network, epochs: 12, rate: 0.5, [ModelCheckpoint(last: last, best: best)])
      #expect(try Network(contentsOf: last).parameters == network.parameters)
      let smallest = try #require(history.validation("loss").min())
      let found = try Network(contentsOf: best).evaluate(moons.test).loss
      #expect(abs(found - smallest) < 1e-6)
    }
  }

  @Test func theLogIsReadable() throws {
    try inTemporaryFolder { folder in
      let (csv, lines) = (folder + "/m.csv", folder + "/m.jsonl")
      var network = try network()
      let history = try fit(&network, epochs: 4, [MetricsLog(csv: csv, jsonLines: lines)])
      let table = String(decoding: try File.read(csv), as: UTF8.self).split(separator: "\n")
      #expect(
        table[0] == "epoch,step,train_loss,train_accuracy,validation_loss,validation_accuracy,"
          + "learning_rate,seconds,samples_per_second")
      #expect(table.count == 5)
      let row = table[4].split(separator: ",").map { Double($0) }
      #expect(row[0] == 4 && row[1] == 20)
      #expect(row[4] == history.epochs[3].validation?.loss)
      let records = try String(decoding: try File.read(lines), as: UTF8.self)
        .split(separator: "\n").map { try JSON(parsing: String($0)) }
      #expect(records.map { $0["epoch"]?.intValue } == [1, 2, 3, 4])
      #expect(records[2]["validation"]?["loss"]?.doubleValue == history.validation("loss")[2])
    }
  }

  @Test func aClosureSteersTheTraining() throws {
    var network = try network()
    var seen: [Int] = []
    let history = try fit(
      &network, epochs: 50,
      [
        ClosureCallback { training, record in
          seen.append(record.epoch)
          if record.epoch == 3 { training.stop("enough") }
        }
      ])
    #expect(seen == [1, 2, 3])
    #expect(history.stopReason == .requested("enough"))
  }

  @Test func aPlateauLowersTheRate() throws {
    var network = try network()
    let plateau = ReduceOnPlateau(rate: 0.5, factor: 0.1, patience: 2)
    let history = try fit(&network, epochs: 40, rate: 0.5, [PlateauReduction(plateau)])
    let rates = history.epochs.map(\.learningRate)
    #expect(rates[0] == 0.5)
    #expect(rates.last! < 0.06)
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 >= $1 })
  }

  @Test func theFinderSuggestsARateThatLearns() throws {
    let finder = LearningRateFinder(steps: 120)
    let start = try network()
    let rule = UpdateRule(optimizer: SGD())
    let sweep = try finder.sweep(
      start, on: moons.train, loss: .softmaxCrossEntropy, rule: rule,
      options: TrainingOptions(batchSize: 32))
    #expect(zip(sweep.rates, sweep.rates.dropFirst()).allSatisfy { $0 < $1 })
    #expect(sweep.rates[0] == 1e-6)
    let rate = try #require(sweep.suggestion)
    #expect(rate > 1e-3 && rate < 10)
    #expect(try start.parameters == network().parameters)
    var trained = start
    try trained.fit(
      moons.train, loss: .softmaxCrossEntropy, optimizer: .sgd(learningRate: rate), epochs: 10)
    let before = try start.evaluate(moons.train, loss: .softmaxCrossEntropy).loss
    #expect(try trained.evaluate(moons.train).loss < 0.7 * before)
    #expect(
      message {
        _ = try LearningRateFinder(lowest: 1, highest: 0.1).sweep(
          start, on: moons.train, loss: .softmaxCrossEntropy, rule: rule)
      }?.contains("must be positive and rise, found 1.0 and 0.1") == true)
  }
}
