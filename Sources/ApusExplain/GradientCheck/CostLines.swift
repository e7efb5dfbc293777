import ApusGraph
import ApusLayers
import ApusTraining

/// The cost along lines through the parameters, J(w + t·d), beside the slope that backpropagation
/// gives there.
struct CostLines {
  let cost: any CheckedCost
  /// J(w).
  let value: Double
  let settings: GradientCheck

  /// Rounding of a difference of costs divided by its step.
  private func noise(_ step: Double) -> Double { 4 * Double.ulpOfOne * abs(value) / step }

  func check(
    _ path: String, gradient: TensorData, largestOfLayer: Double
  ) throws -> TensorCheck {
    let slopes = gradient.doubles()
    let isSmall = slopes.count <= settings.entryLimit
    let largest = slopes.indices.max { abs(slopes[$0]) < abs(slopes[$1]) } ?? 0
    var lines = try (isSmall ? Array(slopes.indices) : [largest]).map { index in
      try line(
        .entry(index, shape: gradient.shape), slope: slopes[index], largestOfLayer,
        at: { cost.parameters.moved(path, at: index, by: $0) })
    }
    if !isSmall {
      let direction = randomDirection(path, gradient.shape)
      let slope = zip(slopes, direction[path]?.doubles() ?? []).reduce(0) { $0 + $1.0 * $1.1 }
      lines.append(
        try line(
          .randomDirection, slope: slope, largestOfLayer,
          at: { cost.parameters.moved(along: direction, by: $0) }))
    }
    return TensorCheck(
      path: path, shape: gradient.shape, lines: lines, checksEveryEntry: isSmall,
      largestGradient: slopes.isEmpty ? 0 : abs(slopes[largest]), largestOfLayer: largestOfLayer)
  }

  /// A vector of length 1, normal in every direction.
  private func randomDirection(_ path: String, _ shape: [Int]) -> ParameterStore {
    var random = RandomStream(
      seed: settings.seed, purpose: RandomPurpose(named: "gradient check \(path)"))
    let numbers = (0..<shape.reduce(1, *)).map { _ in random.normal() }
    let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
    var direction = ParameterStore()
    direction[path] = TensorData(numbers.map { $0 / length }, shape: shape)
    return direction
  }

  private func line(
    _ place: LineCheck.Place, slope: Double, _ largest: Double,
    at point: (Double) -> ParameterStore
  ) throws -> LineCheck {
    var first: (sides: Sides, error: Double)?
    var last = Sides(left: 0, right: 0)
    // A kink nearer than ε spoils a difference; a smaller step may stay on one side of it.
    for step in [settings.epsilon, settings.epsilon / 10, settings.epsilon / 100] {
      let (above, below) = (try cost(point(step)), try cost(point(-step)))
      last = Sides(left: (value - below) / step, right: (above - value) / step)
      let numeric = (above - below) / (2 * step)
      let scale = max(largest, noise(step) / settings.tolerance)
      let error = numeric == slope ? 0 : abs(numeric - slope) / scale
      if first == nil { first = (last, error) }
      if error <= settings.tolerance {
        return LineCheck(
          place: place, slope: slope, numeric: numeric, relativeError: error, verdict: .agrees)
      }
    }
    let sides = first?.sides ?? last
    return LineCheck(
      place: place, slope: slope, numeric: (sides.left + sides.right) / 2,
      relativeError: first?.error ?? .nan,
      verdict: verdict(of: slope, sides, last, step: settings.epsilon / 100, largest))
  }

  private struct Sides {
    let left: Double
    let right: Double
    var gap: Double { abs(right - left) }
  }

  /// Where the cost is smooth, the slopes of the two sides meet as the step shrinks, a hundredth of
  /// the step for a hundredth of the gap. At a kink they do not, and the derivative is a convention
  /// between them (ReLU'(0) = 0).
  private func verdict(
    of slope: Double, _ wide: Sides, _ narrow: Sides, step: Double, _ largest: Double
  ) -> LineCheck.Verdict {
    let isKink = narrow.gap > wide.gap / 2 && narrow.gap > 10 * noise(step)
    guard isKink else { return .differs }
    let slack = 1e-3 * narrow.gap + settings.tolerance * largest
    let low = min(narrow.left, narrow.right) - slack
    let high = max(narrow.left, narrow.right) + slack
    return (low...high).contains(slope) ? .kink : .undecided
  }
}
