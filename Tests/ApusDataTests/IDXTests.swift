import ApusData
import ApusFormats
import ApusGraph
import Testing

private let folder = packageRoot + "/Tests/Fixtures/idx"
private let mnist = packageRoot + "/../shared/data/mnist"

@Test func readsPlainAndPackedFiles() throws {
  let expected = TensorData((0..<12).map { UInt8($0) }, shape: [2, 2, 3])
  #expect(try IDX.read(folder + "/train-images-idx3-ubyte") == expected)
  #expect(try IDX.read(folder + "/train-images-idx3-ubyte.gz") == expected)
  #expect(try IDX.read(folder + "/int16") == TensorData([-1, 2, 300] as [Int32]))
  #expect(try IDX.read(folder + "/float32") == TensorData([0.5, -2] as [Float]))
}

@Test func aFolderBecomesImagesWithClasses() throws {
  let loaded = try Datasets.load(folder)
  #expect(loaded.test == nil && loaded.dataset.imageShape == [1, 2, 3])
  #expect(loaded.dataset.classIndices == [7, 3] && loaded.dataset.scale == 1.0 / 255)
  let values = try loaded.dataset.whole().features.values(as: Float.self)
  #expect(values[5] == 5 * Float(1.0 / 255))
  let fashion = try Datasets.named("fashion_mnist", .init(folder: folder))
  #expect(fashion.task.names[7] == "Sneaker")
}

@Test func bothSetsAreReadAtOnceOrOneAfterTheOther() throws {
  try inTemporaryFolder { place in
    let images = try File.read(folder + "/train-images-idx3-ubyte")
    for set in ["train", "t10k"] {
      try File.write(images, to: "\(place)/\(set)-images-idx3-ubyte")
      try File.write([0, 0, 8, 1, 0, 0, 0, 2, 7, 3], to: "\(place)/\(set)-labels-idx1-ubyte")
    }
    for threads in 1...2 {
      let loaded = try ImageFolder.load(place, threads: threads)
      #expect(loaded.dataset.classIndices == [7, 3] && loaded.test?.classIndices == [7, 3])
      #expect(loaded.test?.fingerprint == loaded.dataset.fingerprint)
    }
    // Of two broken files the first is named.
    try File.write([0, 0, 7, 1], to: "\(place)/train-labels-idx1-ubyte", overwriting: true)
    try File.write([0, 0], to: "\(place)/t10k-labels-idx1-ubyte", overwriting: true)
    for threads in 1...2 {
      let said = message { _ = try ImageFolder.load(place, threads: threads) }
      #expect(said?.contains("the type is") == true, "\(said ?? "no error")")
    }
  }
}

@Test(arguments: [
  ([UInt8]([0, 0, 8, 1, 0, 0, 0, 2, 1]), "follow, and nothing else"),
  ([0, 0, 8, 1, 0, 0, 0, 1, 1, 1], "follow, and nothing else"),
  ([0, 0, 7, 1, 0, 0, 0, 1, 1], "the type is"), ([0, 0, 8, 0], "the rank is 1 to 8"),
  ([0, 0, 8, 9], "the rank is 1 to 8"), ([0, 1, 8, 1], "two zero bytes"),
  ([0, 0], "takes 4 bytes"),
  ([0, 0, 14, 3] + [UInt8](repeating: 0xFF, count: 12), "follow, and nothing else"),
  ([0, 0, 8, 1, 0], "takes 4 bytes"), ([0x1F, 0x8B], "at least 18 bytes"),
])
func brokenFilesAreRefused(bytes: [UInt8], words: String) {
  let said = message { _ = try IDX.decode(bytes) } ?? "no error"
  #expect(said.contains(words), "\(said)")
}

@Test func bombsAndSecondMembersAreRefused() throws {
  func said(_ name: String, _ limit: Int = 1 << 30) -> String? {
    message { _ = try IDX.read("\(folder)/\(name)", maximumBytes: limit) }
  }
  #expect(said("bomb.gz")?.contains("100 times") == true)
  #expect(said("two-members.gz")?.contains("last four bytes") == true)
  let packed = try File.read(folder + "/train-images-idx3-ubyte.gz")
  #expect(message { _ = try IDX.decode(packed + packed) }?.contains("nothing follows") == true)
  #expect(message { _ = try IDX.decode(packed, maximumBytes: 27) }?.contains("at most") == true)
}

@Test func anEmptyHostileShapeIsNoDataset() throws {
  let bytes = [UInt8]([0, 0, 8, 3, 0, 0, 0, 0]) + [UInt8](repeating: 0xFF, count: 8)
  let tensor = try? IDX.decode(bytes)
  let none = TensorData(zeros: [0], dtype: .int32)
  let task = LearningTask.classification(classes: ["a", "b"])
  for features in [tensor, TensorData(zeros: [0, 3], dtype: .uint8)] {
    guard let features else { continue }
    #expect(
      message { _ = try Dataset(name: "d", features: features, targets: none, task: task) }?
        .contains("rows with features") == true)
  }
}

@Test(arguments: ["train-images-idx3-ubyte", "train-images-idx3-ubyte.gz", "int16", "float32"])
func everyCorruptionOfAnIDXFileThrowsOrLoads(name: String) throws {
  let bytes = try File.read("\(folder)/\(name)")
  forEachCorruption(of: bytes) { corrupted in
    guard let tensor = try? IDX.decode(corrupted) else { return }
    #expect(tensor.byteCount <= 2 * 28 && checkedElementCount(tensor.shape) == tensor.count)
  }
}

@Test(.enabled(if: File.kind(mnist) == .folder, "needs ../shared/data/mnist"))
func mnistIsWhatTheDecksShow() throws {
  let clock = ContinuousClock()
  var loaded: LoadedData?
  let loading = try clock.measure { loaded = try Datasets.load(mnist) }
  let data = try #require(loaded)
  #expect(data.dataset.count == 60_000 && data.test?.count == 10_000)
  #expect(data.dataset.features.dtype == .uint8 && data.dataset.imageShape == [1, 28, 28])
  // Golden fixture g12, deck 004: four mini-batches of 12.
  let labels = data.dataset.classIndices!.prefix(48).map { String($0) }.joined()
  #expect(labels == "504192131435361728694091124327386905607618793985")
  let gatherer = try BatchGatherer(data.dataset)
  let order = data.dataset.order(shuffledBy: 1)
  var memory = [Float](repeating: 0, count: 32 * 784)
  let gathering = clock.measure {
    memory.withUnsafeMutableBytes { memory in
      order.withUnsafeBufferPointer { order in
        for start in stride(from: 0, to: 60_000, by: 32) {
          gatherer.gatherFeatures(.init(rebasing: order[start..<start + 32]), into: memory)
        }
      }
    }
  }
  print("MNIST: loaded in \(loading), one epoch of batches gathered in \(gathering)")
  #expect(loading < .seconds(5) && gathering < .seconds(5))
}

@Test(.enabled(if: File.kind(mnist) == .folder, "needs ../shared/data/mnist"))
func mnistIsFetchedAndChecked() throws {
  guard File.kind("/usr/bin/curl") == .file else { return }
  try inTemporaryFolder { target in
    var said: [String] = []
    try Fetch.run("mnist", into: target, mirrors: ["file:///none", "file://" + mnist]) {
      said.append($0)
    }
    #expect(said.count == 4 && said.allSatisfy { $0.contains("bytes from file://") })
    #expect(try Datasets.named("mnist", .init(folder: target)).count == 60_000)
  }
}

@Test func aFetchedFileIsCheckedByItsDigest() throws {
  try inTemporaryFolder { target in
    let file = Fetch.RemoteFile("train-images-idx3-ubyte.gz", String(repeating: "0", count: 64))
    let said = message {
      try Fetch.fetch([file], from: ["file://" + folder], into: target) { _ in }
    }
    #expect(said?.contains("no mirror gave train-images-idx3-ubyte.gz") == true)
    let left = try File.list(target)
    #expect(left.isEmpty)
    #expect(
      message { try Fetch.run("mnst", into: target) }?.contains("Did you mean \"mnist\"?") == true)
  }
}

@Test func arraysInAFolderBecomeADataset() throws {
  try inTemporaryFolder { target in
    try NPY.write(
      TensorData((0..<12).map { UInt8($0) }, shape: [3, 2, 2]), to: target + "/x_train.npy")
    try NPY.write(TensorData([0, 2, 1] as [Int32]), to: target + "/y_train.npy")
    let data = try Datasets.load(target).dataset
    #expect(data.count == 3 && data.imageShape == [1, 2, 2] && data.classIndices == [0, 2, 1])
    try NPY.write(TensorData([0.5, 2, 1]), to: target + "/y_train.npy", overwriting: true)
    #expect(try Datasets.load(target).dataset.task == .regression(outputs: ["y"]))
    try NPY.write(TensorData([0.5, 2]), to: target + "/y_train.npy", overwriting: true)
    #expect(message { _ = try Datasets.load(target) }?.contains("do not fit") == true)
    try NPY.write(
      TensorData([1, -1, 0] as [Int32]), to: target + "/y_train.npy", overwriting: true)
    #expect(message { _ = try Datasets.load(target) }?.contains("the label -1") == true)
  }
}
