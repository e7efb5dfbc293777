import ApusFormats
import Testing

@Test func jsonKeepsOrderAndReadsBackEqual() throws {
  let value: JSON = [
    "z": 1, "a": [true, nil, -0.1, "\"\\\n\u{1}é😀"], "empty": [:], "list": [],
    "nested": ["loss": [0.30000000000000004, 1e300, .number(.leastNonzeroMagnitude)]],
  ]
  #expect(try JSON(parsing: value.text()) == value)
  #expect(try JSON(parsing: value.text(indented: true)) == value)
  #expect(value.members?.map(\.name) == ["z", "a", "empty", "list", "nested"])
}

@Test func indentedTextHasALinePerMember() {
  let value: JSON = ["a": [1, 2], "b": ["c": nil]]
  #expect(value.text(indented: true) == "{\n  \"a\": [1, 2],\n  \"b\": {\n    \"c\": null\n  }\n}")
  #expect(value.text() == #"{"a":[1,2],"b":{"c":null}}"#)
}

@Test func numbersJSONLacksBecomeNull() {
  #expect(JSON([Double.nan, .infinity, 1.5]).text() == "[null,null,1.5]")
}

@Test func everyIntegerIsWrittenAsSwiftDoes() {
  for value in [0, 7, -1, 10, -120, 1_000_003, .max, .min] {
    #expect(JSON.integer(value).text() == String(value))
  }
}

@Test func everyDoubleComesBack() throws {
  for value in [0.1, 1e22, 123456789.123, .leastNormalMagnitude, -.greatestFiniteMagnitude, 1e-7] {
    #expect(try JSON(parsing: JSON.number(value).text()).doubleValue == value)
  }
}

@Test func escapesAndSurrogatePairsAreRead() throws {
  #expect(
    try JSON(parsing: #""\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\""#)
      == .string("é😀/\u{8}\u{C}\n\r\t\"\\"))
  #expect(
    try JSON(parsing: "[1, 1.0, -0, 12345678901234567890]").elements?.map(\.intValue) == [
      1, nil, nil, nil,
    ])
}

@Test(arguments: [
  "", "{", "[1,]", "{\"a\":1,}", "[1 2]", "01", "1.", ".5", "+1", "1e", "1e999", "NaN", "Infinity",
  "tru", "'a'", "\"a", "\"\\x\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"",
  "\"\n\"", "{\"a\":1,\"a\":2}", "{a:1}", "1 2", "\u{FEFF}1", "[1]]", "truex", "1x", "/* */1", "-",
])
func refusesWhatIsNotJSON(text: String) {
  #expect(thrown(FormatError.self) { _ = try JSON(parsing: text) } != nil)
}

@Test func depthIsCounted() throws {
  func nested(_ depth: Int) -> String {
    String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
  }
  #expect(try JSON(parsing: nested(64)).elements != nil)
  #expect(message { _ = try JSON(parsing: nested(65)) }?.contains("nested") == true)
  #expect(message { _ = try JSON(parsing: nested(1_000_000)) } != nil)
}

@Test func composedAndDecomposedNamesAreTwoNames() throws {
  let value = try JSON(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}")
  #expect(value.members?.count == 2 && value["e\u{301}"]?.intValue == 2)
}

@Test func invalidUTF8IsRefused() {
  for bytes: [UInt8] in [
    [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
  ] {
    #expect(message { _ = try JSON(parsing: bytes) }?.contains("UTF-8") == true)
  }
}

@Test func everyCorruptionOfJSONThrowsOrReads() {
  let bytes = Array(#"{"a":[1,-2.5e3,true,null,"x\u00e9\n"],"b":{"c":{}}}"#.utf8)
  var read = 0
  forEachCorruption(of: bytes) { if (try? JSON(parsing: $0)) != nil { read += 1 } }
  #expect(read > 0 && read < bytes.count * 8)
}

@Test func anErrorEscapesControlCharactersAndSaysWhere() {
  let text = message { _ = try JSON(parsing: "[1, \u{1B}[31m]") }
  #expect(text == "JSON, byte 4: a value is expected; found \"\\u{1b}[31m]\"")
}
