import EngineFakes
import Files
import Glibc
import Graph
import Store
import Testing

/// Builds as processes of their own: killed, raced, starved of disk, shut out.
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
                let pid = Probe.start(
                    ["build", world.workspace, world.cache, "a.out", "2"], output: world.root + "/output")
                usleep(UInt32.random(in: 1_000...300_000, using: &random))
                kill(pid, SIGKILL)
                _ = Probe.wait(pid)
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
        let pid = Probe.start(["build", world.workspace, world.cache, "a.out", "1"], output: world.root + "/output")
        #expect(waits { world.read("work.log") != "" })
        let worker = try #require(
            try Folder.names("/proc")!.compactMap { Int32($0) }.first { Self.parent(of: $0) == pid })
        kill(pid, SIGKILL)
        _ = Probe.wait(pid)
        for _ in 0..<100 where kill(worker, 0) == 0 && Self.parent(of: worker) != nil { usleep(10_000) }
        #expect(Self.parent(of: worker) == nil)
    }

    /// nil: no such process, or only its corpse.
    private static func parent(of pid: Int32) -> Int32? {
        let file = open("/proc/\(pid)/stat", O_RDONLY)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = read(file, &buffer, buffer.count)
        let words =
            String(decoding: buffer[..<max(0, count)], as: UTF8.self).split(separator: ")").last?.split(separator: " ")
            ?? []
        return words.count > 1 && words[0] != "Z" ? Int32(words[1]) : nil
    }

    /// Until something is so, 10 s at most.
    private func waits(_ condition: () -> Bool) -> Bool {
        for _ in 0..<2000 {
            if condition() { return true }
            usleep(5_000)
        }
        return false
    }

    @Test func interruptedBySignal() throws {
        let world = try Probe.workspace()
        try world.write("a.txt", "one\nhang\n")
        try world.write("work.log", "")
        let pid = Probe.start(["build", world.workspace, world.cache, "a.out", "2"], output: world.root + "/output")
        #expect(waits { world.read("work.log")?.contains("code[0]") == true })
        kill(pid, SIGINT)
        #expect(Probe.wait(pid) == 130)
        #expect(try Folder.names(world.cache + "/tmp") == [])
    }

    /// Two builds of one cache at once do each node once between them.
    @Test func shared() throws {
        for _ in 0..<3 {
            let world = try Probe.workspace()
            try world.write("a.txt", spec)
            try world.write("work.log", "")
            let builds = (0..<3).map {
                Probe.start(["build", world.workspace, world.cache, "a.out", "2"], output: world.root + "/output\($0)")
            }
            #expect(builds.map(Probe.wait) == [0, 0, 0])
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
        #expect(Probe.run(world, "a.out", environment: ["PROBE_FILE_LIMIT=10"]).output.contains("[disk-full]"))
        for limit in [40, 100, 300, 600, 700, 800, 1000] {
            let run = Probe.run(world, "a.out", environment: ["PROBE_FILE_LIMIT=\(limit)"])
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
        let run = Probe.run(world, "a.out", environment: ["PROBE_USER=65534"])
        #expect(
            run.status == 1
                && run.output.contains(
                    "error: cannot write in the cache '\(world.cache)': permission denied [cache-read-only]"),
            "\(run.output)")
        #expect(world.read("a.out") == "untitled:<20 ONE>\n")
        // What it holds is served.
        try world.write("a.txt", "one\n")
        chmod(world.cache, 0o555)
        let served = Probe.run(world, "a.out", environment: ["PROBE_USER=65534"])
        #expect(served.status == 0 && served.output.contains("ran 0 hits 5"), "\(served.output)")
        chmod(world.cache, 0o755)
    }
}
