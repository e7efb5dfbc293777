public import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining

extension GradientReport {
  /// All numbers at full precision. `lines` of a tensor are its numbers in order, or the largest one
  /// and the random direction.
  public var json: JSON {
    [
      "passes": .bool(passes), "rows": subject.rows.map { .integer($0) } ?? .null,
      "cost": .number(cost),
      "loss_name": .string(subject.name), "loss_reduction": .string(subject.formula),
      "precision": "float64", "epsilon": .number(settings.epsilon),
      "tolerance": .number(settings.tolerance),
      "direction_seed": .string(String(settings.seed)),
      "tensors": .array(tensors.map(\.json)), "effort": effort.json, "valley": valley.json,
    ]
  }
}

extension TensorCheck {
  fileprivate var json: JSON {
    [
      "path": .string(path), "shape": JSON(shape), "passes": .bool(passes),
      "every_entry": .bool(checksEveryEntry), "largest_gradient": .number(largestGradient),
      "largest_gradient_of_layer": .number(largestOfLayer),
      "largest_relative_error": worst.map { .finite($0.relativeError) } ?? .null,
      "lines": .array(lines.map(\.json)),
    ]
  }
}

extension LineCheck {
  fileprivate var json: JSON {
    [
      "place": .string(placeText), "backpropagation": .number(slope), "numeric": .finite(numeric),
      "relative_error": .finite(relativeError), "verdict": .string(verdict.rawValue),
    ]
  }
}

extension GradientEffort {
  fileprivate var json: JSON {
    func passes(_ count: Int) -> JSON {
      [
        "forward_difference": .integer(forwardPasses(.forward, parameters: count)),
        "central_difference": .integer(forwardPasses(.central, parameters: count)),
        "backpropagation_forward": 1, "backpropagation_backward": 1,
      ]
    }
    return [
      "parameters": .integer(parameters), "passes": passes(parameters),
      "passes_of_a_million": passes(Self.projected),
      "seconds": [
        "forward_pass": .finite(secondsOfForward),
        "backpropagation": .finite(secondsOfBackpropagation),
        "forward_difference": .finite(seconds(.forward)),
        "central_difference": .finite(seconds(.central)),
      ],
    ]
  }
}

extension ErrorValley {
  fileprivate var json: JSON {
    [
      "epsilons": JSON(epsilons), "every_entry": .bool(checksEveryEntry),
      "methods": .array(
        methods.map { method in
          [
            "precision": .string(method.precision.rawValue),
            "difference": .string(method.difference.rawValue),
            "relative_errors": .array(method.errors.map { .finite($0) }),
            "best_epsilon": .number(epsilons[method.best]),
          ]
        }),
    ]
  }
}
