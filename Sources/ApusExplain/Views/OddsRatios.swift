public import ApusData
public import ApusFormats
import ApusGraph
public import ApusLayers
import ApusTraining
import Glibc

/// A network of one layer read as logistic regression: weights are coefficients, the bias is the
/// constant, and exp(coefficient) is the factor by which one more of an input multiplies the odds of a
/// class (Cox, The regression analysis of binary sequences, 1958). With a softmax over several classes
/// the odds are those against the first class; several sigmoids answer each for its own class.
///
/// ```swift
/// print(try OddsRatios(network, on: data, row: 1).text())
/// ```
public struct OddsRatios: Hashable, Sendable {
  struct Line: Hashable, Sendable {
    let name: String
    /// Per unit of the input as the data have it, whatever the network's preparation.
    let coefficient: Double
    /// The odds of the row with one more of the input over those of the row as it is, by the network.
    let measured: Double
    var ratio: Double { exp(coefficient) }
  }

  /// The odds of a class against another.
  struct Part: Hashable, Sendable {
    let outcome: String
    let reference: String
    let lines: [Line]
    let constant: Double
  }

  let parts: [Part]

  /// - Parameter row: counted from 1; the odds are measured there.
  /// - Throws: when the network has more than one layer or is no classifier, or there is no such row.
  public init(_ network: Network, on data: Dataset, row: Int) throws {
    try Subject.check([row], of: data.count, in: data.name)
    let weights = network.parameters.paths.filter { $0.hasSuffix(".weight") }
    guard weights.count == 1, let path = weights.first, let weight = network.parameters[path],
      weight.shape.count == 2, weight.shape[1] == data.featureCount,
      let classes = try network.task?.names, try network.task?.kind == "classification",
      classes.count == max(weight.shape[0], 2)
    else {
      throw DrillError(
        "--odds reads a classifier of one fully connected layer as logistic regression; this network "
          + "is another. Train one with apus train DATA --hidden none")
    }
    let preparation = try network.preprocessing
    let factors = (0..<data.featureCount).map { index in
      preparation.factors.count == 1 ? preparation.factors[0] : preparation.factors[index]
    }
    let biases = network.parameters[path.replacing(".weight", with: ".bias")]?.doubles()
    let (odds, isAlone) = try Self.odds(network, data, row, factors)
    let (numbers, units) = (weight.doubles(), weight.shape[0])
    parts = (isAlone ? 0..<units : 1..<units).map { unit in
      func difference(_ numbers: [Double], _ index: Int, _ stride: Int) -> Double {
        numbers[unit * stride + index] - (isAlone ? 0 : numbers[index])
      }
      let lines = (0..<data.featureCount).map { index in
        Line(
          name: data.featureNames[index],
          coefficient: difference(numbers, index, data.featureCount) * factors[index],
          measured: odds[index + 1][unit] / odds[0][unit])
      }
      let shift =
        preparation.offsets.isEmpty
        ? 0 : zip(lines, preparation.offsets).reduce(0) { $0 + $1.0.coefficient * $1.1 }
      return Part(
        outcome: classes[units == 1 ? 1 : unit],
        reference: isAlone && units > 1 ? "the rest" : classes[0], lines: lines,
        constant: (biases.map { difference($0, 0, 1) } ?? 0) - shift)
    }
  }

  /// The odds of each class, by the network, of the row and of the row with one more of each input; and
  /// whether each unit answers for itself instead of against the first one.
  private static func odds(
    _ network: Network, _ data: Dataset, _ row: Int, _ factors: [Double]
  ) throws -> (odds: [[Double]], isAlone: Bool) {
    let own = try network.example(at: row - 1, of: data, loss: .squaredErrorPerRow).input.doubles()
    let rows = (0...own.count).flatMap { changed in
      own.indices.map { own[$0] + ($0 + 1 == changed ? factors[$0] : 0) }
    }
    let subject = try Subject(
      network, input: TensorData(rows, shape: [own.count + 1, own.count]), title: "")
    let tape = try Tape(subject, detail: .tensors)
    guard let layer = NetworkLayers(tape.steps, subject.graph)?.layers.first else {
      throw DrillError("--odds reads one fully connected layer; this network has none")
    }
    let outputs = tape.trace.numbers(layer.activation)
    let odds = (0...own.count).map { row in
      let one = Array(outputs[row * layer.units..<(row + 1) * layer.units])
      switch layer.function {
      case "σ": return one.map { $0 / (1 - $0) }
      case "softmax": return one.map { $0 / one[0] }
      default: return one.map { layer.units == 1 ? exp($0) : exp($0 - one[0]) }
      }
    }
    return (odds, layer.units == 1 || layer.function == "σ")
  }
}

extension OddsRatios {
  private static let columns = ["input", "coefficient", "odds ratio", "by the network"]

  private func cells(_ part: Part, _ style: NumberStyle) -> [[String]] {
    part.lines.map {
      [$0.name, style.text($0.coefficient), style.text($0.ratio), style.text($0.measured)]
    } + [["constant", style.text(part.constant), "", ""]]
  }

  private static let meaning =
    "odds ratio = exp(coefficient): one more of the input, in the unit of the data, multiplies the "
    + "odds by it; by the network: the odds of the row with one more over those without"

  /// As tables of text.
  public func text(style: NumberStyle = NumberStyle()) -> String {
    var page = TextLines()
    for part in parts {
      page.heading("LOGISTIC REGRESSION: odds of \(part.outcome) against \(part.reference)")
      var table = TextTable(Self.columns, rightAligned: [1, 2, 3])
      for cells in cells(part, style) { table.add(cells) }
      for line in table.lines { page.add("  " + line) }
    }
    page.add("")
    page.wrapped(Self.meaning, first: "  ", indent: 2)
    return page.text
  }

  /// As tables of Markdown.
  public func markdown(style: NumberStyle = NumberStyle()) -> String {
    var page = MarkdownPage()
    page.heading("Logistic regression", level: 1)
    for part in parts {
      page.heading("Odds of \(part.outcome) against \(part.reference)")
      page.table(
        Self.columns,
        cells(part, style).map { [MarkdownPage.escaped($0[0])] + $0.dropFirst() }, right: [1, 2, 3])
    }
    page.add("\n" + MarkdownPage.escaped(Self.meaning) + ".")
    return page.text
  }

  /// See Documentation/ExplainJSON.md.
  public var json: JSON {
    .array(
      parts.map { part in
        [
          "class": .string(part.outcome), "against": .string(part.reference),
          "constant": .real(part.constant),
          "inputs": .array(
            part.lines.map {
              [
                "name": .string($0.name), "coefficient": .real($0.coefficient),
                "odds_ratio": .real($0.ratio), "measured": .real($0.measured),
              ]
            }),
        ]
      })
  }
}
