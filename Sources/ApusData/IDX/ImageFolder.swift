internal import ApusFormats
internal import ApusGraph

/// A folder with the four files of MNIST or Fashion-MNIST, packed or not.
public enum ImageFolder {
  /// Reads `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and, where they are, the two
  /// `t10k-…` files as the test set, both sets at once where there are threads for it. Pixels stay
  /// bytes with the scale 1/255.
  public static func load(
    _ folder: String, name: String? = nil, threads: Int = 1
  ) throws -> LoadedData {
    let folderName = File.splitPath(folder).name
    let name = name ?? folderName
    let names = try File.list(folder)
    let loadTest = { @Sendable in try part("t10k", folder, names, name) }
    let (trainRows, testRows) =
      threads > 1
      ? together({ try part("train", folder, names, name) }, loadTest)
      : (Result { try part("train", folder, names, name) }, Result(catching: loadTest))
    guard let train = try trainRows.get() else {
      throw DataError(
        "the folder has no \"train-images-idx3-ubyte\", packed (.gz) or not", source: folder,
        hint: names.isEmpty ? "It is empty." : "It holds \(listed(names)).")
    }
    return LoadedData(dataset: train, test: try testRows.get())
  }

  /// The folder of a named set: the given one, or `data/NAME`, or `~/.cache/apus/NAME`.
  static func folder(of name: String, _ given: String?) throws(DataError) -> String {
    if let given { return given }
    let candidates = defaultFolders(of: name)
    if let found = candidates.first(where: { File.kind($0) == .folder }) { return found }
    let fetch = name == "mnist" ? "run \"apus datasets fetch mnist\", or " : ""
    throw DataError(
      "its files are in none of \(candidates.joined(separator: ", "))", source: name,
      hint: "To get them, \(fetch)name their folder with --data DIR.")
  }

  /// Where a named set is looked for.
  public static func defaultFolders(of name: String) -> [String] {
    let cache = environment("XDG_CACHE_HOME") ?? environment("HOME").map { $0 + "/.cache" }
    return ["data/\(name)"] + (cache.map { ["\($0)/apus/\(name)"] } ?? [])
  }

  private static func part(
    _ part: String, _ folder: String, _ names: [String], _ name: String
  ) throws -> Dataset? {
    guard let images = file("\(part)-images", names), let labels = file("\(part)-labels", names)
    else { return nil }
    let pixels = try IDX.read(folder + "/" + images)
    let classes = try IDX.read(folder + "/" + labels)
    guard pixels.shape.count == 3, pixels.dtype == .uint8 else {
      throw DataError(
        "images are bytes of shape [count, height, width]; found \(pixels.type)", source: images)
    }
    guard classes.shape == [pixels.shape[0]] else {
      throw DataError(
        "there are \(pixels.shape[0]) images, but \(labels) has labels of shape \(classes.shape)",
        source: images)
    }
    let isFashion = name.lowercased().contains("fashion")
    return try Dataset(
      name: name, summary: "\(pixels.shape[0]) images from \(images)", features: pixels,
      imageShape: [1, pixels.shape[1], pixels.shape[2]], scale: 1 / 255, targets: classes,
      task: .classification(classes: isFashion ? clothes : (0..<10).map(String.init)))
  }

  /// The file `train-images-idx3-ubyte`, also with a dot for a hyphen and with `.gz`; the unpacked
  /// one when both are there.
  private static func file(_ prefix: String, _ names: [String]) -> String? {
    names.filter { name in
      let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
      return plain.hasPrefix(prefix) && plain.hasSuffix("-ubyte")
    }.min { $0.utf8.count < $1.utf8.count }
  }

  private static let clothes = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
    "Ankle boot",
  ]
}
