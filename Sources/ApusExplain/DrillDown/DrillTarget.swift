import ApusFormats
import ApusGraph

/// What of a network is shown number by number.
public enum DrillTarget: Hashable, Sendable {
  /// The units of a layer that matter most to the loss.
  case layer(String)
  /// A unit of a layer, counted from 1 as its name counts.
  case unit(layer: String, Int)
  /// A weight or bias: `dense_1[3,5]` and `dense_1.bias[3]`, counted from 0, or its name `w(x1→h2)`.
  case weight(String)

  /// `dense_2:4`
  public init(parsingUnit text: String) throws {
    guard let colon = text.lastIndex(of: ":"),
      let number = Int(text[text.index(after: colon)...]), number > 0
    else {
      throw DrillError(
        "\"\(printable(text, limit: 60))\" names no unit; write a layer and the unit's number from "
          + "1, as dense_2:4")
    }
    self = .unit(layer: String(text[..<colon]), number)
  }
}

/// A layer, unit or parameter that there is not.
struct DrillError: DiagnosableError {
  let description: String

  var kind: ErrorKind { .usage }

  init(_ description: String) { self.description = description }
}
