// swift-tools-version: 6.2
import PackageDescription

// Each target exists because it enforces one rule; Sources/ARCHITECTURE.md says which.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6)]
// Optimising takes six times as long as compiling, and pays where pixels, nodes or bytes are many: not in what words
// things, and not in tests that compute no pixels themselves.
let plain: [SwiftSetting] = strict + [.unsafeFlags(["-Onone"])]

let package = Package(
    name: "vgraph",
    products: [
        .executable(name: "vgraph", targets: ["vgraph"]),
        .executable(name: "vgraph-worker", targets: ["vgraph-worker"]),
        .executable(name: "vgraph-remote", targets: ["vgraph-remote"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
    ],
    targets: [
        // C: what Swift cannot import, and hot loops.
        .target(name: "CSystem", linkerSettings: [.linkedLibrary("crypto")]),
        .target(name: "CPixels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off", "-fno-math-errno"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(
            name: "CFFmpeg", pkgConfig: "libavformat libavcodec libavutil libswscale libswresample",
            providers: [
                .apt(["libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswscale-dev", "libswresample-dev"])
            ]),
        .systemLibrary(
            name: "CPango", pkgConfig: "pangocairo pangoft2 fontconfig", providers: [.apt(["libpango1.0-dev"])]),
        // Its flags are Windows' alone.
        .systemLibrary(name: "CX264", providers: [.apt(["libx264-dev"])]),
        .systemLibrary(name: "CLoudness", pkgConfig: "libebur128", providers: [.apt(["libebur128-dev"])]),
        .systemLibrary(name: "CHunspell", pkgConfig: "hunspell", providers: [.apt(["libhunspell-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),

        // The ground: names of bytes, and files.
        .target(name: "Digests", dependencies: ["CSystem"], swiftSettings: strict),
        .target(name: "Files", dependencies: ["Digests", "Diagnostics", "CSystem"], swiftSettings: strict),

        // Values, without I/O.
        .target(name: "Diagnostics", swiftSettings: strict),
        .target(name: "Composition", dependencies: ["Digests", "Diagnostics"], swiftSettings: strict),
        .target(name: "Work", dependencies: ["Files", "Digests", "Diagnostics"], swiftSettings: strict),

        // The graph and the cache: know nothing of video.
        .target(name: "YAML", dependencies: ["CYAML", "Diagnostics"], swiftSettings: strict),
        .target(
            name: "Store", dependencies: ["CSystem", "Digests", "Files", "Work", "Diagnostics"], swiftSettings: strict),
        // Patterns look at no file. What a pipeline means, and what it takes to run programs and workers, knows no
        // build, and none of the three knows another.
        .target(name: "Patterns", dependencies: ["Diagnostics"], swiftSettings: strict),
        .target(name: "Processes", dependencies: [], swiftSettings: strict),
        .target(
            name: "Pipelines", dependencies: ["Patterns", "Digests", "Files", "Store", "Work", "YAML", "Diagnostics"],
            swiftSettings: strict),
        .target(
            name: "Programs",
            dependencies: [
                "Patterns", "Processes", "Digests", "Files", "Store", "Work", "Diagnostics",
                "CSystem",
            ],
            swiftSettings: strict),
        .target(
            name: "Workers",
            dependencies: ["Processes", "Digests", "Files", "Store", "Work", "Diagnostics", "CSystem"],
            swiftSettings: strict),
        .target(
            name: "Graph",
            dependencies: [
                "Patterns", "Pipelines", "Processes", "Programs", "Remotes", "Workers", "Digests", "Files",
                "Store", "Work", "Diagnostics", "CSystem",
            ],
            swiftSettings: strict),

        // Caches behind the local one: what is configured, and the lines between vgraph and vgraph-remote.
        .target(
            name: "Remotes", dependencies: ["Store", "Work", "YAML", "Digests", "Files", "Diagnostics"],
            swiftSettings: strict),
        // The bytes of the protocols and of entries: no network.
        .target(
            name: "Wire", dependencies: ["Decisions", "Store", "Work", "Digests", "CSystem"],
            swiftSettings: strict),

        // The worker and its jobs on the way to another machine: folders and their digests, no network.
        .target(
            name: "Travel", dependencies: ["Remotes", "Wire", "Work", "Digests", "Files", "Diagnostics"],
            swiftSettings: strict),

        // The spec, and the stages that are pure.
        .target(name: "Spec", dependencies: ["YAML", "Digests", "Composition", "Diagnostics"], swiftSettings: strict),
        // What persons decided, signed: knows files and keys, no video and no build.
        .target(
            name: "Decisions", dependencies: ["CSystem", "Digests", "Files", "Diagnostics"], swiftSettings: strict),
        .target(
            name: "Stages",
            dependencies: ["Decisions", "Digests", "Files", "Spec", "Composition", "Work", "Diagnostics"],
            swiftSettings: strict),

        // Where a film comes from, as a value, a text and statements.
        .target(
            name: "Provenance", dependencies: ["Decisions", "Composition", "Diagnostics"], swiftSettings: plain),

        // The page to decide by: values in, HTML out.
        .target(
            name: "Sheet",
            dependencies: ["Decisions", "Provenance", "Runbook", "Digests", "Composition", "Diagnostics"],
            swiftSettings: plain),

        // Reviewers that vgraph brings along: known to who installs them and to who runs them.
        .target(name: "Reviewers", dependencies: ["Digests", "Files"], swiftSettings: plain),

        // Texts for operators: knows no other module.
        .target(name: "Runbook", swiftSettings: plain),

        // Pictures and sound: only the worker links these.
        .target(
            name: "Media",
            dependencies: [
                "CFFmpeg", "CLoudness", "CX264", "CSystem", "CPixels", "Digests", "Files", "Composition",
                "Diagnostics",
            ],
            swiftSettings: strict),
        .target(
            name: "Render",
            dependencies: [
                "Media", "CPango", "CPixels", "CLZ4", "Digests", "Files", "CSystem", "Composition", "Diagnostics",
            ], swiftSettings: strict),

        // Dictionaries: only the worker links their library.
        .target(name: "Spelling", dependencies: ["CHunspell"], swiftSettings: strict),

        // -static-executable: 0.9 ms to start instead of 8.6 ms. The three libraries are what static
        // FoundationEssentials needs and a build without --static-swift-stdlib does not link by itself.
        .executableTarget(
            name: "vgraph",
            dependencies: [
                "Graph", "Pipelines", "Processes", "Programs", "Provenance", "Remotes", "Reviewers", "Runbook",
                "Travel", "Workers", "Store",
                "Stages",
                "Spec", "Sheet", "Composition", "Work", "Decisions", "Diagnostics", "Files", "Digests", "CSystem",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict,
            linkerSettings: [
                .unsafeFlags(["-static-executable"]), .linkedLibrary("_FoundationCShims"),
                .linkedLibrary("swiftSynchronization"), .linkedLibrary("_FoundationCollections"),
            ]),
        .executableTarget(
            name: "vgraph-worker",
            dependencies: [
                "Media", "Render", "Spelling", "Stages", "Spec", "Composition", "Processes", "Programs", "Reviewers",
                "Work",
                "Diagnostics", "Files", "Digests", "CSystem",
            ],
            swiftSettings: strict,
            // It travels to other machines, and what a debugger wants is half of it.
            linkerSettings: [
                .linkedLibrary("m"), .unsafeFlags(["-Xlinker", "--strip-debug"], .when(configuration: .release)),
            ]),

        // The only program that knows a network; started only where a remote is configured.
        .executableTarget(
            name: "vgraph-remote",
            dependencies: [
                "CCurl", "Remotes", "Travel", "Wire", "Decisions", "Store", "Processes", "Work", "Diagnostics", "Files",
                "Digests", "CSystem",
            ],
            swiftSettings: strict),

        // What tests of every module use: random numbers, folders, programs, goldens. It knows nothing of vgraph.
        .target(name: "TestSupport", path: "Tests/Support", swiftSettings: strict),

        // Stages that cost nothing, and a program that is their worker, a build to be killed, and a benchmark's probe.
        .target(
            name: "EngineFakes",
            dependencies: ["TestSupport", "Graph", "Remotes", "Store", "Digests", "Files", "Work", "Diagnostics"],
            path: "Tests/Tools/EngineFakes", swiftSettings: strict),
        .executableTarget(
            name: "engine-probe",
            dependencies: [
                "EngineFakes", "Graph", "Pipelines", "Processes", "Programs", "Remotes", "Digests", "Files", "Store",
                "Spec", "YAML", "Work", "Diagnostics",
            ],
            path: "Tests/Tools/EngineProbe", swiftSettings: strict),
        .testTarget(
            name: "StoreTests",
            dependencies: ["TestSupport", "Store", "Digests", "Files", "Work", "Diagnostics", "CSystem"],
            swiftSettings: plain),
        .testTarget(
            name: "GraphTests",
            dependencies: [
                "TestSupport", "EngineFakes", "engine-probe", "Graph", "Patterns", "Pipelines", "Processes",
                "Programs", "Remotes", "Workers", "Digests", "Files", "Store", "Work", "YAML", "Diagnostics", "CSystem",
            ], swiftSettings: plain),
        .testTarget(
            name: "SpecTests",
            dependencies: [
                "TestSupport", "Spec", "Decisions", "Digests", "Files", "Stages", "Render", "Graph", "YAML",
                "Composition", "Work", "Diagnostics",
            ], swiftSettings: plain),
        .testTarget(
            name: "RenderTests",
            dependencies: [
                "TestSupport", "Render", "Digests", "Media", "Composition", "CPixels", "CPango", "Diagnostics",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "MediaTests",
            dependencies: [
                "TestSupport", "Media", "Sheet", "Digests", "Files", "Composition", "Diagnostics", "CSystem",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "RemoteTests",
            dependencies: [
                "TestSupport", "Remotes", "Wire", "Decisions", "Store", "Digests", "Files", "Work", "Diagnostics",
            ],
            swiftSettings: plain),
        .testTarget(
            name: "BuildTests",
            dependencies: [
                "TestSupport", "Digests", "Stages", "Work", "Composition", "Diagnostics", "Decisions", "Runbook",
                "Spec", "Travel",
            ],
            swiftSettings: plain),
    ]
)
