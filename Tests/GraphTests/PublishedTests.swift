// A build replaces what vgraph wrote, and nothing of the user's own.
import Diagnostics
import Digests
// Testing has a type of this name, too.
import enum Diagnostics.ExitStatus
import EngineFakes
import Files
import Glibc
import Graph
import Store
import Testing

@Suite struct PublishedTests {
    static let pipeline = """
        pipeline: t
        target: "{name}.out"
        stages:
          one: { run: [sh, -c, 'tr a-z A-Z < "$0" > "$1"', $in, $out], inputs: ["{name}.txt"], output: \
        "sub/{name}.one" }
          two: { run: [cp, $one, $out], output: "{name}.out" }

        """

    private func world() throws -> FakeWorkspace {
        let world = try Probe.workspace(Self.pipeline)
        try world.write("a.txt", "text\n")
        return world
    }

    private func refusal(_ world: FakeWorkspace, force: Bool = false) throws -> (
        id: String?, text: String, ran: Int, status: ExitStatus
    ) {
        let build = try world.build("a.out") {
            $0.sandbox = false; $0.force = force
        }
        let first = build.result.diagnostics.first { $0.severity == .error }
        return (first?.id, first?.message ?? "", build.result.ran, build.result.status)
    }

    /// A file that was there before vgraph: nothing runs, it stays, and a flag or its going away lets the build
    /// through.
    @Test(arguments: ["a.out", "sub/a.one"]) func aFileOfTheUsersOwn(_ file: String) throws {
        let world = try world()
        try world.write(file, "my own words\n")
        let refused = try refusal(world)
        #expect(
            refused.id == "not-ours" && refused.text.contains("'\(file)'") && refused.ran == 0
                && refused.status == .badInput)
        #expect(world.read(file) == "my own words\n" && world.upToDate("a.out") == nil)
        let dry = try world.build("a.out") {
            $0.dryRun = true; $0.rehearses = true
        }
        #expect(dry.result.status == .badInput && dry.result.diagnostics.contains { $0.id == "not-ours" })
        #expect(
            try world.builder().why(world.request(["a.out"])).contains { $0.outcome == .run }, "other commands only ask"
        )
        #expect(try refusal(world, force: true).status == .done && world.read("a.out") == "TEXT\n")
        #expect(try refusal(world).ran == 0)
    }

    /// What would be put there anyway is nobody's loss.
    @Test func theSameBytes() throws {
        let world = try world()
        #expect(try world.build("a.out").result.status == .done)
        Folder.remove(world.cache + "/state")
        unlink(world.workspace + "/a.out")
        try world.write("a.out", "TEXT\n")
        #expect(try refusal(world).status == .done)
    }

    /// With `--overwrite` the user's file is replaced, and nothing runs that is not stale.
    @Test func overwritten() throws {
        let world = try world()
        #expect(try world.build("a.out").result.status == .done)
        Folder.remove(world.cache + "/state")
        unlink(world.workspace + "/a.out")
        try world.write("a.out", "my own words\n")
        #expect(try refusal(world).id == "not-ours")
        let build = try world.build("a.out") {
            $0.sandbox = false; $0.overwrites = true
        }
        #expect(build.result.status == .done && build.result.ran == 0 && world.read("a.out") == "TEXT\n")
    }

    /// Changed by hand after a build: replaced, and what it held is kept, with the graph resumed and from nothing,
    /// edited sources or not.
    @Test(arguments: [false, true]) func changedByHand(_ hasEdit: Bool) throws {
        let world = try world()
        #expect(try world.build("a.out").result.status == .done)
        try world.write("a.out", "mended by hand\n")
        if hasEdit { try world.write("a.txt", "other\n") }
        for round in 0..<2 {
            let build = try world.build("a.out")
            #expect(build.result.status == .done && build.result.ran == (hasEdit && round == 0 ? 2 : 0))
            #expect(world.read("a.out") == (hasEdit ? "OTHER\n" : "TEXT\n"))
            let path = Blobs(try Cache(world.cache)).path(
                Digest.of("mended by hand \(round)\n".replacing(" 0", with: "")))
            #expect(try FileContent.read(path, keepBytes: true)?.bytes.isEmpty == false, "round \(round)")
            #expect(try world.build("a.out").result.ran == 0 && world.upToDate("a.out") != nil)
            // With nothing left to resume.
            for name in try Folder.names(world.cache + "/state") ?? [] where !name.hasSuffix(".published") {
                unlink(world.cache + "/state/" + name)
            }
            try world.write("a.out", "mended by hand \(round + 1)\n")
        }
    }

    /// An edit replaces what an earlier build wrote: where the cache is whole, where its blobs are gone, where all of
    /// it is.
    @Test(arguments: ["kept", "blobs", "cache", "list"]) func ours(_ lost: String) throws {
        let world = try world()
        #expect(try world.build("a.out").result.status == .done)
        switch lost {
        case "blobs": Folder.remove(world.cache + "/blobs")
        case "cache": Folder.remove(world.cache)
        case "list":
            // A file system without attributes: the list in the cache alone knows.
            for file in ["a.out", "sub/a.one"] {
                let text = world.read(file)!
                try world.write(file, text)
            }
            Folder.remove(world.cache + "/blobs")
        default: break
        }
        try world.write("a.txt", "other\n")
        let build = try refusal(world)
        #expect(build.status == .done && world.read("a.out") == "OTHER\n", "\(build)")
        #expect(try refusal(world).ran == 0)
    }

    /// What a copy or a checkout brings does not say that vgraph wrote it: a fresh clone with an old video in it.
    @Test func committed() throws {
        let world = try world()
        #expect(try world.build("a.out").result.status == .done)
        let clone = try self.world()
        try clone.write("a.out", world.read("a.out")!)
        try clone.write("a.txt", "other\n")
        let refused = try refusal(clone)
        #expect(refused.id == "not-ours" && refused.ran == 0)
        // Nor does a file that was moved there from another place.
        unlink(clone.workspace + "/a.out")
        try clone.write("b.txt", "b\n")
        #expect(try clone.build("b.out").result.status == .done)
        Folder.remove(clone.cache)
        rename(clone.workspace + "/b.out", clone.workspace + "/a.out")
        #expect(try refusal(clone).id == "not-ours" && clone.read("a.out") == "B\n")
    }

    /// Links, folders and pipes are nobody's targets.
    @Test(arguments: ["link", "dangling", "folder", "pipe"]) func otherKinds(_ kind: String) throws {
        let world = try world(), path = world.workspace + "/a.out"
        try world.write("mine.txt", "mine\n")
        switch kind {
        case "link": symlink("mine.txt", path)
        case "dangling": symlink("nowhere", path)
        case "folder": mkdir(path, 0o755)
        default: mkfifo(path, 0o644)
        }
        let refused = try refusal(world)
        #expect(refused.id == "not-ours" && refused.ran == 0 && refused.status == .badInput, "\(refused)")
        #expect(world.read("mine.txt") == "mine\n")
        guard kind == "link" || kind == "dangling" else { return }
        #expect(
            try refusal(world, force: true).status == .done && world.read("a.out") == "TEXT\n"
                && world.read("mine.txt") == "mine\n")
    }

    /// The list stays small and whole, whatever happens to it.
    @Test func theList() throws {
        let world = try world(), cache = try Cache(world.cache)
        for round in 0..<200 {
            let list = Published(workspace: world.workspace, cache: cache)
            list.note("a.out", digest: Digest.of("\(round)"))
            list.note("b\n.out", digest: Digest.of("b"))
            _ = try list.find("nothing")
            try world.write("b\n.out", "b")
            _ = try list.find("b\n.out")
            try list.save()
        }
        let file = try #require(try Folder.names(world.cache + "/state")?.first { $0.hasSuffix(".published") })
        let bytes = try #require(try FileContent.read(world.cache + "/state/" + file, keepBytes: true)).bytes
        #expect(bytes.count < 200 * 40)
        try world.write("a.out", "199")
        #expect(try Published(workspace: world.workspace, cache: cache).find("a.out") == .ours)
        #expect(try Published(workspace: world.workspace, cache: cache).find("b\n.out") == .ours)
        let list = Published(workspace: world.workspace, cache: cache)
        list.forget("a.out")
        try list.save()
        #expect(try Published(workspace: world.workspace, cache: cache).find("a.out") == .foreign(kind: "a file"))
        truncate(world.cache + "/state/" + file, 20)
        #expect(try Published(workspace: world.workspace, cache: cache).find("a.out") == .foreign(kind: "a file"))
    }
}
