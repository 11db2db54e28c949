// Builds as processes of their own: killed, raced, starved of disk, shut out.
import EngineFakes
import Files
import Glibc
import Graph
import Store
import TestSupport
import Testing

@Suite struct ProcessTests {
    private let spec = (0..<12).map { "slow line \($0)\n" }.joined()

    private func expected(_ world: FakeWorkspace) -> String { FakeStages.expected(spec) { world.read($0) } }

    /// kill -9 at random moments; whatever it left, the next build makes what a clean one makes.
    @Test func killed() throws {
        var random = Seeded(seed: 3)
        for round in 0..<25 {
            let world = try Probe.workspace()
            try world.write("a.txt", spec)
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let build = try Probe.start(
                    ["build", world.workspace, world.cache, "a.out", "2"], output: world.root + "/output")
                usleep(UInt32.random(in: 1_000...300_000, using: &random))
                build.signal(SIGKILL)
                build.wait()
                if let text = world.read("a.out") { #expect(text == expected(world), "round \(round): a torn target") }
            }
            let build = try world.build("a.out")
            #expect(build.result.status == .done && world.read("a.out") == expected(world), "round \(round)")
            // A worker of the killed build may write its last bytes while the next build sweeps: the one after that
            // finds them.
            if try Folder.names(world.cache + "/tmp") != [] { _ = try world.build("a.out") }
            #expect(try Folder.names(world.cache + "/tmp") == [])
            let verified = try Cache(world.cache).verify()
            #expect(verified.damagedBlobs.isEmpty && verified.damagedRecords.isEmpty)
        }
    }

    @Test func killedWorkersDoNotOutliveTheEngine() throws {
        let world = try Probe.workspace()
        try world.write("a.txt", "hang\n")
        try world.write("work.log", "")
        let build = try Probe.start(
            ["build", world.workspace, world.cache, "a.out", "1"], output: world.root + "/output")
        try build.until("a node is at work") { world.read("work.log") != "" }
        let worker = try #require(ProcessTable.children(of: build.id).first)
        build.signal(SIGKILL)
        build.wait()
        try until("the worker ends", within: 1) { ProcessTable.parent(of: worker) == nil }
    }

    @Test func interruptedBySignal() throws {
        let world = try Probe.workspace()
        try world.write("a.txt", "one\nhang\n")
        try world.write("work.log", "")
        let build = try Probe.start(
            ["build", world.workspace, world.cache, "a.out", "2"], output: world.root + "/output")
        try build.until("the first line is coded") { world.read("work.log")?.contains("code[0]") == true }
        build.signal(SIGINT)
        #expect(build.wait() == 130)
        #expect(try Folder.names(world.cache + "/tmp") == [])
    }

    /// Two builds of one cache at once do each node once between them.
    @Test func shared() throws {
        for _ in 0..<3 {
            let world = try Probe.workspace()
            try world.write("a.txt", spec)
            try world.write("work.log", "")
            let builds = try (0..<3).map {
                try Probe.start(
                    ["build", world.workspace, world.cache, "a.out", "2"], output: world.root + "/output\($0)")
            }
            #expect(builds.map { $0.wait() } == [0, 0, 0])
            #expect(world.read("a.out") == expected(world))
            let work = (world.read("work.log") ?? "").split(separator: "\n")
            #expect(work.count == 25 && Set(work).count == 25, "12 drawn, 12 coded, 1 joined")
        }
    }

    /// No file may grow beyond a few bytes: as when the disk is full.
    @Test func fullDisk() throws {
        let world = try Probe.workspace()
        try world.write("a.txt", "one\n")
        try world.writeAsBuilt("a.out", "the old one")
        #expect(try Probe.run(world, "a.out", environment: ["PROBE_FILE_LIMIT": "10"]).output.contains("[disk-full]"))
        for limit in [40, 100, 300, 600, 700, 800, 1000] {
            let run = try Probe.run(world, "a.out", environment: ["PROBE_FILE_LIMIT": "\(limit)"])
            #expect([0, 1].contains(run.status) || run.output.contains("[disk-full]"), "limit \(limit): \(run.output)")
            let text = world.read("a.out")
            #expect(text == "the old one" || text == "untitled:<20 ONE>\n", "limit \(limit)")
        }
        #expect(try world.build("a.out").result.status == .done)
        #expect(world.read("a.out") == "untitled:<20 ONE>\n")
    }

    @Test(.enabled(if: getuid() == 0, "only root can become somebody else")) func readOnlyCache() throws {
        let world = try Probe.workspace()
        chmod(world.root, 0o755)
        try world.write("a.txt", "one\n")
        try world.build("a.out")
        try world.write("a.txt", "two\n")
        let run = try Probe.run(world, "a.out", environment: ["PROBE_USER": "65534"])
        #expect(
            run.status == 1
                && run.output.contains(
                    "error: cannot write in the cache '\(world.cache)': permission denied [cache-read-only]"),
            "\(run.output)")
        #expect(world.read("a.out") == "untitled:<20 ONE>\n")
        // What it holds is served.
        try world.write("a.txt", "one\n")
        chmod(world.cache, 0o555)
        let served = try Probe.run(world, "a.out", environment: ["PROBE_USER": "65534"])
        #expect(served.status == 0 && served.output.contains("ran 0 hits 5"), "\(served.output)")
        chmod(world.cache, 0o755)
    }
}
