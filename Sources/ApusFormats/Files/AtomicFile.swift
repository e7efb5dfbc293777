#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// What a file that was put in its place survives. Whole it is in any case, or not there.
public enum FileSurvival: Sendable {
  /// The end of the program at any moment, which costs nothing: the system has the bytes. For logs
  /// and pictures, which are written often or can be made again.
  case ofKill
  /// That of the system too: the bytes are forced to the disk, which takes half a millisecond on a
  /// fast one and 50 on a slow one. For what cannot be had again, such as a model.
  case ofPowerCut
}

/// A file that appears under its name only when all of it is written.
///
/// Protocol: temporary in the same folder (O_EXCL, 0600), write, check the size, final rights,
/// fsync once (a failure is final: a second fsync may lie), rename, fsync the folder; without both
/// fsyncs where a kill is all that shall be survived. Dropped before ``commit()`` it leaves nothing
/// behind.
///
/// ```swift
/// var file = try AtomicFile("model.safetensors", overwriting: false)
/// try file.append(header)
/// try file.commit()
/// ```
public struct AtomicFile: ~Copyable {
  private let path: String
  private let temporary: String
  private let overwriting: Bool
  private let survival: FileSurvival
  private let permissions: mode_t
  private let descriptor: Int32
  private var written = 0
  private var isRenamed = false

  /// Refuses when the file is there, unless `overwriting`; then its rights are kept.
  public init(
    _ path: String, overwriting: Bool = false, survival: FileSurvival = .ofPowerCut
  ) throws(FileError) {
    var status = stat()
    let exists = lstat(try File.checked(path, .write), &status) == 0
    if exists, !overwriting { throw FileError.exists(path) }
    if exists, stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw FileError(.write, path, isFolder ? "it is a folder" : "it is not a regular file")
    }
    let mode = exists ? status.st_mode & 0o777 : 0o644 & ~fileCreationMask()
    let opened = try openTemporary(beside: path)
    self.path = path
    self.overwriting = overwriting
    self.survival = survival
    permissions = mode
    temporary = opened.name
    descriptor = opened.descriptor
  }

  public mutating func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let count = write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw FileError(.write, path, code: count < 0 ? errno : ENOSPC) }
      done += count
    }
    written += done
  }

  public mutating func append(_ bytes: [UInt8]) throws(FileError) {
    var failure: FileError?
    bytes.withUnsafeBytes { buffer in
      do throws(FileError) { try append(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Puts the file in its place.
  public consuming func commit() throws(FileError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(.write, path, code: errno) }
    guard Int(status.st_size) == written else {
      throw FileError(.write, path, "\(written) bytes were written but \(status.st_size) are there")
    }
    guard fchmod(descriptor, permissions) == 0,
      survival == .ofKill || fsync(descriptor) == 0
    else { throw FileError(.write, path, code: errno) }
    try moveIntoPlace()
    isRenamed = true
    if survival == .ofPowerCut { synchronizeFolder() }
  }

  /// Without `overwriting` a hard link claims the name, for `link` fails when it is taken
  /// meanwhile; file systems without hard links fall back to `rename`.
  private func moveIntoPlace() throws(FileError) {
    if !overwriting {
      if link(temporary, path) == 0 {
        unlink(temporary)
        return
      }
      if errno == EEXIST { throw FileError.exists(path) }
    }
    guard rename(temporary, path) == 0 else { throw FileError(.write, path, code: errno) }
  }

  /// Makes the new name itself durable. Some file systems cannot; the file is whole all the same.
  private func synchronizeFolder() {
    let folder = open(File.splitPath(path).folder ?? ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  deinit {
    close(descriptor)
    if !isRenamed { unlink(temporary) }
  }
}

extension File {
  /// Writes a whole file by the protocol of ``AtomicFile``.
  public static func write(
    _ bytes: [UInt8], to path: String, overwriting: Bool = false,
    survival: FileSurvival = .ofPowerCut
  ) throws(FileError) {
    var file = try AtomicFile(path, overwriting: overwriting, survival: survival)
    try file.append(bytes)
    try file.commit()
  }

  /// Writes a text in UTF-8.
  public static func write(
    text: String, to path: String, overwriting: Bool = false,
    survival: FileSurvival = .ofPowerCut
  ) throws(FileError) {
    try write(Array(text.utf8), to: path, overwriting: overwriting, survival: survival)
  }
}

/// A new file that only its owner can read, under the first free of a hundred names.
private func openTemporary(
  beside path: String
) throws(FileError) -> (name: String, descriptor: Int32) {
  let (folder, name) = File.splitPath(path)
  let prefix = folder.map { $0 == "/" ? "/" : $0 + "/" } ?? ""
  for attempt in 0..<100 {
    let temporary = "\(prefix).\(name.prefix(64)).tmp-\(getpid())-\(attempt)"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    if descriptor >= 0 { return (temporary, descriptor) }
    guard errno == EEXIST else { break }
  }
  throw FileError(.write, path, code: errno)
}

/// The rights that new files shall not have. Read from /proc, for `umask` itself can only be asked
/// by changing it for the whole process.
private func fileCreationMask() -> mode_t {
  guard let status = fopen("/proc/self/status", "re") else { return 0o022 }
  defer { fclose(status) }
  var line = [CChar](repeating: 0, count: 256)
  while fgets(&line, 256, status) != nil {
    let text = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    if text.starts(with: "Umask:".utf8) {
      return mode_t(strtoul(line.dropFirst(6).map { $0 }, nil, 8) & 0o777)
    }
  }
  return 0o022
}
