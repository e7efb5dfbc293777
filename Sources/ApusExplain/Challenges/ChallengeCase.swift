import ApusFormats
public import ApusGraph
import ApusLayers
import ApusTraining

/// What a challenge gives: a network of sigmoids in the notation of deck 003 and some rows. `w[i]`
/// is n(i+1)×n(i), `b[i]` is n(i+1)×1, X has a row per sample and goes in transposed.
struct ChallengeCase: Hashable, Sendable {
  let sizes: [Int]
  let w: [Matrix]
  let b: [Matrix]
  let x: Matrix
  let y: Matrix
  let learningRate: Double
  let epsilon: Double

  init(
    sizes: [Int], w: [Matrix], b: [Matrix], x: Matrix, y: Matrix, learningRate: Double,
    epsilon: Double
  ) {
    (self.sizes, self.w, self.b) = (sizes, w, b)
    (self.x, self.y) = (x, y)
    (self.learningRate, self.epsilon) = (learningRate, epsilon)
  }

  /// Short numbers, drawn with a seed: exclusive or where it fits, else as many rows as the first
  /// hidden layer has units, which is where a bias added the wrong way does not show by its shape.
  init(sizes: [Int], seed: UInt64) {
    var random = RandomStream(seed: seed, purpose: RandomPurpose(named: "challenge \(sizes)"))
    func draw() -> Double { (random.uniform(-1, 1) * 100).rounded() / 100 }
    self.sizes = sizes
    w = zip(sizes.dropFirst(), sizes).map { rows, columns in
      Matrix(rows: rows, columns: columns) { _, _ in draw() }
    }
    b = sizes.dropFirst().map { rows in Matrix(rows: rows, columns: 1) { _, _ in draw() } }
    if sizes.first == 2, sizes.last == 1 {
      x = Matrix(rows: 4, columns: 2) { row, column in Double(column == 0 ? row / 2 : row % 2) }
      y = Matrix(rows: 4, columns: 1) { row, _ in row == 1 || row == 2 ? 1 : 0 }
    } else {
      x = Matrix(rows: sizes[1], columns: sizes[0]) { _, _ in draw() }
      y = Matrix(rows: sizes[1], columns: sizes[sizes.count - 1]) { _, _ in draw() > 0 ? 1 : 0 }
    }
    learningRate = 0.5
    epsilon = 1e-5
  }

  /// `2-3-1`
  var name: String { sizes.map(String.init).joined(separator: "-") }

  var parameterCount: Int { (w + b).reduce(0) { $0 + $1.values.count } }

  var json: [JSON.Member] {
    [
      .init("sizes", JSON(sizes)), .init("X", x.json), .init("y", y.json),
      .init("w", .array(w.map(\.json))), .init("b", .array(b.map(\.json))),
      .init("lr", .number(learningRate)), .init("eps", .number(epsilon)),
    ]
  }

  /// Reads what a student's file gives, which may be a case of their own.
  init(json: JSON, at place: String) throws(ChallengeError) {
    func matrix(_ name: String) throws(ChallengeError) -> Matrix {
      guard let value = json[name].flatMap(Matrix.init) else {
        throw ChallengeError("\(place).\(name) must be a list of equally long rows of numbers")
      }
      return value
    }
    func matrices(_ name: String) throws(ChallengeError) -> [Matrix] {
      let all = (json[name]?.elements ?? []).map(Matrix.init)
      guard !all.isEmpty, !all.contains(nil) else {
        throw ChallengeError("\(place).\(name) must be a list of matrices")
      }
      return all.compactMap { $0 }
    }
    sizes = try Self.sizes(json["sizes"]?.intValues, at: "\(place).sizes")
    (w, b) = (try matrices("w"), try matrices("b"))
    (x, y) = (try matrix("X"), try matrix("y"))
    learningRate = json["lr"]?.doubleValue ?? 1
    epsilon = json["eps"]?.doubleValue ?? 1e-5
    try check(at: place)
  }

  /// Sizes of a network that answers can be written down for.
  static func sizes(
    _ sizes: [Int]?, at place: String, kind: ErrorKind = .badData
  ) throws(ChallengeError) -> [Int] {
    guard let sizes, (2...20).contains(sizes.count),
      sizes.allSatisfy({ (1...100).contains($0) })
    else {
      throw ChallengeError(
        "\(place) must be 2 to 20 whole numbers from 1 to 100, as 2,3,1", kind: kind)
    }
    return sizes
  }

  private func check(at place: String) throws(ChallengeError) {
    let shapes = zip(sizes.dropFirst(), sizes).map { "\($0)×\($1)" }
    let biases = sizes.dropFirst().map { "\($0)×1" }
    guard w.map(\.shape) == shapes, b.map(\.shape) == biases else {
      throw ChallengeError(
        "\(place): a network \(name) has w of \(shapes.joined(separator: ", ")) and b of "
          + "\(biases.joined(separator: ", ")), found \(w.map(\.shape).joined(separator: ", ")) and "
          + b.map(\.shape).joined(separator: ", "))
    }
    guard x.columns == sizes[0], y.columns == sizes[sizes.count - 1], x.rows == y.rows else {
      throw ChallengeError(
        "\(place): X must be m×\(sizes[0]) and y m×\(sizes[sizes.count - 1]), found \(x.shape) and "
          + y.shape)
    }
    let numbers = [x, y].flatMap(\.values) + (w + b).flatMap(\.values) + [learningRate]
    guard numbers.allSatisfy({ $0.isFinite && abs($0) < 1e6 }) else {
      throw ChallengeError("\(place): numbers must be between −1e6 and 1e6")
    }
  }
}

// The right answers, by the engine.
extension ChallengeCase {
  /// σ after every layer, with these numbers in Float64.
  private var network: Network {
    get throws {
      let layers = sizes.dropFirst().map { Dense($0, activation: .sigmoid) }
      var network = try Network(Sequential(layers), inputShape: [sizes[0]])
      for layer in w.indices {
        network.parameters["dense_\(layer + 1).weight"] = TensorData(
          w[layer].values, shape: [w[layer].rows, w[layer].columns])
        network.parameters["dense_\(layer + 1).bias"] = TensorData(
          b[layer].values, shape: [b[layer].rows])
      }
      return network
    }
  }

  /// The outputs, a column per sample.
  var outputs: Matrix {
    get throws {
      let rows = TensorData(x.values, shape: [x.rows, x.columns])
      let found = try Predictor(
        try network, engine: DefaultEngine.named("reference"), precision: .float64
      ).predict(rows).doubles()
      return Matrix(rows: x.rows, columns: y.columns) { found[$0 * y.columns + $1] }.transposed
    }
  }

  /// The cost's gradient, sum((ŷ − y)²) / m, by backpropagation.
  var gradient: LectureGradient {
    get throws {
      let cost = try NetworkCost(
        try network, loss: .squaredErrorPerRow,
        inputs: [TensorData(x.values, shape: [x.rows, x.columns])],
        targets: TensorData(y.values, shape: [y.rows, y.columns]))
      let found = try cost.gradient(at: cost.parameters)
      func matrix(_ name: String, like shape: Matrix) -> Matrix {
        var matrix = shape
        matrix.values = found[name]?.doubles() ?? []
        return matrix
      }
      return LectureGradient(
        w: w.indices.map { matrix("dense_\($0 + 1).weight", like: w[$0]) },
        b: b.indices.map { matrix("dense_\($0 + 1).bias", like: b[$0]) })
    }
  }
}

/// ∂J/∂w and ∂J/∂b, shaped like w and b.
struct LectureGradient: Hashable, Sendable {
  var w: [Matrix]
  var b: [Matrix]

  func map(_ change: (Double) -> Double) -> LectureGradient {
    LectureGradient(w: w.map { $0.map(change) }, b: b.map { $0.map(change) })
  }
}

/// A file of answers, or a request, that cannot be used.
public struct ChallengeError: DiagnosableError, Hashable, Sendable {
  public let kind: ErrorKind
  public let description: String

  init(_ description: String, kind: ErrorKind = .badData) {
    self.description = "challenge: \(description)"
    self.kind = kind
  }
}
