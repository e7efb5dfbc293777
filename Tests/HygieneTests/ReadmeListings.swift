import Apus
import Testing

/// The listings of README.md: `DocumentationTests` compares the texts.
struct ReadmeListings {
  @Test func shapes() {
    // listing
    let images: Shape = [.n, 784]
    print(images.bound(to: ["N": 32]) ?? [])  // [32, 784]
    // end of listing
    #expect(images.bound(to: ["N": 32]) == [32, 784])
  }
}
