public import ApusFormats

extension Explanation {
  /// The explanation as JSON in full precision; Documentation/ExplainJSON.md is its schema. NaN and ±∞,
  /// which JSON lacks, are the strings "NaN", "Infinity" and "-Infinity".
  public func json(sections: [ExplanationSection] = ExplanationSection.allCases) -> JSON {
    var members: [JSON.Member] = [.init("format", "apus-explain"), .init("version", 1)]
    for section in sections {
      switch section {
      case .header: members.append(.init("header", header.json))
      case .shapes: members.append(.init("shapes", .array(shapes.map(\.json))))
      case .forward: members.append(.init("forward", .array(forward.map(\.json))))
      case .loss: members.append(.init("loss", loss?.json ?? .null))
      case .backward: members.append(.init("backward", .array(backward.map(\.json))))
      case .rows: members.append(.init("rows", batch?.json ?? .null))
      case .parameters: members.append(.init("parameters", .array(parameters.map(\.json))))
      case .step: members.append(.init("step", step?.json ?? .null))
      case .remarks: members.append(.init("remarks", .array(remarks.map(\.json))))
      }
    }
    return .object(members)
  }
}

extension JSON {
  static func real(_ value: Double) -> JSON {
    if value.isFinite { return .number(value) }
    return .string(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
  }

  static func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }

  /// A number for a scalar, nested lists for a tensor.
  static func numbers(_ numbers: Numbers) -> JSON {
    var level = numbers.values.map { JSON.real($0) }
    for size in numbers.shape.reversed() {
      guard size > 0 else { return .array([]) }
      level = stride(from: 0, to: level.count, by: size).map {
        .array(Array(level[$0..<$0 + size]))
      }
    }
    return level.first ?? .array([])
  }
}

extension ExplanationHeader {
  fileprivate var json: JSON {
    [
      "title": .string(title), "summary": .string(summary), "loss": .text(loss),
      "notation": .string(notation), "precision": .string(precision),
      "seed": seed.map { .string(String($0)) } ?? .null, "example": .text(example),
      "origin": .text(origin?.rawValue), "equations": JSON(equations), "notes": JSON(notes),
    ]
  }
}

extension ShapeEntry {
  fileprivate var json: JSON {
    [
      "symbol": .string(symbol), "meaning": .string(meaning), "role": .string(role.rawValue),
      "symbolic_shape": .string(symbolicShape), "shape": JSON(shape), "count": .integer(count),
    ]
  }
}

extension Quantity {
  fileprivate var json: JSON {
    [
      "name": .string(name), "tensor": .string(tensor), "index": index.map { JSON($0) } ?? .null,
      "role": .string(role.rawValue), "layer": .string(layer),
    ]
  }
}

extension Formula {
  fileprivate var operandsJSON: JSON {
    .array(
      operands.map { operand in
        [
          "name": .string(operand.name), "value": .numbers(operand.value),
          "role": .string(operand.role.rawValue),
          "row": operand.row.map { .integer($0) } ?? .null,
        ]
      })
  }
}

extension ForwardRow {
  fileprivate var json: JSON {
    [
      "row": .integer(number), "quantity": quantity.json, "operation": .string(operation),
      "formula": .string(formula.symbolic), "operands": formula.operandsJSON,
      "value": .numbers(value), "is_loss": .bool(isLoss), "note": .text(note),
    ]
  }
}

extension LossPart {
  fileprivate var json: JSON {
    [
      "terms": .array(
        terms.map { term in
          [
            "name": .string(term.name), "formula": .string(term.formula.symbolic),
            "value": .real(term.value),
          ]
        }), "sum": .real(sum), "reduction": .string(reduction), "value": .real(value),
    ]
  }
}

extension BackwardRow {
  fileprivate var json: JSON {
    [
      "row": .integer(number), "quantity": quantity.json,
      "contributions": .array(contributions.map(\.json)), "gradient": .numbers(gradient),
      "norm": .real(gradient.norm),
      "estimate": ["of": .string(estimate.kind.rawValue), "value": .real(estimate.value)],
      "estimates": estimates.map { .numbers($0) } ?? .null,
      "note": .text(note),
    ]
  }
}

extension Contribution {
  fileprivate var json: JSON {
    [
      "through": .string(through), "operation": .string(operation), "upstream_row": .integer(row),
      "upstream": .numbers(upstream), "local_formula": .string(localFormula.symbolic),
      "local": local.map { .real($0) } ?? .null, "product": .numbers(product),
    ]
  }
}

extension BatchPart {
  fileprivate var json: JSON {
    [
      "combination": .string(combination.rawValue), "loss": .real(loss),
      "penalty": .real(penalty),
      "rows": .array(
        zip(rows, losses).map { ["row": .integer($0), "loss": .real($1)] }),
      "given": .array(
        given.map { ["quantity": $0.quantity.json, "value": .numbers($0.value)] }),
      "parameters": .array(groups.map(\.json)),
    ]
  }
}

extension BatchPart.Group {
  fileprivate var json: JSON {
    [
      "name": .string(name), "shape": JSON(shape), "gradients": .array(rows.map(JSON.numbers)),
      "entries": .array(
        entries.map {
          [
            "name": .string($0.name), "index": JSON($0.index),
            "rows": .array($0.rows.map(JSON.real)),
            "estimates": .array($0.estimates.map(JSON.real)), "penalty": .real($0.penalty),
            "penalty_estimate": .real($0.penaltyEstimate), "gradient": .real($0.gradient),
            "estimate": .real($0.estimate),
          ]
        }),
    ]
  }
}

extension ParameterGroup {
  fileprivate var json: JSON {
    [
      "name": .string(name), "layer": .string(layer), "shape": JSON(shape),
      "count": .integer(count), "gradient_norm": .real(gradientNorm),
      "norm_estimate": .real(normEstimate), "values": .numbers(values),
      "gradients": .numbers(gradients), "entries": .array(entries.map(\.json)),
    ]
  }
}

extension ParameterGroup.Entry {
  fileprivate var json: JSON {
    [
      "name": .string(name), "index": JSON(index), "value": .real(value),
      "gradient": .real(gradient), "estimate": .real(estimate), "error": .real(error),
      "change": .real(change), "new_value": .real(newValue),
    ]
  }
}

extension StepPart {
  fileprivate var json: JSON {
    [
      "before": .real(before), "squared_norm": .real(squaredNorm),
      "trials": .array(
        trials.map { trial in
          [
            "learning_rate": .real(trial.learningRate), "predicted": .real(trial.predicted),
            "actual": .real(trial.actual), "held": .bool(trial.held),
          ]
        }),
    ]
  }
}

extension Remark {
  fileprivate var json: JSON {
    ["kind": .string(kind.rawValue), "rows": JSON(rows), "text": .string(text)]
  }
}
