// Folders as results: kept whole, given to others whole or by pattern, put into the workspace beside what is the user's
// own.
import Diagnostics
import Digests
import EngineFakes
import Files
import Glibc
import Graph
import Store
import Testing

@Suite struct FolderOutputTests {
    /// Each line of `a.txt` is a path: a file with its own name in it, or with a slash at its end an empty folder.
    static let pipeline = """
        pipeline: t
        target: "{name}.frames/"
        stages:
          make:
            run: [sh, -c, 'cd "$1"; while read -r p; do case $$p in */) mkdir -p "$$p";; *) mkdir -p "$(dirname \
        "$$p")"; echo "$$p" > "$$p"; case $$p in *.sh) chmod +x "$$p";; esac;; esac; done < "$$OLDPWD/$0"', $in, \
        $out.frames]
            inputs: ["{name}.txt"]
            outputs: { frames: frames/ }
            output: "{name}.frames/"
          names:
            run: [sh, -c, 'cd "$$0"; LC_ALL=C find . -type f | LC_ALL=C sort | while read -r f; do [ -x "$$f" ] && \
        printf "x "; echo "$$f"; done > "$$OLDPWD/$1"; find . -mindepth 1 -type d -empty >> "$$OLDPWD/$1"', \
        $make.frames, $out.o]
            outputs: { o: { file: list.txt, empty: true } }
            output: "{name}.list"
          some:
            run: [sh, -c, 'o="$1"; shift; cat "$@" /dev/null > "$$o"', sh, $out.o, $in.pngs]
            inputs: { pngs: "$make.frames/**/*.png?" }
            outputs: { o: { file: some.txt, empty: true } }
            output: "{name}.some"

        """

    private func build(_ world: FakeWorkspace, _ lines: [String]? = nil, sandbox: Bool = false) throws -> (
        ran: Set<String>, result: BuildResult
    ) {
        if let lines { try world.write("a.txt", lines.map { $0 + "\n" }.joined()) }
        let build = try world.build("a.frames") {
            $0.sandbox = sandbox; $0.keepGoing = true
        }
        return (Set(build.seen.ran.map { String($0.dropFirst("a.frames:".count)) }), build.result)
    }

    private func isUpToDate(_ world: FakeWorkspace, sandbox: Bool = false) -> Bool {
        var request = world.request(["a.frames"])
        request.sandbox = sandbox
        return request.stateRequest(worker: world.worker).upToDate(cache: world.cache) != nil
    }

    private func there(_ world: FakeWorkspace) throws -> [String] {
        var found: [String] = [], open = [""]
        while let folder = open.popLast() {
            for entry in try Folder.entries(world.workspace + "/a.frames/" + folder) ?? [] {
                if entry.kind == .folder { open.append(folder + entry.name + "/") }
                found.append(folder + entry.name + (entry.kind == .folder ? "/" : ""))
            }
        }
        return found.sorted { $0.precedes($1) }
    }

    @Test(arguments: [false, true]) func madeUsedAndPublished(_ sandbox: Bool) throws {
        let world = try Probe.workspace(Self.pipeline)
        let first = try build(world, ["1.png", "sub/2.png", "sub/run.sh", "none/"], sandbox: sandbox)
        #expect(first.result.status == .done, "\(first.result.diagnostics)")
        #expect(try there(world) == ["1.png", "none/", "sub/", "sub/2.png", "sub/run.sh"])
        #expect(
            world.read("a.frames/sub/2.png") == "sub/2.png\n"
                && access(world.workspace + "/a.frames/sub/run.sh", X_OK) == 0)
        #expect(world.read("a.list") == "./1.png\n./sub/2.png\nx ./sub/run.sh\n./none\n")
        #expect(world.read("a.some") == "1.png\nsub/2.png\n")
        #expect(isUpToDate(world, sandbox: sandbox))
        #expect(try build(world, sandbox: sandbox).ran == [])
        // A file less: it goes, and who takes what is left runs.
        #expect(try build(world, ["1.png", "sub/run.sh"], sandbox: sandbox).ran == ["make", "names", "some"])
        #expect(try there(world) == ["1.png", "sub/", "sub/run.sh"])
        // Who takes files by a pattern does not run for others.
        #expect(try build(world, ["1.png", "sub/other", "none/"], sandbox: sandbox).ran == ["make", "names"])
        #expect(try there(world) == ["1.png", "none/", "sub/", "sub/other"])
        #expect(world.read("a.some") == "1.png\n")
        // An edit undone is a hit, and so are the files.
        #expect(try build(world, ["1.png", "sub/2.png", "sub/run.sh", "none/"], sandbox: sandbox).ran == [])
        #expect(try there(world) == ["1.png", "none/", "sub/", "sub/2.png", "sub/run.sh"])
        // The whole folder may be empty.
        #expect(try build(world, [], sandbox: sandbox).result.status == .done)
        #expect(
            try there(world) == [] && access(world.workspace + "/a.frames", F_OK) == 0 && world.read("a.some") == "")
        #expect(isUpToDate(world, sandbox: sandbox))
        rmdir(world.workspace + "/a.frames")
        #expect(
            try build(world, sandbox: sandbox).result.status == .done
                && access(world.workspace + "/a.frames", F_OK) == 0)
    }

    /// A file becomes a folder and a folder a file.
    @Test func kindsChange() throws {
        let world = try Probe.workspace(Self.pipeline)
        for lines in [["x", "y/z"], ["x/1", "y"], ["x", "y/z"], ["x/", "y/"]] {
            let made = try build(world, lines)
            #expect(made.result.status == .done, "\(made.result.diagnostics)")
            #expect(world.read("a.list")?.contains(lines[0].hasSuffix("/") ? "./x\n" : "./\(lines[0])\n") == true)
            #expect(try build(world).ran == [])
        }
    }

    /// In a published folder what is changed is seen, what is gone comes back, and what is the user's stays.
    @Test func besideTheUsersOwn() throws {
        let world = try Probe.workspace(Self.pipeline)
        #expect(try build(world, ["1", "2"]).result.status == .done)
        unlink(world.workspace + "/a.frames/1")
        #expect(!isUpToDate(world))
        let mended = try build(world)
        #expect(mended.ran == [] && mended.result.status == .done && world.read("a.frames/1") == "1\n")
        try world.write("a.frames/notes", "mine\n")
        #expect(try build(world).result.status == .done && world.read("a.frames/notes") == "mine\n")
        try world.write("a.frames/1", "retouched\n")
        #expect(!isUpToDate(world))
        #expect(try build(world).result.status == .done && world.read("a.frames/1") == "1\n")
        #expect(try Blobs(Cache(world.cache)).has(Record.Blob(digest: Digest.of("retouched\n"), size: 10)))
        // What was changed and has no place any more is the user's.
        try world.write("a.frames/1", "once more\n")
        #expect(try build(world, ["2"]).result.status == .done)
        #expect(try there(world) == ["1", "2", "notes"] && world.read("a.frames/1") == "once more\n")
        let collision = try build(world, ["2", "notes"])
        #expect(collision.result.status == .badInput && world.read("a.frames/notes") == "mine\n")
        #expect(
            try world.build("a.frames") {
                $0.force = true; $0.sandbox = false
            }.result.status == .done)
        #expect(world.read("a.frames/notes") == "notes\n")
        // A file where the folder goes.
        Folder.remove(world.workspace + "/a.frames")
        try world.write("a.frames", "a file\n")
        let file = try build(world, ["3"])
        #expect(
            file.ran == [] && file.result.diagnostics.contains { $0.id == "file-in-the-way" }
                && world.read("a.frames") == "a file\n")
    }

    /// Whatever of it is lost in the cache is made again by whoever made it.
    @Test func lostBlobs() throws {
        let world = try Probe.workspace(Self.pipeline)
        let lines = ["1.png", "sub/2.png", "sub/run.sh"]
        #expect(try build(world, lines).result.status == .done)
        for index in 0..<(try world.blobs().count) {
            let blobs = try world.blobs()
            guard index < blobs.count else { break }
            unlink(blobs[index])
            unlink(world.workspace + "/a.list")
            unlink(world.workspace + "/a.some")
            unlink(world.workspace + "/a.frames/1.png")
            let made = try build(world)
            #expect(made.result.status == .done, "blob \(index): \(made.result.diagnostics)")
            #expect(world.read("a.some") == "1.png\nsub/2.png\n" && world.read("a.frames/1.png") == "1.png\n")
            try world.write("a.txt", (lines + ["\(index)"]).map { $0 + "\n" }.joined())
            #expect(try build(world).result.status == .done)
            try world.write("a.txt", lines.map { $0 + "\n" }.joined())
            #expect(try build(world).result.status == .done)
        }
    }

    /// A clean folder with a full cache, gc, verify, an archive for another machine.
    @Test func inTheCache() throws {
        let world = try Probe.workspace(Self.pipeline)
        #expect(try build(world, ["1.png", "sub/run.sh", "none/"]).result.status == .done)
        let cache = try Cache(world.cache)
        #expect(try cache.verify().damagedBlobs.isEmpty)
        #expect(try cache.gc(maxBytes: nil, keepDays: nil, bulky: ["pixels"]).blobs == 0, "all of it is somebody's")
        let records = try world.builder().closure(world.request(["a.frames"]))
        _ = try ArchiveExport(cache).write(records, to: world.root + "/e.tar")
        let other = try Probe.workspace(Self.pipeline)
        try other.write("a.txt", world.read("a.txt")!)
        _ = try ArchiveImport(try Cache(other.cache)).read(world.root + "/e.tar")
        var request = other.request(["a.frames"])
        request.sandbox = false
        #expect(try other.builder().why(request).allSatisfy { $0.outcome == .hit })
        #expect(try build(other).ran == [] && there(other) == there(world))
        #expect(access(other.workspace + "/a.frames/sub/run.sh", X_OK) == 0)
        let shown = try world.builder().artifacts(
            world.request([]), target: "a.frames", stage: "make", output: "frames")
        #expect(shown.first?.tree?.entries.map(\.path) == ["1.png", "none", "sub/run.sh"])
    }

    /// Another pipeline reads what lies in it: by name, by pattern, by listing.
    @Test(arguments: [
        "inputs: [a.frames/1.png]", "inputs: [\"a.frames/*.png\"]", "inputs: [\"**/1.png\"]",
        "reads: a.frames, depfile: d",
    ]) func acrossPipelines(_ inputs: String) throws {
        let world = try Probe.workspace(Self.pipeline)
        let run =
            inputs.contains("reads")
            ? "'cat a.frames/1.png > \"$0\"; echo o: a.frames/1.png > d', $out" : "'cat \"$1\" > \"$0\"', $out, $in"
        try world.write(
            "pipelines/u.yaml",
            "pipeline: u\ntarget: u.res\nstages: { s: { run: [sh, -c, \(run)], \(inputs), output: u.res } }\n")
        try world.write("a.txt", "1.png\n")
        func made(_ target: String...) throws -> BuildResult {
            try world.builder().run(world.request(target), catchSignals: false)
        }
        #expect(try made("u.res").status == .done && world.read("u.res") == "1.png\n")
        #expect(try made("u.res").ran == 0 && world.upToDate("u.res") != nil)
        try world.write("a.txt", "2.png\n1.png\n")
        let other = try made("u.res")
        #expect(
            inputs.contains("*.png") ? other.status != .done || other.ran == 2 : other.ran == 1, "\(other.diagnostics)")
        unlink(world.workspace + "/a.frames/1.png")
        try world.write("a.txt", "1.png\n")
        #expect(try made("u.res").status == .done && world.read("u.res") == "1.png\n")
        // A clean folder with a full cache is planned like the built one.
        Folder.remove(world.workspace + "/a.frames")
        unlink(world.workspace + "/u.res")
        let planned = try world.builder().why(world.request(["u.res"]))
        #expect(planned.allSatisfy { $0.outcome == .hit }, "\(planned)")
    }

    /// What a program may not leave in it.
    @Test(arguments: [
        ("ln -s /etc/passwd out/x", "a link"), ("mkfifo out/x", "a pipe"), ("rmdir out; echo > out", "not a folder"),
        ("rmdir out", "did not write"),
        ("touch \"out/$(printf 'a\\377')\"", "not UTF-8"), ("rmdir out; ln -s /etc out", "not a folder"),
        ("mkdir out/s; ln -s /etc out/s/x", "a link"),
    ])
    func refused(_ script: String, _ words: String) throws {
        let quoted = script.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("$", with: "$$")
        let world = try Probe.workspace(
            "pipeline: t\ntarget: o\nstages: { s: { run: [sh, -c, \"\(quoted)\"], output: o/ } }\n")
        let build = try world.build("o") { $0.sandbox = false }
        let text = build.result.diagnostics.map { $0.message }.joined()
        #expect(
            [.failed, .badInput].contains(build.result.status) && text.contains(words), "\(build.result.diagnostics)")
        #expect(access(world.workspace + "/o", F_OK) != 0)
    }

    @Test(arguments: [
        ("s: { run: [x, $out], outputs: { f: f.txt }, output: o/ }", "bad-output"),
        ("s: { run: [x], outputs: { f: f/, g: f/g.txt }, output: o }", "bad-output"),
        ("s: { run: [x], outputs: { f: \"f*/\" }, output: o }", "bad-output"),
        ("s: { uses: mix, from: [a.txt], output: o/ }", "bad-output"),
        ("m: { run: [x], outputs: { f: f.txt } }\n  s: { run: [x], inputs: [\"$m.f/*\"], output: o }", "not-a-folder"),
        (
            "m: { run: [x], outputs: { f: f/ } }\n  s: { each: $m.f, run: [x] }\n  t: { run: [x], output: o }",
            "each-needs-list"
        ),
        (
            "m: { run: [x], output: d/ }\n  s: { each: \"d/*\", run: [x] }\n  t: { run: [x, $s], output: o }",
            "each-of-output"
        ),
        ("m: { run: [x], output: d/ }\n  s: { run: [x], output: d/in }\n  t: { run: [x], output: o }", "two-writers"),
        ("m: { run: [x], inputs: [\"d/**\"], output: d/ }\n  t: { run: [x], output: o }", "reads-own-output"),
        ("m: { run: [tools/x, $out], output: tools/ }\n  t: { run: [x], output: o }", "bad-output"),
    ])
    func badPipelines(_ stages: String, _ id: String) throws {
        let world = try Probe.workspace("pipeline: t\ntarget: o\nstages:\n  \(stages)\n")
        try world.write("a.txt", "a")
        try world.write("d/x", "a")
        try world.write("tools/x", "a")
        var found: [Diagnostic] = []
        do { found = try world.build("o") { $0.sandbox = false }.result.diagnostics } catch let error as Diagnostics {
            found = error.all
        }
        #expect(found.contains { $0.id == id }, "\(found.map { $0.id + ": " + $0.message })")
    }

    /// A listing that came with a cache leads nowhere.
    @Test func hostileListings() {
        for path in ["../x", "/etc/x", "a/../../x", "", "a//b", ".", "a/./b"] {
            let bytes = Array("vgraph tree 1\0\(Digest.of("x").hex) 1 - \(path)\0".utf8)
            #expect(Tree(bytes) == nil, "\(path)")
        }
        #expect(Tree(Array("something else".utf8)) == nil && Tree([]) == nil)
        let tree = Tree([
            .init(path: "b c", blob: .init(digest: Digest.of("x"), size: 1, isExecutable: true)),
            .init(path: "a\nb", blob: nil),
        ])
        #expect(Tree(tree.encoded) == tree && tree.entries.map(\.path) == ["a\nb", "b c"])
    }
}
