import Apus
import Testing

/// The listings of README.md: `DocumentationTests` compares the texts.
struct ReadmeListings {
  @Test func training() throws {
    // listing
    let (train, test) = try Datasets.digits().split(test: 0.2, seed: 1)
    let model = Sequential {
      Dense(128, activation: .relu)
      Dense(64, activation: .relu)
      Dense(10)
    }
    var network = try Network(model, for: train, seed: 0)
    try network.fit(
      train, loss: .softmaxCrossEntropy, optimizer: Adam(), batchSize: 32, epochs: 20)
    print(try network.evaluate(test))  // loss and accuracy on rows it has not seen
    // end of listing
    #expect((try network.evaluate(test)["accuracy"] ?? 0) > 0.95)
  }
}
