import ApusDrawing
import Testing

struct LibraryTests {
  @Test func theLibrariesAreFound() {
    #expect(Drawing.cairoVersion?.contains(".") == true)
    #expect(Drawing.graphvizVersion?.contains(".") == true)
  }
}
