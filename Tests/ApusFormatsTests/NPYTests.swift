import ApusFormats
import ApusGraph
import Testing

@Test func readsWhatNumPyWrites() throws {
  func read(_ name: String) throws -> TensorData { try NPY.read(fixturePath(name + ".npy")) }
  #expect(
    try read("float32") == TensorData([0, 0.25, 0.5, 0.75, 1, 1.25] as [Float], shape: [2, 3]))
  #expect(
    try read("float64_fortran")
      == TensorData([0, 0.125, 0.25, 0.375, 0.5, 0.625], shape: [2, 3]))
  #expect(try read("int16_big") == TensorData([-3, -2, -1, 0, 1, 2] as [Int32], shape: [2, 3]))
  #expect(try read("cube_fortran") == TensorData((0..<24).map { UInt8($0) }, shape: [2, 3, 4]))
  #expect(try read("bool") == TensorData([true, false, true, false, true, false], shape: [2, 3]))
  #expect(try read("scalar") == TensorData(scalar: 2.5))
  #expect(try read("float16") == TensorData([1, -0.5] as [Float]))
  #expect(try read("empty").shape == [0, 3])
}

@Test func arraysComeBackEqual() throws {
  let arrays = [
    TensorData([1, 2, 3] as [Float]), TensorData(scalar: Int32(-4)),
    TensorData([1.5, .nan, -0.0, .infinity], shape: [2, 2]),
    TensorData(zeros: [3, 0], dtype: .uint8), TensorData([true]),
  ]
  for array in arrays {
    let bytes = NPY.encode(array)
    #expect(try NPY.decode(bytes) == array)
    #expect((bytes.count - array.byteCount) % 64 == 0)
  }
  #expect(NPY.encode(try NPY.read(fixturePath("float32.npy"))) == (try fixture("float32.npy")))
}

@Test func objectsAndPickleAreRefused() throws {
  #expect(
    message { _ = try NPY.decode(try fixture("object.npy")) }?.contains("descr \"|O\"") == true)
  #expect(
    message { _ = try NPY.decode(try fixture("complex.npy")) }?.contains("descr \"<c16\"") == true)
  #expect(
    message { _ = try NPY.decode([0x80, 4, 0x95, 0]) }?.contains("pickle is not supported") == true)
}

func npy(_ header: String, data: Int = 0) -> [UInt8] {
  let text = Array(header.utf8)
  return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)]
    + text + [UInt8](repeating: 0, count: data)
}

@Test func acceptsEveryOrderAndQuoteOfTheHeader() throws {
  let bytes = npy(#"{ "shape":(2,),'fortran_order' : True, 'descr':"=i4" } "#, data: 8)
  #expect(try NPY.decode(bytes) == TensorData(zeros: [2], dtype: .int32))
}

@Test(arguments: [
  ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'descr': '<f4'}", "each once"),
  ("{'descr': '<f4', 'fortran_order': False}", "each once"),
  ("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", "True or False"),
  ("{'descr': '<f4', 'fortran_order': False, 'shape': (1)}", "a comma follows"),
  ("{'descr': '<f4', 'fortran_order': False, 'shape': (0x1,)}", "a comma follows"),
  ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "whole number"),
  ("{'descr': '<f4', 'fortran_order': False, 'shape': (True,)}", "whole number"),
  ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "whole number"),
  ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}", "countable"),
  ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,)}", "elements of 4"),
  ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", "elements of 4"),
  ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "structured"),
  ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", "only blanks"),
])
func refusesAnArrayHeaderThatBreaksARule(header: String, words: String) {
  let text = message { _ = try NPY.decode(npy(header, data: 4)) }
  #expect(text?.contains(words) == true, "\(text ?? "no error")")
}

@Test(arguments: [
  "float32", "float64_fortran", "int16_big", "cube_fortran", "bool", "scalar", "empty",
])
func everyCorruptionOfAnArrayThrowsOrLoads(name: String) throws {
  let bytes = try fixture(name + ".npy")
  var loaded = 0
  forEachCorruption(of: bytes) { corrupted in
    guard let array = try? NPY.decode(corrupted) else { return }
    loaded += 1
    #expect(array.count <= 2 * bytes.count && checkedElementCount(array.shape) == array.count)
  }
  #expect(loaded > 0 && loaded < bytes.count * 8)
}
