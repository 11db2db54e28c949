// `--verify-outputs`: intermediate results that are gone or damaged are made again, though nobody asked for them.
import EngineFakes
import Glibc
import Graph
import Store
import Testing

@Suite struct VerifyOutputsTests {
    private func intermediate(_ world: FakeWorkspace) throws -> String {
        let frames = try world.builder().artifacts(world.request([]), target: "a.out", stage: "draw", output: "frames")
        return try #require(frames.first).path
    }

    private func verified(_ world: FakeWorkspace) throws -> (result: BuildResult, seen: RecordingObserver) {
        try world.build("a.out") { $0.verifiesOutputs = true }
    }

    private func upToDate(_ world: FakeWorkspace) -> Bool {
        var request = world.request(["a.out"])
        request.verifiesOutputs = true
        return request.stateRequest(worker: world.worker).upToDate(cache: world.cache) != nil
    }

    @Test func aDeletedIntermediateIsMadeAgain() throws {
        let world = try Probe.workspace()
        try world.write("a.txt", "one\ntwo\n")
        try world.build("a.out")
        let file = try intermediate(world)
        unlink(file)
        #expect(try world.build("a.out").result.ran == 0, "nobody needs it")
        #expect(!upToDate(world))
        let build = try verified(world)
        #expect(
            build.seen.ran == ["a.out:draw[0]"]
                && build.seen.why("a.out:draw[0]") == ["its result is no longer in the cache"])
        #expect(access(file, F_OK) == 0)
        #expect(upToDate(world))
        #expect(try verified(world).result.ran == 0)
        unlink(file)
        #expect(!upToDate(world), "the short way sees it, too")
    }

    @Test func aTamperedIntermediateIsMadeAgain() throws {
        let world = try Probe.workspace()
        try world.write("a.txt", "one\ntwo\n")
        _ = try verified(world)
        let file = try intermediate(world), good = try #require(world.read(file))
        #expect(chmod(file, 0o644) == 0)
        let handle = open(file, O_WRONLY)
        #expect(write(handle, "X", 1) == 1)
        close(handle)
        #expect(!upToDate(world))
        #expect(try verified(world).seen.ran == ["a.out:draw[0]"])
        #expect(world.read(file) == good && world.read("a.out") == "untitled:<20 ONE><20 TWO>\n")
    }
}
