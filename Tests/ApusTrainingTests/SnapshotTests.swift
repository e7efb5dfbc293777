import ApusData
import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

struct SnapshotTests {
  private func train(
    epochs: Int, every interval: Int, in folder: String
  ) throws -> (network: Network, kept: [Snapshots.Snapshot]) {
    let data = try Generators.xor()
    var network = try Network(
      Sequential {
        Dense(3, activation: .tanh)
        Dense(2)
      }, for: data, seed: 1)
    let snapshots = Snapshots(writingTo: folder + "/snapshots.safetensors", every: interval)
    try network.fit(
      data, loss: .softmaxCrossEntropy, optimizer: .adam(learningRate: 0.05), batchSize: nil,
      epochs: epochs, callbacks: [snapshots])
    return (network, snapshots.kept)
  }

  @Test func theyAreTheNetworkOfTheirEpoch() throws {
    try inTemporaryFolder { folder in
      let (network, kept) = try train(epochs: 7, every: 3, in: folder)
      #expect(kept.map(\.epoch) == [0, 3, 6, 7])
      let read = try Snapshots.read(folder + "/snapshots.safetensors")
      #expect(read.map(\.epoch) == [0, 3, 6, 7])
      for (a, b) in zip(kept, read) {
        for entry in a.values.entries { #expect(b.values[entry.path] == entry.value) }
      }
      #expect(try network.restored(to: read[3]).parameters == network.parameters)
      // The same training, ended after three epochs.
      let (short, _) = try train(epochs: 3, every: 1, in: folder)
      #expect(try network.restored(to: kept[1]).parameters == short.parameters)
      #expect(try network.restored(to: kept[0]).parameters != short.parameters)
    }
  }

  @Test func aLongTrainingKeepsNoMoreThanTheLimit() throws {
    try inTemporaryFolder { folder in
      let (_, kept) = try train(epochs: 501, every: 1, in: folder)
      #expect(kept.count <= Snapshots.limit + 1)
      #expect(kept.first?.epoch == 0 && kept.last?.epoch == 501)
      #expect(kept.dropLast().allSatisfy { $0.epoch.isMultiple(of: 4) })
    }
  }

  @Test func thoseOfAnotherNetworkAreRefused() throws {
    try inTemporaryFolder { folder in
      let (_, kept) = try train(epochs: 1, every: 1, in: folder)
      let other = try Network(Dense(2), inputShape: [2])
      let error = #expect(throws: TrainingError.self) { try other.restored(to: kept[0]) }
      #expect(error?.description.contains("of another network") == true)
      try other.save(to: folder + "/model.safetensors")
      #expect(throws: ModelFileError.self) {
        try Snapshots.read(folder + "/model.safetensors")
      }
    }
  }
}
