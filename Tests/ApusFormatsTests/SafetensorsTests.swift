import ApusFormats
import ApusGraph
import Testing

@Test func readsWhatTheSafetensorsLibraryWrites() throws {
  let file = try Safetensors(contentsOf: fixturePath("numpy.safetensors"))
  #expect(
    file["dense_1.weight"] == TensorData([0, 0.25, 0.5, 0.75, 1, 1.25] as [Float], shape: [2, 3]))
  #expect(file["dense_1.bias"] == TensorData([-1.5, 2.0]))
  #expect(file["step"] == TensorData(scalar: Int32(7)))
  #expect(file["mask"] == TensorData([true, false, true]))
  #expect(file["pixels"] == TensorData([0, 128, 255] as [UInt8], shape: [1, 3]))
  #expect(file["none"] == TensorData(zeros: [0, 4], dtype: .float32))
  #expect(
    file["half"]?.values(as: Float.self) == [0, -0, 1, -2.5, 65504, 0x1p-24, .infinity])
  #expect(file.text("note") == "tab\tquote\" and ü")
  let torch = try Safetensors(contentsOf: fixturePath("torch.safetensors"))
  #expect(torch["b"]?.dtype == .bfloat16)
  #expect(torch["b"]?.doubles() == [1, -3.140625])
  #expect(torch["s"] == TensorData(scalar: Float(2.5)))
}

@Test func aWideIntegerIsRefusedWithItsPlace() throws {
  let error = thrown(FormatError.self) {
    _ = try Safetensors(contentsOf: fixturePath("wide.safetensors"))
  }
  #expect(error?.offset == 80)
  #expect("\(error!)".contains("integers must fit 32 bits"))
}

func example() -> Safetensors {
  var file = Safetensors()
  file.tensors = [
    ("b", TensorData([1, 2] as [Float])), ("a", TensorData([0.5])),
    ("A", TensorData([9] as [Float])), ("mask", TensorData([true])),
  ]
  file.metadata = [("z", "1"), ("a", "ü\n")]
  return file
}

@Test func writesSortedPaddedAndEqualBytes() throws {
  let bytes = try example().encoded()
  let back = try Safetensors(decoding: bytes)
  #expect(back.tensors.map(\.name) == ["a", "A", "b", "mask"])
  #expect(back.metadata.map(\.key) == ["z", "a"] && back.text("a") == "ü\n")
  #expect(back["b"] == example()["b"])
  #expect(bytes[0] % 8 == 0)
  #expect(try back.encoded() == bytes)
  #expect(try Safetensors(decoding: Safetensors().encoded()).tensors.isEmpty)
}

@Test func theWriterRefusesBadNames() {
  for names in [["x", "x"], [""], ["a\u{0}b"], ["__metadata__"]] {
    var file = Safetensors()
    file.tensors = names.map { ($0, TensorData(scalar: Float(1))) }
    #expect(message { _ = try file.encoded() }?.contains("unique, not empty") == true)
  }
}

/// A file with this header, padded with spaces, and so many zero bytes of data.
func safetensors(_ header: String, data: Int = 0, padding: String = "") -> [UInt8] {
  let text = Array((header + padding).utf8)
  return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
    + [UInt8](repeating: 0, count: data)
}

@Test func acceptsTheEdgesOfTheFormat() throws {
  #expect(try Safetensors(decoding: safetensors("{}", padding: "   ")).tensors.isEmpty)
  let scalar = safetensors(#"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#, data: 4)
  #expect(try Safetensors(decoding: scalar)["a"]?.shape == [])
  let empty = safetensors(#"{"a":{"shape":[0,281474976710656],"dtype":"U8","data_offsets":[0,0]}}"#)
  #expect(try Safetensors(decoding: empty)["a"]?.count == 0)
}

@Test(arguments: [
  (#" {}"#, 0, "must start with"), (#"{}x"#, 0, "must end with"), ("{}\n", 0, "must end with"),
  (#"{"a":1,"a":2}"#, 0, "no name may occur twice"),
  (
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
    4, "twice"
  ),
  (#"{"__metadata__":{"k":1}}"#, 0, "object of texts"),
  (#"{"__metadata__":null}"#, 0, "object of texts"),
  (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, 4, "exactly dtype"),
  (#"{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}"#, 4, "known dtype"),
  (#"{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}"#, 8, "program loads"),
  (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, 4, "whole numbers"),
  (#"{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}"#, 0, "whole numbers"),
  (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "whole numbers"),
  (
    #"{"a":{"dtype":"F32","shape":[281474976710656,281474976710656,0],"data_offsets":[0,0]}}"#, 0,
    "bytes of its shape"
  ),
  (
    #"{"a":{"dtype":"F32","shape":[0,281474976710656,281474976710656],"data_offsets":[0,0]}}"#, 0,
    "bytes of its shape"
  ),
  (#"{"a":{"dtype":"F32","shape":[562949953421312],"data_offsets":[0,0]}}"#, 0, "2^48"),
  (#"{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}"#, 1, "bytes of its shape"),
  (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "bytes of its shape"),
  (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, 2, "begins where"),
  (
    #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#,
    1, "begins where"
  ),
  (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 2, "take all 2 bytes"),
  (#"{"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 1, "a tensor's name"),
  (#"{"a\u0000":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 1, "a tensor's name"),
  (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}"#, 1, "begin ≤ end"),
  (#"{"a":[[[[[1]]]]]}"#, 0, "nested"), (#"{"\ud800":1}"#, 0, "surrogate"),
  (#"{"a":01}"#, 0, "well formed"), (#"{"a":NaN}"#, 0, "a value is expected"),
])
func refusesAHeaderThatBreaksARule(header: String, data: Int, words: String) throws {
  let text = message { _ = try Safetensors(decoding: safetensors(header, data: data)) }
  #expect(text?.contains(words) == true, "\(text ?? "no error")")
}

@Test func aBoolByteOtherThanZeroAndOneIsRefused() {
  var bytes = safetensors(#"{"a":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}"#, data: 2)
  bytes[bytes.count - 1] = 2
  #expect(message { _ = try Safetensors(decoding: bytes) }?.contains("a truth value") == true)
}

@Test func aHugeHeaderSizeIsRefusedBeforeAnyMemoryIsTaken() {
  for size in [UInt64.max, 1 << 63, 100_000_001, 3, 1, 0] {
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + Array("{}".utf8)
    #expect(thrown(FormatError.self) { _ = try Safetensors(decoding: bytes) } != nil)
  }
}

@Test(arguments: ["numpy.safetensors", "torch.safetensors"])
func everyCorruptionOfSafetensorsThrowsOrLoads(name: String) throws {
  let bytes = try fixture(name)
  var loaded = 0
  forEachCorruption(of: bytes) { corrupted in
    guard let file = try? Safetensors(decoding: corrupted) else { return }
    loaded += 1
    #expect(file.tensors.allSatisfy { $0.data.byteCount <= 2 * bytes.count })
    #expect(file.tensors.allSatisfy { checkedElementCount($0.data.shape) == $0.data.count })
  }
  #expect(loaded > 0 && loaded < bytes.count * 8)
}
