// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A library target with the settings every Swift target of the package shares.
func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A test target with the same settings; fixture files are declared as resources.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [],
  exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources,
    swiftSettings: strict)
}

/// `APUS_WIDE_VECTORS=1 swift build …` runs the loops for AVX-512 on a machine with AVX2: see
/// Documentation/Decisions/KernelLevels.md. Never what is meant to be fast.
let wideOnAVX2 = Context.environment["APUS_WIDE_VECTORS"] == "1"

let oneDNN: Target.Dependency = .target(name: "ApusOneDNN", condition: .when(traits: ["OneDNN"]))

let package = Package(
  name: "Apus",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Apus", targets: ["Apus"]),
    .library(name: "ApusExplain", targets: ["ApusExplain"]),
    .library(name: "ApusDrawing", targets: ["ApusDrawing"]),
    .executable(name: "apus", targets: ["ApusCLI"]),
  ],
  traits: [
    .trait(name: "OneDNN", description: "Large matrix products through oneDNN."),
    .default(enabledTraits: ["OneDNN"]),
  ],
  targets: [
    // Imports point only downwards: see Documentation/Architecture.md and the import test.
    .executableTarget(
      name: "ApusCLI",
      dependencies: [
        "Apus", "ApusExplain", "ApusDrawing", "ApusTraining", "ApusLayers", "ApusData",
        "ApusEngine", "ApusFormats", "ApusGraph", "CMallocCount",
      ],
      swiftSettings: strict),
    library(
      "Apus", ["ApusTraining", "ApusLayers", "ApusData", "ApusFormats", "ApusEngine", "ApusGraph"]),
    library(
      "ApusExplain",
      [
        "ApusTraining", "ApusDrawing", "ApusLayers", "ApusData", "ApusFormats", "ApusEngine",
        "ApusGraph",
      ]),
    library(
      "ApusDrawing",
      ["ApusLayers", "ApusData", "ApusFormats", "ApusGraph", "CCairo", "CGraphviz"]),
    library(
      "ApusTraining",
      ["ApusLayers", "ApusEngine", "ApusData", "ApusFormats", "ApusGraph", oneDNN]),
    library("ApusLayers", ["ApusGraph"]),
    library("ApusData", ["ApusGraph", "ApusFormats", "CDeflate", "CEmbeddedData", "CKernels"]),
    library("ApusFormats", ["ApusGraph"]),
    library("ApusOneDNN", ["ApusEngine", "ApusGraph", "CDNNL", "CKernels"]),
    library("ApusEngine", ["ApusGraph", "CKernels"]),
    library("ApusGraph", []),
    .target(name: "CKernels", cSettings: wideOnAVX2 ? [.define("APUS_WIDE_ON_AVX2")] : []),
    .target(
      name: "CDNNL", dependencies: ["CKernels"],
      cSettings: [.define("APUS_ONEDNN", .when(traits: ["OneDNN"]))]),
    .target(name: "CCairo"),
    .target(name: "CGraphviz"),
    .target(name: "CMallocCount"),
    .target(name: "CEmbeddedData", exclude: ["tables"]),
    .systemLibrary(
      name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    library("_ApusTestKit", ["ApusEngine", "ApusGraph"]),
    tests(
      "ApusEngineTests", ["ApusEngine", "ApusFormats", "ApusGraph", "_ApusTestKit", "CMallocCount"]),
    tests("ApusOneDNNTests", ["ApusOneDNN", "ApusEngine", "ApusGraph", "_ApusTestKit"]),
    tests("CKernelsTests", ["CKernels"]),
    tests("ApusGraphTests", ["ApusGraph"]),
    tests("ApusLayersTests", ["ApusLayers", "ApusEngine", "ApusFormats", "ApusGraph"]),
    tests("ApusFormatsTests", ["ApusFormats", "ApusGraph"]),
    tests(
      "ApusTrainingTests",
      [
        "ApusTraining", "ApusLayers", "ApusEngine", "ApusData", "ApusFormats", "ApusGraph",
        "CMallocCount",
      ]),
    tests("ApusDrawingTests", ["ApusDrawing", "ApusFormats", "ApusGraph"]),
    tests(
      "ApusExplainTests",
      [
        "ApusExplain", "ApusDrawing", "ApusTraining", "ApusLayers", "ApusData", "ApusFormats",
        "ApusEngine",
        "ApusGraph",
      ]),
    tests("AcceptanceTests", ["Apus", "ApusEngine"]),
    tests("CLITests", ["ApusCLI", "ApusExplain", "ApusFormats", "ApusGraph"]),
    tests("HygieneTests", ["Apus"], exclude: ["Exceptions"]),
    tests("ApusDataTests", ["ApusData", "ApusFormats", "ApusGraph"]),
  ]
)
