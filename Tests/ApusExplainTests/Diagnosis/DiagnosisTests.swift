import ApusData
import ApusExplain
import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

struct DiagnosisTests {
  @Test func aHealthyRunSaysSo() throws {
    let diagnosis = Diagnosis(of: try WatchedRun.healthy().facts())
    #expect(diagnosis.findings.isEmpty, "\(diagnosis.lines)")
    #expect(diagnosis.lines == ["healthy: none of 14 rules found a problem."])
    #expect(diagnosis.json["healthy"]?.boolValue == true)
    #expect(diagnosis.facts.observations.count >= 2)
    #expect(diagnosis.facts.hasUpdateRatios)
  }

  @Test func everyRuleHasANameAndACondition() {
    let names = Diagnosis.rules.map { type(of: $0).name }
    #expect(Set(names).count == 14)
    #expect(names.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "_" } })
    #expect(Diagnosis.rules.allSatisfy { !type(of: $0).condition.isEmpty })
  }

  @Test func factsGoThroughAFile() throws {
    var run = try WatchedRun.sine(learningRate: 0.1)
    run.heldOut = try Generators.sine(rows: 20, seed: 2)
    let facts = try run.facts()
    let text = Diagnosis(of: facts).json.text(indented: true)
    let read = try #require(try JSON(parsing: text)["facts"].flatMap(HealthFacts.init(json:)))
    #expect(read == facts)
    #expect(HealthFacts(json: ["rows": 3]) == nil)
  }

  @Test func aModelByItselfIsLookedAtOnce() throws {
    let run = try WatchedRun.healthy()
    var network = try Network(run.model, for: run.data)
    network.parameters["dense_1.bias"] = TensorData([Float](repeating: -100, count: 32))
    let facts = try HealthFacts(of: network, loss: .softmaxCrossEntropy, on: run.data)
    #expect(facts.observations.count == 1 && facts.training == nil)
    let diagnosis = Diagnosis(of: facts)
    #expect(diagnosis.findings.map(\.rule) == ["dead_relu"], "\(diagnosis.lines)")
    #expect(diagnosis.lines == [diagnosis.findings[0].text])
    #expect(diagnosis.findings[0].text.contains("32 of 32 units (100 %)"))
  }

  /// A finished exclusive or by tanh has sure hidden units, which is no illness.
  @Test func saturationOfANetworkThatHasLearnedIsNone() throws {
    let facts = try WatchedRun(
      data: try Generators.xor(),
      model: Sequential {
        Dense(4, activation: .tanh)
        Dense(2)
      }, optimizer: Adam(learningRate: 0.1), batchSize: nil, epochs: 400
    ).facts()
    #expect(Diagnosis(of: facts).problems.isEmpty, "\(Diagnosis(of: facts).lines)")
  }
}

extension HealthFacts {
  fileprivate var hasUpdateRatios: Bool {
    observations.allSatisfy { look in
      look.parameters.contains { $0.isWeight && ($0.updateRatio ?? 0) > 0 }
    }
  }
}
