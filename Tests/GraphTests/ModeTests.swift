// What a file is besides its bytes, and what a program may do to it.
import Diagnostics
import EngineFakes
import Files
import Glibc
import Graph
import Store
import Testing

@Suite struct ModeTests {
    /// Without a sandbox, and with one where there is one.
    static let ways = CommandWorld.reasonAgainst == nil ? [false, true] : [false]

    private func mode(_ world: FakeWorkspace, _ path: String) -> mode_t {
        var status = stat()
        return stat(world.workspace + "/" + path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test(arguments: ways) func aMadeProgramRuns(_ sandbox: Bool) throws {
        let world = try Probe.workspace(
            """
            pipeline: t
            target: out.txt
            stages:
              m: { run: [sh, -c, 'printf "#!/bin/sh\\necho %s > \\"\\$1\\"\\n" "$(cat "$0")" > "$1"; chmod +x "$1"', \
            $in, $out.tool], inputs: [word.txt], outputs: { tool: tool.sh }, output: tool.sh }
              s: { run: [$m.tool, $out], output: out.txt }
            """.replacing("\\$1", with: "\\$$1"))
        try world.write("word.txt", "made\n")
        func build() throws -> BuildResult { try world.build("out.txt") { $0.sandbox = sandbox }.result }
        let first = try build()
        #expect(first.status == .done && world.read("out.txt") == "made\n", "\(first.diagnostics)")
        #expect(mode(world, "tool.sh") & 0o111 != 0)
        #expect(try build().ran == 0)
        // From the cache, and where somebody has changed the mode alone.
        chmod(world.workspace + "/tool.sh", 0o644)
        #expect(try build().status == .done && mode(world, "tool.sh") & 0o111 != 0)
        unlink(world.workspace + "/tool.sh")
        #expect(try build().ran == 0 && mode(world, "tool.sh") & 0o111 != 0)
        try world.write("word.txt", "new\n")
        #expect(try build().ran == 2 && world.read("out.txt") == "new\n")
    }

    @Test(arguments: ways) func aProgramsBitIsInTheKey(_ sandbox: Bool) throws {
        let world = try Probe.workspace(
            "pipeline: t\ntarget: out.txt\nstages: { s: { run: [tools/s.sh, $in, $out], inputs: [a.txt], output: "
                + "out.txt } }\n"
        )
        try world.write("tools/s.sh", "#!/bin/sh\ncat \"$1\" > \"$2\"; if test -x \"$1\"; then echo x >> \"$2\"; fi\n")
        try world.write("a.txt", "a\n")
        chmod(world.workspace + "/tools/s.sh", 0o755)
        func build() throws -> BuildResult { try world.build("out.txt") { $0.sandbox = sandbox }.result }
        #expect(try build().status == .done && world.read("out.txt") == "a\n")
        chmod(world.workspace + "/a.txt", 0o755)
        #expect(world.upToDate("out.txt") == nil)
        #expect(try build().ran == 1 && world.read("out.txt") == "a\nx\n")
        chmod(world.workspace + "/a.txt", 0o600)
        #expect(try build().ran == 0 && world.read("out.txt") == "a\n", "it was so before")
        chmod(world.workspace + "/tools/s.sh", 0o644)
        #expect(try build().status != .done)
        chmod(world.workspace + "/tools/s.sh", 0o755)
        #expect(try build().ran == 0)
    }

    @Test(arguments: ways) func theCallersUmaskIsHis(_ sandbox: Bool) throws {
        let world = try Probe.workspace(
            "pipeline: t\ntarget: out.txt\nstages: { s: { run: [sh, -c, 'umask > \"$0\"; stat -c %a \"$0\" >> "
                + "\"$0\"', $out], output: out.txt } }\n"
        )
        let before = umask(0o077)
        defer { umask(before) }
        #expect(try world.build("out.txt") { $0.sandbox = sandbox }.result.status == .done)
        #expect(world.read("out.txt") == "0022\n644\n")
    }

    /// A file, a folder, a result of another stage.
    @Test(arguments: ways) func sourcesAreNotTheProgramsToWrite(_ sandbox: Bool) throws {
        let world = try Probe.workspace(
            """
            pipeline: t
            target: out.txt
            stages:
              s:
                run: [sh, -c, '{ echo more >> "$0"; echo more >> lib/b.txt; echo more > lib/new.txt; rm -f lib/c.txt; \
            } 2>/dev/null; cat lib/b.txt lib/deep/d.txt > "$1"; echo "o: lib/b.txt lib/deep/d.txt" > d', $in, $out]
                inputs: [a.txt]
                reads: lib
                depfile: d
                output: out.txt
            """)
        for name in ["a.txt", "lib/b.txt", "lib/c.txt", "lib/deep/d.txt"] { try world.write(name, name + "\n") }
        symlink("../../lib", world.workspace + "/lib/deep/round")
        let build = try world.build("out.txt") { $0.sandbox = sandbox }
        #expect(build.result.status == .done, "\(build.result.diagnostics)")
        for name in ["a.txt", "lib/b.txt", "lib/c.txt"] { #expect(world.read(name) == name + "\n") }
        #expect(world.read("lib/new.txt") == nil)
    }

    @Test func aResultThatWasWrittenIntoIsNone() throws {
        let world = try Probe.workspace(
            """
            pipeline: t
            target: out.txt
            stages:
              m: { run: [sh, -c, 'echo made > "$0"', $out] }
              bad: { run: [sh, -c, 'chmod u+w "$0"; echo more >> "$0"; cat "$0" > "$1"', $m, $out], output: out.txt }
            """)
        let build = try world.build("out.txt") { $0.sandbox = false }
        #expect(build.result.status == .failed && build.result.diagnostics.contains { $0.id == "file-changing" })
        for blob in try world.blobs() { #expect(world.read(blob)?.contains("more") != true) }
    }

    /// What was made without a sandbox is no hit where one is asked for.
    @Test(.enabled(if: ways.count > 1)) func madeWithoutASandbox() throws {
        let world = try Probe.workspace()
        try world.write(
            "pipelines/text.yaml",
            "pipeline: t\ntarget: out.txt\nstages: { s: { run: [sh, -c, 'cat \(world.root)/secret > \"$0\"', $out], "
                + "output: out.txt } }\n"
        )
        try Array("undeclared\n".utf8).withUnsafeBytes {
            try AtomicFile.write($0, to: world.root + "/secret", by: world.root)
        }
        #expect(try world.build("out.txt").result.status != .done)
        #expect(try world.build("out.txt") { $0.sandbox = false }.result.status == .done)
        #expect(try world.build("out.txt") { $0.sandbox = false }.result.ran == 0)
        #expect(world.upToDate("out.txt") == nil, "another question")
        let why = try world.builder().why(world.request(["out.txt"]))
        #expect(why.map(\.why) == [["it was made without a sandbox"]])
        #expect(try world.build("out.txt").result.status != .done)
        // To be looked at it is there.
        #expect(
            try world.builder().artifacts(world.request([]), target: "out.txt", stage: "s", output: "out").count == 1)
        // Shut in, it is a hit for both.
        try world.write(
            "pipelines/text.yaml",
            "pipeline: t\ntarget: out.txt\nstages: { s: { run: [sh, -c, 'echo all is well > \"$0\"', $out], output: "
                + "out.txt } }\n"
        )
        #expect(try world.build("out.txt").result.ran == 1)
        #expect(try world.build("out.txt") { $0.sandbox = false }.result.ran == 0)
    }
}
