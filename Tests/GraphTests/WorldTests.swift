// One key, several worlds: results under one key are told apart by what was found, and all that ask whether a node is
// fresh are told the same.
import Diagnostics
import Digests
import EngineFakes
import Files
import Glibc
import Graph
import Store
import TestSupport
import Testing

@Suite struct WorldTests {
    /// What every command says of a target, against what a build has just said: nothing is to do.
    static func expectFresh(_ world: FakeWorkspace, _ target: String, _ comment: Comment? = nil) throws {
        let request = world.request([target]), planned = try world.builder().why(request)
        #expect(!planned.isEmpty && planned.allSatisfy { $0.outcome == .hit }, comment)
        #expect(try world.builder().artifacts(request, target: target, stage: "split").isEmpty == false, comment)
        #expect(try world.builder().closure(request).count == planned.count, comment)
        #expect(try world.builder().graph(request).nodes.allSatisfy { $0.state == .hit }, comment)
    }

    @Test func anUndoneEditIsAHit() throws {
        let world = try Probe.workspace()
        try world.write("a.txt", "include x.inc\n")
        try world.write("x.inc", "one\n")
        try world.build("a.out")
        try world.write("x.inc", "two\n")
        #expect(try world.build("a.out").result.ran > 0)
        try world.write("x.inc", "one\n")
        #expect(try world.build("a.out").result.ran == 0)
        #expect(world.read("a.out") == FakeStages.expected("include x.inc\n") { world.read($0) })
        unlink(world.workspace + "/x.inc")
        #expect(try world.build("a.out").result.ran > 0, "not there is another world")
        try world.write("x.inc", "two\n")
        #expect(try world.build("a.out").result.ran == 0)
        try Self.expectFresh(world, "a.out")
    }

    /// After an edit that one of two targets was built with, and its undoing.
    @Test func twoTargets() throws {
        let world = try Probe.workspace()
        for name in ["a", "b"] { try world.write(name + ".txt", "title \(name)\ninclude x.inc\n") }
        try world.write("x.inc", "one\n")
        try world.build("a.out", "b.out")
        try world.write("x.inc", "two\n")
        try world.build("b.out")
        try world.write("x.inc", "one\n")
        #expect(try world.upToDate("a.out", "b.out") != nil || world.build("a.out", "b.out").result.ran == 0)
        try world.build("a.out", "b.out")
        for target in ["a.out", "b.out"] { try Self.expectFresh(world, target) }
    }

    /// Two branches that build in turns in one cache.
    @Test func twoBranches() throws {
        let one = try Probe.workspace(), other = try Probe.workspace()
        for (world, text) in [(one, "one\n"), (other, "two\n")] {
            try world.write("a.txt", "include x.inc\n")
            try world.write("x.inc", text)
        }
        func build(_ world: FakeWorkspace) throws -> Int {
            unlink(world.workspace + "/a.out")
            return try world.build("a.out") { $0.cache = one.cache }.result.ran
        }
        #expect(try build(one) > 0)
        #expect(try build(other) > 0)
        for _ in 0..<3 {
            #expect(try build(one) == 0)
            #expect(try build(other) == 0)
        }
    }

    /// Once records are dropped, a build does not say that nothing is to do while `show` has nothing to show.
    @Test func droppedRecordsAreMadeAgain() throws {
        let world = try Probe.workspace()
        try world.write("a.txt", "one\n")
        try world.build("a.out")
        #expect(world.upToDate("a.out") != nil)
        Folder.remove(
            world.cache + "/state/" + (try Folder.names(world.cache + "/state")!.first { $0.hasSuffix(".keys") }!))
        #expect(try Cache(world.cache).gc(maxBytes: 0, keepDays: nil, bulky: ["pixels"]).records > 0)
        #expect(world.upToDate("a.out") == nil)
        #expect(try world.build("a.out").result.ran > 0)
        try Self.expectFresh(world, "a.out")
    }

    // MARK: Kinds

    static let cat = """
        pipeline: cat
        target: out.txt
        stages:
          s: { run: [sh, -c, ': > "$0"; for f; do cat "$$f" >> "$0"; done', $out, $in], inputs: ["pages/*.txt"], \
        output: out.txt }

        """

    private func expect(_ world: FakeWorkspace, _ text: String, _ comment: Comment) throws {
        if world.upToDate("out.txt") == nil {
            #expect(try world.build("out.txt") { $0.sandbox = false }.result.status == .done, comment)
        }
        #expect(world.read("out.txt") == text, comment)
    }

    @Test(arguments: ["*", "**/*"]) func aNameThatBecomesSomethingElse(_ pattern: String) throws {
        let world = try Probe.workspace(Self.cat.replacing("pages/*", with: "pages/" + pattern)),
            pages = world.workspace + "/pages"
        try world.write("pages/a.txt", "a\n")
        mkdir(pages + "/b.txt", 0o755)
        try expect(world, "a\n", "a folder of that name")
        rmdir(pages + "/b.txt")
        try world.write("pages/b.txt", "b\n")
        try expect(world, "a\nb\n", "folder to file")
        symlink("../later", pages + "/c.txt")
        try expect(world, "a\nb\n", "a link to nowhere")
        try world.write("later", "c\n")
        try expect(world, "a\nb\nc\n", "its target comes")
        unlink(world.workspace + "/later")
        mkdir(world.workspace + "/later", 0o755)
        try expect(world, "a\nb\n", "its target is a folder")
        rmdir(world.workspace + "/later")
        unlink(pages + "/b.txt")
        mkdir(pages + "/b.txt", 0o755)
        try expect(world, "a\n", "file to folder")
    }

    @Test func foldersThatCome() throws {
        let world = try Probe.workspace(Self.cat.replacing("pages/*", with: "pages/**/*")),
            pages = world.workspace + "/pages"
        try world.write("pages/a.txt", "a\n")
        try world.write("pages/sub", "x\n")
        symlink("../mount", pages + "/far")
        try expect(world, "a\n", "a file where a folder could be")
        unlink(pages + "/sub")
        try world.write("pages/sub/s.txt", "s\n")
        try expect(world, "a\ns\n", "file to folder")
        try world.write("mount/m.txt", "m\n")
        #expect(try world.build("out.txt") { $0.sandbox = false }.result.status == .done)
        #expect(world.read("out.txt") == "a\nm\ns\n", "what a link leads to comes")
    }

    // MARK: There and back

    static let slow = """
        pipeline: slow
        target: out.txt
        stages:
          s: { run: [sh, -c, ': > "$1"; touch READY; sleep 0.3; cat "$0" > "$1"; touch READY2; sleep 0.3', $in, \
        $out], inputs: [x.txt], output: out.txt }

        """

    /// An input that is another while it is read, and what it was again before anybody looks.
    @Test(arguments: [false, true]) func thereAndBack(_ byRename: Bool) throws {
        let world = try Probe.workspace()
        try world.write(
            "pipelines/text.yaml",
            Self.slow.replacing("READY2", with: world.root + "/two").replacing("READY", with: world.root + "/one"))
        let path = world.workspace + "/x.txt"
        try world.write("x.txt", "good\n")
        func put(_ text: String) {
            if byRename {
                try? world.write("x.txt", text)
            } else {
                let file = open(path, O_WRONLY | O_TRUNC)
                write(file, text, text.utf8.count)
                close(file)
            }
        }
        var thread = pthread_t(), box = (world.root, put)
        _ = withUnsafeMutablePointer(to: &box) { box in
            pthread_create(
                &thread, nil,
                { data in
                    let (root, put) = data!.assumingMemoryBound(to: (String, (String) -> Void).self).pointee
                    try? until("it reads", within: 4) { access(root + "/one", F_OK) == 0 }
                    put("evil\n")
                    try? until("it has read", within: 4) { access(root + "/two", F_OK) == 0 }
                    put("good\n")
                    return nil
                }, box)
            let build = Result { try world.build("out.txt") { $0.sandbox = false } }
            pthread_join(thread, nil)
            #expect((try? build.get().result.status) == .done)
            return 0
        }
        #expect(world.read("out.txt") == "good\n")
        unlink(world.workspace + "/out.txt")
        #expect(try world.build("out.txt") { $0.sandbox = false }.result.status == .done)
        #expect(world.read("out.txt") == "good\n", "and the cache has no other")
    }

    // MARK: Keys of targets

    @Test func theKeyOfATarget() throws {
        let world = try Probe.workspace(
            """
            pipeline: made
            target: out.txt
            stages:
              m: { run: [sh, -c, 'cat "$0" > "$1"', $in, $out], inputs: [x.txt], output: stock.txt }
              s: { run: [tools/s.sh, $out], inputs: [stock.txt, tools/s.sh], reads: [lib], depfile: d, output: out.txt }

            """)
        try world.write("tools/s.sh", "#!/bin/sh\ncat stock.txt lib/a > \"$1\"; echo 'o: lib/a' > d\n")
        chmod(world.workspace + "/tools/s.sh", 0o755)
        try world.write("x.txt", "x\n")
        try world.write("lib/a", "a\n")
        func hash() throws -> Digest { try world.builder().inputs(world.request(["out.txt"])).digest }
        let before = try hash()
        #expect(try world.build("out.txt") { $0.sandbox = false }.result.status == .done)
        #expect(try hash() == before, "a build is no input")
        // In a folder where nobody has built, on the same cache.
        let clone = try Probe.workspace()
        for file in ["pipelines/text.yaml", "tools/s.sh", "x.txt", "lib/a"] { try clone.write(file, world.read(file)!) }
        chmod(clone.workspace + "/tools/s.sh", 0o755)
        var request = clone.request(["out.txt"])
        request.cache = world.cache
        request.sandbox = false
        #expect(try clone.builder().inputs(request).digest == before)
        #expect(
            try clone.builder().why(request).allSatisfy { $0.outcome == .hit }, "it says so without making anything")
        #expect(try clone.builder().closure(request).count == 2)
        #expect(clone.read("stock.txt") == nil)
        try world.write("lib/a", "b\n")
        #expect(try hash() != before, "a file that it may read")
        try world.write("lib/a", "a\n")
        #expect(try hash() == before)
        try world.write("tools/s.sh", "#!/bin/bash\ncat stock.txt lib/a > \"$1\"; echo 'o: lib/a' > d\n")
        #expect(try hash() != before)
    }
}
