import ApusFormats
import Glibc
import Testing

/// A new folder, removed with all that is in it after `body`.
func inTemporaryFolder(_ body: (String) throws -> Void) throws {
  var template = Array("/tmp/apus-test-XXXXXX".utf8CString)
  let folder = String(cString: try #require(mkdtemp(&template)))
  defer {
    for name in (try? File.list(folder)) ?? [] { remove(folder + "/" + name) }
    rmdir(folder)
  }
  try body(folder)
}

func permissions(_ path: String) -> mode_t {
  var status = stat()
  stat(path, &status)
  return status.st_mode & 0o777
}

@Test func aWrittenFileIsWholeReadableAndAlone() throws {
  try inTemporaryFolder { folder in
    let path = folder + "/a.txt"
    try File.write(text: "hello", to: path)
    #expect(try File.read(path) == Array("hello".utf8))
    #expect(permissions(path) == 0o644)
    #expect(try File.list(folder) == ["a.txt"])
  }
}

@Test func anExistingFileIsKeptUnlessToldOtherwise() throws {
  try inTemporaryFolder { folder in
    let path = folder + "/a.txt"
    try File.write(text: "old", to: path)
    chmod(path, 0o640)
    let error = thrown(FileError.self) { try File.write(text: "new", to: path) }
    #expect(error?.isOverwriteRefusal == true && "\(error!)".contains("--force"))
    #expect(try File.read(path) == Array("old".utf8))
    try File.write(text: "new", to: path, overwriting: true)
    #expect(try File.read(path) == Array("new".utf8))
    #expect(permissions(path) == 0o640)
    #expect(try File.list(folder) == ["a.txt"])
  }
}

@Test func aFileThatAppearsMeanwhileIsKept() throws {
  try inTemporaryFolder { folder in
    let path = folder + "/a.txt"
    var file = try AtomicFile(path)
    try file.append(Array("mine".utf8))
    try File.write(text: "theirs", to: path)
    let refused: Bool
    do throws(FileError) {
      try file.commit()
      refused = false
    } catch { refused = error.isOverwriteRefusal }
    #expect(refused)
    #expect(try File.read(path) == Array("theirs".utf8))
    #expect(try File.list(folder) == ["a.txt"])
  }
}

@Test func aDroppedFileLeavesNothing() throws {
  try inTemporaryFolder { folder in
    do {
      var file = try AtomicFile(folder + "/a.txt")
      try file.append([1, 2, 3])
    }
    #expect(try File.list(folder).isEmpty)
  }
}

@Test func aFailedWriteKeepsTheOldFile() throws {
  try inTemporaryFolder { folder in
    let path = folder + "/a.bin"
    try File.write(text: "old", to: path)
    // A limit on the size of files, above what other tests write, stands in for a full disk.
    signal(SIGXFSZ, SIG_IGN)
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    var before = rlimit()
    getrlimit(resource, &before)
    var limit = rlimit(rlim_cur: 32 << 20, rlim_max: before.rlim_max)
    setrlimit(resource, &limit)
    defer { setrlimit(resource, &before) }
    let big = [UInt8](repeating: 1, count: 33 << 20)
    let text = message { try File.write(big, to: path, overwriting: true) }
    #expect(text?.contains("larger than the system allows") == true)
    #expect(try File.read(path) == Array("old".utf8))
    #expect(try File.list(folder) == ["a.bin"])
  }
}

@Test(arguments: [
  (ENOSPC, "no space is left on the disk"), (EROFS, "the file system is read-only"),
  (EACCES, "permission denied"), (EDQUOT, "quota"), (ENOENT, "there is no such file"),
])
func theSystemsReasonsAreSaidInWords(code: Int32, words: String) {
  let text = "\(FileError(.write, "m.safetensors", code: code))"
  #expect(text.hasPrefix("cannot write \"m.safetensors\": ") && text.contains(words))
}

@Test func badPathsAreSaidInWords() throws {
  try inTemporaryFolder { folder in
    #expect(
      message { _ = try File.read(folder + "/none") }?.contains("there is no such file") == true)
    #expect(message { _ = try File.read(folder) }?.contains("it is a folder") == true)
    #expect(message { _ = try File.read("/dev/null") }?.contains("not a regular file") == true)
    #expect(message { _ = try File.read("") }?.contains("empty") == true)
    #expect(message { _ = try File.read("a\u{0}b") }?.contains("zero byte") == true)
    #expect(message { try File.write(text: "", to: folder + "/x/y") }?.contains("no such") == true)
    #expect(
      message { try File.write(text: "", to: "/dev/null", overwriting: true) }?.contains("regular")
        == true)
    #expect(message { try File.write(text: "", to: "/proc/x") } != nil)
    mkfifo(folder + "/pipe", 0o600)
    #expect(message { _ = try File.read(folder + "/pipe") }?.contains("not a regular file") == true)
    try File.write(text: "abc", to: folder + "/abc")
    #expect(
      message { _ = try File.read(folder + "/abc", maximumBytes: 2) }?.contains("limit") == true)
    symlink(folder + "/abc", folder + "/link")
    #expect(try File.read(folder + "/link").count == 3)
    #expect(
      message { _ = try File.read(folder + "/link", followingLinks: false) }?.contains(
        "symbolic link") == true)
  }
}

@Test func foldersAreMade() throws {
  try inTemporaryFolder { folder in
    try File.makeFolder(folder + "/a/b/")
    #expect(File.kind(folder + "/a/b") == .folder)
    #expect(try File.makeNewFolder(folder + "/a/b") == false)
    #expect(try File.makeNewFolder(folder + "/a/c"))
    for name in ["/a/b", "/a/c", "/a"] { rmdir(folder + name) }
  }
}

@Test(arguments: [
  ("a.csv", nil, "a.csv"), ("/a", "/", "a"), ("x/y/z", "x/y", "z"), ("x/", nil, "x"),
  ("/", nil, "/"),
])
func pathsAreSplit(path: String, folder: String?, name: String) {
  #expect(File.splitPath(path) == (folder, name))
}
