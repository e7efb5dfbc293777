import ApusData
import ApusFormats
import ApusGraph
import Testing

@Test func readsQuotesLineBreaksAndBlanks() throws {
  let text = "\u{FEFF}name, \"a \"\"b\"\"\" ,y\r\n\"x\r\ny\", 1 ,0\r\n\r\n\"p,q\",2.5e1,1\n"
  let read = try table(text)
  #expect(read.columns == ["name", "a \"b\"", "y"] && read.rowCount == 2)
  #expect(try read.text(0, 0) == "x\r\ny" && read.text(1, 0) == "p,q")
  let data = try read.dataset().dataset
  #expect(data.featureNames == ["name=p,q", "name=x\r\ny", "a \"b\""])
  #expect(data.features.doubles() == [0, 1, 1, 1, 0, 25])
}

@Test func tabsAndSemicolonsAreFound() throws {
  #expect(try table("a\tb\n1\t2\n").columns == ["a", "b"])
  #expect(try table("a;b\n1;2\n").columns == ["a", "b"])
  #expect(try table("a,b\n1,2\n", source: "t.tsv").columns == ["a,b"])
}

@Test func withoutAHeaderTheColumnsAreNumbered() throws {
  let loaded = try table("1,2,0\n3,4,1\n5,6,0\n7,8,1\n").dataset()
  #expect(loaded.dataset.featureNames == ["column_1", "column_2"] && loaded.dataset.count == 4)
  #expect(loaded.notes[0] == "no header: the columns are column_1 to column_3")
}

@Test func numbersAreReadExactly() throws {
  let texts = [
    "0", "-0", "1", "+1.5", ".5", "5.", "1e3", "1E-3", "0.1", "123456789.123456789", "1e22", "1e23",
    "9007199254740993", "2.2250738585072014e-308", "4.9e-324", "1.7976931348623157e308",
    "0.30000000000000004", "100000000000000000000000", "3.14159265358979323846264338327950288",
  ]
  let data = try table("x,y\n" + texts.map { "\($0),1.5\n" }.joined()).dataset().dataset
  #expect(data.features.doubles() == texts.map { Double($0)! })
}

@Test func theNarrowestExactTypeIsChosen() throws {
  func dtype(_ values: [String]) throws -> DType {
    try table("x,y\n" + values.map { "\($0),0.5\n" }.joined()).dataset().dataset.features.dtype
  }
  #expect(try dtype(["0", "255", "7.0"]) == .uint8)
  #expect(try dtype(["256"]) == .float32 && dtype(["-1"]) == .float32 && dtype(["0.5"]) == .float32)
  #expect(try dtype(["-0"]) == .float32)
  #expect(try dtype(["0.1"]) == .float64 && dtype(["16777217"]) == .float64)
}

@Test func theTaskFollowsFromTheTarget() throws {
  func task(_ targets: [String], _ options: TableOptions = .init()) throws -> LearningTask {
    let rows = targets.enumerated().map { "\($0),\($1)\n" }.joined()
    return try table("x,y\n" + rows).dataset(options).dataset.task
  }
  #expect(try task(["b", "a", "b"]) == .classification(classes: ["a", "b"]))
  #expect(try task(["10", "9", "9.0", "10"]) == .classification(classes: ["9", "10"]))
  #expect(try task(["1", "2", "3", "4"]) == .regression(outputs: ["y"]))
  #expect(try task(["1.5", "1.5", "2", "2"]) == .regression(outputs: ["y"]))
  #expect(try task(["1", "1", "2", "2"], .init(task: .regression)) == .regression(outputs: ["y"]))
  #expect(
    try task(["1", "2", "1.5", "1"], .init(task: .classification)).names == ["1", "1.5", "2"])
  #expect(
    message { _ = try task(["a", "b"], .init(task: .regression)) }?.contains("found \"a\"") == true)
  #expect(message { _ = try task(["a", "a"]) }?.contains("all rows have the same class") == true)
}

@Test func severalTargetsMakeLabelsOrNumbers() throws {
  let text = "x,a,b\n1,0,1\n2,1,1\n3,0,0\n"
  let labels = try table(text).dataset(.init(targets: ["a", "b"])).dataset
  #expect(labels.task == .multilabel(labels: ["a", "b"]))
  #expect(labels.targets.shape == [3, 2] && labels.targets.doubles() == [0, 1, 1, 1, 0, 0])
  let numbers = try table("x,a,b\n1,0.5,1\n2,1,1\n").dataset(.init(targets: ["b", "a"])).dataset
  #expect(numbers.task == .regression(outputs: ["b", "a"]))
  #expect(numbers.targets.doubles() == [1, 0.5, 1, 1])
}

@Test func theChoicesAreSaidAloud() throws {
  let ids = (0..<50).map { "name\($0),\($0),\($0 % 2 == 0 ? "yes" : "no")\n" }.joined()
  let loaded = try table("who,x,y\n" + ids).dataset()
  #expect(loaded.dataset.featureNames == ["x"])
  #expect(
    loaded.notes == [
      "target: the last column, \"y\" (choose another with --target)",
      "classification with 2 classes (no, yes): the target \"y\" holds texts",
      "column \"who\" is left out: its 50 different texts look like identifiers",
    ])
}

@Test(arguments: [
  ("", "t.csv: the table is empty"), ("\n\n", "t.csv: the table is empty"),
  ("a,b\n", "t.csv: the table has a header but no rows"),
  ("a,b\n1,2\n3\n", "t.csv: row 2 (line 3): the row has 1 fields, but the first line has 2"),
  ("a,b\n1,2\n3,4,5\n", "t.csv: row 2 (line 3): the row has 3 fields, but the first line has 2"),
  ("a,a\n1,2\n", "t.csv: two columns are called \"a\""),
  (
    "a,b\n1,2\n2,3\nx,4\n",
    "t.csv: row 3 (line 4), column \"a\": the value \"x\" is not a number, as the others of the column are"
  ),
  (
    "a,b\n1,2\n,3\n",
    "t.csv: row 2 (line 3), column \"a\": the value is missing. Fill it, or read with --missing mean or --missing drop."
  ),
  (
    "a,b\n1,2\nNA,3\n",
    "t.csv: row 2 (line 3), column \"a\": the value is missing. Fill it, or read with --missing mean or --missing drop."
  ),
  (
    "a,b\n1,2\ninf,3\n",
    "t.csv: row 2 (line 3), column \"a\": the value \"inf\" is not a finite number"
  ),
  (
    "a,b\n1,2\n1e999,3\n",
    "t.csv: row 2 (line 3), column \"a\": the value \"1e999\" is not a finite number"
  ),
  (
    "a,b\n1,2\n1,-Infinity\n",
    "t.csv: row 2 (line 3), column \"b\": the value \"-Infinity\" is not a finite number"
  ),
  ("a,b\n1,\"x\n", "t.csv: line 2: a quote is opened and never closed"),
  (
    "a,b\n1,\"x\"y\n",
    "t.csv: line 2: a closing quote is followed by more text. A quote inside quotes is written twice."
  ),
  ("a\n1\n2\n", "t.csv: no column is left for the features besides the target a"),
  ("a,b\n\"\n\n\",1\n", "t.csv: all rows"),
  ("a,b\n,1\n", "t.csv: row 1 (line 2), column \"a\": the value is missing"),
  ("a\u{0},b\n1,2\n", "t.csv: this is not a text: byte 1 is zero"),
])
func badTablesAreRefusedWithTheirPlace(text: String, words: String) {
  let options = TableOptions(task: text.contains("\n\n\"") ? .classification : .automatic)
  let said = message { _ = try table(text).dataset(options) } ?? "no error"
  #expect(said.hasPrefix(words) || said.contains("all rows have the same class"), "\(said)")
}

@Test func aMistypedColumnIsGuessed() throws {
  let said = message { _ = try table("size,price\n1,2\n").dataset(.init(targets: ["pirce"])) }
  #expect(said == "t.csv: there is no column \"pirce\". Did you mean \"price\"?")
}

@Test func missingValuesAreDroppedOrFilledWithTheTrainingMean() throws {
  let text = "a,c,y\n1,u,0.5\n,v,1\n3,,2\n5,u,2.5\n"
  let dropped = try table(text).dataset(.init(missing: .drop))
  #expect(dropped.dataset.count == 2)
  #expect(dropped.notes.last == "2 of 4 rows miss a value and are left out")
  let filled = try table(text).dataset(.init(missing: .mean)).dataset
  let all = Preprocessing(.scale, fittedTo: filled)
  #expect(all.fill == [3, 2.0 / 3, 1.0 / 3])
  #expect(
    try filled.whole(preprocessing: all, dtype: .float64).features.doubles()
      == [1, 1, 0, 3, 0, 1, 3, 2.0 / 3, 1.0 / 3, 5, 1, 0])
  let part = Preprocessing(.scale, fittedTo: filled.subset([0, 1]))
  #expect(part.fill == [1, 0.5, 0.5])
  #expect(
    message { _ = try table("a,y\n1,\n").dataset(.init(missing: .mean)) }?.contains("missing")
      == true)
}

@Test func anotherTableIsEncodedEqually() throws {
  let training = try table("colour,size,y\nred,1,a\ngreen,2,b\nred,3,a\nblue,4,b\n").dataset()
    .dataset
  let schema = try #require(training.schema)
  let restored = try TableSchema(json: JSON(parsing: schema.json.text()))
  #expect(restored == schema)
  let other = try table("size,extra,y,colour\n9,z,b,blue\n8,z,a,green\n").dataset(
    encodedBy: restored)
  #expect(other.featureNames == ["colour=blue", "colour=green", "colour=red", "size"])
  #expect(other.features.doubles() == [1, 0, 0, 9, 0, 1, 0, 8])
  #expect(other.classIndices == [1, 0] && other.isLabeled)
  let unlabeled = try table("colour,size\nred,7\n").dataset(encodedBy: schema)
  #expect(!unlabeled.isLabeled && unlabeled.features.doubles() == [0, 0, 1, 7])
  let bare = try table("7,8\n").dataset(
    encodedBy: TableSchema(
      columns: [.init("a"), .init("b")], targets: ["y"], task: .regression(outputs: ["y"])))
  #expect(bare.features.doubles() == [7, 8])
  #expect(
    message { _ = try table("colour,size\nrde,7\n").dataset(encodedBy: schema) }?.contains(
      "Did you mean \"red\"?") == true)
  #expect(
    message { _ = try table("color,size\nred,7\n").dataset(encodedBy: schema) }?.contains(
      "Did you mean \"color\"?") == true)
  #expect(
    message { _ = try table("colour,size,y\nred,7,c\n").dataset(encodedBy: schema) }?.contains(
      "the class \"c\" is unknown") == true)
  #expect(
    message {
      _ = try table("colour,size\nred,7\n").dataset(encodedBy: schema, targets: .required)
    }?.contains("no column \"y\"") == true)
  #expect(
    message { _ = try table("colour,size\nred,x\n").dataset(encodedBy: schema) }?.contains(
      "\"x\" is not a number") == true)
}

@Test func everyCorruptionOfATableThrowsOrReads() throws {
  let bytes = Array("name,\"a\",y\r\n\"p \"\"q\"\"\",1.5e0,u\nr,-2,v\n\"p\",NA,u\n".utf8)
  var read = 0
  forEachCorruption(of: bytes) { corrupted in
    guard let data = try? Table(corrupted, source: "t").dataset(.init(missing: .mean)).dataset
    else { return }
    read += 1
    #expect(data.features.shape == [data.count, data.featureNames.count] && data.count <= 4)
  }
  #expect(read > 0 && read < 8 * bytes.count)
}

@Test func invalidTextIsRefusedWithItsPlace() {
  let bytes = Array("a,b\nx,1\n".utf8) + [0xFF, 0xFE] + Array(",2\n".utf8)
  #expect(
    message { _ = try Table(bytes, source: "t").dataset() }?.contains(
      "row 2 (line 3), column \"a\": the text is not valid UTF-8") == true)
  #expect(
    message { _ = try Table([0xFF, 0xFE, 0x61, 0], source: "t") }?.contains("UTF-16") == true)
}
