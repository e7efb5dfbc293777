import ApusData
import ApusExplain
import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// A network of one layer read as logistic regression.
struct OddsRatioTests {
  private func network(_ data: Dataset, _ units: Int, _ activation: Activation) throws -> Network {
    var network = try Network(
      Sequential([Dense(units, activation: activation)]), inputShape: [2], seed: 0)
    network.parameters["dense_1.weight"] = TensorData(
      Array(([0.5, -1, 2, 0.25] as [Double]).prefix(2 * units)), shape: [units, 2])
    network.parameters["dense_1.bias"] = TensorData(
      Array(([0.3, -0.7] as [Double]).prefix(units)), shape: [units])
    network.remember(data, Preprocessing(.standardize, fittedTo: data))
    return network
  }

  private func inputs(_ view: OddsRatios) throws -> [[JSON]] {
    try #require(view.json.elements).map { try #require($0["inputs"]?.elements) }
  }

  @Test(arguments: [(1, "sigmoid"), (2, "softmax"), (2, "sigmoid"), (2, "linear")])
  func theOddsOfTheNetworkAgree(_ units: Int, _ activation: String) throws {
    let data = try Datasets.load("gaussians", options: DatasetOptions()).dataset
    let network = try network(data, units, .named(activation))
    let scaling = try network.preprocessing
    let view = try OddsRatios(network, on: data, row: 3)
    let found = try inputs(view)
    let isAlone = units == 1 || activation == "sigmoid"
    #expect(found.count == (isAlone ? units : 1))
    let weights = isAlone ? [[0.5, -1], [2, 0.25]] : [[1.5, 1.25]]
    for (part, expected) in zip(found, weights) {
      for (index, line) in part.enumerated() {
        let coefficient = try #require(line["coefficient"]?.doubleValue)
        let ratio = try #require(line["odds_ratio"]?.doubleValue)
        // By hand: a weight of a standardised input is one for its deviation.
        #expect(abs(coefficient - expected[index] * scaling.factors[index]) < 1e-12)
        #expect(abs(try #require(line["measured"]?.doubleValue) / ratio - 1) < 1e-9)
      }
    }
    #expect(view.text().contains("one more of the input"))
    #expect(view.markdown().contains("| input | coefficient | odds ratio | by the network |"))
  }

  @Test func otherNetworksAreRefused() throws {
    let data = try Datasets.load("gaussians", options: DatasetOptions()).dataset
    var deep = try Network(
      Sequential([Dense(3, activation: .relu), Dense(2)]), inputShape: [2], seed: 0)
    deep.remember(data, .identity)
    #expect(throws: (any Error).self) { try OddsRatios(deep, on: data, row: 1) }
    let one = try network(data, 1, .sigmoid)
    #expect(throws: (any Error).self) { try OddsRatios(one, on: data, row: 0) }
    #expect(throws: (any Error).self) { try OddsRatios(one, on: data, row: data.count + 1) }
  }
}
