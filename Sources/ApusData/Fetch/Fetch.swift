internal import ApusFormats
internal import ApusGraph

/// Getting a data set's files over the network, each checked by its SHA-256.
public enum Fetch {
  /// A file and the SHA-256 of its unpacked bytes, which does not depend on how it was packed.
  package struct RemoteFile: Sendable {
    package let name: String
    package let digest: String

    package init(_ name: String, _ digest: String) {
      self.name = name
      self.digest = digest
    }
  }

  /// The sets that can be fetched.
  public static let names = ["mnist"]

  /// Where MNIST is offered, in the order in which it is tried.
  public static let mnistMirrors = [
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    "https://storage.googleapis.com/cvdf-datasets/mnist",
  ]

  private static let mnist = [
    RemoteFile(
      "train-images-idx3-ubyte.gz",
      "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    RemoteFile(
      "train-labels-idx1-ubyte.gz",
      "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    RemoteFile(
      "t10k-images-idx3-ubyte.gz",
      "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    RemoteFile(
      "t10k-labels-idx1-ubyte.gz",
      "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
  ]

  /// Puts the files of a set into a folder; what is there already and right is kept. `report` is
  /// told what happens, one sentence a file. Needs the program `curl`.
  public static func run(
    _ name: String, into folder: String, mirrors: [String] = mnistMirrors,
    report: (String) -> Void = { _ in }
  ) throws {
    guard names.contains(name.lowercased()) else {
      throw DataError(
        "\"\(printable(name, limit: 80))\" cannot be fetched",
        hint: didYouMean(name, in: names) ?? "Fetched can be: \(names.joined(separator: ", ")).",
        kind: .usage)
    }
    try fetch(mnist, from: mirrors, into: folder, report: report)
  }

  package static func fetch(
    _ files: [RemoteFile], from mirrors: [String], into folder: String, report: (String) -> Void
  ) throws {
    try File.makeFolder(folder)
    for file in files {
      let path = folder + "/" + file.name
      if let there = try? File.read(path, maximumBytes: maximumBytes), isRight(there, file) {
        report("\(file.name) is there already")
        continue
      }
      let (bytes, mirror) = try download(file, from: mirrors, into: folder)
      try File.write(bytes, to: path, overwriting: true)
      report("\(file.name): \(bytes.count) bytes from \(mirror)")
    }
  }

  private static let maximumBytes = 256 << 20

  /// The bytes from the first mirror that has the right ones.
  private static func download(
    _ file: RemoteFile, from mirrors: [String], into folder: String
  ) throws -> ([UInt8], mirror: String) {
    var reasons: [String] = []
    let temporary = folder + "/." + file.name + ".part"
    defer { removeFile(temporary) }
    for mirror in mirrors {
      do {
        try runCurl(
          from: mirror + "/" + file.name, to: temporary, maximumBytes: maximumBytes)
        let bytes = try File.read(
          temporary, maximumBytes: maximumBytes, followingLinks: false)
        if isRight(bytes, file) { return (bytes, mirror) }
        reasons.append("\(mirror) has other bytes than expected (SHA-256)")
      } catch let error as DataError {
        reasons.append("\(mirror): \(error.reason)")
      }
    }
    throw DataError(
      "no mirror gave \(file.name): " + reasons.joined(separator: "; "), source: folder,
      hint: "Get the files by another way and name their folder with --data DIR.", kind: .other)
  }

  private static func isRight(_ bytes: [UInt8], _ file: RemoteFile) -> Bool {
    guard Gzip.isGzip(bytes) else { return SHA256.hexDigest(bytes) == file.digest }
    guard let unpacked = try? Gzip.inflate(bytes, maximumBytes: maximumBytes) else { return false }
    return SHA256.hexDigest(unpacked.values(as: UInt8.self)) == file.digest
  }
}
