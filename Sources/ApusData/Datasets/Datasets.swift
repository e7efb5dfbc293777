internal import ApusFormats
internal import ApusGraph

/// How to make a named data set. What a set has no use for is passed over.
public struct DatasetOptions: Sendable {
  /// The number of rows of a generated set; nil for its usual one.
  public var rows: Int?
  /// The noise of a generated set; nil for its usual one.
  public var noise: Double?
  public var seed: UInt64
  /// The folder of a set that is read from files (MNIST).
  public var folder: String?
  /// How many threads may unpack files. Never changes the result.
  public var threads: Int

  public init(
    rows: Int? = nil, noise: Double? = nil, seed: UInt64 = 0, folder: String? = nil,
    threads: Int = 1
  ) {
    self.rows = rows
    self.noise = noise
    self.seed = seed
    self.folder = folder
    self.threads = threads
  }
}

/// The data sets that have a name.
public enum Datasets {
  public enum Origin: String, Sendable { case embedded, generated, files }

  public struct Entry: Sendable {
    public let name: String
    public let origin: Origin
    /// One line: what it is.
    public let summary: String
    let load: @Sendable (DatasetOptions) throws -> LoadedData
  }

  /// Every named set, in the order in which they are shown.
  public static let all: [Entry] = embeddedEntries + fileEntries + generatedEntries

  public static var names: [String] { all.map(\.name) }

  /// The entry of a name. Throws with the nearest name.
  public static func entry(_ name: String) throws(DataError) -> Entry {
    if let entry = all.first(where: { $0.name == name.lowercased() }) { return entry }
    throw DataError(
      "there is no data set \"\(printable(name, limit: 80))\"",
      hint: didYouMean(name, in: names) ?? "Named are \(names.joined(separator: ", ")).",
      kind: .usage)
  }

  /// The data set of a name.
  public static func named(
    _ name: String, _ options: DatasetOptions = DatasetOptions()
  ) throws -> Dataset {
    try entry(name).load(options).dataset
  }

  /// What a person typed as DATA: a name, a CSV or TSV file, or a folder of IDX or
  /// NPY files.
  public static func load(
    _ text: String, table: TableOptions = TableOptions(),
    options: DatasetOptions = DatasetOptions()
  ) throws -> LoadedData {
    if let entry = all.first(where: { $0.name == text.lowercased() }) {
      return try entry.load(options)
    }
    switch File.kind(text) {
    case .folder?:
      return ArrayFolder.isOne(text)
        ? try ArrayFolder.load(text)
        : try ImageFolder.load(text, threads: options.threads)
    case .file?, .other?: return try Table(contentsOf: text).dataset(table)
    case nil:
      if text.contains("/") || text.contains(".") {
        throw FileError(.open, text, "there is no such file or folder")
      }
      return try entry(text).load(options)
    }
  }
}

private let embeddedEntries: [Datasets.Entry] = [
  .embedded("digits", "1,797 handwritten digits, 8×8 pixels, 10 classes") { try Datasets.digits() },
  .embedded("iris", "150 irises, 4 measures, 3 species") { try Datasets.iris() },
  .embedded("wine", "178 wines, 13 measures, 3 cultivars") { try Datasets.wine() },
  .embedded("breast_cancer", "569 tumours, 30 measures, benign or malignant") {
    try Datasets.breastCancer()
  },
  .embedded("diabetes", "442 patients, 10 measures, progression after a year (regression)") {
    try Datasets.diabetes()
  },
]

private let fileEntries: [Datasets.Entry] = [
  .files("mnist", "60,000 + 10,000 handwritten digits, 28×28 pixels, 10 classes"),
  .files("fashion_mnist", "60,000 + 10,000 pieces of clothing, 28×28 pixels, 10 classes"),
]

private let generatedEntries: [Datasets.Entry] = [
  .generated("and", "the truth table of and, 4 rows") { _ in try Generators.and() },
  .generated("or", "the truth table of or, 4 rows") { _ in try Generators.or() },
  .generated("xor", "the truth table of exclusive or, 4 rows") { _ in try Generators.xor() },
  .generated("circles", "two circles inside each other, 2 classes") {
    try Generators.circles(rows: $0.rows ?? 500, noise: $0.noise ?? 0.1, seed: $0.seed)
  },
  .generated("moons", "two half moons, 2 classes") {
    try Generators.moons(rows: $0.rows ?? 500, noise: $0.noise ?? 0.1, seed: $0.seed)
  },
  .generated("spirals", "two spirals wound around each other, 2 classes") {
    try Generators.spirals(rows: $0.rows ?? 500, noise: $0.noise ?? 0.05, seed: $0.seed)
  },
  .generated("gaussians", "two normal clouds that overlap a little, 2 classes") {
    try Generators.gaussians(rows: $0.rows ?? 500, noise: $0.noise ?? 1, seed: $0.seed)
  },
  .generated("blobs", "three normal clouds, 3 classes") {
    try Generators.blobs(3, rows: $0.rows ?? 500, noise: $0.noise ?? 0.3, seed: $0.seed)
  },
  .generated("sine", "y = sin x with noise (regression)") {
    try Generators.sine(rows: $0.rows ?? 500, noise: $0.noise ?? 0.1, seed: $0.seed)
  },
  .generated("plane", "y = (x1 + x2) / 2 with noise (regression)") {
    try Generators.plane(rows: $0.rows ?? 500, noise: $0.noise ?? 0.1, seed: $0.seed)
  },
  .generated("deck003", "exclusive or as numbers, 4 rows (regression)") { _ in
    try Generators.deck003()
  },
  .generated("deck004", "the two rows of the worked example, 2 outputs (regression)") { _ in
    try Generators.deck004()
  },
]

extension Datasets.Entry {
  fileprivate static func embedded(
    _ name: String, _ summary: String, _ make: @escaping @Sendable () throws -> Dataset
  ) -> Self {
    Self(name: name, origin: .embedded, summary: summary) { _ in LoadedData(dataset: try make()) }
  }

  fileprivate static func generated(
    _ name: String, _ summary: String,
    _ make: @escaping @Sendable (DatasetOptions) throws -> Dataset
  ) -> Self {
    Self(name: name, origin: .generated, summary: summary) { LoadedData(dataset: try make($0)) }
  }

  fileprivate static func files(_ name: String, _ summary: String) -> Self {
    Self(name: name, origin: .files, summary: summary) { options in
      try ImageFolder.load(
        try ImageFolder.folder(of: name, options.folder), name: name, threads: options.threads)
    }
  }
}
