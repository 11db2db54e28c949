// Work that a job does beside its own is taken by the node that it belongs to, and by no other; where it is missing,
// damaged or in vain, the node does its own work and the result is the same.
import Diagnostics
import EngineFakes
import Files
import Glibc
import Graph
import Store
import Testing
import Work

@Suite struct CompanionTests {
    private func world(_ text: String, pipeline: String = FakeWorkspace.pipeline) throws -> FakeWorkspace {
        let world = try Probe.workspace(pipeline)
        try world.write("a.txt", text)
        try world.write("work.log", "")
        return world
    }

    /// The jobs that workers got since the last call.
    private func jobs(_ world: FakeWorkspace) throws -> [String] {
        defer { try? world.write("work.log", "") }
        return (world.read("work.log") ?? "").split(separator: "\n").map(String.init).sorted()
    }

    private func records(_ world: FakeWorkspace) throws -> [String] {
        try world.builder().closure(world.request(["a.out"])).map { _, record in
            "\(record.manifest.stage) \(record.key) \(record.outputs)"
        }.sorted()
    }

    @Test(arguments: [1, 8]) func whatIsMadeBesideIsTaken(jobs count: Int) throws {
        let world = try world("title t\nbeside one\nbeside two\nthree\n")
        world.jobs = count
        let build = try world.build("a.out")
        #expect(build.result.status == .done && build.result.ran == 9)
        #expect(
            build.seen.ran.filter { $0.contains("code") }.sorted() == [
                "a.out:code[0]", "a.out:code[1]", "a.out:code[2]",
            ])
        #expect(world.read("a.out") == "t:<20 BESIDE ONE><20 BESIDE TWO><20 THREE>\n")
        #expect(
            try jobs(world) == ["a.out:code[2]", "a.out:draw[0]", "a.out:draw[1]", "a.out:draw[2]", "a.out:join"],
            "two nodes needed no job of their own")
        #expect(try Folder.names(world.cache + "/tmp") == [])
        #expect(try world.build("a.out").result.ran == 0)
    }

    /// The records are those of nodes that did their own work.
    @Test func recordsAreThoseOfHonestWork() throws {
        let beside = try world("beside one\n"), honest = try world("beside one\n")
        try beside.build("a.out")
        try honest.build("a.out") { $0.checksDeterminism = true }
        #expect(try jobs(honest).count { $0.contains("code") } == 2, "checked twice, each node works")
        #expect(try records(beside) == records(honest))
    }

    @Test(arguments: ["forged", "stray"]) func damagedWorkIsDoneAgain(_ how: String) throws {
        let world = try world("beside \(how)\n")
        #expect(try world.build("a.out").result.status == .done)
        #expect(world.read("a.out") == "untitled:<20 BESIDE \(how.uppercased())>\n")
        #expect(try jobs(world).contains("a.out:code[0]"))
        #expect(try Folder.names(world.cache + "/tmp") == [])
        // The result of that key is the right one, also for those who ask later.
        unlink(world.workspace + "/a.out")
        #expect(try world.build("a.out").result.ran == 0)
        #expect(world.read("a.out") == "untitled:<20 BESIDE \(how.uppercased())>\n")
    }

    /// After an edit whose outcome is that of the last time nothing is made beside.
    @Test func nothingIsMadeInVainWhereTheLastResultComesAgain() throws {
        let world = try world("beside one\n")
        try world.build("a.out")
        _ = try jobs(world)
        // Another text, the same capitals: `draw` runs, and `code` is a hit.
        try world.write("a.txt", "beside ONE\n")
        let same = try world.build("a.out")
        #expect(same.seen.ran.contains("a.out:draw[0]") && !same.seen.ran.contains("a.out:code[0]"))
        try world.write("a.txt", "beside other\n")
        let other = try world.build("a.out")
        #expect(other.seen.ran.contains("a.out:code[0]"))
        #expect(try !jobs(world).contains("a.out:code[0]"))
        #expect(world.read("a.out") == "untitled:<20 BESIDE OTHER>\n")
    }

    /// Another quality is another key: what was made for the old one is not taken.
    @Test func anotherParameterIsAnotherResult() throws {
        let world = try world("beside one\n")
        try world.build("a.out")
        try world.write("pipelines/text.yaml", FakeWorkspace.pipeline.replacing("quality: 20", with: "quality: 30"))
        try world.build("a.out")
        #expect(world.read("a.out") == "untitled:<30 BESIDE ONE>\n")
        try world.build("a.out") { $0.force = true }
        #expect(world.read("a.out") == "untitled:<30 BESIDE ONE>\n")
    }

    /// A pool limits how many nodes of a stage run, and what runs beside another does not count there.
    @Test func aStageWithAPoolDoesItsOwnWork() throws {
        let pipeline = FakeWorkspace.pipeline.replacing("quality: 20", with: "quality: 20, pool: slow")
            .replacing("stages:", with: "pools: { slow: 1 }\nstages:")
        let world = try world("beside one\n", pipeline: pipeline)
        #expect(try world.build("a.out").result.status == .done)
        #expect(try jobs(world).contains("a.out:code[0]"))
    }

    /// Where the follower is not part of the build, nothing is made for it.
    @Test func nothingIsMadeForAStageThatWasNotAskedFor() throws {
        let world = try world("beside one\n")
        try world.build("a.out:draw")
        #expect(try jobs(world) == ["a.out:draw[0]"])
        #expect(try Folder.names(world.cache + "/tmp") == [])
        try world.build("a.out")
        #expect(try jobs(world).contains("a.out:code[0]"))
    }

    // MARK: A follower of a follower

    private static let weighing = FakeWorkspace.pipeline.replacing(
        "  join:  { uses: join, streams: $code,",
        with: "  weigh: { uses: weigh, each: $code, frames: $draw }\n"
            + "  join:  { uses: join, streams: [$code, $weigh],")

    /// `draw` does the work of `code`, and with its stream that of `weigh`.
    @Test func whatFollowsAFollowerIsMadeBesideToo() throws {
        let world = try world("beside one\nthree\n", pipeline: Self.weighing)
        #expect(try world.build("a.out").result.status == .done)
        #expect(world.read("a.out") == "untitled:<20 BESIDE ONE><20 THREE>15 of BESIDE ONE\n10 of THREE\n\n")
        #expect(
            try jobs(world) == ["a.out:code[1]", "a.out:draw[0]", "a.out:draw[1]", "a.out:join", "a.out:weigh[1]"])
        #expect(try world.build("a.out").result.ran == 0)
        // Another quality: `draw` is a hit, and `code` itself does the work of `weigh`, with what it was given.
        try world.write("pipelines/text.yaml", Self.weighing.replacing("quality: 20", with: "quality: 3"))
        #expect(try world.build("a.out").result.status == .done)
        #expect(world.read("a.out") == "untitled:<3 BESIDE ONE><3 THREE>14 of BESIDE ONE\n9 of THREE\n\n")
        #expect(try jobs(world) == ["a.out:code[0]", "a.out:code[1]", "a.out:join", "a.out:weigh[1]"])
        #expect(try Folder.names(world.cache + "/tmp") == [])
    }

    /// A slot that the pipeline leaves empty is empty beside, too; the records are those of honest work.
    @Test(arguments: [true, false]) func aFollowersSlotsAreThoseOfThePipeline(_ hasFrames: Bool) throws {
        let pipeline = hasFrames ? Self.weighing : Self.weighing.replacing(", frames: $draw", with: "")
        let beside = try world("beside one\n", pipeline: pipeline),
            honest = try world("beside one\n", pipeline: pipeline)
        try beside.build("a.out")
        try honest.build("a.out") { $0.checksDeterminism = true }
        #expect(try jobs(beside) == ["a.out:draw[0]", "a.out:join"])
        #expect(beside.read("a.out") == honest.read("a.out"))
        #expect(beside.read("a.out")?.contains(hasFrames ? "15 of BESIDE ONE" : "15 of something") == true)
        #expect(try records(beside) == records(honest))
    }

    /// What was made of a stream that another program has replaced since is not taken.
    @Test(arguments: ["forged", "stray"]) func damagedWorkTakesItsFollowersWithIt(_ how: String) throws {
        let world = try world("beside \(how)\n", pipeline: Self.weighing)
        #expect(try world.build("a.out").result.status == .done)
        let frames = "BESIDE \(how.uppercased())"
        #expect(world.read("a.out") == "untitled:<20 \(frames)>\(frames.count + 5) of \(frames)\n\n")
        #expect(try Folder.names(world.cache + "/tmp") == [])
    }
}
