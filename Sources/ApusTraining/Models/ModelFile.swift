import ApusFormats
public import ApusGraph
public import ApusLayers

/// Why a safetensors file is not a model of ours.
public struct ModelFileError: DiagnosableError, Hashable, Sendable {
  public var kind: ErrorKind { .badData }

  public let description: String

  public init(_ path: String, _ reason: String, hint: String? = nil) {
    description = "model file \(path): \(reason)" + (hint.map { "; \($0)" } ?? "")
  }
}

/// One file that predicts: safetensors with every parameter and state by path and, in the metadata,
/// the inference graph as text, the architecture for people, preprocessing, task, loss and seed.
///
/// No time, host, path or thread count goes in, so equal runs give equal bytes.
extension Network {
  /// Writes the network. Refuses to overwrite unless asked to.
  public func save(to path: String, overwriting: Bool = false) throws {
    var file = Safetensors()
    for entry in parameters.entries { file.tensors.append((entry.path, entry.value)) }
    for entry in states.entries { file.tensors.append((entry.path, entry.value)) }
    let program = try inferenceProgram()
    file.metadata = [
      ("format", "apus-model"), ("version", "1"),
      ("graph", program.text(withLocations: false)),
      ("seed", String(seed)),
    ]
    if notes["architecture"] == nil, let architecture {
      file.metadata.append(("architecture", architecture))
    }
    for key in notes.keys.sorted() { file.metadata.append((key, notes[key] ?? "")) }
    try file.write(to: path, overwriting: overwriting)
  }

  /// Reads a model file. The program in it is parsed and verified, never executed as code.
  ///
  /// Throws ``ModelFileError`` or the reader's own error that names offset and rule.
  public init(contentsOf path: String) throws {
    let file = try Safetensors(contentsOf: path)
    guard file.text("format") == "apus-model" else {
      throw ModelFileError(
        path, "it is safetensors but holds no network",
        hint: "weights of another program go in through --initial-weights")
    }
    guard file.text("version") == "1" else {
      throw ModelFileError(
        path, "version 1 is supported, found \(file.text("version") ?? "none")")
    }
    guard let text = file.text("graph") else { throw ModelFileError(path, "it has no graph") }
    let model = GraphModel(try Program(parsing: text))
    try Self.checkTensors(of: model.program, in: file, path)
    let seed = file.text("seed").flatMap { UInt64($0) } ?? 0
    do {
      try self.init(model, inputs: try model.inputSpecs(), seed: seed)
    } catch let mistake as GraphError {
      throw ModelFileError(path, "its graph is wrong: \(mistake)")
    }
    fill(from: file, program: model.program)
    let own: Set = ["format", "version", "graph", "seed"]
    for (key, value) in file.metadata where !own.contains(key) { notes[key] = value }
  }

  /// The layers in the words of ``ModelJSON``; nil for a model that is no stack of layers.
  private var architecture: String? {
    guard let layer = (model as? LayerModel)?.layer else { return nil }
    return ModelJSON.json(layer as? Sequential ?? Sequential([layer])).text()
  }

  /// The graph that predicts, without dead nodes: outputs `output_1`, ….
  public func inferenceProgram() throws -> Program {
    let built = try build(.inference)
    let outputs = built.outputs.enumerated().map { ("output_\($0 + 1)", $1) }
    return DeadNodes().run(try Program(built.graph, outputs: outputs))
  }

  /// Before any memory is taken for what the graph declares: the file has all of it.
  private static func checkTensors(
    of program: Program, in file: Safetensors, _ path: String
  ) throws {
    for variable in program.variables {
      guard let data = file[variable.path] else {
        throw ModelFileError(path, "the tensor '\(variable.path)' of its graph is missing")
      }
      guard Shape(data.shape) == variable.type.shape, data.dtype == variable.type.dtype else {
        throw ModelFileError(
          path,
          "'\(variable.path)' is \(data.dtype)\(data.shape), its graph says \(variable.type)")
      }
    }
  }

  private mutating func fill(from file: Safetensors, program: Program) {
    for variable in program.variables {
      if parameters[variable.path] != nil {
        parameters[variable.path] = file[variable.path]
      } else {
        states[variable.path] = file[variable.path]
      }
    }
  }
}

extension Network {
  /// Copies tensors of another program's safetensors file into the parameters.
  ///
  /// - Parameter names: which name in the file goes to which path here; a path that the map leaves
  ///   out is looked up under its own name.
  /// - Throws: ``ModelFileError`` when a tensor is missing or has another shape.
  public mutating func load(
    weightsOf path: String, names: [String: String] = [:]
  ) throws {
    let file = try Safetensors(contentsOf: path)
    let nameOfPath = Dictionary(names.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    for entry in parameters.entries {
      let name = nameOfPath[entry.path] ?? entry.path
      guard let data = file[name] else {
        let known = file.tensors.map(\.name)
        throw ModelFileError(
          path, "the tensor '\(name)' is missing",
          hint: closestMatch(to: name, in: known).map { "did you mean '\($0)'?" }
            ?? "it has \(known.prefix(8).joined(separator: ", "))")
      }
      guard data.shape == entry.value.shape else {
        throw ModelFileError(
          path, "'\(name)' has the shape \(data.shape), the network expects \(entry.value.shape)")
      }
      guard data.dtype.isFloatingPoint else {
        throw ModelFileError(path, "'\(name)' holds \(data.dtype), expected floating-point numbers")
      }
      parameters[entry.path] = data.converted(to: entry.value.dtype)
    }
  }
}
