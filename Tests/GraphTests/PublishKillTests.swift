// A build that is killed while it puts results into the workspace leaves the old file or the new one, and nothing
// beside it that stays: with the cache on the same file system and on another, for files and for folders.
import EngineFakes
import Files
import Glibc
import Graph
import Store
import TestSupport
import Testing

@Suite struct PublishKillTests {
    static let pipeline = """
        pipeline: t
        target: "{name}.out"
        stages:
          one:  { uses: mix, from: ["{name}.txt"], output: "{name}.out" }
          many: { run: [sh, -c, 'for i in 1 2 3; do cp "$0" "$1/$$i"; done', $in, $out.d], inputs: ["{name}.txt"], \
        outputs: { d: d/ }, output: "{name}.d" }

        """

    /// On another file system than the workspace; nil: this machine has none that can be written.
    private static func elsewhere() -> TemporaryFolder? {
        var one = stat(), other = stat()
        guard stat("/dev/shm", &one) == 0, stat(TemporaryFolder.parent, &other) == 0, one.st_dev != other.st_dev,
            access("/dev/shm", W_OK) == 0
        else { return nil }
        return TemporaryFolder(in: "/dev/shm")
    }

    private static func build(_ world: FakeWorkspace, _ cache: String, _ options: [String] = []) -> Int32 {
        FaultTests.wait(
            options + [Probe.path, "build", world.workspace, cache, "a.out", "1"], output: world.root + "/output")
    }

    private func names(_ world: FakeWorkspace) throws -> Set<String> {
        Set(try Folder.names(world.workspace) ?? []).union(
            (try Folder.names(world.workspace + "/a.d") ?? []).map { "a.d/" + $0 })
    }

    @Test(.enabled(if: FaultTests.reasonAgainst == nil, "\(FaultTests.reasonAgainst ?? "")"), arguments: [false, true])
    func atEveryCallThatPublishes(_ isElsewhere: Bool) throws {
        let wanted: Set = ["a.txt", "a.out", "a.d", "a.d/1", "a.d/2", "a.d/3", "pipelines"]
        var count = 0
        // Every call that makes, names, marks or fills a file of the workspace, and some that come between.
        for call in [
            "openat", "fsetxattr", "copy_file_range", "fdatasync", "linkat", "renameat", "rename", "unlinkat",
            "mkdirat", "write",
        ] {
            var number = 1
            while true {
                let world = try Probe.workspace(Self.pipeline)
                let far = isElsewhere ? Self.elsewhere() : nil, cache = far?.path ?? world.cache
                if isElsewhere && far == nil { return }
                defer { far?.remove() }
                try world.write("a.txt", "old\n")
                #expect(Self.build(world, cache) == 0, "\(world.read(world.root + "/output") ?? "")")
                try world.write("a.txt", "new\n")
                // Traced by path, so that calls elsewhere in a build do not count.
                let status = Self.build(
                    world, cache,
                    [
                        "-o", "/dev/null", "-P", world.workspace, "-P", world.workspace + "/a.d", "-P",
                        world.workspace + "/a.out",
                        "-e", "trace=" + call, "-e", "inject=\(call):signal=KILL:when=\(number)",
                    ])
                let name = "\(call) \(number)\(isElsewhere ? " from elsewhere" : "")"
                let old = FakeStages.mixed(["old\n"], salt: "")!, new = FakeStages.mixed(["new\n"], salt: "")!,
                    text = world.read("a.out")
                #expect(text == old || text == new, "\(name): \(text ?? "nothing")")
                #expect(
                    Self.build(world, cache) == 0,
                    "\(name): the next build: \(world.read(world.root + "/output") ?? "")")
                #expect(world.read("a.out") == new && world.read("a.d/2") == "new\n", "\(name)")
                #expect(try names(world) == wanted, "\(name): something is left")
                #expect(try Folder.names(cache + "/tmp")?.isEmpty == true, "\(name)")
                if status == 0 || number >= 12 { break }
                count += 1
                number += 1
            }
        }
        #expect(count > 6)
    }
}
