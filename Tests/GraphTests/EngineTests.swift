// What runs, what does not, and why.
import Diagnostics
import EngineFakes
import Files
import Glibc
import Graph
import Store
import Testing

@Suite struct EngineTests {
    private func started(_ text: String = "title t\none\ntwo\nthree\n") throws -> FakeWorkspace {
        let world = try Probe.workspace()
        try world.write("a.txt", text)
        return world
    }

    @Test func buildsThenDoesNothing() throws {
        let world = try started()
        #expect(world.upToDate("a.out") == nil)
        let first = try world.build("a.out")
        #expect(first.result.status == .done && first.result.ran == 9 && first.result.nodes == 9)
        #expect(world.read("a.out") == "t:<20 ONE><20 TWO><20 THREE>\n")
        #expect(first.seen.published == ["a.out"])
        #expect(world.upToDate("a.out") == StateFile.Summary(status: .done, nodes: 9, text: "text 9"))
        let second = try world.build("a.out")
        #expect(second.result.ran == 0 && second.result.hits == 9 && second.seen.published == [])
    }

    @Test func earlyCutOff() throws {
        let world = try started()
        try world.build("a.out")
        try world.write("a.txt", "# a comment\ntitle t\none\ntwo\nthree\n")
        #expect(world.upToDate("a.out") == nil)
        let build = try world.build("a.out")
        #expect(build.seen.ran == ["a.out:split"])
        #expect(build.seen.why("a.out:split") == ["'a.txt' has changed"])
        #expect(build.seen.published == [])
    }

    @Test func onlyWhatChangedRuns() throws {
        let world = try started()
        try world.build("a.out")
        try world.write("a.txt", "title t\none\n2\nthree\n")
        var build = try world.build("a.out")
        #expect(Set(build.seen.ran) == ["a.out:split", "a.out:draw[1]", "a.out:code[1]", "a.out:join", "a.out:judge"])
        #expect(build.seen.why("a.out:draw[1]") == ["the result of 'split' has changed"])
        #expect(build.seen.why("a.out:join") == ["result 1 of 'code' has changed"])
        // Inserted in front: the others move and are not made again.
        try world.write("a.txt", "title t\nzero\none\n2\nthree\n")
        build = try world.build("a.out")
        #expect(Set(build.seen.ran) == ["a.out:split", "a.out:draw[0]", "a.out:code[0]", "a.out:join", "a.out:judge"])
        // Back to what was: nothing but hits, and the file is right again.
        try world.write("a.txt", "title t\none\ntwo\nthree\n")
        build = try world.build("a.out")
        #expect(build.result.ran == 0 && build.seen.published == ["a.out"])
        #expect(world.read("a.out") == "t:<20 ONE><20 TWO><20 THREE>\n")
    }

    @Test func parametersAndWhy() throws {
        let world = try started()
        try world.build("a.out")
        try world.write(
            "pipelines/text.yaml", FakeWorkspace.pipeline.replacing("quality: 20", with: "quality: 30, gain: 1.5"))
        let planned = try world.builder().why(world.request(["a.out:code"]))
        #expect(planned.map(\.node) == ["a.out:code[0]", "a.out:code[1]", "a.out:code[2]"])
        #expect(
            planned[0].outcome == .run && planned[0].why == ["'gain' is now 1.5, was 1", "'quality' is now 30, was 20"])
        let build = try world.build("a.out")
        #expect(build.result.ran == 5)
        #expect(build.seen.why("a.out:code[2]") == ["'gain' is now 1.5, was 1", "'quality' is now 30, was 20"])
        #expect(world.read("a.out") == "t:<30 ONE><30 TWO><30 THREE>\n")
    }

    @Test func pixelsMayBeAbsent() throws {
        let world = try started("plain\nother\n")
        #expect(try world.build("a.out").result.ran == 7)
        #expect(world.read("a.out") == "untitled:<20 PLAIN><20 OTHER>\n")
    }

    @Test func emptyList() throws {
        let world = try started("title nothing\n")
        #expect(try world.build("a.out").result.ran == 3)
        #expect(world.read("a.out") == "nothing:\n")
    }

    @Test func discoveredFiles() throws {
        let world = try started("include other.inc\nlast\n")
        try world.build("a.out")
        #expect(world.read("a.out") == "untitled:<20 NOTHING><20 LAST>\n")
        try world.write("other.inc", "now there\n")
        #expect(world.upToDate("a.out") == nil)
        var build = try world.build("a.out")
        #expect(build.seen.why("a.out:split") == ["'other.inc', which it read, has changed"])
        #expect(build.result.ran == 5 && world.read("a.out") == "untitled:<20 NOW THERE><20 LAST>\n")
        unlink(world.workspace + "/other.inc")
        build = try world.build("a.out")
        #expect(
            build.result.ran == 0 && world.read("a.out") == "untitled:<20 NOTHING><20 LAST>\n",
            "that it is not there was known once")
    }

    @Test func optionalInputComesAndGoes() throws {
        let world = try started("one\n")
        try world.build("a.out")
        try world.write("a.extra", "more\n")
        #expect(world.upToDate("a.out") == nil)
        let build = try world.build("a.out")
        #expect(build.seen.why("a.out:split") == ["'a.extra' is new"])
        #expect(world.read("a.out") == "untitled:<20 ONE><20 MORE>\n")
        unlink(world.workspace + "/a.extra")
        #expect(try world.build("a.out").result.ran == 0)
        #expect(world.read("a.out") == "untitled:<20 ONE>\n")
    }

    @Test func equalWorkIsDoneOnce() throws {
        let world = try started("same\nsame\nsame\n")
        try world.write("b.txt", "# b\nsame\n")
        let build = try world.build()
        #expect(build.result.targets.map(\.name) == ["a.out", "b.out"])
        #expect(build.seen.ran.filter { $0.contains(":draw") }.count == 1)
        #expect(build.result.nodes == 9 + 5 && build.result.ran == 2 + 2 + 2 + 2)
        #expect(world.upToDate() != nil)
        try world.write("c.txt", "new\n")
        #expect(world.upToDate() == nil)
    }

    @Test func stageTargets() throws {
        let world = try started()
        let build = try world.build("a.out:draw")
        #expect(build.result.nodes == 4 && world.read("a.out") == nil)
        #expect(world.upToDate("a.out:draw") != nil)
        let artifacts = try world.builder().artifacts(
            world.request([]), target: "a.out", stage: "draw", output: "frames")
        #expect(artifacts.map { world.read($0.path) } == ["ONE", "TWO", "THREE"])
        #expect(
            try world.builder().artifacts(
                world.request([]), target: "a.out", stage: "draw", output: "pixels", element: 1
            ).map(\.node) == ["a.out:draw[1]"])
        #expect(try world.builder().artifacts(world.request([]), target: "a.out", stage: "join").isEmpty)
        // What was asked for is looked at, blob by blob.
        for blob in try world.blobs() { unlink(blob) }
        #expect(world.upToDate("a.out:draw") == nil)
        #expect(try world.build("a.out:draw").result.ran == 4)
    }

    @Test func verdictsAndWarnings() throws {
        let world = try started("bad\nwarn\n")
        for round in 0..<2 {
            let build = try world.build("a.out")
            #expect(build.result.status == .revise && build.result.targets[0].verdict == .revise)
            #expect(build.result.diagnostics.map(\.id) == ["fake-warning"], "round \(round)")
            #expect(world.read("a.out") == "untitled:<20 BAD><20 WARN>\n")
        }
        #expect(world.upToDate("a.out")?.status == .revise)
    }

    @Test func settings() throws {
        let world = try started("{{name}}\n")
        try world.build("a.out") { $0.sets = ["name": "Ada"] }
        #expect(world.read("a.out") == "untitled:<20 ADA>\n")
        #expect(world.upToDate("a.out") == nil)
        let build = try world.build("a.out")
        #expect(build.seen.why("a.out:split") == ["'set' is now {}, was {\"name\":\"Ada\"}"])
        #expect(try world.build("a.out") { $0.sets = ["name": "Ada"] }.result.ran == 0)
    }

    @Test func dryRunSaysAndWritesNothing() throws {
        let world = try started()
        let before = try world.build("a.out") { $0.dryRun = true }
        #expect(
            before.result.planned.map { "\($0.node) \($0.outcome)" }
                == [
                    "a.out:split run", "a.out:draw[…] unknown", "a.out:code[…] unknown", "a.out:join unknown",
                    "a.out:judge unknown",
                ])
        #expect(before.result.planned[0].why == ["it was never built"])
        #expect(access(world.cache, F_OK) != 0 && world.read("a.out") == nil)
        try world.build("a.out")
        try world.write("a.txt", "title t\none\n2\nthree\n")
        let runs = try Folder.names(world.cache + "/runs")
        let planned = try world.build("a.out") { $0.dryRun = true }.result.planned
        #expect(planned.first?.node == "a.out:split" && planned.first?.why == ["'a.txt' has changed"])
        #expect(
            planned.dropFirst().allSatisfy {
                $0.outcome == .unknown && $0.why.first?.hasPrefix("it depends on a.out:") == true
            })
        #expect(try Folder.names(world.cache + "/runs") == runs)
        #expect(world.read("a.out") == "t:<20 ONE><20 TWO><20 THREE>\n")
    }

    @Test func forced() throws {
        let world = try started("same\nsame\n")
        try world.build("a.out")
        let build = try world.build("a.out") { $0.force = true }
        #expect(build.result.ran == 5 && build.seen.why("a.out:split") == ["it was asked to run again"])
    }

    @Test func graphView() throws {
        let world = try started("one\ntwo\n")
        try world.build("a.out")
        let graph = try world.builder().graph(world.request(["a.out"]))
        #expect(
            graph.nodes.map(\.id) == [
                "a.out:split", "a.out:draw[0]", "a.out:draw[1]", "a.out:code[0]", "a.out:code[1]", "a.out:join",
                "a.out:judge",
            ])
        #expect(graph.nodes.allSatisfy { $0.state == .hit })
        #expect(graph.nodes[0].files == ["a.txt", "a.extra"] && graph.nodes[5].output == "a.out")
        #expect(graph.edges.contains(.init(from: "a.out:draw[1]", to: "a.out:code[1]", slot: "frames")))
        #expect(!graph.edges.contains(.init(from: "a.out:draw[0]", to: "a.out:code[1]", slot: "frames")))
        #expect(graph.edges.contains(.init(from: "a.out:code[0]", to: "a.out:join", slot: "streams")))
        Folder.remove(world.cache)
        let unbuilt = try world.builder().graph(world.request(["a.out"]))
        #expect(
            unbuilt.nodes.map { "\($0.id) \($0.state)" } == [
                "a.out:split stale", "a.out:draw[…] unknown", "a.out:code[…] unknown", "a.out:join unknown",
                "a.out:judge unknown",
            ])
    }

    @Test func failures() throws {
        let world = try started("one\nrefuse this\nthree\n")
        try world.writeAsBuilt("a.out", "the old one")
        var build = try world.build("a.out") { $0.jobs = 1 }
        #expect(build.result.status == .badInput && build.result.failed == 1)
        #expect(build.result.diagnostics.map(\.message) == ["refused 'refuse this'"])
        #expect(world.read("a.out") == "the old one")
        #expect(world.upToDate("a.out") == nil)
        build = try world.build("a.out") { $0.keepGoing = true }
        #expect(build.result.failed == 1 && build.result.hits + build.result.ran == 5 && build.result.skipped == 3)
        // A failure is not a result.
        #expect(try world.build("a.out").seen.failed == ["a.out:draw[1]"])
        try world.write("a.txt", "fail\n")
        #expect(try world.build("a.out").result.diagnostics.map(\.message) == ["the spec says fail"])
        try world.write("a.txt", "one\n")
        build = try world.build("a.out")
        #expect(build.result.status == .done && world.read("a.out") == "untitled:<20 ONE>\n")
        let runs = try RunLog.names(in: Cache(world.cache)),
            logs = try runs.map { try #require(RunLog.load($0, in: try Cache(world.cache))) }
        #expect(logs.map(\.status.rawValue).sorted() == [0, 2, 2, 2, 2])
        #expect(Set(logs.flatMap(\.nodes).map(\.outcome)) == ["hit", "ran", "failed", "skipped"])
    }

    @Test func targetThatIsAFolder() throws {
        let world = try started("one\n")
        mkdir(world.workspace + "/a.out", 0o777)
        let build = try world.build("a.out")
        #expect(
            build.result.failed == 1
                && build.result.diagnostics.map(\.message) == ["'a.out' is a folder, but the build writes a file there"]
        )
        #expect(build.result.ran == 0)
    }

    @Test func inputThatIsAFolder() throws {
        let world = try Probe.workspace()
        mkdir(world.workspace + "/a.txt", 0o777)
        let build = try world.build("a.out")
        #expect(
            build.result.diagnostics.map { $0.text() } == [
                """
                pipelines/text.yaml:4:31: error: 'a.txt' is a folder, not a file [not-a-file]
                  split: { uses: split, spec: "{name}.txt", extra: "{name}.extra?" }
                                              ^~~~~~~~~~~~
                """
            ])
    }
}
