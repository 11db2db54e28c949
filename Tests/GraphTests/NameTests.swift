// Names are bytes: two that a text engine holds to be equal are two files, and one that is no text is never left out.
import Diagnostics
import EngineFakes
import Files
import Glibc
import Graph
import Store
import Testing

@Suite struct NameTests {
    static let composed = "\u{E9}.txt", decomposed = "e\u{301}.txt"
    static let pages = """
        pipeline: pages
        target: out.txt
        stages: { s: { run: [sh, -c, 'o="$1"; shift; cat "$@" > "$$o"', sh, $out, $in], inputs: ["pages/*.txt"], \
        output: out.txt } }
        """

    /// A file whose name is given as bytes.
    private func write(_ name: [UInt8], _ text: String, in folder: String) {
        let file = (Array(folder.utf8) + [0x2F] + name + [0]).withUnsafeBufferPointer {
            $0.withMemoryRebound(to: CChar.self) {
                open($0.baseAddress!, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            }
        }
        _ = text.withCString { Glibc.write(file, $0, strlen($0)) }
        close(file)
    }

    @Test func equalityAndOrder() {
        #expect(Self.composed == Self.decomposed, "or this suite has nothing to show")
        #expect(ByteText(Self.composed) != ByteText(Self.decomposed))
        #expect(Set<ByteText>(texts: [Self.composed, Self.decomposed]).texts == [Self.decomposed, Self.composed])
        #expect("/w/\u{301}x/y".beneath("/w") == "\u{301}x/y", "a mark that combines with the slash")
        #expect("/w\u{E9}/a".beneath("/w\u{E9}") == "a" && "/we\u{301}/a".beneath("/w\u{E9}") == nil)
        #expect(
            "a/\u{301}b/c".pathParts == ["a", "\u{301}b", "c"] && "a/b/c".folderPart == "a/b" && "a".folderPart == "")
    }

    @Test(arguments: [true, false]) func twoFormsAreTwoFiles(_ sandbox: Bool) throws {
        let world = try Probe.workspace(Self.pages)
        func build() throws -> Int { try world.build("out.txt") { $0.sandbox = sandbox }.result.ran }
        try world.write("pages/" + Self.composed, "composed\n")
        try world.write("pages/" + Self.decomposed, "decomposed\n")
        #expect(try build() == 1 && world.read("out.txt") == "decomposed\ncomposed\n")
        #expect(try build() == 0)
        try world.write("pages/" + Self.decomposed, "new\n")
        #expect(try build() == 1 && world.read("out.txt") == "new\ncomposed\n")
        unlink(world.workspace + "/pages/" + Self.composed)
        #expect(try build() == 1 && world.read("out.txt") == "new\n")
        rename(world.workspace + "/pages/" + Self.decomposed, world.workspace + "/pages/" + Self.composed)
        #expect(try build() == 1 && world.read("out.txt") == "new\n", "another name is another input")
    }

    @Test func twoFormsAreTwoTargets() throws {
        let world = try Probe.workspace(
            """
            pipeline: t
            target: "{name}.up"
            stages: { s: { run: [sh, -c, 'tr a-z A-Z < "$0" > "$1"', $in, $out], inputs: ["{name}.txt"], output: \
            "{name}.up" } }
            """)
        try world.write(Self.composed, "one\n")
        try world.write(Self.decomposed, "two\n")
        #expect(try world.build().result.ran == 2)
        #expect(world.read("\u{E9}.up") == "ONE\n" && world.read("e\u{301}.up") == "TWO\n")
        try world.write(Self.decomposed, "three\n")
        #expect(try world.build().result.ran == 1)
        #expect(world.read("\u{E9}.up") == "ONE\n" && world.read("e\u{301}.up") == "THREE\n")
    }

    /// Two files that one pipeline names, and what is made of them.
    @Test func twoFormsAreTwoInputsAndTwoOutputs() throws {
        let world = try Probe.workspace(
            """
            pipeline: t
            target: join.txt
            stages:
              one: { run: [cp, $in, $out], inputs: ["\(Self.composed)"], output: "out-\(Self.composed)" }
              two: { run: [cp, $in, $out], inputs: ["\(Self.decomposed)"], output: "out-\(Self.decomposed)" }
              join: { run: [sh, -c, 'cat "$0" "$1" > "$2"', $one, $two, $out], output: join.txt }
            """)
        let outputs = ["out-" + Self.composed, "out-" + Self.decomposed]
        try world.write(Self.composed, "1\n")
        try world.write(Self.decomposed, "2\n")
        #expect(try world.build("join.txt").result.ran == 3)
        #expect(world.read("join.txt") == "1\n2\n" && outputs.map { world.read($0) } == ["1\n", "2\n"])
        try world.write(Self.decomposed, "3\n")
        #expect(try world.build("join.txt").result.ran == 2, "the other one is what it was")
        #expect(world.read("join.txt") == "1\n3\n" && outputs.map { world.read($0) } == ["1\n", "3\n"])
        unlink(world.workspace + "/" + outputs[1])
        #expect(try world.build("join.txt").result.ran == 0)
        #expect(outputs.map { world.read($0) } == ["1\n", "3\n"], "the one that was removed is there again")
    }

    /// In what a program found, and in a workspace whose own name has more bytes than characters.
    @Test func foundWhileRunning() throws {
        let world = try Probe.workspace(
            """
            pipeline: t
            target: out.txt
            stages:
              s:
                run: [sh, -c, 'cat lib/* > "$0"; { echo "o: lib \\\\"; for f in lib/*; do echo " $$f \\\\"; done; \
            echo; } > d', $out]
                reads: lib
                depfile: d
                output: out.txt
            """)
        try world.write("lib/" + Self.composed, "1\n")
        try world.write("lib/" + Self.decomposed, "2\n")
        var request = world.request(["out.txt"])
        let folder = world.root + "/w\u{E9}\u{E9}\u{E9}"
        rename(world.workspace, folder)
        defer { rename(folder, world.workspace) }
        request.workspace = folder
        func build() throws -> BuildResult { try world.builder().run(request, catchSignals: false) }
        #expect(try build().ran == 1 && world.read(folder + "/out.txt") == "2\n1\n")
        #expect(try build().ran == 0)
        for (name, text) in [(Self.composed, "3\n"), (Self.decomposed, "4\n")] {
            write(Array(name.utf8), text, in: folder + "/lib")
            #expect(try build().ran == 1)
        }
        #expect(world.read(folder + "/out.txt") == "4\n3\n")
        // A folder in a depfile: the names in it.
        write(Array("z".utf8), "5\n", in: folder + "/lib")
        #expect(try build().ran == 1 && world.read(folder + "/out.txt") == "4\n5\n3\n")
        unlink(folder + "/lib/z")
        #expect(try build().status == .done && world.read(folder + "/out.txt") == "4\n3\n")
        #expect(try build().ran == 0)
    }

    @Test func noTextIsRefusedByName() throws {
        let world = try Probe.workspace(Self.pages)
        try world.write("pages/a.txt", "a\n")
        write(Array("b".utf8) + [0xFF] + Array(".txt".utf8), "b\n", in: world.workspace + "/pages")
        let build = try world.build("out.txt")
        #expect(build.result.status == .badInput)
        #expect(build.result.diagnostics.map(\.id) == ["name-not-text"])
        #expect(build.result.diagnostics.first?.message.contains("'b\\xff.txt'") == true)
        // What does not match is nobody's business, and its coming and going is seen.
        try world.write("pipelines/text.yaml", Self.pages.replacing("*.txt", with: "a*"))
        #expect(try world.build("out.txt").result.status == .done)
        #expect(
            Folder.bytes(ofUntext: "a\\xff\\x5cn/") == [0x61, 0xFF, 0x5C, 0x6E] && Folder.bytes(ofUntext: "a\\n") == nil
        )
    }

    @Test func noTextInAListIsRefused() throws {
        let world = try Probe.workspace(
            """
            pipeline: t
            target: out.txt
            stages:
              cut: { run: [python3, -c, "import os; os.makedirs(b'p',exist_ok=True); \
            open(b'p/a\\\\xff.txt','w').write('x'); open(b'p/b.txt','w').write('y')"], outputs: { parts: p/* } }
              join: { run: [sh, -c, 'o="$1"; shift; cat "$@" > "$$o"', sh, $out, $cut.parts], output: out.txt }
            """)
        let build = try world.build("out.txt")
        #expect(
            build.result.status != .done && build.result.diagnostics.first?.id == "program-output-not-text",
            "\(build.result.diagnostics)")
        #expect(build.result.diagnostics.first?.message.contains("a\\xff.txt") == true)
    }
}
