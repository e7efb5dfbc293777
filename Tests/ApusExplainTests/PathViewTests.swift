import ApusExplain
import ApusFormats
import ApusGraph
import Testing

/// The sum over paths is the gradient.
struct PathViewTests {
  @Test(arguments: Preset.all.filter { $0.name != "deck003.mnist" && $0.name != "deck001.mnist" })
  func pathsOfEveryParameterAddUp(_ preset: Preset) throws {
    let subject = try preset.subject()
    let explanation = try Explainer.explanation(of: subject)
    for group in explanation.parameters {
      for entry in group.entries {
        let name = group.shape.isEmpty ? group.name : entry.name
        let view = try PathView(subject, from: name)
        let json = view.json
        let count = try #require(json["count"]?.intValue)
        #expect(json["gradient"]?.doubleValue == entry.gradient)
        let paths = try #require(json["paths"]?.elements)
        #expect(paths.count == (count <= 64 ? count : 0))
        guard count <= 64 else { continue }
        let products = try paths.map { path in
          let factors = try #require(path["factors"]?.doubleValues)
          #expect(path["names"]?.elements?.count == factors.count + 1)
          return factors.reduce(1, *)
        }
        #expect(
          abs(products.reduce(0, +) - entry.gradient) <= 1e-12 * max(1, abs(entry.gradient)))
      }
    }
  }

  /// x1→h2 reaches the loss through y1 and through y2.
  @Test func theWorkedExampleHasTwo() throws {
    let view = try PathView(try Preset.named("deck004.example").subject(), from: "x1->h2")
    #expect(view.json["count"] == 2)
    #expect(view.text().contains("h2_in → h2 → y1_in"))
  }

  /// 30 units, then 10: more paths than anyone reads.
  @Test func manyAreOnlyCounted() throws {
    let view = try PathView(try Preset.named("deck003.mnist").subject(), from: "dense_1[3,205]")
    #expect(view.json["count"]?.intValue ?? 0 > 64)
    #expect(view.json["paths"]?.elements?.isEmpty == true)
  }

  @Test func unknownNamesAreSuggested() throws {
    let subject = try Preset.named("deck000.max").subject()
    let error = #expect(throws: (any Error).self) { try PathView(subject, from: "w3") }
    #expect("\(try #require(error))".contains("Did you mean"))
  }
}
