// A vgraph-remote that crashes, hangs, lies or answers late: each costs one warning at most, and never the build.
import Diagnostics
import EngineFakes
import Files
import Glibc
import Graph
import Store
import TestSupport
import Testing

@Suite struct RemoteFaultTests {
    typealias Fault = FakeRemote.Fault

    /// The warning of each fault, and whether every node is a hit nevertheless.
    static let faults: [(Fault, warning: String?, isWarm: Bool)] = [
        (.crash, "remote-gave-up", false), (.garbage, "remote-gave-up", false), (.hang, "remote-gave-up", false),
        (.silent, "remote-too-slow", false), (.withholds, nil, false), (.wrong, "remote-wrong-bytes", false),
        (.short, "remote-wrong-bytes", false), (.empty, "remote-wrong-bytes", false), (.vanished, nil, false),
        (.failing, nil, false), (.forged, nil, false), (.reversed, nil, true), (.slow, nil, true),
        (.refuses, nil, true),
    ]

    @Test(arguments: faults.map(\.0)) func aBuildIsRightWhateverTheRemoteDoes(_ fault: Fault) throws {
        let folder = TemporaryFolder(), remote = try RemoteTests.filled(folder)
        let (_, warning, isWarm) = Self.faults.first { $0.0 == fault }!
        let world = try RemoteTests.machine(remote, [fault])
        func build() throws -> BuildResult {
            try world.build("a.out") {
                $0.remotePatience = fault == .hang || fault == .withholds ? 0.4 : fault == .silent ? 2 : 60
                $0.uploadSeconds = fault == .hang ? 0.1 : 1
            }.result
        }
        let result = try build()
        #expect(result.status == .done && result.failed == 0, "\(result.diagnostics)")
        #expect(world.read("a.out") == RemoteTests.film)
        #expect((result.ran == 0) == isWarm, "\(result.ran) ran")
        let ids = Set(result.diagnostics.map(\.id))
        if fault == .hang || fault == .withholds {
            // The process, a question or a blob is given up first.
            #expect(ids.isSubset(of: ["remote-gave-up", "remote-too-slow"]), "\(result.diagnostics)")
        } else {
            #expect(ids == (warning.map { [$0] } ?? []), "\(result.diagnostics)")
        }
        // Nothing is poisoned: the next edit and a clean machine agree.
        try world.write("a.txt", "title t\none\n2\n")
        #expect(try build().status == .done && world.read("a.out") == "t:<20 ONE><20 2>\n")
        #expect(try Cache(world.cache).verify().damagedBlobs.isEmpty)
        #expect((try Folder.names(world.cache + "/tmp") ?? []).isEmpty)
        world.remote = (remote.path, [], .readWrite)
        try world.write("a.txt", RemoteTests.spec)
        #expect(try world.build("a.out").result.status == .done && world.read("a.out") == RemoteTests.film)
    }

    @Test func aProgramThatIsNotThereCostsAWarning() throws {
        let world = try Probe.workspace()
        try world.write("a.txt", RemoteTests.spec)
        world.remote = ("/nowhere", [], .readWrite)
        var builder = world.builder()
        builder.engine.remote = ["/no/such/program"]
        let result = try builder.run(world.request(["a.out"]), catchSignals: false)
        #expect(result.status == .done && result.ran == 9)
        #expect(result.diagnostics.map(\.id) == ["remote-gave-up"])
    }

    @Test(arguments: 0..<6) func incrementalIsCleanWithAWarmRemote(_ seed: Int) throws {
        var random = Seeded(seed: UInt64(900 + seed))
        var graph = RandomGraphTests.Graph(using: &random)
        let folder = TemporaryFolder(), remote = try FakeRemoteFolder(folder.path + "/remote")
        // Two checkouts with caches of their own.
        let worlds = try (0..<2).map { _ in try Probe.workspace(graph.pipeline) }
        var contents = [String?](repeating: nil, count: graph.files)
        for round in 0..<8 {
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let file = Int.random(in: 0..<graph.files, using: &random)
                let text: String? =
                    switch Int.random(in: 0..<8, using: &random) {
                    case 0: nil
                    case 1: "fail\n"
                    default: "text \(Int.random(in: 0..<4, using: &random))\n"
                    }
                contents[file] = text
                for world in worlds {
                    if let text {
                        try world.write("f\(file).txt", text)
                    } else {
                        unlink(world.workspace + "/f\(file).txt")
                    }
                }
            }
            if Int.random(in: 0..<6, using: &random) == 0 {
                graph.stages[Int.random(in: 0..<graph.stages.count, using: &random)].salt = Int.random(
                    in: 0..<3, using: &random)
                for world in worlds { try world.write("pipelines/text.yaml", graph.pipeline) }
            }
            let world = worlds[Int.random(in: 0..<2, using: &random)]
            switch Int.random(in: 0..<6, using: &random) {
            case 0: if let blob = try world.blobs().randomElement(using: &random) { unlink(blob) }
            case 1: if let blob = remote.blobs.randomElement(using: &random) { remote.remove(blob: blob) }
            case 2: Folder.remove(world.cache)
            case 3: remote.removeAllBlobs()
            default: break
            }
            let faults: [Fault] = [.reversed, .vanished, .wrong, .failing, .forged]
            let fault = Int.random(in: 0..<3, using: &random) == 0 ? faults.randomElement(using: &random) : nil
            world.remote = (remote.path, fault.map { [$0] } ?? [], .readWrite)
            world.download = [.all, .target, .target].randomElement(using: &random)!
            let expected = graph.expected(contents), comment = Comment(rawValue: "seed \(seed), round \(round)")
            let result = try world.build("all.out") { $0.keepGoing = true }.result
            #expect((result.status == .done) == !expected.contains(nil), comment)
            for (index, text) in expected.enumerated() {
                if let text { #expect(world.read(graph.output(index)) == text, comment) }
            }
        }
    }

    @Test(arguments: 0..<4) func aKilledBuildLeavesNothingWrong(_ seed: Int) throws {
        var random = Seeded(seed: UInt64(seed))
        let folder = TemporaryFolder(), remote = try RemoteTests.filled(folder)
        let world = try RemoteTests.machine(remote, spec: "title t\none\nslow\nthree\n")
        let program = try Probe.start(
            ["build", world.workspace, world.cache, "a.out", "2"], output: world.root + "/output",
            environment: ["PROBE_REMOTE": remote.path])
        usleep(UInt32.random(in: 1000...120_000, using: &random))
        kill(program.id, SIGKILL)
        _ = program.wait()
        let other = try RemoteTests.machine(remote, spec: "title t\none\nslow\nthree\n")
        for world in [world, other] {
            let result = try world.build("a.out").result
            #expect(result.status == .done && world.read("a.out") == "t:<20 ONE><20 SLOW><20 THREE>\n")
            #expect(try Cache(world.cache).verify().damagedBlobs.isEmpty)
        }
    }
}
