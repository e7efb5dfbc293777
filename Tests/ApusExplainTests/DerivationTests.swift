import ApusExplain
import ApusFormats
import ApusGraph
import Testing

struct DerivationTests {
  private func lines(_ preset: String, notation: Notation? = nil) throws -> [JSON] {
    let derivation = try Derivation(try Preset.named(preset).subject(notation: notation))
    return derivation.json.elements?.flatMap { $0["lines"]?.elements ?? [] } ?? []
  }

  private func texts(_ preset: String, notation: Notation? = nil) throws -> [String] {
    try lines(preset, notation: notation).compactMap { $0["text"]?.stringValue }
  }

  /// 002·17, shorthand and with shapes.
  @Test func deck002() throws {
    let texts = try texts("deck002.network")
    #expect(texts.contains("∂J/∂W(3) = (ŷ − y)·a(3)"))
    #expect(texts.contains("∂J/∂W(2) = (ŷ − y)·W(3)·σ'(z(3))·a(2)"))
    #expect(texts.contains("∂J/∂W(3) = a(3)ᵀ·δ(4)"))
    #expect(texts.contains("∂J/∂W(1) = xᵀ·δ(2)"))
    #expect(texts.contains("δ(2) = ∂J/∂z(2) = (δ(3)·W(2)ᵀ)∘σ'(z(2))"))
  }

  /// 001·13 to 001·16, the long product and the short one; 000·16 in columns.
  @Test func deck001And000() throws {
    let rows = try texts("deck001.two-layer")
    #expect(rows.contains { $0.contains("(Y/A[2] − (1 − Y)/(1 − A[2]))/2∘A[2]∘(1 − A[2])") })
    #expect(rows.contains("∂L/∂W[1] = δ[1]ᵀ·A[0]"))
    #expect(rows.contains("δ[1] = ∂L/∂Z[1] = (δ[2]·W[2])∘σ'(Z[1])"))
    let columns = try texts("deck000.two-layer")
    #expect(columns.contains("∂J/∂W1 = δ1·xᵀ"))
    #expect(columns.contains("δ1 = ∂J/∂z1 = (W2ᵀ·δ2)∘relu'(z1)"))
  }

  @Test func anExpressionHasALineForEachQuantity() throws {
    let texts = try texts("deck004.chain")
    #expect(texts.contains("∂C0/∂z = ∂C0/∂a·(a·(1 − a))"))
    let latex = try lines("deck004.chain").compactMap { $0["latex"]?.stringValue }
    #expect(latex.contains { $0.hasPrefix("\\frac{\\partial C_{0}}{\\partial w} = ") })
  }

  @Test(arguments: Preset.all)
  func everyNumberHasItsEstimate(_ preset: Preset) throws {
    guard let derivation = try? Derivation(try preset.subject()) else { return }
    let lines = derivation.json.elements?.flatMap { $0["lines"]?.elements ?? [] } ?? []
    #expect(!lines.isEmpty)
    for line in lines {
      guard let value = line["value"]?.doubleValue else { continue }
      #expect(abs(value - (line["estimate"]?.doubleValue ?? .nan)) < 1e-6 * max(1, abs(value)))
    }
    for character in derivation.latex { #expect(!"∂·∘−σδᵀŷ→".contains(character)) }
  }
}
