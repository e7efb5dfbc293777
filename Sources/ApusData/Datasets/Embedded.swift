internal import CEmbeddedData

extension Datasets {
  /// 1,797 handwritten digits of 8×8 pixels from 0 to 16 (Alpaydin, Kaynak 1998).
  public static func digits() throws(DataError) -> Dataset {
    var digits = try embedded(
      "digits", apus_embedded_digits(),
      "1,797 handwritten digits of 8×8 pixels (Alpaydin, Kaynak 1998; UCI, CC BY 4.0)")
    digits.imageShape = [1, 8, 8]
    digits.scale = 1 / 16
    return digits
  }

  /// 150 irises of three species with four measures in cm (Fisher 1936).
  public static func iris() throws(DataError) -> Dataset {
    try embedded(
      "iris", apus_embedded_iris(),
      "150 irises of three species with four measures (Fisher 1936; UCI, CC BY 4.0)")
  }

  /// 178 wines of three cultivars with 13 chemical measures (Aeberhard, Forina 1992).
  public static func wine() throws(DataError) -> Dataset {
    try embedded(
      "wine", apus_embedded_wine(),
      "178 wines of three cultivars with 13 measures (Aeberhard, Forina 1992; UCI, CC BY 4.0)")
  }

  /// 569 tumours, benign or malignant, with 30 measures of their cells (Wolberg et al. 1993).
  public static func breastCancer() throws(DataError) -> Dataset {
    try embedded(
      "breast_cancer", apus_embedded_breast_cancer(),
      "569 tumours, benign or malignant, 30 measures (Wolberg et al. 1993; UCI, CC BY 4.0)")
  }

  /// 442 patients: the progression of diabetes after a year from ten measures (Efron et al. 2004).
  public static func diabetes() throws(DataError) -> Dataset {
    try embedded(
      "diabetes", apus_embedded_diabetes(),
      "442 patients: progression of diabetes from ten measures (Efron et al. 2004)")
  }

  private static func embedded(
    _ name: String, _ file: apus_embedded_file, _ summary: String
  ) throws(DataError) -> Dataset {
    // The bytes are constants of the program, so the pointer is always good for their count.
    let bytes = Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    var dataset = try Table(bytes, source: name).dataset().dataset
    dataset.summary = summary
    return dataset
  }
}
