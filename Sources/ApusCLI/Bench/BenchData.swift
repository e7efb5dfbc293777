internal import Apus

/// The rows that workloads train on, read or made once.
final class BenchData {
  struct Images {
    var dataset: Dataset
    /// Where the four files are; nil for generated images.
    var folder: String?
    /// How many of a hundred pixels are 0: products leave zeros out.
    var zeros: Int
    var description: String {
      "\(folder == nil ? "generated, of MNIST's shape" : "MNIST"), \(zeros) % zeros"
    }

    init(_ dataset: Dataset, from folder: String?) {
      (self.dataset, self.folder) = (dataset, folder)
      let pixels = dataset.features.values(as: UInt8.self)
      let found = pixels.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
      zeros = Int((100 * Double(found) / Double(max(pixels.count, 1))).rounded())
    }
  }

  private let folder: String?
  private let isGenerated: Bool
  private var images: Images?

  /// - Parameters:
  ///   - folder: of MNIST's four files, as the command line gave it.
  ///   - isGenerated: whether to take generated images in any case.
  init(folder: String?, isGenerated: Bool) {
    (self.folder, self.isGenerated) = (folder, isGenerated)
  }

  /// Where the four files are; nil when they are nowhere or not wanted.
  var imageFolder: String? {
    if isGenerated { return nil }
    if let folder { return folder }
    let usual =
      [environmentVariable("APUS_MNIST") ?? ""] + ImageFolder.defaultFolders(of: "mnist")
      + ["../shared/data/mnist"]
    return usual.first { !$0.isEmpty && File.kind($0) == .folder }
  }

  /// The training images of MNIST, or generated ones of the same shape and type.
  func trainingImages() throws -> Images {
    if let images { return images }
    let folder = imageFolder
    let dataset = try folder.map { try ImageFolder.load($0, name: "mnist").dataset }
    let images = Images(
      try dataset ?? GeneratedImages(rows: 60_000, seed: 0).dataset, from: folder)
    self.images = images
    return images
  }
}

/// Bytes at random with labels at random: the shape and the type of MNIST without its files.
struct GeneratedImages {
  let pixels: [UInt8]
  let labels: [UInt8]

  init(rows: Int, seed: UInt64) {
    var random = RandomStream(seed: seed, purpose: .generate)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(rows * 784)
    for _ in 0..<rows * 784 / 8 {
      var word = random.next()
      for _ in 0..<8 {
        pixels.append(UInt8(truncatingIfNeeded: word))
        word >>= 8
      }
    }
    self.pixels = pixels
    labels = (0..<rows).map { _ in UInt8(random.integer(below: 10)) }
  }

  var dataset: Dataset {
    get throws {
      try Dataset(
        name: "generated", summary: "\(labels.count) images of random bytes",
        features: TensorData(pixels, shape: [labels.count, 784]), imageShape: [1, 28, 28],
        scale: 1 / 255, targets: TensorData(labels.map(Int32.init)),
        task: .classification(classes: (0..<10).map(String.init)))
    }
  }

  /// Writes the two files of a part, `train` or `t10k`, as MNIST has them.
  func write(_ part: String, to folder: String) throws {
    func bigEndian(_ values: [Int]) -> [UInt8] {
      values.flatMap { value in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
    }
    let (images, classes) = ([0x803, labels.count, 28, 28], [0x801, labels.count])
    try File.write(bigEndian(images) + pixels, to: "\(folder)/\(part)-images-idx3-ubyte")
    try File.write(bigEndian(classes) + labels, to: "\(folder)/\(part)-labels-idx1-ubyte")
  }
}
