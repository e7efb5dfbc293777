import ApusExplain
import ApusFormats
import ApusGraph
import Testing

/// The numbers of the lectures, read from the JSON that `apus explain` prints.
struct LectureTests {
  private func explain(_ text: String, at values: String, parameters: [String]? = nil) throws
    -> JSON
  {
    let explanation = try Expression(text, at: values, parameters: parameters).explanation()
    return try JSON(parsing: explanation.json().text())
  }

  @Test func aLayerAsAMatrix() throws {
    let json = try explain(
      "F = relu(W@x + b)", at: "W=[[2,4,2],[1,3,7],[0,7,3]], x=[1,3,2], b=[-3,0,2]")
    #expect(json.values("v1") == [18, 24, 27])
    #expect(json.values("F") == [15, 24, 29])
    let counts = json["shapes"]?.elements?.filter { $0["role"]?.stringValue == "parameter" }
    #expect(counts?.compactMap { $0["count"]?.intValue } == [9, 3])
  }

  @Test func theGraphWithNumbersBothWays() throws {
    let text = "max(w1*x1 + w2*x2, x3)"
    let json = try explain(text, at: "w1=2,w2=-1,x1=3,x2=4,x3=1", parameters: ["w1", "w2"])
    #expect(json.values("F") == [2])
    #expect(["w1", "w2", "x1", "x2", "x3"].map(json.gradient) == [3, 4, 2, -1, 0])
    let losing = try explain(text, at: "w1=2,w2=-1,x1=3,x2=4,x3=5")
    #expect(["w1", "w2", "x1", "x2", "x3"].map(losing.gradient) == [0, 0, 0, 0, 1])
    let tie = try explain(text, at: "w1=2,w2=-1,x1=3,x2=4,x3=2")
    #expect(["w1", "w2", "x3"].map(tie.gradient) == [1.5, 2, 0.5])
  }

  @Test func theChain() throws {
    // z is the logit of 0.66, so that w = 1 and b fits.
    let json = try explain("(a − y)^2", at: "a=0.66,y=1", parameters: ["a"])
    #expect(abs(json.values("F")[0] - 0.1156) < 1e-12)
    #expect(abs(json.gradient("a") + 0.68) < 1e-12)
  }

  @Test func everyGradientHasItsEstimate() throws {
    let json = try explain(
      "(sigmoid(w1*x1 + w2*x2 + b) − t)^2", at: "w1=.9,w2=.2,x1=2,x2=3,b=.5,t=1")
    let rows = try #require(json["backward"]?.elements)
    #expect(rows.count == 13)
    for row in rows {
      let (gradient, estimate) = (
        row["gradient"]?.doubleValue, row["estimate"]?["value"]?.doubleValue
      )
      #expect(abs(try #require(gradient) - #require(estimate)) < 1e-9)
      let products = row["contributions"]?.elements?.compactMap { $0["product"]?.doubleValue } ?? []
      if !products.isEmpty { #expect(abs(products.reduce(0, +) - gradient!) < 1e-15) }
    }
  }
}

extension JSON {
  /// The values of the forward rows of a tensor.
  func values(_ tensor: String) -> [Double] {
    self["forward"]?.elements?.filter { $0["quantity"]?["tensor"]?.stringValue == tensor }
      .compactMap { $0["value"]?.doubleValue } ?? []
  }

  /// The gradient with respect to the quantity of a name.
  func gradient(_ name: String) -> Double {
    self["backward"]?.elements?.first { $0["quantity"]?["name"]?.stringValue == name }?["gradient"]?
      .doubleValue ?? .nan
  }
}
