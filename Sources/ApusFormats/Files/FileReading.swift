#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Reading and listing files without Foundation.
public enum File {
  /// The most bytes a reader takes by default: three quarters of the machine's memory.
  public static var defaultMaximumBytes: Int {
    let bytes = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    return max(bytes, 1 << 30) / 4 * 3
  }

  /// All bytes of a regular file, whose size is taken once, before any memory is.
  ///
  /// A link in the last part of the path is followed only for a path that a person has named
  /// (`followingLinks`); pass false for a name that comes out of another file.
  public static func read(
    _ path: String, maximumBytes: Int = defaultMaximumBytes, followingLinks: Bool = true
  ) throws(FileError) -> [UInt8] {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followingLinks ? 0 : O_NOFOLLOW)
    let descriptor = open(try checked(path, .open), flags)
    guard descriptor >= 0 else { throw FileError(.open, path, code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(.open, path, code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw FileError(.read, path, isFolder ? "it is a folder" : "it is not a regular file")
    }
    let size = Int(status.st_size)
    guard size <= maximumBytes else {
      throw FileError(
        .read, path, "its \(size) bytes are more than the limit of \(maximumBytes) bytes")
    }
    return try read(descriptor, size: size, path)
  }

  private static func read(
    _ descriptor: Int32, size: Int, _ path: String
  ) throws(FileError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = systemRead(descriptor, buffer.baseAddress! + count, size - count)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { break }
        count += got
      }
    }
    guard failure == 0 else { throw FileError(.read, path, code: failure) }
    guard bytes.count == size else {
      throw FileError(.read, path, "it shrank from \(size) to \(bytes.count) bytes while read")
    }
    return bytes
  }

  /// All of standard input.
  public static func readStandardInput(
    maximumBytes: Int = defaultMaximumBytes
  ) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let got = systemRead(STDIN_FILENO, &chunk, chunk.count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw FileError(.read, "standard input", code: errno) }
      guard got > 0 else { return bytes }
      guard bytes.count + got <= maximumBytes else {
        throw FileError(.read, "standard input", "it is longer than \(maximumBytes) bytes")
      }
      bytes.append(contentsOf: chunk[..<got])
    }
  }

  /// What a path names.
  public enum Kind: Sendable { case file, folder, other }

  /// What is there, links followed; nil when there is nothing.
  public static func kind(_ path: String) -> Kind? {
    var status = stat()
    guard !path.utf8.contains(0), stat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  /// The names in a folder, sorted by their bytes, without `.` and `..`.
  public static func list(_ folder: String) throws(FileError) -> [String] {
    guard let directory = opendir(try checked(folder, .list)) else {
      throw FileError(.list, folder, code: errno)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee))
        { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Makes a folder and the missing ones above it.
  public static func makeFolder(_ path: String) throws(FileError) {
    if kind(path) == .folder { return }
    if let parent = splitPath(path).folder { try makeFolder(parent) }
    if mkdir(try checked(path, .create), 0o777) != 0, errno != EEXIST || kind(path) != .folder {
      throw FileError(.create, path, code: errno)
    }
  }

  /// Makes exactly this folder; false when something of that name is there already.
  public static func makeNewFolder(_ path: String) throws(FileError) -> Bool {
    if mkdir(try checked(path, .create), 0o777) == 0 { return true }
    if errno == EEXIST { return false }
    throw FileError(.create, path, code: errno)
  }

  /// `a/b/c.csv` as the folder `a/b` (nil for none) and the name `c.csv`.
  public static func splitPath(_ path: String) -> (folder: String?, name: String) {
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
    guard let slash = trimmed.lastIndex(of: "/") else { return (nil, String(trimmed)) }
    let name = String(trimmed[trimmed.index(after: slash)...])
    if name.isEmpty { return (nil, "/") }
    return (slash == trimmed.startIndex ? "/" : String(trimmed[..<slash]), name)
  }

  /// The path, unless it is empty or would end early for the system.
  static func checked(
    _ path: String, _ action: FileError.Action
  ) throws(FileError) -> String {
    guard !path.isEmpty else { throw FileError(action, path, "the name is empty") }
    guard !path.utf8.contains(0) else {
      throw FileError(action, path, "the name contains a zero byte")
    }
    return path
  }
}

/// The system's `read`, which `File.read` hides.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int
{
  read(descriptor, buffer, count)
}
