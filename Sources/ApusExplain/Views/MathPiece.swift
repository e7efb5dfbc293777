/// A part of a formula that prints as text and as LaTeX.
enum MathPiece: Hashable, Sendable {
  case text(String)
  /// ∂of/∂to
  case partial(_ of: String, _ to: String)

  static func text(_ pieces: [MathPiece]) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .partial(let of, let to): "∂\(of)/∂\(to)"
      }
    }.joined()
  }

  static func latex(_ pieces: [MathPiece]) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): latex(text)
      case .partial(let of, let to):
        "\\frac{\\partial \(latex(of))}{\\partial \(latex(to))}"
      }
    }.joined()
  }

  private static let signs: [Character: String] = [
    "·": " \\cdot ", "∘": " \\circ ", "−": "-", "σ": "\\sigma", "δ": "\\delta", "Σ": "\\sum ",
    "ᵀ": "^{\\top}", "ŷ": "\\hat{y}", "Ŷ": "\\hat{Y}", "∂": "\\partial ", "²": "^2",
    "→": " \\to ", "√": "\\sqrt", "[": "[", "]": "]", "…": "\\dots ", "%": "\\%", "#": "\\#",
    "&": "\\&", "_": "\\_", "{": "\\{", "}": "\\}",
  ]

  /// Names become letters with marks: `a(2)` is a⁽²⁾, `W1_23` is W₁,₂₃, `w(x1→h2)` has the edge as its
  /// subscript; words of several letters stand upright.
  static func latex(_ text: String) -> String {
    let characters = Array(text)
    var result = ""
    var index = 0
    while index < characters.count {
      let character = characters[index]
      if character.isLetter, signs[character] == nil || "σδŷŶ".contains(character) {
        index = name(characters, index, &result)
      } else {
        result += signs[character] ?? String(character)
        index += 1
      }
    }
    return result
  }

  /// A name and its marks; gives where they end.
  private static func name(_ all: [Character], _ start: Int, _ result: inout String) -> Int {
    let first = result.endIndex
    defer {
      // LaTeX takes one exponent: what has one is grouped before its transpose.
      let own = String(result[first...])
      if own.contains("^") { result.replaceSubrange(first..., with: "{\(own)}") }
    }
    var end = start
    var letters = ""
    while end < all.count, all[end].isLetter, !"ᵀ²Σ".contains(all[end]) {
      letters.append(all[end])
      end += 1
    }
    result +=
      letters.count == 1
      ? signs[Character(letters)] ?? letters : "\\mathrm{\(letters)}"
    var below = ""
    while end < all.count, all[end].isNumber, all[end] != "²" {
      below.append(all[end])
      end += 1
    }
    if let (inside, next) = mark(all, end) {
      if inside.contains("→") {
        below += inside.replacing("→", with: " \\to ")
      } else {
        result += "^{" + (all[end] == "(" ? "(\(inside))" : "[\(inside)]") + "}"
      }
      end = next
    }
    if end + 1 < all.count, all[end] == "_", all[end + 1].isLetter || all[end + 1].isNumber {
      end += 1
      var mark = ""
      while end < all.count, all[end].isLetter || all[end].isNumber || all[end] == "," {
        mark.append(all[end])
        end += 1
      }
      below +=
        (below.isEmpty ? "" : ",") + (mark.allSatisfy(\.isLetter) ? "\\mathrm{\(mark)}" : mark)
    }
    if !below.isEmpty { result += "_{\(below)}" }
    return end
  }

  /// What stands between brackets behind a name, where it is a layer's number or an edge.
  private static func mark(_ all: [Character], _ start: Int) -> (inside: String, next: Int)? {
    guard start < all.count, let close = ["(": ")", "[": "]"][String(all[start])],
      let end = all[start...].firstIndex(where: { String($0) == close })
    else { return nil }
    let inside = String(all[(start + 1)..<end])
    let isEdge = inside.contains("→") && !inside.contains(" ")
    let isNumber = !inside.isEmpty && inside.allSatisfy(\.isNumber)
    return isEdge || isNumber ? (inside, end + 1) : nil
  }
}
