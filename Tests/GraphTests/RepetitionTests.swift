// `--check-determinism`: what runs runs twice, and only equal results are kept.
import Diagnostics
import EngineFakes
import Files
import Glibc
import Graph
import Store
import Testing

@Suite struct RepetitionTests {
    private func world(_ text: String, pipeline: String = FakeWorkspace.pipeline) throws -> FakeWorkspace {
        let world = try Probe.workspace(pipeline)
        try world.write("a.txt", text)
        try world.write("work.log", "")
        return world
    }

    private func checked(_ world: FakeWorkspace, _ target: String = "a.out", force: Bool = false) throws -> (
        result: BuildResult, seen: RecordingObserver
    ) {
        try world.build(target) {
            $0.checksDeterminism = true
            $0.force = force
        }
    }

    @Test(arguments: [1, 8]) func equalResultsAreKept(jobs: Int) throws {
        let world = try world("title t\none\ntwo\n")
        world.jobs = jobs
        let build = try checked(world)
        #expect(build.result.status == .done && build.result.ran == 7 && build.result.repeated == 7)
        #expect(world.read("a.out") == "t:<20 ONE><20 TWO>\n")
        let work = (world.read("work.log") ?? "").split(separator: "\n")
        #expect(work.count == 10 && Set(work).count == 5, "two drawn, two coded, one joined; each twice")
        #expect(try Folder.names(world.cache + "/tmp") == [])
        // Hits run neither once nor twice; told to run, they do.
        let again = try checked(world)
        #expect(again.result.hits == 7 && again.result.repeated == 0)
        #expect(try checked(world, force: true).result.repeated == 7)
        let record = try #require(
            try world.builder().closure(world.request(["a.out"])).map(\.record).first { $0.manifest.stage == "draw" })
        #expect(record.cost.wall < 5 && record.cost.wall >= 0)
    }

    /// The second run is in another process, so what varies with the process shows.
    @Test func aDifferenceFailsTheNodeAndCachesNothing() throws {
        let world = try world("one\nprocess id\nthree\n")
        world.jobs = 1
        let build = try world.build("a.out") {
            $0.checksDeterminism = true
            $0.keepGoing = true
        }
        #expect(build.result.status == .failed && build.seen.failed == ["a.out:draw[1]"])
        let error = try #require(build.result.diagnostics.first)
        #expect(error.id == "not-deterministic")
        #expect(
            error.message.hasPrefix(
                "a.out:draw[1]: stage 'draw' gave two results from the same inputs: output 'frames' differs at byte "),
            "\(error.message)")
        #expect(world.read("a.out") == nil)
        #expect(try Folder.names(world.cache + "/tmp") == [])
        #expect(try world.build("a.out").seen.ran.contains("a.out:draw[1]"), "it was not cached")
        #expect(try world.build("a.out").result.ran == 0)
    }

    @Test func theFirstFieldOfJSONThatDiffersIsNamed() throws {
        let pipeline = FakeWorkspace.pipeline + "  tally: { uses: tally, media: $join }\n"
        let world = try world("one\nby chance\n", pipeline: pipeline)
        let build = try checked(world)
        let error = try #require(build.result.diagnostics.first { $0.id == "not-deterministic" })
        #expect(build.seen.failed == ["a.out:tally"])
        #expect(
            error.message.contains("output 'tally' differs at byte 2")
                && error.message.contains("; field /counts/a~1b/1 is ") && error.message.contains(", then "),
            "\(error.message)")
        try world.write("a.txt", "one\n")
        #expect(try checked(world).result.status == .done)
    }

    @Test func anotherNumberOfFilesIsADifference() throws {
        let world = try world("blink\n")
        let build = try checked(world)
        #expect(
            build.result.diagnostics.first?.message
                == "a.out:draw[0]: stage 'draw' gave two results from the same inputs: output 'pixels' has 0 files, "
                + "then 1"
        )
    }

    @Test func failingTheSecondTimeIsADifference() throws {
        let world = try world("once\n")
        let build = try checked(world)
        #expect(build.result.status == .failed && build.seen.failed == ["a.out:draw[0]"])
        #expect(build.result.diagnostics.map(\.id) == ["not-repeatable", "fake"])
        #expect(try Folder.names(world.cache + "/tmp") == [])
    }

    /// An edit between the two runs is no fault of the stage.
    @Test func anEditInBetweenIsAnEdit() throws {
        let world = try world("include part.txt\n")
        try world.write("part.txt", "first\n")
        final class Editor: BuildObserver {
            let world: FakeWorkspace
            var edits = 0
            init(_ world: FakeWorkspace) { self.world = world }
            func observe(_ event: BuildEvent) {
                guard case .nodeStarted(let node, _) = event, node.id == "a.out:split", edits == 0 else { return }
                edits += 1
                // The first run reads it before this, the second after: no event lies between, so the race is left to
                // the file table.
                try? world.write("part.txt", "second\n")
            }
        }
        var request = world.request(["a.out"])
        request.checksDeterminism = true
        let result = try world.builder().run(request, observer: Editor(world), catchSignals: false)
        #expect(result.status == .done && world.read("a.out") == "untitled:<20 SECOND>\n")
    }

    @Test func interruptedInTheSecondRunItLeavesNothing() throws {
        let world = try world("one\nslow slow\n")
        let interruption = try #require(Interruption())
        final class Trigger: BuildObserver {
            let interruption: Interruption
            var progressed = 0
            init(_ interruption: Interruption) { self.interruption = interruption }
            func observe(_ event: BuildEvent) {
                guard case .progress(let node, _) = event, node.id == "a.out:draw[1]" else { return }
                progressed += 1
                if progressed == 2 { interruption.trigger() }
            }
        }
        var request = world.request(["a.out"])
        request.checksDeterminism = true
        let result = try world.builder().run(
            request, observer: Trigger(interruption), interruption: interruption, catchSignals: false)
        #expect(result.status == .interrupted)
        #expect(try Folder.names(world.cache + "/tmp") == [])
    }

    @Test(arguments: [
        (
            RepetitionProblem.differs(
                node: "a.mp4:encode[3]", stage: "encode", what: "output 'stream' differs at byte 48",
                detail: ["the first difference is video packet 1 at 0.033 s: different bytes"]),
            """
            error: a.mp4:encode[3]: stage 'encode' gave two results from the same inputs: output 'stream' differs at \
            byte 48; the first difference is \
            video packet 1 at 0.033 s: different bytes [not-deterministic]
              hint: look for what depends on time, chance, memory addresses or the number of threads; vgraph kept \
            neither result
            """
        ),
        (
            .differs(node: "n", stage: "s", what: "the verdict is 'pass', then 'revise'", detail: []),
            """
            error: n: stage 's' gave two results from the same inputs: the verdict is 'pass', then 'revise' \
            [not-deterministic]
              hint: look for what depends on time, chance, memory addresses or the number of threads; vgraph kept \
            neither result
            """
        ),
        (
            .failedAgain(node: "n", stage: "s"),
            "error: n: stage 's' succeeded, then failed with the same inputs [not-repeatable]"
        ),
    ]) func wording(_ problem: RepetitionProblem, _ text: String) { #expect(problem.diagnostic.text() == text) }
}
