import ApusDrawing
import Testing

struct HeatMapTests {
  @Test func aShortVectorIsAStrip() throws {
    let map = try #require(HeatMap([1, -2, 0.5, 0, 2], shape: [1, 5]))
    #expect(map.columns == 5 && map.rows == 1)
    #expect(map.shares == [0.5, -1, 0.25, 0, 1])
  }

  @Test func pixelsMakeASquare() throws {
    let map = try #require(
      HeatMap((0..<784).map { $0 == 30 ? 3 : 0 }, shape: [1, 784]))
    #expect(map.columns == 28 && map.rows == 28)
    #expect(map.shares[30] == 1 && map.shares.reduce(0, +) == 1)
    // A matrix stays what it is.
    let matrix = try #require(HeatMap([Double](repeating: 1, count: 64), shape: [2, 32]))
    #expect(matrix.columns == 32 && matrix.rows == 2)
  }

  /// What is far from 0 is not lost where a cell stands for many numbers.
  @Test func aLargeMatrixShowsTheLargestOfEachCell() throws {
    var values = [Double](repeating: 0.1, count: 300 * 1_000)
    values[150 * 1_000 + 500] = -7
    let map = try #require(HeatMap(values, shape: [300, 1_000]))
    #expect(map.columns <= 64 && map.rows <= 64 && map.shares.count == map.columns * map.rows)
    #expect(map.shares.min() == -1 && map.shares.filter { $0 == -1 }.count == 1)
  }

  @Test func oddNumbers() throws {
    #expect(HeatMap([3], shape: [1]) == nil)
    #expect(HeatMap([], shape: [0]) == nil)
    #expect(HeatMap([1, 2, 3], shape: [2, 2]) == nil)
    #expect(HeatMap([0, 0], shape: [2])?.shares == [0, 0])
    let map = try #require(HeatMap([.nan, .infinity, -4, -.infinity], shape: [4]))
    #expect(map.shares[0].isNaN && map.shares[1...] == [1, -1, -1])
  }
}
