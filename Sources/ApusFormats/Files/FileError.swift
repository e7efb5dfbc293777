public import ApusGraph

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A file that cannot be read or written.
///
/// Prints as `cannot write "runs/1/model.safetensors": no space is left on the disk`.
public struct FileError: DiagnosableError, Hashable, Sendable {
  public enum Action: String, Sendable {
    case open, read, write, create, list
  }

  public var action: Action
  public var path: String
  /// What stands in the way.
  public var reason: String
  public var hint: String?
  /// Whether the file was refused only because it is there already.
  public var isOverwriteRefusal = false
  /// Whether a pipe was written whose reader has gone.
  public var isClosedPipe = false

  public init(_ action: Action, _ path: String, _ reason: String, hint: String? = nil) {
    self.action = action
    self.path = path
    self.reason = reason
    self.hint = hint
  }

  /// The system's reason, from `errno`.
  package init(_ action: Action, _ path: String, code: Int32) {
    let (reason, hint) = FileError.words(for: code)
    self.init(action, path, reason, hint: hint)
    isClosedPipe = code == EPIPE
  }

  public static func exists(_ path: String) -> FileError {
    var error = FileError(
      .write, path, "it exists already", hint: "Choose another name or ask to overwrite (--force).")
    error.isOverwriteRefusal = true
    return error
  }

  public var kind: ErrorKind { isOverwriteRefusal ? .usage : .other }

  public var description: String {
    let text = "cannot \(action.rawValue) \"\(printable(path))\": \(reason)"
    return hint.map { text + ". " + $0 } ?? text
  }

  private static func words(for code: Int32) -> (reason: String, hint: String?) {
    switch code {
    case ENOENT: ("there is no such file or folder", nil)
    case EACCES, EPERM: ("permission denied", "Check the rights of the file and its folder.")
    case EROFS: ("the file system is read-only", "Choose another folder.")
    case ENOSPC: ("no space is left on the disk", "Free some space or choose another disk.")
    case EDQUOT: ("the disk quota is used up", "Free some space or choose another disk.")
    case EFBIG: ("the file would be larger than the system allows", nil)
    case EISDIR: ("it is a folder", nil)
    case ENOTDIR: ("a part of the path is not a folder", nil)
    case ELOOP: ("it is a symbolic link, which is not followed here", nil)
    case ENAMETOOLONG: ("the name is too long", nil)
    case EMFILE, ENFILE: ("too many files are open", nil)
    case EIO: ("the disk reports an input/output error", nil)
    default: (strerror(code).map { String(cString: $0) } ?? "error \(code)", nil)
    }
  }
}
