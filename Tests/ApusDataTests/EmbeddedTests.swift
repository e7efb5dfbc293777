import ApusData
import ApusFormats
import ApusGraph
import Testing

@Test func digitsAreWhatTheyShouldBe() throws {
  let digits = try Datasets.digits()
  #expect(digits.count == 1797 && digits.featureCount == 64)
  #expect(digits.features.dtype == .uint8 && digits.imageShape == [1, 8, 8])
  #expect(digits.task == .classification(classes: (0..<10).map(String.init)))
  #expect(digits.classCounts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
  #expect(digits.features.values(as: UInt8.self).max() == 16)
}

@Test func theOtherTablesAreWhatTheyShouldBe() throws {
  let iris = try Datasets.iris()
  #expect(
    iris.classCounts == [50, 50, 50] && iris.task.names == ["setosa", "versicolor", "virginica"])
  let wine = try Datasets.wine()
  #expect(wine.classCounts == [59, 71, 48] && wine.featureCount == 13)
  let cancer = try Datasets.breastCancer()
  #expect(cancer.classCounts == [357, 212] && cancer.task.names == ["benign", "malignant"])
  let diabetes = try Datasets.diabetes()
  #expect(diabetes.task == .regression(outputs: ["progression"]) && diabetes.count == 442)
  #expect(diabetes.targets.doubles().prefix(2) == [151, 75])
  #expect(iris.features.doubles().prefix(4) == [5.1, 3.5, 1.4, 0.2])
}

@Test(arguments: ["digits", "iris", "wine", "breast_cancer", "diabetes"])
func theEmbeddedBytesAreThoseOfTheirTable(name: String) throws {
  let path = "\(packageRoot)/Sources/CEmbeddedData/tables/\(name).csv"
  let file = try Table(contentsOf: path).dataset().dataset
  #expect(file.fingerprint == (try Datasets.named(name)).fingerprint)
}

@Test func theRegistryKnowsItsNames() throws {
  for entry in Datasets.all where entry.origin != .files {
    let dataset = try Datasets.named(entry.name)
    #expect(dataset.name == entry.name && dataset.count > 0)
  }
  #expect(message { _ = try Datasets.named("digts") }?.contains("Did you mean \"digits\"?") == true)
  #expect(message { _ = try Datasets.named("zzz") }?.contains("Named are digits, iris") == true)
  #expect(message { _ = try Datasets.load("none.csv") }?.contains("no such file") == true)
  #expect(message { _ = try Datasets.load("irsi") }?.contains("Did you mean \"iris\"?") == true)
  #expect(
    message { _ = try Datasets.load("mnist", options: .init(folder: "/none")) }?
      .contains("no such file or folder") == true)
}
