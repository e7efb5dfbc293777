import ApusData
import ApusFormats
import ApusGraph
import Testing

@Test func aSplitIsStratifiedWholeAndDeterministic() throws {
  let digits = try Datasets.digits()
  let (train, test) = try digits.split(test: 0.2, seed: 1)
  #expect(test.count == 359 && train.count == 1438)
  for (part, whole) in zip(test.classCounts!, digits.classCounts!) {
    #expect(abs(Double(part) - 0.2 * Double(whole)) < 1)
  }
  let all = (0..<train.count).map(train.storedRow) + (0..<test.count).map(test.storedRow)
  #expect(all.sorted() == Array(0..<1797))
  #expect(try digits.split(test: 0.2, seed: 1).test.fingerprint == test.fingerprint)
  #expect(try digits.split(test: 0.2, seed: 2).test.fingerprint != test.fingerprint)
}

@Test func threePartsAndFoldsCoverTheRows() throws {
  let iris = try Datasets.iris()
  let parts = try iris.split(validation: 0.2, test: 0.2, seed: 4)
  #expect(parts.train.classCounts == [30, 30, 30])
  #expect(parts.validation?.classCounts == [10, 10, 10] && parts.test?.count == 30)
  #expect(try iris.split(validation: 0, test: 0).validation == nil)
  let folds = try iris.folds(7, seed: 1)
  let held = folds.flatMap { fold in (0..<fold.validation.count).map(fold.validation.storedRow) }
  #expect(held.sorted() == Array(0..<150))
  #expect(folds.allSatisfy { $0.train.count + $0.validation.count == 150 })
  #expect(folds.allSatisfy { $0.validation.classCounts!.allSatisfy { (6...8).contains($0) } })
}

@Test func impossibleSplitsAreRefused() throws {
  let iris = try Datasets.iris()
  for share in [0, 1, -0.1, 1.5, .nan] {
    #expect(message { _ = try iris.split(test: share) } != nil)
  }
  #expect(message { _ = try iris.folds(1) }?.contains("1 folds of 150 rows") == true)
  #expect(message { _ = try Generators.deck004().split(validation: 0.4, test: 0.4) } != nil)
}

@Test func batchesHoldEveryRowOnceInTheSeedsOrder() throws {
  let digits = try Datasets.digits()
  let batches = try digits.batches(of: 100, shuffledBy: 5, epoch: 2)
  #expect(batches.count == 18)
  let sizes = batches.map { $0.features.shape }
  #expect(sizes.first == [100, 64] && sizes.last == [97, 64])
  let positions = batches.flatMap(\.positions)
  #expect(positions.sorted() == (0..<1797).map { Int32($0) })
  #expect(positions == digits.order(shuffledBy: 5, epoch: 2))
  #expect(positions != digits.order(shuffledBy: 5, epoch: 3))
  #expect(try digits.batches(of: 2000).map(\.positions) == [digits.order(shuffledBy: nil)])
  #expect(message { _ = try digits.batches(of: 0) }?.contains("at least 1 row") == true)
}

@Test func aBatchIsScaledWithItsTargets() throws {
  let digits = try Datasets.digits().subset([1796, 0, 5])
  let stored = try Datasets.digits().features.doubles()
  let batch = try digits.whole()
  let expected = [1796, 0, 5].flatMap { row in stored[row * 64..<row * 64 + 64].map { $0 / 16 } }
  #expect(batch.features.doubles() == expected)
  #expect(batch.targets.values(as: Int32.self) == [8, 0, 5])
  let oneHot = try digits.whole(dtype: .float64, encoding: .oneHot)
  #expect(oneHot.targets.shape == [3, 10] && oneHot.targets.dtype == .float64)
  #expect(oneHot.targets.doubles().enumerated().filter { $0.1 == 1 }.map(\.0) == [8, 10, 25])
  #expect(
    try digits.whole(encoding: .values).targets == TensorData([8, 0, 5] as [Float], shape: [3, 1]))
}

@Test(arguments: [DType.uint8, .float32, .float64, .int32])
func standardizedFeaturesHaveMeanZeroAndDeviationOne(dtype: DType) throws {
  let wide = try Datasets.digits()
  let data = try Dataset(
    name: "d", features: wide.features.converted(to: dtype), targets: wide.targets, task: wide.task)
  let preprocessing = Preprocessing(.standardize, fittedTo: data)
  let values = try data.whole(preprocessing: preprocessing, dtype: .float64).features.doubles()
  for feature in 0..<64 {
    let column = stride(from: feature, to: values.count, by: 64).map { values[$0] }
    let mean = column.reduce(0, +) / 1797
    let variance = column.reduce(0) { $0 + $1 * $1 } / 1797
    #expect(abs(mean) < 1e-12 && (abs(variance - 1) < 1e-9 || column.allSatisfy { $0 == 0 }))
  }
  let floats = try data.whole(preprocessing: preprocessing).features.doubles()
  #expect(zip(values, floats).allSatisfy { abs($0 - $1) <= 2e-6 * max(1, abs($0)) })
}

@Test func minMaxFillsTheUnitIntervalOfTheTrainingPartOnly() throws {
  let (train, test) = try Datasets.wine().split(test: 0.5, seed: 1)
  let preprocessing = Preprocessing(.minMax, fittedTo: train)
  let values = try train.whole(preprocessing: preprocessing).features.doubles()
  #expect(values.min() == 0 && values.max() == 1)
  let held = try test.whole(preprocessing: preprocessing).features.doubles()
  #expect(held.min()! < 0 || held.max()! > 1)
}

@Test func preprocessingComesBackFromJSON() throws {
  let wine = try Datasets.wine()
  for kind in Preprocessing.Kind.allCases {
    let value = Preprocessing(kind, fittedTo: wine)
    #expect(try Preprocessing(json: JSON(parsing: value.json.text())) == value)
  }
  #expect(Preprocessing(automaticFor: wine).kind == .standardize)
  #expect(Preprocessing(automaticFor: try Datasets.digits()) == Preprocessing(scale: 1 / 16))
  #expect(Preprocessing(automaticFor: try Generators.moons()) == .identity)
  for text in [
    "{}", #"{"kind":"x","factors":[1]}"#, #"{"kind":"scale","factors":[1,2],"offsets":[1]}"#,
  ] {
    #expect(message { _ = try Preprocessing(json: JSON(parsing: text)) } != nil)
  }
  #expect(
    message {
      _ = try wine.whole(preprocessing: Preprocessing(.minMax, fittedTo: Datasets.iris()))
    }?
    .contains("does not fit rows of 13") == true)
}

@Test func wrongNumbersAreRefused() throws {
  let features = TensorData([1, 2] as [Float], shape: [2, 1])
  func data(_ features: TensorData, _ targets: TensorData, _ task: LearningTask) throws -> Dataset {
    try Dataset(name: "d", features: features, targets: targets, task: task)
  }
  let classes = LearningTask.classification(classes: ["a", "b"])
  #expect(
    message { _ = try data(features, TensorData([0, 2] as [Int32]), classes) }
      == "d: row 2: the label 2 is not one of the 2 classes 0…1")
  #expect(
    message { _ = try data(features, TensorData([0] as [Int32]), classes) }?.contains(
      "[1], expected [2]") == true)
  let infinite = TensorData([1, .infinity] as [Float], shape: [2, 1])
  #expect(
    message { _ = try data(infinite, TensorData([0, 1] as [Int32]), classes) }
      == "d: row 2, column \"x1\": a feature is not a finite number")
  let nan = TensorData([1, Double.nan], shape: [2, 1])
  #expect(
    message { _ = try data(features, nan, .regression(outputs: ["y"])) }
      == "d: row 2, column \"y\": a target is not a finite number")
}

@Test func gatheringWritesOnlyIntoTheGivenMemory() throws {
  let gatherer = try BatchGatherer(Datasets.iris(), dtype: .float32)
  var memory = [Float](repeating: -7, count: 12)
  let positions: [Int32] = [149, 0]
  memory.withUnsafeMutableBytes { bytes in
    positions.withUnsafeBufferPointer { positions in
      // What comes later is only asked for.
      gatherer.gatherFeatures(
        positions, into: .init(rebasing: bytes[8..<40]), askingFor: .init(rebasing: positions[1...])
      )
    }
  }
  #expect(memory == [-7, -7, 5.9, 3, 5.1, 1.8, 5.1, 3.5, 1.4, 0.2, -7, -7])
}
