// Remote caches from the engine's side: what is asked, brought and published, and what counts. A folder plays the remote.
import Diagnostics
import EngineFakes
import Files
import Glibc
import Graph
import Store
import TestSupport
import Testing

@Suite struct RemoteTests {
    static let spec = "title t\none\ntwo\nthree\n"
    static let film = "t:<20 ONE><20 TWO><20 THREE>\n"

    /// A machine of its own: a workspace and a cache, with the same files.
    static func machine(
        _ remote: FakeRemoteFolder, _ faults: [FakeRemote.Fault] = [], pipeline: String = FakeWorkspace.pipeline,
        writes: Bool = true, spec: String = spec
    ) throws -> FakeWorkspace {
        let world = try Probe.workspace(pipeline)
        world.remote = (remote.path, faults, writes ? .readWrite : .readOnly)
        try world.write("a.txt", spec)
        return world
    }

    /// A remote that a build has filled.
    static func filled(_ folder: TemporaryFolder, spec: String = spec) throws -> FakeRemoteFolder {
        let remote = try FakeRemoteFolder(folder.path + "/remote")
        #expect(try machine(remote, spec: spec).build("a.out").result.status == .done)
        return remote
    }

    @Test func aColdMachineRunsNothingAndBringsTheTarget() throws {
        let folder = TemporaryFolder(), remote = try FakeRemoteFolder(folder.path + "/remote")
        let first = try Self.machine(remote).build("a.out")
        #expect(first.result.ran == 9 && first.result.remotes.map(\.published) == [9])
        #expect(remote.entries.count == 9)
        let world = try Self.machine(remote)
        let second = try world.build("a.out")
        #expect(second.result.ran == 0 && second.result.hits == 9 && second.result.diagnostics.isEmpty)
        #expect(second.result.remotes.map(\.hits) == [9] && second.result.remotes.map(\.published) == [0])
        #expect(world.read("a.out") == Self.film)
        // The film, and the decision of the judge, whose bytes no other stage takes.
        #expect(try world.blobs().count == 2)
        // Nothing is to do, and nobody is asked.
        #expect(world.upToDate("a.out") != nil)
        world.remote = (remote.path, [.crash], .readOnly)
        #expect(try world.build("a.out").result.remotes.isEmpty)
        let planned = try world.builder().why(world.request(["a.out"]))
        #expect(planned.count == 9 && planned.allSatisfy { $0.outcome == .hit && $0.origin?.remote == "fake" })
    }

    @Test func anEditBringsWhatItNeeds() throws {
        let folder = TemporaryFolder(), remote = try Self.filled(folder), world = try Self.machine(remote)
        try world.build("a.out")
        try world.write("a.txt", "title t\none\n2\nthree\n")
        let build = try world.build("a.out")
        // The split makes all parts again, the join takes two streams that were never here.
        #expect(Set(build.seen.ran) == ["a.out:split", "a.out:draw[1]", "a.out:code[1]", "a.out:join", "a.out:judge"])
        #expect(world.read("a.out") == "t:<20 ONE><20 2><20 THREE>\n")
        #expect(build.result.diagnostics.isEmpty, "\(build.result.diagnostics)")
        let other = try Self.machine(remote, spec: "title t\none\n2\nthree\n")
        #expect(try other.build("a.out").result.ran == 0)
        #expect(other.read("a.out") == world.read("a.out"))
    }

    @Test(arguments: [true, false]) func allIsBroughtOrNothing(_ all: Bool) throws {
        let folder = TemporaryFolder(), remote = try Self.filled(folder), world = try Self.machine(remote)
        world.download = all ? .all : .none
        let build = try world.build("a.out")
        #expect(build.result.ran == 0 && build.result.status == .done && build.result.targets[0].verdict == .pass)
        guard !all else {
            #expect(try world.blobs().count == remote.blobs.count)
            #expect(world.read("a.out") == Self.film && build.result.targets[0].away.isEmpty)
            return
        }
        // The verdict is in a record.
        #expect(try world.blobs().isEmpty)
        #expect(world.read("a.out") == nil && build.result.targets[0].away == ["a.out"])
        #expect(world.upToDate("a.out") == nil, "the file is not there")
        #expect(try world.builder().why(world.request(["a.out"])).allSatisfy { $0.outcome == .hit })
        // What a command shows is brought.
        let shown = try world.builder().artifacts(world.request([]), target: "a.out", stage: "join")
        #expect(shown.count == 1 && shown.first.flatMap { world.read($0.path) } == Self.film)
        #expect(try world.builder().deliver(world.request([]), target: "a.out", to: world.root + "/copy.out"))
        #expect(world.read(world.root + "/copy.out") == Self.film)
        world.download = .target
        #expect(try world.build("a.out").result.ran == 0)
        #expect(world.read("a.out") == Self.film && world.upToDate("a.out") != nil)
    }

    @Test func nothingStaysAwayThatAnotherStageReads() throws {
        let folder = TemporaryFolder(), remote = try FakeRemoteFolder(folder.path + "/remote")
        func machine() throws -> FakeWorkspace {
            let world = try Self.machine(
                remote,
                pipeline: "pipeline: p\ntarget: middle.txt\nstages: { s: { uses: mix, from: [a.txt], "
                    + "output: middle.txt } }\n")
            try world.write(
                "pipelines/b.yaml",
                "pipeline: q\ntarget: b.out\nstages: { s: { uses: mix, from: [middle.txt], salt: x, output: b.out } }\n"
            )
            return world
        }
        let first = try machine()
        try first.build("b.out")
        let world = try machine()
        world.download = .none
        let build = try world.build("b.out")
        #expect(build.result.ran == 0 && build.result.targets.flatMap(\.away) == ["b.out"])
        #expect(world.read("middle.txt") == first.read("middle.txt") && world.read("b.out") == nil)
    }

    @Test func onlyWhatCountsForOthersIsPublished() throws {
        let folder = TemporaryFolder(), remote = try FakeRemoteFolder(folder.path + "/remote")
        let pipeline = """
            pipeline: t
            target: out.txt
            stages:
              never: { run: [sh, -c, 'date +%N > $$0', $out], cache: false, output: never.txt }
              bare:  { run: [sh, -c, 'echo x > $$0', $out], output: bare.txt }
              all:   { uses: mix, from: [$bare], output: out.txt }

            """
        let world = try Self.machine(remote, pipeline: pipeline)
        let build = try world.build("out.txt") { $0.sandbox = false }
        #expect(build.result.status == .done && build.result.ran == 3, "\(build.result.diagnostics)")
        #expect(remote.records().map(\.manifest.stage) == ["mix"])
        // A reader writes nothing, and a question asks nobody.
        let reader = try Self.machine(remote, writes: false, spec: "other\n")
        try reader.build("a.out") { $0.dryRun = true }
        #expect(remote.entries.count == 1)
    }

    @Test func aPaidResultIsNotPaidTwice() throws {
        let folder = TemporaryFolder(), remote = try FakeRemoteFolder(folder.path + "/remote")
        guard CommandWorld.reasonAgainst == nil else { return }
        let pipeline = """
            pipeline: t
            target: out.txt
            stages:
              paid: { run: [sh, -c, 'echo x > "$$0"', $out], cost: 0.5 USD, output: out.txt }

            """
        let first = try Self.machine(remote, pipeline: pipeline).build("out.txt").result
        #expect(first.spent == ["USD": 0.5], "\(first.diagnostics)")
        let second = try Self.machine(remote, pipeline: pipeline).build("out.txt").result
        #expect(second.status == .done && second.ran == 0 && second.spent.isEmpty)
    }

    @Test func forceAsksNobody() throws {
        let folder = TemporaryFolder(), remote = try Self.filled(folder)
        let build = try Self.machine(remote, writes: false).build("a.out") { $0.force = true }
        #expect(build.result.ran == 9 && build.result.remotes.isEmpty)
    }

    @Test func aWorldIsJudgedHere() throws {
        let folder = TemporaryFolder(), remote = try FakeRemoteFolder(folder.path + "/remote")
        let spec = "title t\ninclude more.txt\n"
        func machine(_ more: String) throws -> FakeWorkspace {
            let world = try Self.machine(remote, spec: spec)
            try world.write("more.txt", more)
            return world
        }
        #expect(try machine("x\n").build("a.out").result.ran == 5)
        // The same key, another file that was found: not that result, and afterwards both are there.
        let other = try machine("y\n")
        #expect(try other.build("a.out").seen.ran.contains("a.out:split"))
        #expect(other.read("a.out") == "t:<20 Y>\n")
        for more in ["x", "y"] {
            let world = try machine(more + "\n")
            #expect(try world.build("a.out").result.ran == 0)
            #expect(world.read("a.out") == "t:<20 \(more.uppercased())>\n")
        }
    }

    @Test func bytesThatWereCollectedComeBack() throws {
        let folder = TemporaryFolder(), remote = try Self.filled(folder), world = try Self.machine(remote)
        try world.build("a.out")
        for blob in try world.blobs() { unlink(blob) }
        unlink(world.workspace + "/a.out")
        #expect(try world.build("a.out").result.ran == 0)
        #expect(world.read("a.out") == Self.film)
        // What vanished in the remote too is made again, from the start.
        for blob in try world.blobs() { unlink(blob) }
        unlink(world.workspace + "/a.out")
        remote.removeAllBlobs()
        let build = try world.build("a.out")
        #expect(build.result.status == .done && build.result.ran > 0 && world.read("a.out") == Self.film)
    }

    @Test func anArchiveOfRemoteRecordsCanBeImported() throws {
        let folder = TemporaryFolder(), remote = try Self.filled(folder), world = try Self.machine(remote)
        try world.build("a.out")
        let cache = try Cache(world.cache)
        let records = try world.builder().closure(world.request(["a.out"]))
        let written = try ArchiveExport(cache).write(records, to: world.root + "/a.tar")
        #expect(written.records == 9 && written.blobs == 2 && written.missing > 0)
        #expect(try cache.verify().damagedBlobs.isEmpty)
        let other = try Self.machine(remote)
        let taken = try ArchiveImport(Cache(other.cache)).read(world.root + "/a.tar")
        #expect(taken.records == 9)
        other.remote = nil
        let build = try other.build("a.out")
        #expect(build.result.ran == 0 && other.read("a.out") == Self.film)
        // Without the remote an edit makes what it needs.
        try other.write("a.txt", "title t\none\n2\nthree\n")
        #expect(try other.build("a.out").result.status == .done)
        #expect(other.read("a.out") == "t:<20 ONE><20 2><20 THREE>\n")
    }

    @Test func uploadsThatDoNotEndAreLeftToTheNextBuild() throws {
        let folder = TemporaryFolder(), remote = try FakeRemoteFolder(folder.path + "/remote")
        let world = try Self.machine(remote, [.stuckUploads])
        let first = try world.build("a.out") { $0.uploadSeconds = 0.05 }
        #expect(first.result.status == .done && world.read("a.out") == Self.film)
        #expect(remote.entries.count == 2)
        #expect(first.result.diagnostics.map(\.id) == ["remote-not-uploaded"])
        world.remote = (remote.path, [], .readWrite)
        try world.write("a.txt", Self.spec + "four\n")
        #expect(try world.build("a.out").result.diagnostics.isEmpty)
        let other = try Self.machine(remote)
        #expect(try other.build("a.out").result.ran == 0, "all of the first build is there")
    }

    /// Ctrl-C while a remote keeps the build waiting, or the uploads do.
    @Test(arguments: [FakeRemote.Fault.silent, .withholds, .stuckUploads]) func anInterruptionWaitsForNobody(
        _ fault: FakeRemote.Fault
    ) throws {
        let folder = TemporaryFolder(), remote = try Self.filled(folder)
        if fault == .stuckUploads { for entry in remote.entries { unlink(remote.path + "/ac/" + entry) } }
        let world = try Self.machine(remote, [fault]), interruption = try #require(Interruption())
        let before = world.request(["a.out"]), builder = world.builder()
        let watcher = Interrupting(interruption, atUploads: fault == .stuckUploads)
        if fault != .stuckUploads { interruption.trigger() }
        let result = try builder.run(before, observer: watcher, interruption: interruption, catchSignals: false)
        #expect(result.status == (fault == .stuckUploads ? .done : .interrupted))
        #expect((try Folder.names(world.cache + "/tmp") ?? []).isEmpty)
        world.remote = (remote.path, [], .readWrite)
        try world.write("a.txt", Self.spec + "four\n")
        #expect(try world.build("a.out").result.status == .done)
        #expect(world.read("a.out") == "t:<20 ONE><20 TWO><20 THREE><20 FOUR>\n")
        guard fault == .stuckUploads else { return }
        #expect(try Self.machine(remote).build("a.out").result.ran == 0, "what was left has gone up")
    }

    private final class Interrupting: BuildObserver {
        private let interruption: Interruption, atUploads: Bool
        init(_ interruption: Interruption, atUploads: Bool) {
            (self.interruption, self.atUploads) = (interruption, atUploads)
        }
        func observe(_ event: BuildEvent) { if atUploads, case .uploading = event { interruption.trigger() } }
    }
}
